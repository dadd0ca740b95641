#include "exchange/sealed_token.hpp"

#include <gtest/gtest.h>

namespace mlango::exchange {
namespace {

using namespace std::chrono_literals;

const wall_time now{std::chrono::sys_days(std::chrono::year(2026) / 11 / 28)};

key_set keys_of(std::uint8_t fill) {
    key_set keys;
    keys.keys[1].fill(std::byte{fill});
    return keys;
}

TEST(sealed_token, is_who_it_was_made_for_until_it_is_over) {
    seeded_random random(7);
    sealed_tokens tokens(keys_of(1), random, "access");
    const std::string token = tokens.make("client 7", now + 10min);
    const auto opened = tokens.open(token, now);
    ASSERT_TRUE(opened);
    EXPECT_EQ(opened->content, "client 7");
    EXPECT_EQ(opened->until, now + 10min);
    EXPECT_TRUE(tokens.open(token, now + 10min - 1us));
    EXPECT_FALSE(tokens.open(token, now + 10min));
    EXPECT_EQ(token.find("client"), std::string::npos);
}

TEST(sealed_token, of_another_door_or_key_is_none) {
    seeded_random random(7);
    sealed_tokens access(keys_of(1), random, "access");
    sealed_tokens page(keys_of(1), random, "page");
    sealed_tokens elsewhere(keys_of(2), random, "access");
    const std::string token = access.make("x", now + 10min);
    EXPECT_FALSE(page.open(token, now));
    EXPECT_FALSE(elsewhere.open(token, now));
}

TEST(sealed_token, that_was_touched_or_cut_anywhere_is_none) {
    seeded_random random(7);
    sealed_tokens tokens(keys_of(1), random, "access");
    const std::string token = tokens.make("client 7", now + 10min);
    for (std::size_t i = 0; i < token.size(); ++i) {
        EXPECT_FALSE(tokens.open(token.substr(0, i), now)) << i;
        std::string touched = token;
        touched[i] = touched[i] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(tokens.open(touched, now)) << i;
    }
    EXPECT_FALSE(tokens.open(token + "A", now));
    EXPECT_FALSE(tokens.open(std::string(100'000, 'A'), now));
    EXPECT_FALSE(tokens.open("", now));
}

}  // namespace
}  // namespace mlango::exchange
