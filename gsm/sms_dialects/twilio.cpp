// Twilio's Messages resource (2010-04-01): POST form To, From or MessagingServiceSid, Body, with Basic credentials. Its
// webhooks are forms, signed in X-Twilio-Signature: base64 of HMAC-SHA-1, keyed with the account's auth token, over the
// address and every field of the form in the order of their names.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "base/bytes.hpp"
#include "base/hmac.hpp"
#include "gsm/sms_dialects/sms_fields.hpp"

namespace mlango::gsm {
namespace {

namespace json = boost::json;

constexpr std::int64_t longest_validity = 36'000;  // seconds; Twilio refuses more
constexpr std::string_view signature_header = "X-Twilio-Signature";
constexpr std::size_t signed_fields_limit = 256;
constexpr std::string_view messages_path = "/Messages.json";

struct code_row {
    int code;
    submit_refusal means;
};

// Twilio's codes change and grow; what is not here is temporary, since a refusal was surely not sent and the outbox
// bounds the attempts. Permanent are those of this receiver or text.
constexpr std::array<code_row, 16> codes{{
    {20429, submit_refusal::busy},       // too many requests
    {21611, submit_refusal::busy},       // the sender's queue is full
    {21211, submit_refusal::permanent},  // no telephone number
    {21214, submit_refusal::permanent},  // can not be reached
    {21217, submit_refusal::permanent},
    {21265, submit_refusal::permanent},  // a short code
    {21266, submit_refusal::permanent},  // the sender itself
    {21408, submit_refusal::temporary},  // her country is not switched on in the account
    {21602, submit_refusal::permanent},  // no text
    {21605, submit_refusal::permanent},  // too long
    {21610, submit_refusal::permanent},  // she sent STOP
    {21612, submit_refusal::temporary},  // not from this sender to her network
    {21614, submit_refusal::permanent},  // no mobile number
    {21617, submit_refusal::permanent},  // too long
    {21635, submit_refusal::permanent},  // a landline
    {30450, submit_refusal::permanent},  // blocked by the operator's rules
}};

struct status_row {
    std::string_view status;
    receipt_state state;
};

constexpr std::array<status_row, 11> statuses{{
    {"sent", receipt_state::accepted},
    {"queued", receipt_state::accepted},
    {"accepted", receipt_state::accepted},
    {"scheduled", receipt_state::accepted},
    {"sending", receipt_state::accepted},
    {"delivered", receipt_state::delivered},
    {"read", receipt_state::delivered},
    {"partially_delivered", receipt_state::unknown},
    {"undelivered", receipt_state::failed},
    {"failed", receipt_state::failed},
    {"canceled", receipt_state::rejected},
}};

receipt_state state_of(std::string_view status, std::string_view error_code) {
    if (error_code == "30036") return receipt_state::expired;  // its validity ran out in Twilio's queue
    const auto row = std::ranges::find(statuses, status, &status_row::status);
    return row == statuses.end() ? receipt_state::unknown : row->state;
}

// MG and 32 hexadecimal digits.
bool is_messaging_service(std::string_view sender) {
    return sender.size() == 34 && sender.starts_with("MG") && from_hex(sender.substr(2)).has_value();
}

bool is_sid(std::string_view text) {
    return text.size() >= 2 && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
               return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
           });
}

// nullopt: no form, so that nothing can be signed.
std::optional<std::string> signed_text(std::string_view url, std::string_view form) {
    auto fields = parse_form(form, signed_fields_limit);
    if (!fields) return std::nullopt;
    std::ranges::sort(*fields);
    std::string text(url);
    for (const auto& [name, value] : *fields) text.append(name).append(value);
    return text;
}

