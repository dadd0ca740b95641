#include "base/http/address_rates.hpp"

#include <gtest/gtest.h>

namespace mlango {
namespace {

using namespace std::chrono_literals;

const std::chrono::steady_clock::time_point start{1h};

TEST(address_rates, lets_a_burst_through_and_then_says_how_long_to_wait) {
    address_rates rates({.a_minute = 6, .at_once = 2});
    EXPECT_FALSE(rates.refused_for("192.0.2.1", start));
    EXPECT_FALSE(rates.refused_for("192.0.2.1", start));
    EXPECT_EQ(rates.refused_for("192.0.2.1", start), 10s);
    EXPECT_EQ(rates.refused_for("192.0.2.1", start + 9s), 1s);
    EXPECT_FALSE(rates.refused_for("192.0.2.1", start + 10s));
    EXPECT_EQ(rates.refused_for("192.0.2.1", start + 10s), 10s);
}

TEST(address_rates, counts_each_address_by_itself_but_a_64_as_one) {
    address_rates rates({.a_minute = 6, .at_once = 1});
    EXPECT_FALSE(rates.refused_for("192.0.2.1", start));
    EXPECT_FALSE(rates.refused_for("192.0.2.2", start));
    EXPECT_FALSE(rates.refused_for("2001:db8:0:1::1", start));
    EXPECT_TRUE(rates.refused_for("2001:db8:0:1:ffff::2", start));
    EXPECT_FALSE(rates.refused_for("2001:db8:0:2::1", start));
    EXPECT_TRUE(rates.refused_for("192.0.2.1", start));
}

TEST(address_rates, forgets_who_was_unseen_longest) {
    address_rates rates({.a_minute = 6, .at_once = 1}, 2);
    EXPECT_FALSE(rates.refused_for("192.0.2.1", start));
    EXPECT_FALSE(rates.refused_for("192.0.2.2", start));
    EXPECT_TRUE(rates.refused_for("192.0.2.1", start));
    EXPECT_FALSE(rates.refused_for("192.0.2.3", start));
    EXPECT_EQ(rates.size(), 2U);
    EXPECT_TRUE(rates.refused_for("192.0.2.1", start));
    EXPECT_FALSE(rates.refused_for("192.0.2.2", start));
}

}  // namespace
}  // namespace mlango
