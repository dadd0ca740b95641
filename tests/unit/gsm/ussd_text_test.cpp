// A text to the octets of a USSD string and back.
#include "gsm/ussd_text.hpp"

#include <gtest/gtest.h>

#include "gsm/gsm7.hpp"
#include "tests/unit/gsm/hex_octets.hpp"

namespace mlango::gsm {
namespace {

TEST(ussd_text, both_ways) {
    EXPECT_EQ(hex(encode_ussd("*384#").octets), "aa198e3602");
    EXPECT_EQ(encode_ussd("*384#").coding, 0x0F);
    EXPECT_EQ(encode_ussd("ሰላም").coding, 0x48);
    for (const std::string_view text : {"", "1", "1234567", "Karibu\n1 Msaada", "ሰላም 1", "مرحبا", "[€]", "😀"}) {
        const auto made = encode_ussd(text);
        EXPECT_EQ(decode_ussd(made.coding, made.octets), text);
    }
    EXPECT_EQ(decode_ussd(0x10, pack_ussd("en\rabc")), "abc");
    EXPECT_EQ(decode_ussd(0x11, octets("65370041")), "A");
    EXPECT_EQ(decode_ussd(0x11, "a"), "");
    EXPECT_EQ(decode_ussd(0x01, pack_ussd("abc")), "abc");  // English
    EXPECT_EQ(decode_ussd(0xF0, pack_ussd("abc")), "abc");
    for (const int coding : {0x44, 0x60, 0x90, 0xD0, 0xE0, 0xF4})
        EXPECT_FALSE(decode_ussd(static_cast<std::uint8_t>(coding), "abc")) << coding;
}

}  // namespace
}  // namespace mlango::gsm
