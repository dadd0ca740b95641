// What a text tells her to type is the same key in every language.
#include <algorithm>
#include <set>

#include "spoken.hpp"

namespace mlango::handlers {
namespace {

// Nothing of these is typed by what they say, or a language says it in words.
const std::set<std::string_view> in_words = {"phone.invalid",       "look_up.reference", "sms_settings.day",
                                             "guardian.asked",      "sms.pin_asked",     "by_sms.type_invalid",
                                             "by_sms.no_reference", "share.verifier",    "share.unknown"};

std::vector<std::string> numbers_in(std::string_view text) {
    std::vector<std::string> found;
    bool inside = false;
    for (const char c : text) {
        const bool digit = c >= '0' && c <= '9';
        if (digit && !inside) found.emplace_back();
        if (digit) found.back() += c;
        inside = digit;
    }
    std::ranges::sort(found);
    return found;
}

TEST(told_numbers, are_those_of_the_first_language_in_each) {
    const auto& words = real_words();
    int compared = 0;
    for (std::size_t text = 0; text < words.size(); ++text) {
        const auto id = static_cast<templates::text_id>(text);
        if (in_words.contains(words.key_of(id))) continue;
        const auto expected = numbers_in(words.format(id, 0, {}));
        for (std::size_t at = 1; at < words.languages().size(); ++at) {
            const auto language = static_cast<templates::language_index>(at);
            if (!words.has(id, language)) continue;
            EXPECT_EQ(numbers_in(words.format(id, language, {})), expected)
                << words.key_of(id) << " in " << words.languages()[at].code;
            ++compared;
        }
    }
    EXPECT_GT(compared, 1'000);
}

}  // namespace
}  // namespace mlango::handlers