// `url` with its port written out, or without: Twilio signs now the one, now the other.
std::string with_port_turned(std::string_view url) {
    const std::size_t host = url.find("://") + 3;
    const std::size_t end = std::min(url.find_first_of("/?", host), url.size());
    const std::string_view authority = url.substr(host, end - host);
    const std::size_t colon = authority.find(':', authority.starts_with('[') ? authority.find(']') : 0);
    if (colon != std::string_view::npos) {
        return fmt::format("{}{}{}", url.substr(0, host), authority.substr(0, colon), url.substr(end));
    }
    return fmt::format("{}:{}{}", url.substr(0, end), url.starts_with("https:") ? 443 : 80, url.substr(end));
}

http_response told(unsigned status, int code, std::string_view message) {
    http_response response = json_response({{"code", code}, {"message", in_json(message)}, {"status", status}});
    response.status = status;
    return response;
}

class twilio_sms final : public sms_dialect {
public:
    [[nodiscard]] std::string_view name() const override { return "twilio"; }
    [[nodiscard]] outgoing submit_request(const sms_account& account, const sms_out& message) const override;
    [[nodiscard]] std::expected<sms_accepted, submit_failure> submit_result(const sms_out& message,
                                                                            const answer& got) const override;
    [[nodiscard]] std::optional<outgoing> query_request(const sms_account& account, const sms_out& message,
                                                        std::string_view provider_id) const override;
    [[nodiscard]] std::optional<sms_receipt> query_result(const sms_account& account, const sms_out& message,
                                                          std::string_view provider_id,
                                                          const http_response& got) const override;
    [[nodiscard]] reading<sms_in> read_messages(const http_request& request, std::string_view gateway) const override;
    [[nodiscard]] reading<sms_receipt> read_receipts(const http_request& request,
                                                     std::string_view gateway) const override;
    [[nodiscard]] http_response write_taken() const override;
    [[nodiscard]] bool signs() const override { return true; }
    [[nodiscard]] bool is_signed(const http_request& request, std::string_view url,
                                 std::span<const std::string> tokens) const override;
    [[nodiscard]] http_request message_request(const sms_in& message, std::string_view target) const override;
    [[nodiscard]] http_request receipt_request(const sms_receipt& receipt, std::string_view target) const override;
    void sign(http_request& request, std::string_view url, std::string_view token) const override;
    [[nodiscard]] std::string_view submission_path() const override {
        return "/2010-04-01/Accounts/{account}/Messages.json";
    }
    [[nodiscard]] std::expected<played_submission, http_response> read_submission(
        const http_request& request) const override;
    [[nodiscard]] http_response write_submitted(const played_submission& submission,
                                                std::span<const played_recipient> recipients) const override;
    [[nodiscard]] http_response write_unknown_account() const override { return told(401, 20003, "Authenticate"); }
};

sms_dialect::outgoing twilio_sms::submit_request(const sms_account& account, const sms_out& message) const {
    outgoing request;
    request.method = "POST";
    request.url = account.url;
    request.headers = {{"Authorization", basic_credentials(account.username, account.api_key)},
                       {"Accept", "application/json"},
                       {"Content-Type", "application/x-www-form-urlencoded"}};
    const std::string& sender = sender_of(account, message);
    append_to_form(request.body, "To", message.to.e164());
    append_to_form(request.body, is_messaging_service(sender) ? "MessagingServiceSid" : "From", sender);
    append_to_form(request.body, "Body", message.text);
    if (!account.receipts.empty()) {
        append_to_form(request.body, "StatusCallback",
                       message.reference == 0 ? account.receipts : receipts_with_reference(account, message));
    }
    if (message.lasts) {
        append_to_form(request.body, "ValidityPeriod",
                       std::to_string(std::clamp<std::int64_t>(message.lasts->count(), 1, longest_validity)));
    }
    return request;
}

