#include "registry/staff/search_words.hpp"

#include <algorithm>

namespace mlango::registry {

namespace {

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_letter(char c) {
    return c >= 'A' && c <= 'Z';
}
bool all_digits(std::string_view text) {
    return std::ranges::all_of(text, is_digit);
}

// Arabic-Indic, Persian and full-width digits become ASCII, small letters capitals; the rest stays.
std::string in_ascii(std::string_view typed) {
    std::string out;
    for (std::size_t at = 0; at < typed.size(); ++at) {
        const auto byte = [&](std::size_t i) { return i < typed.size() ? static_cast<unsigned char>(typed[i]) : 0u; };
        const unsigned lead = byte(at), next = byte(at + 1);
        if (lead == 0xd9 && next >= 0xa0 && next <= 0xa9) {
            out += static_cast<char>('0' + (next - 0xa0));
            ++at;
        } else if (lead == 0xdb && next >= 0xb0 && next <= 0xb9) {
            out += static_cast<char>('0' + (next - 0xb0));
            ++at;
        } else if (lead == 0xef && next == 0xbc && byte(at + 2) >= 0x90 && byte(at + 2) <= 0x99) {
            out += static_cast<char>('0' + (byte(at + 2) - 0x90));
            at += 2;
        } else if (lead >= 'a' && lead <= 'z') {
            out += static_cast<char>(lead - 0x20);
        } else {
            out += typed[at];
        }
    }
    return out;
}

std::string letters_and_digits(std::string_view text) {
    std::string out;
    for (const char c : text)
        if (is_digit(c) || is_letter(c)) out += c;
    return out;
}

// Letters that are typed for digits.
std::string as_digits(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c == 'O') c = '0';
        if (c == 'I' || c == 'L') c = '1';
    }
    return out;
}

// What follows the operation: two digits of a year, a C that may be left out, five to seven digits.
std::string household_rest(std::string_view text) {
    std::string digits = as_digits(text);
    if (digits.size() > 2 && digits[2] == 'C') digits.erase(2, 1);
    return digits.size() >= 7 && digits.size() <= 9 && all_digits(digits) ? digits : std::string();
}
std::string individual_rest(std::string_view text) {
    std::string digits = as_digits(text);
    return (digits.size() == 8 || digits.size() == 9) && all_digits(digits) ? digits : std::string();
}

void add_numbers(search_words& to, std::string_view operation, std::string_view rest) {
    if (const std::string household = household_rest(rest); !household.empty())
        to.household_keys.push_back(std::string(operation) + household);
    if (const std::string individual = individual_rest(rest); !individual.empty())
        to.individual_numbers.push_back(std::string(operation) + "-" + individual);
}

std::string telephone_in(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (is_digit(c) || (c == '+' && out.empty()))
            out += c;
        else if (!std::string_view(" -.()/").contains(c))
            return {};
    }
    const std::size_t digits = out.size() - (out.starts_with('+') ? 1 : 0);
    return digits >= 7 && digits <= 17 ? out : std::string();
}

std::string trimmed(std::string_view text) {
    const auto from = text.find_first_not_of(" \t\r\n");
    if (from == std::string_view::npos) return {};
    return std::string(text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1));
}

}  // namespace

search_words read_search(std::string_view typed, std::span<const std::string> operations) {
    search_words words;
    const std::string text = in_ascii(trimmed(typed));
    const std::string compact = letters_and_digits(text);
    const auto digits = std::ranges::count_if(compact, is_digit);
    if (digits < 4) {
        words.name = sought_name_of(typed);
        return words;
    }
    // A letter anywhere in an operation's code, so that its three characters are not the number's.
    if (compact.size() > 3 && std::ranges::any_of(compact.substr(0, 3), is_letter))
        add_numbers(words, compact.substr(0, 3), std::string_view(compact).substr(3));
    for (const std::string& operation : operations) add_numbers(words, operation, compact);
    words.telephone = telephone_in(text);
    if (compact.size() >= 4 && compact.size() <= 40) {
        words.documents.push_back(compact);
        if (const std::string as_typed = trimmed(typed); as_typed != compact && as_typed.size() <= 60)
            words.documents.push_back(as_typed);
        if (text != compact && text != words.documents.back() && text.size() <= 60) words.documents.push_back(text);
    }
    return words;
}

}  // namespace mlango::registry
