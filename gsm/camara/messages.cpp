#include "gsm/camara/messages.hpp"

#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/hmac.hpp"
#include "base/http/message.hpp"
#include "base/iso_day.hpp"

namespace mlango::gsm::camara {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_body = 16 * 1024;
constexpr std::size_t longest_token = 8 * 1024;
constexpr std::int64_t longest_life = 86'400;
constexpr std::int64_t usual_life = 300;  // RFC 6749 §5.1 lets a server leave it out

std::optional<json::object> read_object(std::string_view body) {
    if (body.size() > longest_body) return std::nullopt;
    json::error_code fault;
    json::value value = json::parse(json::string_view(body.data(), body.size()), fault);
    if (fault || !value.is_object()) return std::nullopt;
    return std::move(value.get_object());
}

// ErrorInfo.code, whose members every CAMARA API shares; some have a prefix of their own ("SIM_SWAP.").
std::string code_of(std::string_view body) {
    const auto object = read_object(body);
    const auto* code = object ? object->if_contains("code") : nullptr;
    return code != nullptr && code->is_string() ? std::string(code->get_string()) : std::string();
}

std::string escaped(std::string_view text) {
    std::string out = encode_form({{"", std::string(text)}});
    return out.substr(out.find('=') + 1);
}

}  // namespace

std::string sim_swap_body(msisdn number, int hours) {
    return json::serialize(
        json::object{{"phoneNumber", number.e164()}, {"maxAge", std::clamp(hours, 1, longest_hours)}});
}

std::string number_recycling_body(msisdn number, std::chrono::year_month_day since) {
    return json::serialize(json::object{{"phoneNumber", number.e164()}, {"specifiedDate", iso_day(since)}});
}

check_reply read_check(unsigned status, std::string_view body, std::string_view member) {
    switch (status) {
        case 200: {
            const auto object = read_object(body);
            const auto* value = object ? object->if_contains(member) : nullptr;
            if (value == nullptr || !value->is_bool()) return {reply_kind::broken};
            return {reply_kind::told, value->get_bool()};
        }
        case 400:
            return {code_of(body).ends_with("OUT_OF_RANGE") ? reply_kind::out_of_range : reply_kind::refused};
        case 401:
            return {reply_kind::not_allowed};
        case 404:
        case 422:
            return {reply_kind::not_known};
        case 429:
            return {reply_kind::busy};
        default:
            return {status >= 500 ? reply_kind::busy : reply_kind::refused};
    }
}

std::string token_body(std::string_view scope) {
    return encode_form({{"grant_type", "client_credentials"}, {"scope", std::string(scope)}});
}

std::string basic_credentials(std::string_view client_id, std::string_view client_secret) {
    return "Basic " + to_base64(as_byte_view(escaped(client_id) + ":" + escaped(client_secret)));
}

std::optional<access_token> read_token(unsigned status, std::string_view body) {
    const auto object = status == 200 ? read_object(body) : std::nullopt;
    if (!object) return std::nullopt;
    const auto* token = object->if_contains("access_token");
    const auto* type = object->if_contains("token_type");
    const auto* life = object->if_contains("expires_in");
    const auto is_bearer = [](std::string_view text) {
        return std::ranges::equal(text, std::string_view("bearer"), {},
                                  [](char c) { return static_cast<char>(c | 0x20); });
    };
    if (token == nullptr || !token->is_string() || type == nullptr || !type->is_string() ||
        !is_bearer(type->get_string()))
        return std::nullopt;
    const std::string_view value = token->get_string();
    if (value.empty() || value.size() > longest_token ||
        !std::ranges::all_of(value, [](char c) { return c > ' ' && c < '\x7f'; }))
        return std::nullopt;
    const std::int64_t seconds = life != nullptr && life->is_int64() ? life->get_int64() : usual_life;
    return access_token{std::string(value), std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, longest_life))};
}

}  // namespace mlango::gsm::camara
