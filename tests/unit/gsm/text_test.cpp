#include "gsm/text.hpp"

#include <gtest/gtest.h>

#include "base/bytes.hpp"

namespace mlango::gsm {
namespace {

std::string utf8(char32_t c) {
    std::string out;
    if (c < 0x80) {
        out += static_cast<char>(c);
    } else if (c < 0x800) {
        out += static_cast<char>(0xC0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        out += static_cast<char>(0xE0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
    return out;
}

// TS 23.038 §6.2.1 in the order of its codes; 0x1B is the escape to the extension table.
constexpr std::u32string_view default_alphabet =
    U"@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1B"
    U"ÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    U"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
constexpr std::u32string_view extension_table = U"\f^{}\\[~]|€";

TEST(text, default_alphabet_is_one_septet_a_character) {
    ASSERT_EQ(default_alphabet.size(), 128u);
    for (std::size_t code = 0; code < default_alphabet.size(); ++code) {
        const text_size wanted = code == 0x1B ? text_size{alphabet::ucs2, 1}
                                              : text_size{alphabet::gsm7, 1};  // the escape stands for nothing
        EXPECT_EQ(measure(utf8(default_alphabet[code])), wanted) << "code " << code;
    }
}

TEST(text, extension_table_is_two_septets_a_character) {
    ASSERT_EQ(extension_table.size(), 10u);
    for (const char32_t c : extension_table) {
        EXPECT_EQ(measure(utf8(c)), (text_size{alphabet::gsm7, 2})) << static_cast<unsigned>(c);
    }
}

TEST(text, every_other_character_needs_ucs2) {
    std::size_t in_gsm7 = 0;
    for (char32_t c = 0; c <= 0x10FFFF; ++c) {
        if (c >= 0xD800 && c <= 0xDFFF) continue;
        const text_size size = measure(utf8(c));
        if (size.needs == alphabet::gsm7) {
            ++in_gsm7;
        } else if (size.units != (c < 0x10000 ? 1u : 2u)) {
            FAIL() << "U+" << std::hex << static_cast<unsigned>(c) << " takes " << size.units;
        }
    }
    EXPECT_EQ(in_gsm7, 127u + 10u);
}

struct measured {
    std::string_view what;
    std::string_view text;
    text_size size;
};

const measured table[] = {
    {"nothing", "", {alphabet::gsm7, 0}},
    {"Swahili", "Karibu. Chagua:\n1 Msaada wangu\n2 Taarifa zangu", {alphabet::gsm7, 46}},
    {"braces count twice", "{1}", {alphabet::gsm7, 5}},
    {"French in the alphabet", "à é è ù", {alphabet::gsm7, 7}},
    {"French beyond it", "Reçu", {alphabet::ucs2, 4}},
    {"capital cedilla is in it", "REÇU", {alphabet::gsm7, 4}},
    {"one ş turns all to UCS-2", "kardeş [1]", {alphabet::ucs2, 10}},
    {"typographic apostrophe", "l’aide", {alphabet::ucs2, 6}},
    {"no-break space", "1\u00A0000", {alphabet::ucs2, 5}},
    {"Arabic", "مرحبا", {alphabet::ucs2, 5}},
    {"Amharic", "ሰላም", {alphabet::ucs2, 3}},
    {"emoji is a surrogate pair", "😀", {alphabet::ucs2, 2}},
    {"euro and Arabic", "€م", {alphabet::ucs2, 2}},
    {"combining accent is a unit", "e\u0301", {alphabet::ucs2, 2}},
    {"lone continuation", "\x80", {alphabet::ucs2, 1}},
    {"byte that begins nothing", "\xFF", {alphabet::ucs2, 1}},
    {"broken off after one of two", "\xC3", {alphabet::ucs2, 1}},
    {"broken off after two of three", "\xE2\x82", {alphabet::ucs2, 1}},
    {"broken off after three of four", "\xF0\x9F\x98", {alphabet::ucs2, 1}},
    {"broken by a letter",
     "\xE2\x82"
     "A",
     {alphabet::ucs2, 2}},
    {"overlong slash", "\xC0\xAF", {alphabet::ucs2, 2}},
    {"overlong of three", "\xE0\x80\x80", {alphabet::ucs2, 3}},
    {"surrogate", "\xED\xA0\x80", {alphabet::ucs2, 3}},
    {"above U+10FFFF", "\xF4\x90\x80\x80", {alphabet::ucs2, 4}},
};

TEST(text, measures) {
    for (const measured& row : table) {
        EXPECT_EQ(measure(row.text), row.size) << row.what << ": " << measure(row.text).units;
    }
}

// Cut at any byte, the parts are measured as a whole when the cut is between characters, and never past the end.
TEST(text, splits_between_characters_add_up) {
    for (const measured& row : table) {
        if (!is_utf8(row.text)) continue;
        for (std::size_t at = 0; at <= row.text.size(); ++at) {
            const text_size head = measure(row.text.substr(0, at));
            const text_size tail = measure(row.text.substr(at));
            if (!is_utf8(row.text.substr(0, at))) {
                EXPECT_EQ(head.needs, alphabet::ucs2) << row.what << " at " << at;
            } else if (head.needs == row.size.needs && tail.needs == row.size.needs) {
                EXPECT_EQ(head.units + tail.units, row.size.units) << row.what << " at " << at;
            }
        }
    }
}

TEST(text, screen_fits_to_the_last_unit) {
    const screen_size screen;
    EXPECT_TRUE(screen.fits(std::string(160, 'a')));
    EXPECT_FALSE(screen.fits(std::string(161, 'a')));
    EXPECT_TRUE(screen.fits(std::string(80, '[')));
    EXPECT_FALSE(screen.fits(std::string(80, '[') + "a"));
    std::string arabic;
    for (int i = 0; i < 70; ++i) arabic += "م";
    EXPECT_TRUE(screen.fits(arabic));
    EXPECT_FALSE(screen.fits(arabic + "1"));
    EXPECT_FALSE(screen.fits(std::string(130, 'a') + "ş"));
}

}  // namespace
}  // namespace mlango::gsm
