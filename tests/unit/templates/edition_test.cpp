#include "templates/edition.hpp"

#include <gtest/gtest.h>

namespace mlango::templates {
namespace {

using namespace std::chrono_literals;
using moment = edition_shelf::moment;

std::unique_ptr<const edition> made(std::uint32_t version) {
    return std::move(
        *edition::load({.menu = {{"main.yaml",
                                  "screens:\n"
                                  "  entry: { do: identify, on: { home: home } }\n"
                                  "  home: { root: true, text: hello, options: [{ key: 1, text: 'yes', to: "
                                  "bye }] }\n"
                                  "  pin: { text: hello, input: { field: pin, kind: pin, min: 4, max: 6, "
                                  "invalid: hello, to: home } }\n"
                                  "  pin_none: { text: hello }\n"
                                  "  sorry: { text: hello }\n"
                                  "  bye: { text: hello, end: true }\n"}},
                        .texts = {{"en.yaml",
                                   "language: { code: en, own_name: English, locale: en }\n"
                                   "texts: { hello: h, 'yes': y }\n"}},
                        .languages = {"en"}},
                       version));
}

// An hour into some day; the shelf keeps what was superseded for ten minutes.
struct edition_shelf_test : testing::Test {
    edition_shelf shelf{made(0x80000001U), 10min};
    moment now{1h};

    bool put(std::uint32_t version) { return shelf.hold(made(version), now) && shelf.take(version, now); }
    void wait(std::chrono::seconds by) {
        now += by;
        shelf.tidy(now);
    }
};

TEST_F(edition_shelf_test, what_is_held_is_found_and_only_what_is_taken_is_current) {
    const edition* files = &shelf.current();
    EXPECT_TRUE(shelf.hold(made(1), now));
    EXPECT_EQ(&shelf.current(), files);
    ASSERT_NE(shelf.find(1), nullptr);
    EXPECT_EQ(shelf.find(1)->version, 1U);
    EXPECT_EQ(shelf.find(2), nullptr);
    EXPECT_TRUE(shelf.take(1, now));
    EXPECT_EQ(&shelf.current(), shelf.find(1));
    EXPECT_EQ(shelf.find(0x80000001U), files);
    EXPECT_FALSE(shelf.take(2, now));
    EXPECT_EQ(shelf.current().version, 1U);
}

TEST_F(edition_shelf_test, one_that_is_held_already_stays_what_it_is) {
    put(1);
    const edition* first = shelf.find(1);
    EXPECT_TRUE(shelf.hold(made(1), now));
    EXPECT_EQ(shelf.find(1), first);
    EXPECT_EQ(shelf.size(), 2U);
}

TEST_F(edition_shelf_test, what_was_superseded_stays_as_long_as_a_session_may_be_on_it) {
    put(1);
    wait(24h);
    put(2);
    wait(10min);
    EXPECT_EQ(shelf.size(), 3U) << "it was current for a day, and superseded ten minutes ago";
    wait(1s);
    EXPECT_EQ(shelf.find(1), nullptr);
    EXPECT_EQ(shelf.current().version, 2U);
}

TEST_F(edition_shelf_test, what_a_session_goes_on_with_stays) {
    put(1);
    put(2);
    for (int hop = 0; hop < 10; ++hop) {
        wait(8min);
        ASSERT_NE(shelf.find(1), nullptr) << hop;
    }
    wait(11min);
    EXPECT_EQ(shelf.find(1), nullptr);
}

TEST_F(edition_shelf_test, what_is_held_for_later_does_not_go_before) {
    shelf.hold(made(1), now);
    wait(9min);
    EXPECT_TRUE(shelf.take(1, now));
    wait(24h);
    EXPECT_EQ(shelf.current().version, 1U) << "the current one never goes";
}

TEST_F(edition_shelf_test, the_files_are_never_let_go) {
    put(1);
    wait(24h);
    put(2);
    wait(24h);
    EXPECT_EQ(shelf.size(), 2U);
    EXPECT_TRUE(shelf.take(0x80000001U, now));
    EXPECT_EQ(shelf.current().version, 0x80000001U);
}

TEST_F(edition_shelf_test, no_more_than_most_are_held_and_none_that_is_wanted_goes_for_another) {
    for (std::uint32_t version = 1; version < edition_shelf::most; ++version) ASSERT_TRUE(put(version));
    EXPECT_EQ(shelf.size(), edition_shelf::most);
    EXPECT_FALSE(shelf.hold(made(100), now));
    EXPECT_NE(shelf.find(1), nullptr);
    EXPECT_EQ(shelf.current().version, edition_shelf::most - 1);
    EXPECT_TRUE(shelf.take(1, now)) << "a roll back needs no room";
    now += 10min + 1s;
    EXPECT_TRUE(shelf.hold(made(100), now)) << "by now nobody is on those before";
    EXPECT_EQ(shelf.current().version, 1U);
    EXPECT_EQ(shelf.size(), 3U);
}

TEST_F(edition_shelf_test, whatever_is_let_go_the_current_one_stays_current) {
    std::uint32_t random = 7;
    const auto below = [&](std::uint32_t bound) {
        random = random * 1664525U + 1013904223U;
        return (random >> 16) % bound;
    };
    for (int step = 0; step < 2'000; ++step) {
        const std::uint32_t version = 1 + below(30);
        const std::uint32_t before = shelf.current().version;
        switch (below(4)) {
            case 0:
                wait(std::chrono::seconds(below(400)));
                break;
            case 1:
                shelf.hold(made(version), now);
                break;
            case 2:
                if (shelf.find(version) != nullptr) {
                    EXPECT_TRUE(shelf.take(version, now));
                    EXPECT_EQ(shelf.current().version, version);
                    continue;
                }
                break;
            default:
                shelf.find(version);
                break;
        }
        ASSERT_EQ(shelf.current().version, before) << "step " << step;
        ASSERT_LE(shelf.size(), edition_shelf::most);
    }
}

}  // namespace
}  // namespace mlango::templates
