#include "handlers/weak_pin.hpp"

#include <gtest/gtest.h>

#include <string>

#include <fmt/format.h>

namespace mlango::handlers {
namespace {

TEST(weak_pin, knows_patterns) {
    for (const std::string_view weak :
         {"1111",   "000000", "1212", "123123", "1234",   "4321", "0123",  "7890",  "9876",  "123456",
          "654321", "2468",   "1221", "112233", "123321", "2580", "0852",  "1470",  "3690",  "147258",
          "1397",   "9713",   "7931", "1984",   "2026",   "1004", "55555", "12345", "159753"})
        EXPECT_TRUE(is_common_pin(weak)) << weak;
}

TEST(weak_pin, knows_dates) {
    for (const std::string_view weak : {"2512", "1225", "0101", "3112", "8804", "0488", "250388", "032588", "031988"})
        EXPECT_TRUE(is_date_pin(weak)) << weak;
}

TEST(weak_pin, lets_others_pass) {
    for (const std::string_view good : {"4826", "8364", "846297", "846213", "9184", "83651", "8365"})
        EXPECT_FALSE(is_common_pin(good) || is_date_pin(good)) << good;
}

TEST(weak_pin, knows_what_others_know_of_her) {
    const std::string_view numbers[] = {"+254711084735", "803-22-00011", "803-00047362"};
    for (const std::string_view weak : {"4735", "0847", "11084", "084735", "2200", "00011", "47362", "1988", "0403",
                                        "0304", "8803", "0388", "040388", "880304", "4388", "3488", "0488"})
        EXPECT_TRUE(is_of_person(weak, "1988-03-04", numbers)) << weak;
    for (const std::string_view good : {"4826", "7305", "5374", "846213"})
        EXPECT_FALSE(is_of_person(good, "1988-03-04", numbers)) << good;
    EXPECT_FALSE(is_of_person("1988", "", {}));
}

// A stranger has eight tries on the first day: fewer than one in a thousand of those that are given.
TEST(weak_pin, leaves_enough_to_draw_from) {
    int left = 0, to_choose = 0;
    for (int pin = 0; pin < 10'000; ++pin) {
        const std::string digits = fmt::format("{:04}", pin);
        if (is_common_pin(digits)) continue;
        ++left;
        if (!is_date_pin(digits)) ++to_choose;
    }
    EXPECT_GT(left, 9'400);
    EXPECT_GT(to_choose, 7'000);
}

}  // namespace
}  // namespace mlango::handlers
