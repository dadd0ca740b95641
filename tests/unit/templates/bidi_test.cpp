// Arabic lines as a phone lays them out, by the Unicode bidirectional algorithm: some phones take the whole screen as
// left to right, others as right to left. Either way the number to press stands where the line begins, and what she is
// to dial or type stands together and reads from left to right.
#include <gtest/gtest.h>
#include <unicode/ubidi.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "templates/menu.hpp"

namespace mlango::templates {
namespace {

const catalogue& words() {
    static const catalogue loaded = [] {
        auto made = catalogue::load(std::filesystem::path(MLANGO_SOURCE_DIR) / "templates" / "texts");
        if (!made) throw std::invalid_argument(made.error().front());
        return std::move(*made);
    }();
    return loaded;
}

// The line from left to right, without signs that nobody sees.
std::u16string laid_out(const std::string& line, UBiDiLevel paragraph) {
    const auto text = icu::UnicodeString::fromUTF8(line);
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UBiDi, decltype(&ubidi_close)> bidi(ubidi_open(), &ubidi_close);
    ubidi_setPara(bidi.get(), text.getBuffer(), text.length(), paragraph, nullptr, &status);
    std::u16string out(static_cast<std::size_t>(text.length()) + 1, u'\0');
    const auto length = ubidi_writeReordered(bidi.get(), out.data(), static_cast<std::int32_t>(out.size()),
                                             UBIDI_REMOVE_BIDI_CONTROLS, &status);
    EXPECT_TRUE(U_SUCCESS(status));
    out.resize(static_cast<std::size_t>(length));
    return out;
}

std::u16string utf16(std::string_view text) {
    const auto made =
        icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    return {made.getBuffer(), static_cast<std::size_t>(made.length())};
}

constexpr UBiDiLevel left_to_right = 0, right_to_left = 1;

TEST(bidi, the_key_to_press_stands_where_the_line_begins) {
    const auto screens = menu::load(std::filesystem::path(MLANGO_SOURCE_DIR) / "templates" / "menus" / "main", words());
    ASSERT_TRUE(screens);
    const language_index arabic = *words().find_language("ar");
    int lines = 0;
    for (const auto& screen : screens->screens())
        for (const auto& option : screen.options) {
            const std::string line = option.key + " " + words().format(option.text, arabic, {});
            const auto key = utf16(option.key);
            EXPECT_TRUE(laid_out(line, left_to_right).starts_with(key)) << line;
            EXPECT_TRUE(laid_out(line, right_to_left).ends_with(key)) << line;
            ++lines;
        }
    EXPECT_GT(lines, 50);
    for (const std::string_view common : {"common.back", "common.home", "common.more", "common.more_98"}) {
        const std::string line = words().format(*words().find(common), arabic, {});
        const auto key = utf16(std::string_view(line).substr(0, line.find(' ')));
        EXPECT_TRUE(laid_out(line, left_to_right).starts_with(key)) << line;
        EXPECT_TRUE(laid_out(line, right_to_left).ends_with(key)) << line;
    }
}

TEST(bidi, what_she_is_to_dial_or_type_keeps_its_order) {
    const language_index arabic = *words().find_language("ar");
    const std::pair<std::string_view, std::string_view> values_shown[] = {
        {"code", "*384*96#"},     {"number", "+254700000001"}, {"old", "...001"},     {"card", "***0011"},
        {"tail", "...001"},       {"guardian", "...001"},      {"reference", "7K2M"}, {"pin", "4826"},
        {"hours", "08:00-16:00"},
    };
    int shown = 0;
    for (text_id text = 0; text < words().size(); ++text)
        for (const auto& [name, value] : values_shown) {
            const auto names = words().arguments_of(text, arabic);
            if (!std::ranges::binary_search(names, name) || words().key_of(text) == "who.person" ||
                words().key_of(text) == "complaint.unnamed_done" || words().key_of(text) == "by_sms.unnamed_done" ||
                words().key_of(text) == "who.person_again")
                continue;
            values held{{name, std::string(value)}, {"here", true}, {"has_hours", true}};
            const std::string whole = words().format(text, arabic, held);
            for (const UBiDiLevel paragraph : {left_to_right, right_to_left}) {
                bool found = false;
                for (std::size_t at = 0; at <= whole.size();) {
                    const std::size_t end = std::min(whole.find('\n', at), whole.size());
                    found |= laid_out(whole.substr(at, end - at), paragraph).find(utf16(value)) != std::u16string::npos;
                    at = end + 1;
                }
                EXPECT_TRUE(found) << words().key_of(text) << ' ' << name << ": " << whole;
                ++shown;
            }
        }
    EXPECT_GT(shown, 30);
}

}  // namespace
}  // namespace mlango::templates
