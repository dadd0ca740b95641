#include "base/metrics.hpp"

#include <gtest/gtest.h>

using namespace mlango;
using namespace std::chrono_literals;

TEST(metrics, text_of_counters_and_gauges) {
    metrics numbers;
    numbers.count("hops_total", "Key presses.", {{"gateway", "africastalking"}, {"result", "ok"}}).add(3);
    numbers.count("hops_total", "Key presses.", {{"gateway", "a\"b\\c\nd"}, {"result", "ok"}}).add();
    numbers.level("open", "Open ones.").set(-2);
    EXPECT_EQ(numbers.text(),
              "# HELP hops_total Key presses.\n"
              "# TYPE hops_total counter\n"
              "hops_total{gateway=\"a\\\"b\\\\c\\nd\",result=\"ok\"} 1\n"
              "hops_total{gateway=\"africastalking\",result=\"ok\"} 3\n"
              "# HELP open Open ones.\n"
              "# TYPE open gauge\n"
              "open -2\n");
}

TEST(metrics, the_same_name_and_labels_are_the_same_object) {
    metrics numbers;
    counter& first = numbers.count("a", "A.", {{"x", "1"}});
    EXPECT_EQ(&first, &numbers.count("a", "A.", {{"x", "1"}}));
    EXPECT_NE(&first, &numbers.count("a", "A.", {{"x", "2"}}));
    EXPECT_THROW((void)numbers.level("a", "A."), std::logic_error);
}

TEST(metrics, a_help_is_one_plain_line) {
    metrics numbers;
    EXPECT_THROW((void)numbers.count("a", "Two\nlines."), std::logic_error);
    EXPECT_THROW((void)numbers.time("a", "A \\ mark."), std::logic_error);
    EXPECT_EQ(numbers.text(), "");
}

TEST(metrics, large_numbers_are_whole) {
    metrics numbers;
    numbers.count("a", "A.").add(9'007'199'254'740'991);
    EXPECT_TRUE(numbers.text().ends_with("a 9007199254740991\n")) << numbers.text();
}

TEST(metrics, a_latency_counts_up_to_and_including_its_bound) {
    latency time;
    time.observe(0ns);
    time.observe(100us);
    time.observe(100us + 1ns);
    time.observe(30s);
    time.observe(31s);
    time.observe(-5ns);
    const auto now = time.read();
    EXPECT_EQ(now.counts[0], 3U);
    EXPECT_EQ(now.counts[1], 1U);
    EXPECT_EQ(now.counts[16], 1U);
    EXPECT_EQ(now.counts[17], 1U);
    EXPECT_EQ(now.sum_ns, 61'000'200'001U);
}

TEST(metrics, bounds_rise_from_100_microseconds_to_30_seconds) {
    EXPECT_EQ(latency::bound(0), 100us);
    EXPECT_EQ(latency::bound(3), 1ms);
    EXPECT_EQ(latency::bound(16), 30s);
    for (int i = 1; i < latency::bucket_count; ++i) EXPECT_LT(latency::bound(i - 1), latency::bound(i));
}

TEST(metrics, text_of_a_latency_is_cumulative_in_seconds) {
    metrics numbers;
    latency& time = numbers.time("wait_seconds", "Waits.", {{"pool", "pg"}});
    time.observe(150us);
    time.observe(2ms);
    time.observe(60s);
    const std::string text = numbers.text();
    for (const std::string_view line :
         {"# TYPE wait_seconds histogram\n", "wait_seconds_bucket{pool=\"pg\",le=\"0.0001\"} 0\n",
          "wait_seconds_bucket{pool=\"pg\",le=\"0.0002\"} 1\n", "wait_seconds_bucket{pool=\"pg\",le=\"0.002\"} 2\n",
          "wait_seconds_bucket{pool=\"pg\",le=\"30\"} 2\n", "wait_seconds_bucket{pool=\"pg\",le=\"+Inf\"} 3\n",
          "wait_seconds_sum{pool=\"pg\"} 60.00215\n", "wait_seconds_count{pool=\"pg\"} 3\n"})
        EXPECT_NE(text.find(line), std::string::npos) << line << text;
}
