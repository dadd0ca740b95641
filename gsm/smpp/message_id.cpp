#include "gsm/smpp/message_id.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace mlango::gsm::smpp {
namespace {

constexpr std::size_t longest = 200;
constexpr std::string_view blanks = " \t\r\n\0";

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_hex(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool all_hex(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_hex);
}

std::string_view trimmed(std::string_view id) {
    const std::string_view ends(blanks.data(), 5);
    const std::size_t begin = id.find_first_not_of(ends);
    if (begin == std::string_view::npos) return {};
    const std::string_view cut = id.substr(begin, longest);
    return cut.substr(0, cut.find_last_not_of(ends) + 1);
}

std::string_view without_prefix(std::string_view id) {
    const bool has = id.size() > 2 && id[0] == '0' && (id[1] == 'x' || id[1] == 'X') && all_hex(id.substr(2));
    return has ? id.substr(2) : id;
}

bool is_uuid(std::string_view id) {
    return id.contains('-') && std::ranges::all_of(id, [](char c) { return is_hex(c) || c == '-'; });
}

std::optional<std::string> in_other_base(std::string_view digits, int from, int to) {
    std::uint64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number, from);
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return std::nullopt;
    char into[24];
    const auto end = std::to_chars(into, into + sizeof into, number, to).ptr;
    return std::string(into, end);
}

}  // namespace

std::string canonical_id(std::string_view id) {
    std::string_view core = without_prefix(trimmed(id));
    if (!all_hex(core) && !is_uuid(core)) return std::string(core);
    if (all_hex(core)) core.remove_prefix(std::min(core.find_first_not_of('0'), core.size() - 1));
    std::string form(core);
    std::ranges::transform(form, form.begin(), lower);
    return form;
}

std::vector<std::string> id_forms(std::string_view id) {
    std::vector<std::string> forms{canonical_id(id)};
    const std::string own = forms.front();
    const auto add = [&](std::optional<std::string> form) {
        if (form && std::ranges::find(forms, *form) == forms.end()) forms.push_back(std::move(*form));
    };
    if (!all_hex(own)) return forms;
    const bool says_hexadecimal = without_prefix(trimmed(id)) != trimmed(id);
    if (!says_hexadecimal && std::ranges::all_of(own, is_digit)) add(in_other_base(own, 10, 16));
    add(in_other_base(own, 16, 10));
    return forms;
}

}  // namespace mlango::gsm::smpp
