#include "handlers/sms_rules.hpp"

#include <string>

#include "templates/folding.hpp"

namespace mlango::handlers {

namespace {

constexpr std::size_t telling_digits = 9;

bool has_long_number(std::string_view text) {
    std::size_t digits = 0;
    for (const char c : text) {
        digits = c >= '0' && c <= '9' ? digits + 1 : 0;
        if (digits == telling_digits) return true;
    }
    return false;
}

}  // namespace

std::string_view fault_of_sms(std::string_view text, const templates::declarations& declared) {
    if (text.empty()) return "empty";
    if (!sms_screen.fits(text)) return "too long";
    if (has_long_number(text)) return "a number";
    const std::string small = templates::without_case(text);
    if (small.contains("://") || small.contains("www.")) return "a link";
    for (const auto& [language, words] : declared.forbidden)
        for (const std::string& word : words)
            if (small.contains(templates::without_case(word))) return "a forbidden word";
    return {};
}

}  // namespace mlango::handlers
