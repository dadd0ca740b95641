#include "gsm/sms_africastalking.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "gsm/dialects/hop_fields.hpp"
#include "gsm/form.hpp"

namespace mlango::gsm {
namespace {

namespace json = boost::json;

constexpr std::size_t id_limit = 128;            // bytes
constexpr std::size_t text_limit = 1'600;        // bytes
constexpr std::size_t text_read_limit = 65'536;  // bytes; beyond text_limit it is cut, not refused
constexpr std::size_t reason_limit = 64;         // bytes
constexpr std::size_t short_code_limit = 32;     // bytes
constexpr std::string_view id_what = "the gateway's id of the message, 1 to 128 bytes";

// The longest beginning of well-formed UTF-8 that has at most `limit` bytes and no part of a character.
void cut(std::string& text, std::size_t limit) {
    if (text.size() <= limit) return;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
    text.resize(limit);
}

enum class verdict { accepted, temporary, permanent, unknown };

struct status_row {
    int code;
    std::string_view name;
    verdict means;
};

// Temporary are refusals of the account or the route, which somebody mends; permanent are those of this number. A
// message held for its risk, or lost in the gateway's own error, may still go out.
constexpr std::array<status_row, 14> statuses{{
    {100, "Processed", verdict::accepted},
    {101, "Sent", verdict::accepted},
    {102, "Queued", verdict::accepted},
    {401, "RiskHold", verdict::unknown},
    {402, "InvalidSenderId", verdict::temporary},
    {403, "InvalidPhoneNumber", verdict::permanent},
    {404, "UnsupportedNumberType", verdict::permanent},
    {405, "InsufficientBalance", verdict::temporary},
    {406, "UserInBlacklist", verdict::permanent},
    {407, "CouldNotRoute", verdict::permanent},
    {409, "DoNotDisturbRejection", verdict::permanent},
    {500, "InternalServerError", verdict::unknown},
    {501, "GatewayError", verdict::unknown},
    {502, "RejectedByGateway", verdict::temporary},
}};

template <class Key>
verdict verdict_of(Key status_row::* key, const Key& value) {
    const auto row = std::ranges::find(statuses, value, key);
    return row == statuses.end() ? verdict::unknown : row->means;
}

std::unexpected<submit_refusal> refused(verdict why) {
    return std::unexpected(why == verdict::temporary   ? submit_refusal::temporary
                           : why == verdict::permanent ? submit_refusal::permanent
                                                       : submit_refusal::unknown);
}

const json::value* member(const json::value* object, std::string_view name) {
    return object != nullptr && object->is_object() ? object->get_object().if_contains(name) : nullptr;
}

std::string_view text_of(const json::value* value) {
    if (value == nullptr || !value->is_string()) return {};
    const json::string& text = value->get_string();
    return {text.data(), text.size()};
}

std::optional<int> number_of(const json::value* value) {
    if (value == nullptr) return std::nullopt;
    if (value->is_int64() && value->get_int64() >= 0 && value->get_int64() < 1'000) {
        return static_cast<int>(value->get_int64());
    }
    const std::string_view text = text_of(value);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::expected<sms_accepted, submit_failure> result_in(std::string_view body) {
    json::error_code error;
    json::parse_options options;
    options.max_depth = 8;
    const json::value document = json::parse(json::string_view(body.data(), body.size()), error, {}, options);
    if (error) return std::unexpected(submit_refusal::unknown);
    const json::value* data = member(&document, "SMSMessageData");
    const json::value* recipients = member(data, "Recipients");
    if (recipients == nullptr || !recipients->is_array()) return std::unexpected(submit_refusal::unknown);
    if (recipients->get_array().empty()) {
        // A refusal of the whole request names its reason here and lists nobody.
        const std::string_view message = text_of(member(data, "Message"));
        if (message.starts_with("Sent to 0/")) return std::unexpected(submit_refusal::permanent);
        const verdict why = verdict_of(&status_row::name, message);
        return refused(why == verdict::accepted ? verdict::unknown : why);
    }

    const json::value* recipient = &recipients->get_array().front();
    const std::optional<int> code = number_of(member(recipient, "statusCode"));
    const verdict why = code ? verdict_of(&status_row::code, *code)
                             : verdict_of(&status_row::name, text_of(member(recipient, "status")));
    if (why != verdict::accepted) return refused(why);
    const std::string_view id = text_of(member(recipient, "messageId"));
    // Without an id no report could ever be matched.
    if (id.empty() || id == "None" || id.size() > id_limit) return std::unexpected(submit_refusal::unknown);
    return sms_accepted{{std::string(id)}};
}

struct receipt_row {
    std::string_view status;
    receipt_state state;
};

// AbsentSubscriber is not final: the network tries again when her phone is back.
constexpr std::array<receipt_row, 8> receipts{{
    {"Sent", receipt_state::accepted},
    {"Submitted", receipt_state::accepted},
    {"Buffered", receipt_state::buffered},
    {"AbsentSubscriber", receipt_state::buffered},
    {"Success", receipt_state::delivered},
    {"Failed", receipt_state::failed},
    {"Expired", receipt_state::expired},
    {"Rejected", receipt_state::rejected},
}};

}  // namespace

http_client::outgoing submit_request(const gateway_settings& settings, const sms_out& message) {
    http_client::outgoing request;
    request.method = "POST";
    request.url = settings.sms_url;
    request.headers = {{"apiKey", settings.sms_api_key},
                       {"Accept", "application/json"},
                       {"Content-Type", "application/x-www-form-urlencoded"}};
    const std::string& sender = message.sender.empty() ? settings.sms_sender : message.sender;
    append_to_form(request.body, "username", settings.sms_username);
    append_to_form(request.body, "to", message.to.e164());
    append_to_form(request.body, "message", message.text);
    if (!sender.empty()) append_to_form(request.body, "from", sender);
    append_to_form(request.body, "bulkSMSMode", "1");
    append_to_form(request.body, "enqueue", "1");
    return request;
}

std::expected<sms_accepted, submit_failure> submit_result(const std::expected<http_response, http_failure>& answer) {
    if (!answer) {
        const bool surely_unsent = answer.error() == http_failure::not_sent || answer.error() == http_failure::bad_url;
        return refused(surely_unsent ? verdict::temporary : verdict::unknown);
    }
    const unsigned status = answer->status;
    if (status >= 200 && status < 300) return result_in(answer->body);
    // Of the clear refusals only these speak of the message; the others are the account's, the address's or the
    // moment's.
    if (status == 400 || status == 413 || status == 422) return refused(verdict::permanent);
    if (status >= 400 && status < 500 && status != 408) return refused(verdict::temporary);
    return refused(verdict::unknown);
}

std::expected<sms_in, dialect_fault> read_message(std::string_view form, std::string_view gateway) {
    std::string id;
    std::string from;
    std::string to;
    std::string text;
    std::array<form_field, 4> wanted{
        form_field{"id", &id, id_limit, true, id_what},
        form_field{"from", &from, msisdn_text_limit, true, "the sender's number in international form"},
        form_field{"to", &to, short_code_limit, true, "the short code it was sent to"},
        form_field{"text", &text, text_read_limit, false, "the text of the message"}};
    if (auto done = read_form(form, wanted); !done) return std::unexpected(std::move(done.error()));
    const std::optional<msisdn> sender = msisdn_in_form(from);
    if (!sender) return std::unexpected(not_a_msisdn("from"));
    cut(text, text_limit);
    return sms_in{std::string(gateway), std::move(id), *sender, std::move(to), std::move(text)};
}

std::expected<sms_receipt, dialect_fault> read_receipt(std::string_view form, std::string_view gateway) {
    std::string id;
    std::string status;
    std::string number;
    std::string reason;
    std::array<form_field, 4> wanted{
        form_field{"id", &id, id_limit, true, id_what},
        form_field{"status", &status, 64, true, "the state of the message: Sent, Success, Failed, …"},
        form_field{"phoneNumber", &number, 64, false, "the receiver's number"},
        form_field{"failureReason", &reason, 1'024, false, "why the message failed"}};
    if (auto done = read_form(form, wanted); !done) return std::unexpected(std::move(done.error()));
    const auto row = std::ranges::find(receipts, status, &receipt_row::status);
    const receipt_state state = row == receipts.end() ? receipt_state::unknown : row->state;
    // Where our state says less than the gateway's word, the word is kept.
    if (reason.empty() && (state == receipt_state::unknown || state == receipt_state::buffered)) reason = status;
    cut(reason, reason_limit);
    return sms_receipt{std::string(gateway), std::move(id), msisdn_in_form(number), state, std::move(reason)};
}

std::string message_form(const sms_in& message) {
    std::string form;
    append_to_form(form, "from", message.from.e164());
    append_to_form(form, "to", message.to);
    append_to_form(form, "text", message.text);
    append_to_form(form, "id", message.provider_id);
    return form;
}

std::string receipt_form(const sms_receipt& receipt) {
    std::string form;
    append_to_form(form, "id", receipt.provider_id);
    const auto row = std::ranges::find(receipts, receipt.state, &receipt_row::state);
    append_to_form(form, "status", row == receipts.end() ? "Unknown" : row->status);
    if (receipt.to) append_to_form(form, "phoneNumber", receipt.to->e164());
    if (!receipt.reason.empty()) append_to_form(form, "failureReason", receipt.reason);
    return form;
}

}  // namespace mlango::gsm
