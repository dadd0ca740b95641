#include "base/bytes.hpp"

#include <gtest/gtest.h>

using namespace mlango;
using namespace std::string_literals;

namespace {

struct text_form {
    std::string name;
    std::string value;
    std::string text;
};

const std::vector<text_form> base64url_table = {
    {"empty", "", ""},
    {"RFC 4648 f", "f", "Zg"},
    {"RFC 4648 fo", "fo", "Zm8"},
    {"RFC 4648 foo", "foo", "Zm9v"},
    {"RFC 4648 foob", "foob", "Zm9vYg"},
    {"RFC 4648 fooba", "fooba", "Zm9vYmE"},
    {"RFC 4648 foobar", "foobar", "Zm9vYmFy"},
    {"both marks", "\xfb\xff\xbf", "-_-_"},
    {"zero bytes", "\0\0"s, "AAA"},
};

const std::vector<text_form> hex_table = {
    {"empty", "", ""}, {"zero", "\0"s, "00"}, {"letters", "\xab\xcd\xef", "abcdef"}, {"text", "1:z", "313a7a"}};

}  // namespace

TEST(hex, writes_and_reads_its_table) {
    for (const auto& [name, value, text] : hex_table) {
        EXPECT_EQ(to_hex(as_byte_view(value)), text) << name;
        const auto back = from_hex(text);
        ASSERT_TRUE(back) << name;
        EXPECT_EQ(as_string_view(*back), value) << name;
    }
}

TEST(hex, reads_both_cases) {
    ASSERT_TRUE(from_hex("aBCd"));
    EXPECT_EQ(as_string_view(*from_hex("aBCd")), "\xab\xcd");
}

TEST(hex, refuses_what_is_not_hexadecimal) {
    for (const std::string text : {"a", "abc", "0g", "g0", "0x00", " 00", "00 ", "00\n", "é"})
        EXPECT_FALSE(from_hex(text)) << text;
    EXPECT_FALSE(from_hex("00\0\0"s));
}

TEST(base64url, writes_and_reads_its_table) {
    for (const auto& [name, value, text] : base64url_table) {
        EXPECT_EQ(to_base64url(as_byte_view(value)), text) << name;
        const auto back = from_base64url(text);
        ASSERT_TRUE(back) << name;
        EXPECT_EQ(as_string_view(*back), value) << name;
    }
}

TEST(base64url, every_byte_comes_back_at_every_length) {
    std::string value;
    for (int i = 0; i < 256; ++i) {
        value += static_cast<char>(255 - i);
        const auto back = from_base64url(to_base64url(as_byte_view(value)));
        ASSERT_TRUE(back);
        EXPECT_EQ(as_string_view(*back), value);
    }
}

TEST(base64url, refuses_padding_other_alphabets_and_loose_bits) {
    for (const std::string text : {"Zg==", "Zm8=", "+/+/", "Z", "Zm9vY", "Zg\n", " Zg", "Zh", "Zm9", "Z!"})
        EXPECT_FALSE(from_base64url(text)) << text;
}

TEST(equal_in_constant_time, compares_content_and_length) {
    EXPECT_TRUE(equal_in_constant_time("", ""));
    EXPECT_TRUE(equal_in_constant_time("secret", "secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secreT"));
    EXPECT_FALSE(equal_in_constant_time("Secret", "secret"));
    EXPECT_FALSE(equal_in_constant_time("secret", "secre"));
    EXPECT_FALSE(equal_in_constant_time("secret", ""));
}

TEST(utf8, accepts_the_borders_of_every_length) {
    for (const std::string& text :
         {"\x7f"s, "\xc2\x80"s, "\xdf\xbf"s, "\xe0\xa0\x80"s, "\xed\x9f\xbf"s, "\xee\x80\x80"s, "\xef\xbf\xbf"s,
          "\xf0\x90\x80\x80"s, "\xf4\x8f\xbf\xbf"s, ""s, "\0"s, "Karibu, مرحبا, 👋"s})
        EXPECT_TRUE(is_utf8(text)) << to_hex(as_byte_view(text));
}

TEST(utf8, refuses_overlong_forms_surrogates_and_stray_bytes) {
    for (const std::string& text : {"\x80"s, "\xbf"s, "\xc0\x80"s, "\xc1\xbf"s, "\xe0\x9f\xbf"s, "\xed\xa0\x80"s,
                                    "\xed\xbf\xbf"s, "\xf0\x8f\xbf\xbf"s, "\xf4\x90\x80\x80"s, "\xf5\x80\x80\x80"s,
                                    "\xff"s, "\xfe"s, "\xc2\x41"s, "\xe1\x80\x41"s, "\xf1\x80\x80\x41"s})
        EXPECT_FALSE(is_utf8(text)) << to_hex(as_byte_view(text));
}

TEST(utf8, a_truncated_character_is_refused_wherever_it_stands) {
    for (const std::string character : {"é", "€", "👋"})
        for (std::size_t before = 0; before < 20; ++before)
            for (std::size_t kept = 1; kept <= character.size(); ++kept) {
                const std::string text = std::string(before, 'a') + character.substr(0, kept);
                EXPECT_EQ(is_utf8(text), kept == character.size()) << to_hex(as_byte_view(text));
                EXPECT_EQ(is_utf8(text + "bbbbbbbbbb"), kept == character.size());
            }
}
