#include "base/http/message.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/http/text.hpp"

namespace mlango {

std::string_view http_request::path() const {
    const std::string_view all = target;
    return all.substr(0, all.find('?'));
}

std::string_view http_request::query() const {
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view{} : std::string_view(target).substr(mark + 1);
}

std::string_view http_request::header(std::string_view name) const {
    for (const http_header& field : headers)
        if (equal_ignoring_case(field.name, name)) return field.value;
    return {};
}

std::optional<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view text, std::size_t limit) {
    std::vector<std::pair<std::string, std::string>> fields;
    while (!text.empty()) {
        const std::size_t end = text.find('&');
        const std::string_view part = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        if (part.empty()) continue;
        if (fields.size() == limit) return std::nullopt;
        const std::size_t equals = part.find('=');
        auto name = percent_decode(part.substr(0, equals), true);
        auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                      : percent_decode(part.substr(equals + 1), true);
        if (!name || !value || !is_utf8(*name) || !is_utf8(*value)) return std::nullopt;
        fields.emplace_back(std::move(*name), std::move(*value));
    }
    return fields;
}

std::string encode_form(const std::vector<std::pair<std::string, std::string>>& fields) {
    std::string out;
    const auto append = [&out](std::string_view text) {
        constexpr std::string_view digits = "0123456789ABCDEF";
        for (const char c : text) {
            const auto code = static_cast<unsigned char>(c);
            const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '*' ||
                               c == '-' || c == '.' || c == '_';
            if (plain) {
                out += c;
            } else if (c == ' ') {
                out += '+';
            } else {
                out += {'%', digits[code >> 4], digits[code & 15]};
            }
        }
    };
    for (const auto& [name, value] : fields) {
        if (!out.empty()) out += '&';
        append(name);
        out += '=';
        append(value);
    }
    return out;
}

std::optional<std::string> query_field(std::string_view query, std::string_view name) {
    while (!query.empty()) {
        const std::size_t end = query.find('&');
        const std::string_view part = query.substr(0, end);
        query.remove_prefix(end == std::string_view::npos ? query.size() : end + 1);
        if (part.empty()) continue;
        const std::size_t equals = part.find('=');
        if (percent_decode(part.substr(0, equals), true) != name) continue;
        auto value = equals == std::string_view::npos ? std::optional<std::string>("")
                                                      : percent_decode(part.substr(equals + 1), true);
        if (!value || !is_utf8(*value)) return std::nullopt;
        return value;
    }
    return std::nullopt;
}

}  // namespace mlango
