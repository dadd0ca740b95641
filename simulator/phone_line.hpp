// A phone's side of one gateway: what it sends for a key press and what it makes of the answer. Pure values; the web
// phone and the terminal phone do the sending. It says nothing of menus: it knows only what a phone and its network
// know.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/client.hpp"
#include "gsm/dialect.hpp"
#include "gsm/gateway.hpp"

namespace mlango::simulator {

// Where a screen stood after a hop. Without a fault, `reply` is what the phone shows.
struct phone_answer {
    gsm::ussd_reply reply;
    gsm::text_size size;
    std::size_t limit = 0;             // of the alphabet that `size` needs
    std::optional<std::string> fault;  // in plain words, for the tester; the session has ended
};

class phone_line {
public:
    // `network` is the network's code that the requests carry, "63902".
    phone_line(const gsm::gateway_settings& gateway, std::string service_code, std::string network);

    [[nodiscard]] const std::string& name() const { return name_; }
    // Of its USSD, else of its SMS.
    [[nodiscard]] std::string_view dialect() const { return dialect_ ? dialect_->name() : sms_->name(); }
    [[nodiscard]] const std::string& service_code() const { return service_code_; }
    [[nodiscard]] const gsm::gateway_profile& profile() const { return profile_; }
    [[nodiscard]] bool has_ussd() const { return dialect_ != nullptr; }
    // nullptr: the gateway carries no SMS.
    [[nodiscard]] const gsm::sms_dialect* sms() const { return sms_.get(); }
    // Whether the server may send by it.
    [[nodiscard]] bool sends_sms() const { return sends_sms_; }

    // The following have the precondition has_ussd(). Whether the network tells the server of such a hop at all:
    // without, an abort is only silence.
    [[nodiscard]] bool tells(gsm::ussd_event event) const;
    // Precondition: tells(event).
    [[nodiscard]] http_request request_for(std::string session, const gsm::msisdn& from,
                                           std::vector<std::string> inputs, gsm::ussd_event event) const;
    [[nodiscard]] phone_answer understand(const std::expected<http_response, http_failure>& answer,
                                          gsm::ussd_event event) const;

    // The next two have the precondition sms(). A message of hers as the provider sends it to our door, signed where it
    // signs.
    [[nodiscard]] http_request message_request(const gsm::sms_in& message) const;
    // What became of a message of ours, sent to where its submission wanted it, if that is a door of ours. nullopt: the
    // provider tells only who asked for it.
    [[nodiscard]] std::optional<http_request> receipt_request(const gsm::sms_receipt& receipt,
                                                              std::string_view wanted) const;
    // A target of this line with its secret struck out, for showing.
    [[nodiscard]] std::string without_secret(std::string target) const;

private:
    std::string name_;
    std::string service_code_;
    std::string network_;
    std::string query_;  // "?key=…" or empty
    gsm::gateway_profile profile_;
    bool sends_sms_;
    std::unique_ptr<gsm::ussd_dialect> dialect_;
    std::unique_ptr<gsm::sms_dialect> sms_;
    std::string callback_;  // "https://host", as the provider knows us
    std::string in_door_;   // path and query
    std::string receipt_door_;
    std::string token_;  // of the provider's signature
};

// The request on its way to the server at `base_url` ("http://127.0.0.1:8080").
[[nodiscard]] http_client::outgoing outgoing_to(std::string_view base_url, http_request request);

}  // namespace mlango::simulator
