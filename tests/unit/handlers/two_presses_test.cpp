// From Home to what is hers: how many keys she presses, PIN entries not counted.
#include <deque>
#include <map>
#include <set>

#include "tests/unit/handlers/spoken.hpp"

namespace mlango::handlers {
namespace {

using templates::screen_index;

// The fewest key presses from Home to each screen. A choice, a row or a typed answer is one; what a step leads to costs
// nothing more; the PIN stands between and is not counted.
std::map<screen_index, int> presses_from_home() {
    const auto& screens = real_menu();
    std::map<screen_index, int> presses;
    std::deque<screen_index> waiting;
    const auto reach = [&](screen_index to, int keys) {
        if (to == templates::no_screen) return;
        const auto known = presses.find(to);
        if (known != presses.end() && known->second <= keys) return;
        presses[to] = keys;
        waiting.push_back(to);
    };
    reach(screens.root(), 0);
    while (!waiting.empty()) {
        const screen_index at = waiting.front();
        waiting.pop_front();
        const int keys = presses[at];
        const auto& screen = screens.at(at);
        for (const auto& [outcome, to] : screen.on) reach(to, keys);
        for (const auto& option : screen.options) reach(option.to, keys + 1);
        if (screen.rows) reach(screen.rows->to, keys + 1);
        if (screen.input) reach(screen.input->to, keys + 1);
    }
    return presses;
}

// What a screen shows by itself: the arguments of its words and of its rows.
std::set<std::string> shown_on(const templates::screen& screen) {
    std::set<std::string> shown;
    const auto add = [&](templates::text_id text) {
        for (const auto& name : real_words().arguments_of(text, 0)) shown.insert(name);
    };
    if (screen.text) add(*screen.text);
    if (screen.rows) add(screen.rows->text);
    return shown;
}

TEST(two_presses, lead_from_home_to_every_amount_date_and_place_that_is_hers) {
    // The values that say when, where and how much, by the screen that is about them.
    const std::pair<const char*, std::vector<const char*>> hers[] = {
        {"assistance", {"amount", "day", "next_day", "next_place", "next_hours"}},
        {"past", {"amount", "day"}},
        {"entitlement", {"amount", "first", "last", "place", "hours"}},
        {"appointments", {"day", "opens"}},
        {"appointment", {"day", "place", "opens", "closes"}},
        {"tickets", {"due"}},
        {"recorded", {"place"}},
        {"address", {"place"}},
    };
    const auto presses = presses_from_home();
    for (const auto& [name, values] : hers) {
        const screen_index at = real_menu().find(name);
        ASSERT_NE(at, templates::no_screen) << name;
        const auto shown = shown_on(real_menu().at(at));
        for (const char* const value : values) EXPECT_TRUE(shown.contains(value)) << name << " shows no " << value;
        ASSERT_TRUE(presses.contains(at)) << name;
        EXPECT_LE(presses.at(at), 2) << name;
    }
}

// Nobody can add a screen with an amount that is farther away.
TEST(two_presses, are_enough_for_every_screen_that_shows_an_amount) {
    const auto presses = presses_from_home();
    int found = 0;
    for (screen_index at = 0; at < real_menu().screens().size(); ++at) {
        const auto& screen = real_menu().at(at);
        if (!shown_on(screen).contains("amount")) continue;
        ++found;
        ASSERT_TRUE(presses.contains(at)) << screen.name;
        EXPECT_LE(presses.at(at), 2) << screen.name;
    }
    EXPECT_GE(found, 3);
}

// The measure itself: Home is nowhere, its lines are one key away, and it sees what is far.
TEST(two_presses, are_counted_from_home) {
    const auto presses = presses_from_home();
    EXPECT_EQ(presses.at(real_menu().root()), 0);
    EXPECT_EQ(presses.at(real_menu().find("assistance")), 1);
    EXPECT_EQ(presses.at(real_menu().find("entitlement")), 2);
    EXPECT_EQ(presses.at(real_menu().find("items")), 3);
    EXPECT_EQ(presses.at(real_menu().find("complaint_words")), 5);
}

}  // namespace
}  // namespace mlango::handlers
