#include "registry/pin_verifier.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "registry/requests.hpp"

namespace mlango::registry {
namespace {

constexpr person_id she{17};
constexpr person_id other{18};
constexpr pin_cost cheap{.memory_kib = 8, .passes = 1};

key_set keys_with(std::initializer_list<key_id> ids) {
    key_set set;
    for (const key_id id : ids) {
        key_bytes key{};
        key.fill(static_cast<std::byte>(id * 7 + 1));
        set.keys[id] = key;
    }
    return set;
}

struct pin_verifier_test : testing::Test {
    seeded_random random{1};
    key_set keys = keys_with({1});
    pin_verifier verifier{keys, cheap, random};
    std::string stored = verifier.make(she, "4826").value();
};

TEST_F(pin_verifier_test, the_right_pin_is_right_and_needs_no_new_verifier) {
    const auto checked = verifier.check(she, "4826", stored);
    EXPECT_TRUE(checked.right);
    EXPECT_EQ(checked.upgraded, "");
}

TEST_F(pin_verifier_test, anything_else_is_wrong) {
    for (const std::string_view wrong : {"4827", "482", "48266", "", "0000", "4826 "})
        EXPECT_FALSE(verifier.check(she, wrong, stored).right) << wrong;
}

TEST_F(pin_verifier_test, a_verifier_moved_to_another_person_is_wrong_there) {
    EXPECT_FALSE(verifier.check(other, "4826", stored).right);
    EXPECT_FALSE(verifier.check(other, "4826", verifier.make_issued(she, "4826")).right);
}

TEST_F(pin_verifier_test, nobody_and_no_pin_are_wrong) {
    EXPECT_FALSE(verifier.check(she, "4826", "").right);
    EXPECT_FALSE(verifier.check(person_id{}, "", "").right);
}

TEST_F(pin_verifier_test, every_changed_byte_makes_it_wrong) {
    for (std::size_t i = 0; i < stored.size(); ++i) {
        std::string tampered = stored;
        tampered[i] = static_cast<char>(tampered[i] ^ 1);
        EXPECT_FALSE(verifier.check(she, "4826", tampered).right) << i;
    }
}

TEST_F(pin_verifier_test, every_truncation_makes_it_wrong) {
    for (std::size_t length = 0; length < stored.size(); ++length)
        EXPECT_FALSE(verifier.check(she, "4826", std::string_view(stored).substr(0, length)).right) << length;
    EXPECT_FALSE(verifier.check(she, "4826", stored + "x").right);
}

TEST_F(pin_verifier_test, the_same_pin_is_stored_differently_each_time) {
    std::set<std::string> seen;
    for (int i = 0; i < 20; ++i) seen.insert(verifier.make(she, "4826").value());
    EXPECT_EQ(seen.size(), 20U);
    EXPECT_EQ(stored.find("4826"), std::string::npos);
}

TEST_F(pin_verifier_test, an_issued_pin_is_replaced_when_first_used) {
    const std::string issued = verifier.make_issued(she, "1357");
    EXPECT_NE(issued[0], stored[0]);
    EXPECT_FALSE(verifier.check(she, "1358", issued).right);
    const auto first = verifier.check(she, "1357", issued);
    EXPECT_TRUE(first.right);
    ASSERT_NE(first.upgraded, "");
    EXPECT_EQ(first.upgraded[0], stored[0]);
    const auto second = verifier.check(she, "1357", first.upgraded);
    EXPECT_TRUE(second.right);
    EXPECT_EQ(second.upgraded, "");
}

TEST_F(pin_verifier_test, another_cost_is_read_and_replaced) {
    const pin_verifier dearer{keys, {.memory_kib = 16, .passes = 2}, random};
    const auto checked = dearer.check(she, "4826", stored);
    EXPECT_TRUE(checked.right);
    ASSERT_NE(checked.upgraded, "");
    EXPECT_EQ(dearer.check(she, "4826", checked.upgraded).upgraded, "");
    EXPECT_EQ(dearer.check(she, "0000", stored).upgraded, "");
}

TEST_F(pin_verifier_test, an_older_key_opens_and_is_replaced) {
    const key_set rotated = keys_with({1, 2});
    const pin_verifier now{rotated, cheap, random};
    const auto checked = now.check(she, "4826", stored);
    EXPECT_TRUE(checked.right);
    ASSERT_NE(checked.upgraded, "");
    // Without the old key only the new form is right.
    const key_set only_new = keys_with({2});
    const pin_verifier later{only_new, cheap, random};
    EXPECT_FALSE(later.check(she, "4826", stored).right);
    EXPECT_TRUE(later.check(she, "4826", checked.upgraded).right);
}

// Measured in a cost large enough to stand out: leaving the hashing out would be hundreds of times quicker.
TEST_F(pin_verifier_test, every_wrong_outcome_costs_the_hashing) {
    const pin_verifier slow{keys, {.memory_kib = 4096, .passes = 3}, random};
    const std::string hers = slow.make(she, "4826").value();
    const std::string issued = slow.make_issued(she, "4826");
    const std::string guarded = slow.make_duress(she, "7305", hers).value();
    const auto time_of = [&](std::string_view verifier_stored, std::string_view pin = "9999") {
        auto best = std::chrono::nanoseconds::max();
        for (int i = 0; i < 5; ++i) {
            const auto start = std::chrono::steady_clock::now();
            EXPECT_EQ(slow.check(she, pin, verifier_stored).right, pin != "9999");
            best = std::min<std::chrono::nanoseconds>(best, std::chrono::steady_clock::now() - start);
        }
        return best;
    };
    const auto usual = time_of(hers);
    for (const std::string& other_case : {std::string{}, issued, std::string("nonsense"), hers.substr(1)}) {
        EXPECT_GT(time_of(other_case), usual / 3);
        EXPECT_LT(time_of(other_case), usual * 3);
    }
    for (const std::string_view right : {"4826", "7305"}) {
        EXPECT_GT(time_of(guarded, right), usual / 3) << right;
        EXPECT_LT(time_of(guarded, right), usual * 3) << right;
    }
    EXPECT_LT(time_of(guarded), usual * 3);
}

TEST_F(pin_verifier_test, a_duress_pin_is_right_and_known_for_what_it_is) {
    const std::string both = verifier.make_duress(she, "7305", stored).value();
    EXPECT_EQ(both.size(), stored.size()) << "the row tells nobody that there is one";
    EXPECT_EQ(both.substr(0, 22), stored.substr(0, 22)) << "one salt for both";
    const auto own = verifier.check(she, "4826", both), duress = verifier.check(she, "7305", both);
    EXPECT_TRUE(own.right);
    EXPECT_FALSE(own.duress);
    EXPECT_TRUE(duress.right);
    EXPECT_TRUE(duress.duress);
    EXPECT_EQ(duress.upgraded, "");
    EXPECT_FALSE(verifier.check(she, "7306", both).right);
    EXPECT_FALSE(verifier.check(other, "7305", both).right);
}

TEST_F(pin_verifier_test, her_two_pins_are_never_the_same) {
    EXPECT_FALSE(verifier.make_duress(she, "4826", stored));
    const std::string both = verifier.make_duress(she, "7305", stored).value();
    EXPECT_FALSE(verifier.make(she, "7305", both));
}

TEST_F(pin_verifier_test, a_new_pin_leaves_the_duress_pin_and_a_new_key_waits_for_it) {
    const std::string both = verifier.make_duress(she, "7305", stored).value();
    const std::string changed = verifier.make(she, "9184", both).value();
    EXPECT_FALSE(verifier.check(she, "4826", changed).right);
    EXPECT_FALSE(verifier.check(she, "9184", changed).duress);
    EXPECT_TRUE(verifier.check(she, "7305", changed).duress);
    const key_set rotated = keys_with({1, 2});
    const pin_verifier now{rotated, cheap, random};
    const auto checked = now.check(she, "9184", changed);
    ASSERT_NE(checked.upgraded, "") << "sealed by the new key";
    EXPECT_TRUE(now.check(she, "7305", checked.upgraded).duress);
    EXPECT_EQ(now.check(she, "9184", checked.upgraded).upgraded, "")
        << "nothing left that can be done without both PINs";
}

TEST_F(pin_verifier_test, an_issued_pin_takes_no_duress_pin_until_it_was_used) {
    EXPECT_FALSE(verifier.make_duress(she, "7305", verifier.make_issued(she, "1357")));
    EXPECT_FALSE(verifier.make_duress(she, "7305", ""));
}

TEST_F(pin_verifier_test, a_cost_that_cannot_be_stored_is_refused) {
    EXPECT_THROW(pin_verifier(keys, {.memory_kib = 8, .passes = 0}, random), std::invalid_argument);
    EXPECT_THROW(pin_verifier(keys, {.memory_kib = 8, .passes = 256}, random), std::invalid_argument);
    EXPECT_THROW(pin_verifier(keys, {.memory_kib = 1, .passes = 1}, random), std::invalid_argument);
    const key_set none;
    EXPECT_THROW(pin_verifier(none, cheap, random), std::invalid_argument);
}

TEST(new_reference, draws_four_of_the_alphabet_without_look_alikes) {
    seeded_random random(3);
    std::set<char> used;
    std::set<std::string> seen;
    for (int i = 0; i < 5000; ++i) {
        const std::string reference = new_reference(random);
        ASSERT_EQ(reference.size(), 4U);
        used.insert(reference.begin(), reference.end());
        seen.insert(reference);
    }
    EXPECT_EQ(std::string(used.begin(), used.end()), "234679ACDEFGHJKMNPQRTUVWXY");
    EXPECT_GT(seen.size(), 4900U);
}

}  // namespace
}  // namespace mlango::registry
