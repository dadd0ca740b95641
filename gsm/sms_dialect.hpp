// An SMS dialect: how one kind of HTTP gateway takes a message, hands us hers, and reports what became of ours. Pure
// codec, both sides: the server writes submissions and reads messages and receipts; the played provider of the
// simulator and the tests read submissions and write the rest. A dialect is one file in gsm/sms_dialects.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/client.hpp"
#include "gsm/dialect.hpp"
#include "gsm/sms.hpp"

namespace mlango::gsm {

// Our account at a provider.
struct sms_account {
    std::string gateway;   // configured name
    std::string url;       // where messages are submitted, as the provider names it
    std::string username;  // or account id
    std::string api_key;   // or password
    std::string sender;    // where the message names none
    std::string receipts;  // our address for receipts, with its key; empty: no dialect may ask for them by message
    std::string route;     // Kannel: the smsc-id that sends; empty: any
};

// What a request from a provider holds. One request may bring several; one that cannot be read must not hold up the
// others, since the whole request would come again for ever.
template <class Value>
struct sms_batch {
    std::vector<Value> values;
    std::size_t unreadable = 0;
};

// A submission from the provider's side.
struct played_submission {
    std::string username;
    std::string api_key;
    std::string from;             // "" when it names no sender
    std::vector<std::string> to;  // as sent, at most 100
    std::string text;             // UTF-8
    std::string receipts;         // where this message's receipts go; "" where the account's settings say it
    std::string id;               // the sender's own id of the message, where the provider takes it over
};

// One receiver of a submission: accepted when it has an id.
struct played_recipient {
    std::string number;
    std::optional<std::string> message_id;
};

class sms_dialect {
public:
    using outgoing = http_client::outgoing;
    using answer = std::expected<http_response, http_failure>;
    template <class Value>
    using reading = std::expected<sms_batch<Value>, dialect_fault>;

    virtual ~sms_dialect() = default;
    [[nodiscard]] virtual std::string_view name() const = 0;

    // What submissions of this dialect need beside a URL and a key.
    [[nodiscard]] virtual bool needs_username() const { return true; }
    // Whether receipts come only to an address that each submission names (sms_account::receipts).
    [[nodiscard]] virtual bool needs_receipts_address() const { return false; }

    // The server's side. Preconditions: faults_of() found none in the account's settings.
    [[nodiscard]] virtual outgoing submit_request(const sms_account& account, const sms_out& message) const = 0;
    // What the exchange says of the message. Only what surely was not sent is temporary, permanent or busy; an answer
    // that is lost, a server's error or one that cannot be read is unknown.
    [[nodiscard]] virtual std::expected<sms_accepted, submit_failure> submit_result(const sms_out& message,
                                                                                    const answer& got) const = 0;
    // sms_gateway::query(): nullopt where the provider cannot be asked, or not by what is known.
    [[nodiscard]] virtual std::optional<outgoing> query_request(const sms_account&, const sms_out&,
                                                                std::string_view /*provider_id*/) const {
        return std::nullopt;
    }
    // nullopt: the provider does not know, or speaks of another number than the message's.
    [[nodiscard]] virtual std::optional<sms_receipt> query_result(const sms_account&, const sms_out&,
                                                                  std::string_view /*provider_id*/,
                                                                  const http_response&) const {
        return std::nullopt;
    }

    // Methods of /sms/{gateway}/in and /sms/{gateway}/receipt.
    [[nodiscard]] virtual bool reads(std::string_view method) const { return method == "POST"; }
    [[nodiscard]] virtual reading<sms_in> read_messages(const http_request& request,
                                                        std::string_view gateway) const = 0;
    [[nodiscard]] virtual reading<sms_receipt> read_receipts(const http_request& request,
                                                             std::string_view gateway) const = 0;
    // What the provider is told when all is stored. An empty body never makes an SMS of it.
    [[nodiscard]] virtual http_response write_taken() const { return {}; }

    // Whether the provider signs what it sends; then every request at the doors must be signed.
    [[nodiscard]] virtual bool signs() const { return false; }
    // Whether `request`, sent to `url` (as the provider was told it, query included), is signed with one of `tokens`.
    [[nodiscard]] virtual bool is_signed(const http_request&, std::string_view /*url*/,
                                         std::span<const std::string> /*tokens*/) const {
        return true;
    }

    // The provider's side. `target` is path and query of our door, "/sms/{gateway}/in?key=…".
    [[nodiscard]] virtual http_request message_request(const sms_in& message, std::string_view target) const = 0;
    // To our door for receipts, or where the submission named it.
    [[nodiscard]] virtual http_request receipt_request(const sms_receipt& receipt, std::string_view target) const = 0;
    virtual void sign(http_request&, std::string_view /*url*/, std::string_view /*token*/) const {}
    // The path of submissions below the provider's host, as an http_route: "/cgi-bin/sendsms".
    [[nodiscard]] virtual std::string_view submission_path() const = 0;
    // A refusal is the provider's own answer.
    [[nodiscard]] virtual std::expected<played_submission, http_response> read_submission(
        const http_request& request) const = 0;
    [[nodiscard]] virtual http_response write_submitted(const played_submission& submission,
                                                        std::span<const played_recipient> recipients) const = 0;
    [[nodiscard]] virtual http_response write_unknown_account() const = 0;
};

// Africa's Talking: POST form username, to, message; forms in.
[[nodiscard]] std::unique_ptr<sms_dialect> make_africastalking_sms_dialect();
// Infobip: POST JSON messages[], with our own ids; results[] in.
[[nodiscard]] std::unique_ptr<sms_dialect> make_infobip_sms_dialect();
// Kannel's smsbox: POST of the bare text with X-Kannel headers; the same, or GET, in; receipts by dlr-url.
[[nodiscard]] std::unique_ptr<sms_dialect> make_kannel_sms_dialect();
// Twilio: POST form To, Body; signed forms in.
[[nodiscard]] std::unique_ptr<sms_dialect> make_twilio_sms_dialect();

// "africastalking", "infobip", "kannel", "twilio"
[[nodiscard]] std::span<const std::string_view> sms_dialect_names();
// nullptr: there is none of that name.
[[nodiscard]] std::unique_ptr<sms_dialect> make_sms_dialect(std::string_view name);

}  // namespace mlango::gsm
