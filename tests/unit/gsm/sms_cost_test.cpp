#include "gsm/sms_cost.hpp"

#include <gtest/gtest.h>

namespace mlango::gsm {
namespace {

std::string times(std::string_view text, std::size_t count) {
    std::string whole;
    for (std::size_t i = 0; i < count; ++i) whole += text;
    return whole;
}

struct cost_case {
    std::string_view what;
    std::string text;
    std::string_view encoding;
    std::size_t units, segments, holds;
    std::string_view dear;  // characters, the most frequent first
    std::optional<sms_size> without = std::nullopt;
};

const cost_case cost_cases[] = {
    {"nothing", "", "GSM-7", 0, 1, 160, ""},
    {"short", "Karibu", "GSM-7", 6, 1, 160, ""},
    {"two", times("a", 161), "GSM-7", 161, 2, 306, ""},
    {"Arabic", "مرحبا", "UCS-2", 5, 1, 70, "ابحرم", sms_size{sms_coding::gsm7, {}, 5, 1, 160}},
    {"one apostrophe costs a message", times("a", 80) + "’", "UCS-2", 81, 2, 134, "’",
     sms_size{sms_coding::gsm7, {}, 81, 1, 160}},
    {"the most frequent first", "ççaşç", "UCS-2", 5, 1, 70, "çş", sms_size{sms_coding::gsm7, {}, 5, 1, 160}},
    {"a pair is one letter without it", times("a", 68) + "😀" + "€", "UCS-2", 71, 2, 134, "😀",
     sms_size{sms_coding::gsm7, {}, 71, 1, 160}},
};

TEST(sms_cost, figures) {
    for (const cost_case& row : cost_cases) {
        const auto cost = cost_of(row.text);
        ASSERT_TRUE(cost) << row.what;
        EXPECT_EQ(encoding_name(cost->size), row.encoding) << row.what;
        EXPECT_EQ(cost->size.units, row.units) << row.what;
        EXPECT_EQ(cost->size.segments, row.segments) << row.what;
        EXPECT_EQ(cost->size.holds, row.holds) << row.what;
        std::string dear;
        for (const auto& one : cost->dear) dear += one.character;
        EXPECT_EQ(dear, row.dear) << row.what;
        EXPECT_EQ(cost->without, row.without) << row.what;
    }
}

TEST(sms_cost, of_ways_to_join_and_tables) {
    encoding_rules rules;
    rules.join = joining::payload;
    EXPECT_EQ(cost_of(times("a", 307), rules)->size, (sms_size{sms_coding::gsm7, {}, 307, 3, 459}));
    rules.join = joining::sar;
    EXPECT_EQ(cost_of(times("a", 305), rules)->size, (sms_size{sms_coding::gsm7, {}, 305, 3, 456}));
    rules = {};
    rules.single_shift = {national_language::turkish};
    EXPECT_EQ(encoding_name(cost_of(times("ş", 71), rules)->size), "GSM-7 with tr single shift");
    rules.locking = {national_language::urdu};
    rules.single_shift = {national_language::urdu};
    EXPECT_EQ(encoding_name(cost_of(times("گ", 100) + times("A", 20), rules)->size),
              "GSM-7 with ur locking, ur single shift");
    EXPECT_EQ(cost_of("\xFF").error(), sms_fault::not_text);
    EXPECT_EQ(cost_of(times("a", 255 * 153 + 1)).error(), sms_fault::too_long);
}

TEST(sms_cost, prices_are_exact) {
    EXPECT_EQ(price::parse("0.8")->of(2), "1.60");
    EXPECT_EQ(price::parse("0.8")->of(1'000'000), "800000.00");
    EXPECT_EQ(price::parse("2")->of(3), "6.00");
    EXPECT_EQ(price::parse("0.0075")->of(3), "0.0225");
    EXPECT_EQ(price::parse("0")->of(3), "0.00");
    for (const std::string_view bad :
         {"", ".", ".5", "1.", "1.2.3", "-1", "1e3", "0,8", "0.1234567", "1234567890", " 1"})
        EXPECT_FALSE(price::parse(bad)) << bad;
}

}  // namespace
}  // namespace mlango::gsm
