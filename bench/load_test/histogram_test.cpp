#include "bench/load/histogram.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace mlango::bench {
namespace {

using std::chrono::nanoseconds;

TEST(histogram, empty_knows_nothing) {
    const histogram none;
    EXPECT_EQ(none.count(), 0U);
    EXPECT_EQ(none.quantile(0.99).count(), 0);
    EXPECT_EQ(none.max().count(), 0);
}

TEST(histogram, every_size_is_kept_within_a_hundredth) {
    for (std::int64_t value = 1; value < (std::int64_t{1} << 36); value = value * 5 / 4 + 1) {
        histogram one;
        one.record(nanoseconds{value});
        one.record(nanoseconds{(std::int64_t{1} << 36) - 1});
        const auto got = one.quantile(0.5).count();
        EXPECT_GE(got, value);
        EXPECT_LE(static_cast<double>(got), static_cast<double>(value) * 1.01) << value;
    }
}

TEST(histogram, neighbours_of_bucket_borders_keep_their_order) {
    for (int power = 1; power < 36; ++power) {
        for (std::int64_t value = (std::int64_t{1} << power) - 2; value <= (std::int64_t{1} << power) + 1; ++value) {
            histogram two;
            two.record(nanoseconds{value});
            two.record(nanoseconds{value * 2 + 2});
            EXPECT_LT(two.quantile(0.5), two.quantile(1)) << value;
        }
    }
}

TEST(histogram, quantiles_are_those_of_the_sorted_values) {
    std::mt19937_64 random{7};
    std::lognormal_distribution<double> latency{13, 1.5};
    histogram many;
    std::vector<std::int64_t> values;
    for (int i = 0; i < 20'000; ++i) {
        values.push_back(static_cast<std::int64_t>(latency(random)));
        many.record(nanoseconds{values.back()});
    }
    std::ranges::sort(values);
    for (const double share : {0.5, 0.9, 0.99, 0.999, 1.0}) {
        const auto rank = static_cast<std::size_t>(std::ceil(share * 20'000)) - 1;
        EXPECT_NEAR(static_cast<double>(many.quantile(share).count()), static_cast<double>(values[rank]),
                    static_cast<double>(values[rank]) * 0.01);
    }
}

TEST(histogram, out_of_range_counts_at_the_ends) {
    histogram two;
    two.record(nanoseconds{-5});
    two.record(std::chrono::hours{1});
    EXPECT_EQ(two.quantile(0.5).count(), 0);
    EXPECT_EQ(two.max().count(), (std::int64_t{1} << 36) - 1);
    two.clear();
    EXPECT_EQ(two.count(), 0U);
}

}  // namespace
}  // namespace mlango::bench
