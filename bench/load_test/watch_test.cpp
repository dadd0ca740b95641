#include "bench/load/watch.hpp"

#include <gtest/gtest.h>

namespace mlango::bench {
namespace {

TEST(watched, name_process_and_thread) {
    const auto plain = parse_watched("redis=12");
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->name, "redis");
    EXPECT_EQ(plain->root, 12);
    EXPECT_EQ(plain->apart, "");
    const auto apart = parse_watched("server=7/pin-hash");
    ASSERT_TRUE(apart);
    EXPECT_EQ(apart->root, 7);
    EXPECT_EQ(apart->apart, "pin-hash");
    for (const char* text : {"", "x", "=1", "x=", "x=0", "x=-1", "x=1y", "x/y=1"})
        EXPECT_FALSE(parse_watched(text)) << text;
}

TEST(stat, fields_follow_the_last_parenthesis) {
    const auto line = parse_stat("42 (a) b (c)) S 7 42 42 0 -1 4194560 1 2 3 4 11 22 33 44 20 0 1 0 5");
    ASSERT_TRUE(line);
    EXPECT_EQ(line->name, "a) b (c)");
    EXPECT_EQ(line->parent, 7);
    EXPECT_EQ(line->utime, 11U);
    EXPECT_EQ(line->stime, 22U);
    EXPECT_EQ(line->cutime, 33U);
    EXPECT_EQ(line->cstime, 44U);
}

TEST(stat, truncated_is_refused) {
    const std::string_view whole = "42 (a) S 7 42 42 0 -1 4194560 1 2 3 4 11 22 33 44";
    ASSERT_TRUE(parse_stat(whole));
    for (std::size_t length = 0; length + 3 < whole.size(); ++length)
        EXPECT_FALSE(parse_stat(whole.substr(0, length))) << length;
}

TEST(usage, difference_takes_times_and_keeps_memory) {
    using std::chrono::microseconds;
    const usage before{microseconds{10}, microseconds{20}, microseconds{5}, 1, 1};
    const usage after{microseconds{110}, microseconds{50}, microseconds{45}, 3, 2};
    const usage spent = difference(before, after);
    EXPECT_EQ(spent.user.count(), 100);
    EXPECT_EQ(spent.system.count(), 30);
    EXPECT_EQ(spent.apart.count(), 40);
    EXPECT_EQ(spent.cpu().count(), 90);
    EXPECT_EQ(spent.resident_mib, 3);
}

}  // namespace
}  // namespace mlango::bench
