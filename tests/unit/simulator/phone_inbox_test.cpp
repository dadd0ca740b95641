#include "simulator/phone_inbox.hpp"

#include <gtest/gtest.h>

namespace mlango::simulator {
namespace {

phone_message to(std::string number, std::string text) {
    return {.id = "id", .from = "384", .to = std::move(number), .text = std::move(text)};
}

std::string texts(const std::vector<phone_message>& messages) {
    std::string all;
    for (const phone_message& message : messages) all += message.text;
    return all;
}

TEST(phone_inbox, gives_the_latest_of_one_number_in_order) {
    phone_inbox inbox(100);
    EXPECT_TRUE(inbox.latest("+1", 0, 20).empty());
    for (const char* text : {"a", "b", "c"}) {
        inbox.store(to("+1", text));
        inbox.store(to("+2", "x"));
    }
    EXPECT_EQ(texts(inbox.latest("+1", 0, 20)), "abc");
    EXPECT_EQ(texts(inbox.latest("+1", 0, 2)), "bc");
    EXPECT_EQ(texts(inbox.latest("+1", 1, 20)), "bc");
    EXPECT_EQ(inbox.latest("+1", 0, 1).front().sequence, 5U);
    EXPECT_TRUE(inbox.latest("+1", 5, 20).empty());
    EXPECT_TRUE(inbox.latest("+3", 0, 20).empty());
}

TEST(phone_inbox, forgets_the_oldest_when_full) {
    phone_inbox inbox(3);
    std::string expected;
    for (char c = 'a'; c <= 'k'; ++c) {
        inbox.store(to("+1", std::string(1, c)));
        expected += c;
        if (expected.size() > 3) expected.erase(0, 1);
        EXPECT_EQ(texts(inbox.latest("+1", 0, 20)), expected);
    }
}

TEST(phone_inbox, wakes_the_listeners_of_the_number_only) {
    phone_inbox inbox(10);
    int woken = 0;
    int other = 0;
    auto listening = inbox.listen("+1", [&] { ++woken; });
    const auto elsewhere = inbox.listen("+2", [&] { ++other; });
    inbox.store(to("+1", "a"));
    EXPECT_EQ(woken, 1);
    EXPECT_EQ(other, 0);
    listening.reset();
    inbox.store(to("+1", "b"));
    EXPECT_EQ(woken, 1);
}

TEST(phone_inbox, bounds_its_listeners_and_takes_none_when_closed) {
    phone_inbox inbox(10, 2);
    int woken = 0;
    auto first = inbox.listen("+1", [&] { ++woken; });
    const auto second = inbox.listen("+1", [&] { ++woken; });
    EXPECT_EQ(inbox.listen("+1", [] {}), nullptr);
    first.reset();
    first = inbox.listen("+1", [&] { ++woken; });
    EXPECT_NE(first, nullptr);
    EXPECT_FALSE(inbox.closed());
    inbox.close();
    EXPECT_TRUE(inbox.closed());
    EXPECT_EQ(woken, 2);
    first.reset();
    EXPECT_EQ(inbox.listen("+1", [] {}), nullptr);
}

}  // namespace
}  // namespace mlango::simulator
