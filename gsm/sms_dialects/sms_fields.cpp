#include "gsm/sms_dialects/sms_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <charconv>

#include "base/bytes.hpp"
#include "base/hmac.hpp"
#include "base/http/text.hpp"

namespace mlango::gsm {
namespace {

namespace json = boost::json;

bool is_word(std::string_view text) {
    return text.size() <= reason_limit && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                      c == '.' || c == '-';
           });
}

}  // namespace

void cut(std::string& text, std::size_t limit) {
    if (text.size() <= limit) return;
    while (limit > 0 && (static_cast<unsigned char>(text[limit]) & 0xC0) == 0x80) --limit;
    text.resize(limit);
}

std::unexpected<submit_failure> refused(submit_refusal why, std::string_view word) {
    return std::unexpected(submit_failure(why, is_word(word) ? std::string(word) : std::string()));
}

submit_refusal refusal_of(http_failure failure) {
    switch (failure) {
        case http_failure::not_sent:
            return submit_refusal::busy;
        case http_failure::bad_url:
            return submit_refusal::temporary;
        case http_failure::unknown:
            break;
    }
    return submit_refusal::unknown;
}

bool is_message_id(std::string_view text) {
    return !text.empty() && text.size() <= message_id_limit &&
           std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7F; });
}

std::expected<sms_in, dialect_fault> message_of(std::string_view gateway, std::string id, std::string_view from,
                                                std::string to, std::string text, std::string_view from_field) {
    const std::optional<msisdn> sender = msisdn_in_form(from);
    if (!sender) return std::unexpected(not_a_msisdn(from_field));
    cut(text, sms_text_limit);
    return sms_in{std::string(gateway), std::move(id), *sender, std::move(to), std::move(text)};
}

std::uint64_t reference_in(std::string_view text) {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? number : 0;
}

std::uint64_t reference_of(const http_request& request) {
    return reference_in(find_in_form(request.query(), "ref", 20).value_or(""));
}

std::string receipts_with_reference(const sms_account& account, const sms_out& message) {
    const char joint = account.receipts.contains('?') ? '&' : '?';
    return fmt::format("{}{}ref={}", account.receipts, joint, message.reference);
}

std::optional<std::int64_t> minutes_of(const sms_out& message, std::int64_t most) {
    if (!message.lasts) return std::nullopt;
    const auto minutes = std::chrono::ceil<std::chrono::minutes>(*message.lasts).count();
    return std::clamp<std::int64_t>(minutes, 1, most);
}

const std::string& sender_of(const sms_account& account, const sms_out& message) {
    return message.sender.empty() ? account.sender : message.sender;
}

std::string basic_credentials(std::string_view username, std::string_view password) {
    return "Basic " + to_base64(as_byte_view(fmt::format("{}:{}", username, password)));
}

std::pair<std::string, std::string> credentials_in(std::string_view header) {
    if (!header.starts_with("Basic ")) return {};
    std::string text(header.substr(6));
    while (text.ends_with('=')) text.pop_back();
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    const auto plain = from_base64url(text);
    if (!plain) return {};
    const std::string_view both = as_string_view(*plain);
    const std::size_t colon = both.find(':');
    if (colon == std::string_view::npos || !is_utf8(both)) return {};
    return {std::string(both.substr(0, colon)), std::string(both.substr(colon + 1))};
}

std::string_view media_type_of(const http_request& request) {
    const std::string_view header = request.header("content-type");
    std::string_view type = header.substr(0, header.find(';'));
    while (type.ends_with(' ')) type.remove_suffix(1);
    return type;
}

http_request form_request(std::string_view target, std::string body) {
    http_request request;
    request.method = "POST";
    request.target = target;
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = std::move(body);
    return request;
}

dialect_fault send_post(std::string_view what) {
    return {405, fmt::format("Send POST, with {}.", what)};
}

std::optional<json::value> parsed(std::string_view text) {
    if (!is_utf8(text)) return std::nullopt;
    json::error_code error;
    json::parse_options options;
    options.max_depth = 8;
    json::value document = json::parse(in_json(text), error, {}, options);
    if (error) return std::nullopt;
    return document;
}

const json::value* member(const json::value* object, std::string_view name) {
    return object != nullptr && object->is_object() ? object->get_object().if_contains(in_json(name)) : nullptr;
}

std::string_view text_of(const json::value* value) {
    if (value == nullptr || !value->is_string()) return {};
    const json::string& text = value->get_string();
    return {text.data(), text.size()};
}

std::optional<int> number_of(const json::value* value) {
    if (value == nullptr) return std::nullopt;
    if (value->is_int64() && value->get_int64() >= 0 && value->get_int64() < 1'000'000) {
        return static_cast<int>(value->get_int64());
    }
    const std::string_view text = text_of(value);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

}  // namespace mlango::gsm
