#include "console/access/fields.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>

#include "base/bytes.hpp"
#include "base/http/json_body.hpp"
#include "base/iso_day.hpp"
#include "console/body_fields.hpp"

namespace mlango::console::access {

namespace {

namespace json = boost::json;

std::unexpected<std::string> bad(std::string_view name, std::string_view must) {
    return std::unexpected(std::string(name) + " must be " + std::string(must) + ".");
}

bool is_number(std::string_view digits, int least, int most) {
    int value = -1;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return fault == std::errc{} && end == digits.data() + digits.size() && value >= least && value <= most;
}

}  // namespace

field<std::optional<std::int64_t>> read_optional_key(const json::object& body, std::string_view name) {
    const json::value* const held = body.if_contains(name);
    if (held == nullptr || held->is_null()) return std::optional<std::int64_t>();
    const auto* const number = held->if_int64();
    if (number == nullptr || *number < 1 || *number > most_key) return bad(name, "the key of a record");
    return std::optional(*number);
}

field<std::int64_t> read_key(const json::object& body, std::string_view name) {
    auto read = read_optional_key(body, name);
    if (!read) return std::unexpected(std::move(read.error()));
    if (!*read) return bad(name, "the key of a record");
    return **read;
}

field<int> read_revision(const json::object& body) {
    const json::value* const held = body.if_contains("revision");
    const auto* const number = held == nullptr ? nullptr : held->if_int64();
    if (number == nullptr || *number < 0 || *number > 2'000'000'000)
        return bad("revision", "the number that the record had when it was looked at");
    return static_cast<int>(*number);
}

bool is_day(std::string_view text) {
    using namespace std::chrono_literals;
    const auto day = read_iso_day(text);
    return day && day->year() >= 1900y && day->year() <= 2999y;
}

field<std::string> read_day(const json::object& body, std::string_view name) {
    auto text = read_optional_text(body, name, {.least = 10, .most = 10});
    if (!text) return std::unexpected(std::move(text.error()));
    if (!*text) return std::string();
    if (!is_day(**text)) return bad(name, "a day: YYYY-MM-DD");
    return std::move(**text);
}

field<std::string> read_time(const json::object& body, std::string_view name) {
    auto text = read_text(body, name, {.least = 20, .most = 20});
    if (!text) return std::unexpected(std::move(text.error()));
    const std::string_view all = *text;
    const bool good = is_day(all.substr(0, 10)) && all[10] == 'T' && all[13] == ':' && all[16] == ':' &&
                      all[19] == 'Z' && is_number(all.substr(11, 2), 0, 23) && is_number(all.substr(14, 2), 0, 59) &&
                      is_number(all.substr(17, 2), 0, 59);
    if (!good) return bad(name, "a time in UTC: YYYY-MM-DDTHH:MM:SSZ");
    return std::move(*text);
}

bool is_account_name(std::string_view text) {
    return text.size() >= 2 && text.size() <= 60 && std::ranges::all_of(text, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
           });
}

bool is_shown_name(std::string_view text) {
    if (text.find_first_not_of(' ') == std::string_view::npos || !is_utf8(text)) return false;
    if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }))
        return false;
    // U+202A to U+202E and U+2066 to U+2069.
    for (std::size_t at = 0; at + 2 < text.size(); ++at) {
        if (text[at] != '\xe2') continue;
        const auto second = static_cast<unsigned char>(text[at + 1]);
        const auto third = static_cast<unsigned char>(text[at + 2]);
        if (second == 0x80 && third >= 0xaa && third <= 0xae) return false;
        if (second == 0x81 && third >= 0xa6 && third <= 0xa9) return false;
    }
    return true;
}

}  // namespace mlango::console::access
