// What is counted comes out once, by name, whatever editions it was counted on.
#include "handlers/hop_tally.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <filesystem>

namespace mlango::handlers {
namespace {

const templates::edition& real() {
    static const auto made = [] {
        const std::filesystem::path folder = std::filesystem::path(MLANGO_SOURCE_DIR) / "templates";
        auto read = templates::edition::load({.menu = templates::read_sources(folder / "menus" / "main").value(),
                                              .texts = templates::read_sources(folder / "texts").value(),
                                              .languages = {"en", "sw", "fr", "ar", "am", "so"}});
        return std::move(read.value());
    }();
    return *made;
}

std::uint64_t count_of(const registry::counted_figures& taken, std::string_view kind, std::string_view name = {}) {
    const auto found =
        std::ranges::find_if(taken.kinds, [&](const auto& one) { return one.kind == kind && one.name == name; });
    return found == taken.kinds.end() ? 0 : found->count;
}

TEST(hop_tally, is_empty_until_something_was_counted_and_after_it_was_taken) {
    hop_tally tally;
    const auto page = tally.page_of(real());
    EXPECT_TRUE(tally.take().empty());
    ++page->screens[0].shown;
    EXPECT_FALSE(tally.take().empty());
    EXPECT_TRUE(tally.take().empty());
}

TEST(hop_tally, adds_up_two_editions_by_the_screens_name) {
    hop_tally tally;
    const auto old = tally.page_of(real()), fresh = tally.page_of(real());
    const auto home = real().screens.root();
    old->screens[home] = {.shown = 3, .answered = 2, .ended = 0};
    fresh->screens[home] = {.shown = 4, .answered = 1, .ended = 1};
    old->languages[1] = 3;
    fresh->languages[1] = 4;
    const auto taken = tally.take();
    ASSERT_EQ(taken.screens.size(), 1U);
    EXPECT_EQ(taken.screens[0].screen, real().screens.at(home).name);
    EXPECT_EQ(taken.screens[0].shown, 7U);
    EXPECT_EQ(taken.screens[0].answered, 3U);
    EXPECT_EQ(taken.screens[0].ended, 1U);
    EXPECT_EQ(count_of(taken, "hop"), 7U);
    EXPECT_EQ(count_of(taken, "ended"), 1U);
    EXPECT_EQ(count_of(taken, "language", "sw"), 7U);
}

TEST(hop_tally, what_was_counted_on_an_edition_that_is_gone_is_not_lost) {
    hop_tally tally;
    auto page = tally.page_of(real());
    ++page->screens[0].shown;
    page.reset();
    EXPECT_EQ(count_of(tally.take(), "hop"), 1U);
    EXPECT_TRUE(tally.take().empty());
}

TEST(hop_tally, counts_sessions_by_gateway) {
    hop_tally tally;
    for (const char* name : {"a", "b", "a"}) tally.began(name);
    tally.apologised();
    const auto taken = tally.take();
    EXPECT_EQ(count_of(taken, "gateway", "a"), 2U);
    EXPECT_EQ(count_of(taken, "gateway", "b"), 1U);
    EXPECT_EQ(count_of(taken, "session"), 3U);
    EXPECT_EQ(count_of(taken, "apology"), 1U);
}

// All that a hop counts, in processor time: below a microsecond even with sanitizers, which cost ten times as much.
TEST(hop_tally, costs_a_hop_less_than_a_microsecond) {
    constexpr int hops = 200'000;
    hop_tally tally;
    const auto kept = tally.page_of(real());
    const std::clock_t began = std::clock();
    for (int i = 0; i < hops; ++i) {
        const auto counts = kept;
        auto& here = counts->screens[static_cast<std::size_t>(i) % counts->screens.size()];
        ++here.shown;
        ++here.answered;
        ++counts->languages[0];
        if (i % 5 == 0) tally.began("africastalking");
    }
    const double each = 1e9 * static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC / hops;
    std::printf("[ tally    ] %.0f ns a hop\n", each);
    EXPECT_LT(each, 1'000);
    EXPECT_EQ(count_of(tally.take(), "hop"), static_cast<std::uint64_t>(hops));
}

}  // namespace
}  // namespace mlango::handlers
