// Short messages as the conversation and the outbox see them, whatever the gateway's dialect.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "gsm/msisdn.hpp"

namespace mlango::gsm {

// What a link that makes ids itself knows of the words: first: it never heard them before, and forgets when it ends;
// another: it did, and they are said anew; repeated: the gateway delivers them again, under the id they had.
enum class made_id : std::uint8_t { no, first, another, repeated };

struct sms_in {
    std::string gateway;      // configured name; several binds of one account share it
    std::string provider_id;  // the gateway's id of the message: the key for duplicate suppression. Where a protocol
                              // has none (SMPP) the link makes one from what it was handed
    msisdn from;
    std::string to;    // our short code
    std::string text;  // UTF-8, at most 1,600 bytes
    made_id made = made_id::no;
};

// One part of a long message, as it came. Parts belong together that agree in account, both addresses, width of the
// reference, reference and total (3GPP TS 23.040 §9.2.3.24.1); they may come in any order and over several binds.
struct sms_fragment {
    std::string gateway;
    msisdn from;
    std::string to;
    std::uint16_t reference = 0;
    bool wide_reference = false;  // 16-bit (information element 08, or sar_msg_ref_num) rather than 8-bit (00)
    std::uint8_t total = 0;       // 1 … 255
    std::uint8_t number = 0;      // 1 … total
    std::string payload;          // its coding and octets, for join_payloads() (gsm/sms_text.hpp) alone to read
};

// not_there: only as the answer to a question: the gateway has no such message, and surely never took it.
enum class receipt_state { accepted, buffered, delivered, failed, expired, rejected, not_there, unknown };
[[nodiscard]] bool is_final(receipt_state state);
[[nodiscard]] std::string_view name_of(receipt_state state);

struct sms_receipt {
    std::string gateway;
    std::string provider_id;  // as the gateway wrote it; may differ in base and zeros from what it said at submission
    std::optional<msisdn> to;
    receipt_state state = receipt_state::unknown;
    std::string reason;  // the gateway's word, at most 64 bytes
    std::uint64_t reference =
        0;  // sms_out::reference, where the gateway gives it back (user_message_reference); else 0
};

class sms_sink {
public:
    virtual ~sms_sink() = default;
    // Durable when it returns; a duplicate returns as the first did. Throws only when it could not be stored, and the
    // gateway is then told to send it again.
    virtual task<void> on_message(sms_in message) = 0;
    // A part of a long message: kept until the others are there, then on_message() follows by itself.
    virtual task<void> on_fragment(sms_fragment part) = 0;
    virtual task<void> on_receipt(sms_receipt receipt) = 0;
    // The gateway was told that a message whose id is made is stored: from now on the same words are new ones.
    virtual void on_confirmed(std::string_view gateway, std::string_view provider_id);
};

struct sms_out {
    msisdn to;
    std::string sender;  // short code or alphanumeric sender
    std::string text;    // UTF-8
    // Ours, so that what becomes of it can be told even when the answer to the submission was lost; 0 is none.
    std::uint64_t reference = 0;
    std::optional<std::chrono::seconds> lasts = std::nullopt;  // after which the network may give up
    bool urgent = false;                                       // a reply that she waits for
};

// The gateway took it: an id for each part that it numbered, at least one.
struct sms_accepted {
    std::vector<std::string> provider_ids;
};

// What became of a submission that was not accepted.
enum class submit_refusal {
    temporary,  // surely not sent; may go later
    permanent,  // surely not sent, and never will be to this number or with this text
    unknown,    // may have been sent: must not be repeated before it is settled
    busy,       // surely not sent: not bound, throttled or window full. Not an attempt; another gateway may take it
};
struct submit_failure {
    submit_failure(submit_refusal why, std::string word = {}) : what(why), reason(std::move(word)) {}
    submit_refusal what;
    std::string reason;  // the gateway's word ("ESME_RINVDSTADR"), at most 64 bytes, without content; may be empty
    // Of a message of several parts whose first were taken before: what the gateway calls those, and how many it has.
    std::vector<std::string> accepted = {};
    std::size_t parts = 1;
    friend bool operator==(const submit_failure& failure, submit_refusal why) { return failure.what == why; }
};

class sms_gateway {
public:
    virtual ~sms_gateway() = default;
    virtual task<std::expected<sms_accepted, submit_failure>> submit(const sms_out& message, deadline until) = 0;
    // What became of a message, where the gateway can be asked (query_sm): by the id it gave, or by our reference where
    // that is what is known. nullopt: it can not be asked, or can not tell.
    virtual task<std::optional<sms_receipt>> query(const sms_out& message, std::string_view provider_id,
                                                   deadline until);
    // How many submissions may be under way at once.
    [[nodiscard]] virtual std::size_t window() const { return 1; }
    // Whether a submission could go out now: bound, not held back.
    [[nodiscard]] virtual bool ready() const { return true; }
    [[nodiscard]] virtual std::string_view name() const = 0;
};

}  // namespace mlango::gsm
