#include "gsm/msisdn.hpp"

#include <gtest/gtest.h>

namespace mlango::gsm {
namespace {

TEST(msisdn, from_e164) {
    struct row {
        std::string_view text;
        std::string_view e164;  // empty: refused
    };
    const row rows[] = {
        {"+254700000001", "+254700000001"},
        {"254700000001", "+254700000001"},
        {"+1234567", "+1234567"},
        {"+123456789012345", "+123456789012345"},
        {"+999999999999999", "+999999999999999"},
        {"+123456", ""},            // six digits
        {"+1234567890123456", ""},  // sixteen
        {"", ""},
        {"+", ""},
        {"0700000001", ""},
        {"+0254700000001", ""},
        {"++254700000001", ""},
        {" +254700000001", ""},
        {"+254700000001 ", ""},
        {"+254 700 000 001", ""},
        {"+25470000000x", ""},
        {"-254700000001", ""},
        {"+٢٥٤٧٠٠٠٠٠٠٠١", ""},
    };
    for (const row& row : rows) {
        const auto number = msisdn::from_e164(row.text);
        EXPECT_EQ(number ? number->e164() : "", row.e164) << row.text;
        if (number) {
            EXPECT_EQ(number->digits(), row.e164.substr(1));
            EXPECT_EQ(std::to_string(number->value()), row.e164.substr(1));
        }
    }
}

TEST(msisdn, every_truncation_is_refused_or_shorter) {
    const std::string_view whole = "+254700000001";
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto number = msisdn::from_e164(whole.substr(0, length));
        EXPECT_EQ(number.has_value(), length >= 8) << length;
        if (number) EXPECT_EQ(number->e164(), whole.substr(0, length));
    }
}

TEST(msisdn, typed_forms) {
    struct row {
        std::string_view region;
        std::string_view text;
        std::string_view e164;
    };
    const row rows[] = {
        {"KE", "0700000001", "+254700000001"},
        {"KE", "700000001", "+254700000001"},
        {"KE", "254700000001", "+254700000001"},
        {"KE", "+254 700 000 001", "+254700000001"},
        {"KE", "0700-000-001", "+254700000001"},
        {"KE", "(0700) 000.001", "+254700000001"},
        {"KE", "0110000001", "+254110000001"},
        {"KE", "000256772000001", "+256772000001"},
        {"KE", "00254700000001", "+254700000001"},
        {"KE", "٠٧٠٠٠٠٠٠٠١", "+254700000001"},
        {"KE", "۰۷۰۰۰۰۰۰۰۱", "+254700000001"},
        {"KE", "\u200F+٢٥٤ ٧٠٠ ٠٠٠ ٠٠١\u200E", "+254700000001"},
        {"KE", "0700\u00A0000\u00A0001", "+254700000001"},
        {"KE", "0700\u2013000\u2013001", "+254700000001"},
        {"UG", "0772000001", "+256772000001"},
        {"UG", "772 000 001", "+256772000001"},
        {"UG", "+254700000001", "+254700000001"},
        {"ET", "0911000001", "+251911000001"},
        {"ET", "911 00 00 01", "+251911000001"},
        {"ET", "00251911000001", "+251911000001"},
        {"JO", "0790000001", "+962790000001"},
    };
    for (const row& row : rows) {
        const auto number = msisdn::from_typed(row.text, row.region);
        EXPECT_EQ(number ? number->e164() : "refused", row.e164) << row.region << " " << row.text;
    }
}

TEST(msisdn, typed_faults) {
    struct row {
        std::string text;
        msisdn_error error;
    };
    const row rows[] = {
        {"", msisdn_error::empty},
        {"   ", msisdn_error::empty},
        {"\u200F", msisdn_error::empty},
        {"-", msisdn_error::empty},
        {"+", msisdn_error::too_short},
        {"7", msisdn_error::too_short},
        {"0700", msisdn_error::too_short},
        {"07000000", msisdn_error::not_in_use},
        {"07000000011111", msisdn_error::too_long},
        {"+25470000000111111111", msisdn_error::too_long},
        {std::string(65, '7'), msisdn_error::too_long},
        {std::string(100'000, '0'), msisdn_error::too_long},
        {"0999999999", msisdn_error::not_in_use},
        {"+999123456789", msisdn_error::not_in_use},
        {"hello", msisdn_error::not_a_number},
        {"0700 FLOWER", msisdn_error::not_a_number},
        {"0700000001 ext 2", msisdn_error::not_a_number},
        {"0700000001;phone-context=1", msisdn_error::not_a_number},
        {"07+00000001", msisdn_error::not_a_number},
        {"*384#", msisdn_error::not_a_number},
        {"0700000001\xFF", msisdn_error::not_a_number},
        {"0700000001\xC3", msisdn_error::not_a_number},
        {"0700000001\xE2\x80", msisdn_error::not_a_number},
        {"0700000001😀", msisdn_error::not_a_number},
        {std::string("0700\0", 5), msisdn_error::not_a_number},
    };
    for (const row& row : rows) {
        const auto number = msisdn::from_typed(row.text, "KE");
        ASSERT_FALSE(number) << row.text.substr(0, 80);
        EXPECT_EQ(number.error(), row.error) << row.text.substr(0, 80) << " " << static_cast<int>(number.error());
    }
    EXPECT_FALSE(msisdn::from_typed("0700000001", "XX"));
    EXPECT_TRUE(msisdn::from_typed("+254700000001", "XX"));
}

TEST(msisdn, regions) {
    for (const std::string_view region : {"KE", "UG", "ET", "RW", "SO", "SS", "JO"}) {
        EXPECT_TRUE(msisdn::knows_region(region)) << region;
    }
    for (const std::string_view region : {"", "XX", "ke", "Kenya", "001"}) {
        EXPECT_FALSE(msisdn::knows_region(region)) << region;
    }
}

TEST(msisdn, masked_shows_only_the_end) {
    const auto number = *msisdn::from_e164("+254700000321");
    EXPECT_EQ(number.masked(), "...321");
    EXPECT_EQ(number.masked(2), "...21");
    EXPECT_EQ(number.masked(0), "...");
    EXPECT_EQ(number.masked(-1), "...");
    EXPECT_EQ(number.masked(100), "...254700000321");
}

TEST(msisdn, compares_by_value) {
    EXPECT_EQ(msisdn::from_e164("+254700000001"), msisdn::from_e164("254700000001"));
    EXPECT_LT(*msisdn::from_e164("+254700000001"), *msisdn::from_e164("+254700000002"));
}

}  // namespace
}  // namespace mlango::gsm
