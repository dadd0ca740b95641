#include "wallet/jose/json_text.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/bytes.hpp"

namespace mlango::wallet {

namespace {

namespace json = boost::json;

constexpr std::size_t longest = 4 * 1024 * 1024;  // a status list of a million entries is the largest we write
constexpr std::size_t deepest = 16;

// Members that the text writes: colons outside of strings. The text is JSON already.
std::size_t members_written(std::string_view text) {
    std::size_t count = 0;
    bool in_string = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const char c = text[at];
        if (in_string && c == '\\') {
            ++at;
        } else if (c == '"') {
            in_string = !in_string;
        } else if (c == ':' && !in_string) {
            ++count;
        }
    }
    return count;
}

std::size_t members_kept(const json::value& value) {
    std::size_t count = 0;
    if (const auto* object = value.if_object()) {
        count = object->size();
        for (const auto& member : *object) count += members_kept(member.value());
    } else if (const auto* array = value.if_array()) {
        for (const auto& element : *array) count += members_kept(element);
    }
    return count;
}

}  // namespace

std::optional<json::value> read_json(std::string_view text) {
    if (text.size() > longest) return std::nullopt;
    json::parse_options options;
    options.max_depth = deepest;
    json::error_code fault;
    json::value value = json::parse(json::string_view(text.data(), text.size()), fault, {}, options);
    if (fault || members_written(text) != members_kept(value)) return std::nullopt;
    return value;
}

std::optional<json::object> read_json_object(std::string_view text) {
    auto value = read_json(text);
    if (!value || !value->is_object()) return std::nullopt;
    return std::move(value->get_object());
}

std::optional<json::object> read_base64url_object(std::string_view text) {
    const auto octets = from_base64url(text);
    if (!octets) return std::nullopt;
    return read_json_object(as_string_view(*octets));
}

std::optional<std::string_view> string_member(const json::object& object, std::string_view name) {
    const json::value* held = object.if_contains(name);
    if (held == nullptr || !held->is_string()) return std::nullopt;
    return std::string_view(held->get_string());
}

std::optional<std::chrono::sys_seconds> read_numeric_date(const json::value& value) {
    constexpr std::int64_t last = 253'402'300'799;  // the end of 9999
    std::int64_t seconds = -1;
    if (const auto* whole = value.if_int64()) seconds = *whole;
    if (const auto* whole = value.if_uint64(); whole != nullptr && *whole <= static_cast<std::uint64_t>(last))
        seconds = static_cast<std::int64_t>(*whole);
    if (seconds < 0 || seconds > last) return std::nullopt;
    return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

std::optional<std::chrono::sys_seconds> time_member(const json::object& object, std::string_view name) {
    const json::value* held = object.if_contains(name);
    return held == nullptr ? std::nullopt : read_numeric_date(*held);
}

}  // namespace mlango::wallet
