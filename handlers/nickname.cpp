#include "handlers/nickname.hpp"

#include <algorithm>

namespace mlango::handlers {

namespace {

constexpr std::size_t longest = 20;        // characters, as the schema has it
constexpr std::size_t longest_number = 3;  // digits in a row: more may be a card, a phone or a PIN

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// ASCII only, as the forbidden words are written.
std::string small(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::string plain_nickname(std::string_view typed) {
    std::string plain;
    for (const char c : typed)
        if (c != ' ' || (!plain.empty() && plain.back() != ' ')) plain += c;
    if (plain.ends_with(' ')) plain.pop_back();
    return plain;
}

bool may_be_nickname(std::string_view nickname, std::string_view given_name, std::string_view family_name,
                     const std::vector<std::pair<std::string, std::vector<std::string>>>& forbidden) {
    const std::string name = small(nickname);
    const auto characters = std::ranges::count_if(name, [](char c) { return (c & 0xc0) != 0x80; });
    if (name.empty() || static_cast<std::size_t>(characters) > longest) return false;
    if (std::ranges::none_of(name, is_letter)) return false;
    if (std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) return false;
    std::size_t digits = 0;
    for (const char c : name) {
        digits = is_digit(c) ? digits + 1 : 0;
        if (digits > longest_number) return false;
    }
    const auto holds = [&](std::string_view word) {
        return !word.empty() && name.find(small(word)) != std::string::npos;
    };
    if (holds(given_name) && holds(family_name)) return false;
    return std::ranges::none_of(
        forbidden, [&](const auto& of_language) { return std::ranges::any_of(of_language.second, holds); });
}

}  // namespace mlango::handlers