std::expected<sms_accepted, submit_failure> twilio_sms::submit_result(const sms_out&, const answer& got) const {
    if (!got) return refused(refusal_of(got.error()));
    const unsigned status = got->status;
    const auto document = parsed(got->body);
    if (status == 200 || status == 201) {
        const std::string_view id = text_of(member(document ? &*document : nullptr, "sid"));
        if (!is_sid(id)) return refused(submit_refusal::unknown);
        return sms_accepted{{std::string(id)}};
    }
    const auto code = number_of(member(document ? &*document : nullptr, "code"));
    const std::string word = code ? std::to_string(*code) : fmt::format("HTTP-{}", status);
    if (status == 429) return refused(submit_refusal::busy, word);
    if (status < 400 || status >= 500 || status == 408) return refused(submit_refusal::unknown, word);
    const auto row = std::ranges::find(codes, code.value_or(0), &code_row::code);
    return refused(row == codes.end() ? submit_refusal::temporary : row->means, word);
}

std::optional<sms_dialect::outgoing> twilio_sms::query_request(const sms_account& account, const sms_out&,
                                                               std::string_view provider_id) const {
    // Only by the id that it gave: of a submission without an answer nothing but its receipt tells.
    if (!is_sid(provider_id) || !account.url.ends_with(messages_path)) return std::nullopt;
    outgoing request;
    request.method = "GET";
    request.url = fmt::format("{}/Messages/{}.json", account.url.substr(0, account.url.size() - messages_path.size()),
                              provider_id);
    request.headers = {{"Authorization", basic_credentials(account.username, account.api_key)},
                       {"Accept", "application/json"}};
    return request;
}

std::optional<sms_receipt> twilio_sms::query_result(const sms_account& account, const sms_out& message,
                                                    std::string_view provider_id, const http_response& got) const {
    const auto document = got.status == 200 ? parsed(got.body) : std::nullopt;
    if (!document || text_of(member(&*document, "sid")) != provider_id) return std::nullopt;
    const auto to = msisdn::from_e164(text_of(member(&*document, "to")));
    if (to != message.to) return std::nullopt;
    const auto code = number_of(member(&*document, "error_code"));
    const std::string word = code ? std::to_string(*code) : std::string();
    return sms_receipt{.gateway = account.gateway,
                       .provider_id = std::string(provider_id),
                       .to = to,
                       .state = state_of(text_of(member(&*document, "status")), word),
                       .reason = word,
                       .reference = message.reference};
}

sms_dialect::reading<sms_in> twilio_sms::read_messages(const http_request& request, std::string_view gateway) const {
    std::string id;
    std::string from;
    std::string to;
    std::string text;
    std::array<form_field, 4> wanted{form_field{"MessageSid", &id, message_id_limit, true, message_id_what},
                                     form_field{"From", &from, msisdn_text_limit, true, sender_what},
                                     form_field{"To", &to, short_code_limit, true, short_code_what},
                                     form_field{"Body", &text, sms_read_limit, false, "the text of the message"}};
    if (auto done = read_form(request.body, wanted); !done) return std::unexpected(std::move(done.error()));
    auto message = message_of(gateway, std::move(id), from, std::move(to), std::move(text), "From");
    if (!message) return std::unexpected(std::move(message.error()));
    return sms_batch<sms_in>{.values = {std::move(*message)}};
}

sms_dialect::reading<sms_receipt> twilio_sms::read_receipts(const http_request& request,
                                                            std::string_view gateway) const {
    std::string id;
    std::string status;
    std::string to;
    std::string code;
    std::array<form_field, 4> wanted{
        form_field{"MessageSid", &id, message_id_limit, true, message_id_what},
        form_field{"MessageStatus", &status, 32, true, "the state of the message: sent, delivered, undelivered, …"},
        form_field{"To", &to, 64, false, "the receiver's number"},
        form_field{"ErrorCode", &code, 16, false, "why the message failed"}};
    if (auto done = read_form(request.body, wanted); !done) return std::unexpected(std::move(done.error()));
    const receipt_state state = state_of(status, code);
    return sms_batch<sms_receipt>{.values = {{.gateway = std::string(gateway),
                                              .provider_id = std::move(id),
                                              .to = msisdn_in_form(to),
                                              .state = state,
                                              .reason = code.empty() && state == receipt_state::unknown ? status : code,
                                              .reference = reference_of(request)}}};
}

