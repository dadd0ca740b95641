#include "wallet/share_code.hpp"

#include <gtest/gtest.h>

namespace mlango::wallet {
namespace {

TEST(share_code, has_damms_check_digit) {
    EXPECT_EQ(damm_digit("572"), '4');  // the paper's own example
    EXPECT_EQ(damm_digit(""), '0');
}

TEST(share_code, is_read_as_people_type_it) {
    seeded_random random(7);
    for (const std::size_t live : {0U, 100U, 101U, 5000U}) {
        const auto code = new_share_code(random, live);
        EXPECT_EQ(code.size(), live <= 100 ? 10U : 11U);
        EXPECT_EQ(read_share_code(code), code);
        EXPECT_EQ(read_share_code(spoken_share_code(code)), code);
        EXPECT_EQ(read_share_code(code.substr(0, 3) + "-" + code.substr(3)), code);
    }
    EXPECT_EQ(spoken_share_code("4829137706"), "482 913 7706");
}

TEST(share_code, may_be_typed_in_arabic_digits) {
    const std::string code = "572572572" + std::string(1, damm_digit("572572572"));
    for (const unsigned char lead : {0xD9, 0xDB}) {
        std::string typed;
        for (const char digit : code) {
            typed += static_cast<char>(lead);
            typed += static_cast<char>((lead == 0xD9 ? 0xA0 : 0xB0) + (digit - '0'));
        }
        EXPECT_EQ(read_share_code(typed), code);
    }
}

TEST(share_code, shows_every_wrong_digit_and_every_swap) {
    seeded_random random(11);
    for (int round = 0; round < 50; ++round) {
        const auto code = new_share_code(random, 0);
        for (std::size_t at = 0; at < code.size(); ++at) {
            for (char digit = '0'; digit <= '9'; ++digit) {
                auto wrong = code;
                wrong[at] = digit;
                EXPECT_EQ(read_share_code(wrong).has_value(), digit == code[at]);
            }
            if (at + 1 == code.size() || code[at] == code[at + 1]) continue;
            auto swapped = code;
            std::swap(swapped[at], swapped[at + 1]);
            EXPECT_FALSE(read_share_code(swapped));
        }
    }
}

TEST(share_code, refuses_what_is_no_code) {
    for (const auto* typed : {"", "0", "000000000", "000000000000", "48291377O6", "4829137706x", "\xD9", "\xD9\xA0"})
        EXPECT_FALSE(read_share_code(typed)) << typed;
    EXPECT_TRUE(read_share_code("0000000000"));  // a code like any other, and as likely
}

}  // namespace
}  // namespace mlango::wallet
