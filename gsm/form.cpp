#include "gsm/form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.hpp"

namespace mlango::gsm {
namespace {

constexpr std::size_t field_limit = 64;

enum class decode_error { too_long, malformed };

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// Characters that stand for themselves in a form.
constexpr std::array<bool, 256> plain = [] {
    std::array<bool, 256> is{};
    for (std::size_t c = 1; c < 0x80; ++c) is[c] = c != '+' && c != '%';
    return is;
}();

std::expected<void, decode_error> decode(std::string_view raw, std::size_t limit, std::string& into) {
    into.clear();
    if (raw.size() > 3 * limit) return std::unexpected(decode_error::too_long);
    into.reserve(std::min(raw.size(), limit));
    bool ascii = true;
    for (std::size_t at = 0; at < raw.size();) {
        std::size_t end = at;
        while (end < raw.size() && plain[static_cast<unsigned char>(raw[end])]) ++end;
        if (into.size() + (end - at) > limit) return std::unexpected(decode_error::too_long);
        into.append(raw, at, end - at);
        if (end == raw.size()) break;
        char c = raw[end];
        at = end + 1;
        if (c == '+') {
            c = ' ';
        } else if (c == '%') {
            const int high = end + 2 < raw.size() ? hex_value(raw[end + 1]) : -1;
            const int low = end + 2 < raw.size() ? hex_value(raw[end + 2]) : -1;
            if (high < 0 || low < 0) return std::unexpected(decode_error::malformed);
            c = static_cast<char>(high * 16 + low);
            at = end + 3;
        }
        if (c == '\0') return std::unexpected(decode_error::malformed);
        ascii = ascii && static_cast<unsigned char>(c) < 0x80;
        if (into.size() == limit) return std::unexpected(decode_error::too_long);
        into += c;
    }
    if (!ascii && !is_utf8(into)) return std::unexpected(decode_error::malformed);
    return {};
}

bool has_escapes(std::string_view raw) {
    return raw.find_first_of("%+") != std::string_view::npos;
}

bool is_named(std::string_view raw, bool escaped, std::string_view name) {
    if (!escaped) return raw == name;
    std::string decoded;
    return decode(raw, name.size(), decoded) && decoded == name;
}

struct raw_field {
    std::string_view name;
    std::string_view value;
};

// Takes the next field off `rest`; empty pieces ("a=1&&b=2") are passed over.
std::optional<raw_field> take_field(std::string_view& rest) {
    while (!rest.empty()) {
        const std::size_t end = rest.find('&');
        const std::string_view piece = rest.substr(0, end);
        rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        if (piece.empty()) continue;
        const std::size_t equals = piece.find('=');
        if (equals == std::string_view::npos) return raw_field{piece, {}};
        return raw_field{piece.substr(0, equals), piece.substr(equals + 1)};
    }
    return std::nullopt;
}

std::unexpected<dialect_fault> fault(std::string message) {
    return std::unexpected(dialect_fault{400, std::move(message)});
}

}  // namespace

std::expected<void, dialect_fault> read_form(std::string_view form, std::span<form_field> fields) {
    std::size_t count = 0;
    while (const auto raw = take_field(form)) {
        if (++count > field_limit) return fault(fmt::format("The form has more than {} fields.", field_limit));
        const bool escaped = has_escapes(raw->name);
        for (form_field& field : fields) {
            if (!is_named(raw->name, escaped, field.name)) continue;
            if (field.given) {
                return fault(fmt::format("{} is given more than once. Send it once: {}.", field.name, field.what));
            }
            field.given = true;
            const auto done = decode(raw->value, field.limit, *field.value);
            if (!done && done.error() == decode_error::too_long) {
                return fault(fmt::format("{} is longer than {} bytes. Send {}.", field.name, field.limit, field.what));
            }
            if (!done) {
                return fault(fmt::format("{} is not percent-encoded UTF-8, or has a NUL in it. Send {}.", field.name,
                                         field.what));
            }
            break;
        }
    }
    for (const form_field& field : fields) {
        if (field.required && field.value->empty()) {
            return fault(fmt::format("{} is missing. Send {}.", field.name, field.what));
        }
    }
    return {};
}

std::optional<std::string> find_in_form(std::string_view form, std::string_view name, std::size_t limit) {
    while (const auto raw = take_field(form)) {
        if (!is_named(raw->name, has_escapes(raw->name), name)) continue;
        std::string value;
        if (!decode(raw->value, limit, value)) return std::nullopt;
        return value;
    }
    return std::nullopt;
}

void append_to_form(std::string& form, std::string_view name, std::string_view value) {
    const auto append = [&form](std::string_view text) {
        constexpr std::string_view hex = "0123456789ABCDEF";
        for (const char c : text) {
            const bool unchanged = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                                   c == '*' || c == '-' || c == '.' || c == '_';
            if (unchanged) {
                form += c;
            } else if (c == ' ') {
                form += '+';
            } else {
                const auto byte = static_cast<unsigned char>(c);
                form += '%';
                form += hex[byte >> 4];
                form += hex[byte & 0xF];
            }
        }
    };
    if (!form.empty()) form += '&';
    append(name);
    form += '=';
    append(value);
}

}  // namespace mlango::gsm