// Without TwiML Twilio would log a fault of ours; an empty answer sends nothing.
http_response twilio_sms::write_taken() const {
    http_response response;
    response.content_type = "text/xml";
    response.body = R"(<?xml version="1.0" encoding="UTF-8"?><Response/>)";
    return response;
}

bool twilio_sms::is_signed(const http_request& request, std::string_view url,
                           std::span<const std::string> tokens) const {
    const std::string_view given = request.header(signature_header);
    bool right = false;
    for (const std::string& as_signed : {std::string(url), with_port_turned(url)}) {
        const auto text = signed_text(as_signed, request.body);
        if (!text) return false;
        for (const std::string& token : tokens) {
            right |= equal_in_constant_time(given, to_base64(hmac_sha1(token, *text)));
        }
    }
    return right;
}

void twilio_sms::sign(http_request& request, std::string_view url, std::string_view token) const {
    const auto text = signed_text(url, request.body);
    if (text) request.headers.push_back({std::string(signature_header), to_base64(hmac_sha1(token, *text))});
}

http_request twilio_sms::message_request(const sms_in& message, std::string_view target) const {
    std::string form;
    append_to_form(form, "MessageSid", message.provider_id);
    append_to_form(form, "SmsStatus", "received");
    append_to_form(form, "NumSegments", "1");
    append_to_form(form, "NumMedia", "0");
    append_to_form(form, "From", message.from.e164());
    append_to_form(form, "To", message.to);
    append_to_form(form, "Body", message.text);
    return form_request(target, std::move(form));
}

http_request twilio_sms::receipt_request(const sms_receipt& receipt, std::string_view target) const {
    const bool expired = receipt.state == receipt_state::expired;
    const auto row = std::ranges::find(statuses, expired ? receipt_state::failed : receipt.state, &status_row::state);
    std::string form;
    append_to_form(form, "MessageSid", receipt.provider_id);
    append_to_form(form, "MessageStatus", row == statuses.end() ? "queued" : row->status);
    if (receipt.to) append_to_form(form, "To", receipt.to->e164());
    if (expired || !receipt.reason.empty()) append_to_form(form, "ErrorCode", expired ? "30036" : receipt.reason);
    return form_request(target, std::move(form));
}

std::expected<played_submission, http_response> twilio_sms::read_submission(const http_request& request) const {
    const auto fields = parse_form(request.body);
    if (!fields) return std::unexpected(told(400, 20001, "The form can not be read."));
    played_submission submission;
    std::tie(submission.username, submission.api_key) = credentials_in(request.header("authorization"));
    for (const auto& [name, value] : *fields) {
        if (name == "To") submission.to = {value};
        if (name == "From" || name == "MessagingServiceSid") submission.from = value;
        if (name == "Body") submission.text = value;
        if (name == "StatusCallback") submission.receipts = value;
    }
    if (submission.to.empty()) return std::unexpected(told(400, 21604, "A 'To' phone number is required."));
    if (submission.from.empty()) return std::unexpected(told(400, 21603, "A 'From' phone number is required."));
    if (submission.text.empty()) return std::unexpected(told(400, 21602, "Message body is required."));
    if (characters_of(submission.text) > 1'600) return std::unexpected(told(400, 21617, "The body is too long."));
    return submission;
}

http_response twilio_sms::write_submitted(const played_submission& submission,
                                          std::span<const played_recipient> recipients) const {
    if (recipients.empty() || !recipients.front().message_id) {
        return told(400, 21211, "The 'To' number is not a valid phone number.");
    }
    http_response response = json_response({{"sid", in_json(*recipients.front().message_id)},
                                            {"status", "queued"},
                                            {"to", in_json(recipients.front().number)},
                                            {"from", in_json(submission.from)},
                                            {"num_segments", "1"},
                                            {"error_code", nullptr}});
    response.status = 201;
    return response;
}

}  // namespace

std::unique_ptr<sms_dialect> make_twilio_sms_dialect() {
    return std::make_unique<twilio_sms>();
}

}  // namespace mlango::gsm
