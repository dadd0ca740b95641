// A PIN that comes by a code, by guardians or by facts, and a gateway through which too many PINs fail.
#include "registry/recovery.hpp"

#include <set>

#include "registry/guardians.hpp"
#include "registry/pin_breaker.hpp"
#include "registry/pin_codes.hpp"
#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

using namespace std::chrono_literals;

TEST(code, has_a_check_digit_that_finds_slips) {
    system_random random;
    for (int i = 0; i < 200; ++i) {
        const std::string code = new_code(random);
        ASSERT_TRUE(is_code(code)) << code;
        for (std::size_t at = 0; at < code.size(); ++at) {
            std::string wrong = code;
            wrong[at] = static_cast<char>('0' + (code[at] - '0' + 1 + i % 9) % 10);
            EXPECT_FALSE(is_code(wrong)) << code << " as " << wrong;
            std::string swapped = code;
            if (at > 0) std::swap(swapped[at], swapped[at - 1]);
            EXPECT_EQ(is_code(swapped), swapped == code) << code << " as " << swapped;
        }
    }
    for (const std::string_view none : {"", "12345678", "1234567890", "12345678x"}) EXPECT_FALSE(is_code(none)) << none;
}

struct recovery_test : registry_fixture {
    manual_clock now{wall_time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20))};
    std::string verifier = std::string(83, '\x01'), other_verifier = std::string(83, '\x02');
    pin_caller her{person_id{1}, phone_id{1}, amina};
    unsigned hops = 100;

    [[nodiscard]] code_issuer issuer() {
        return {.conninfo = database.conninfo(), .blind = blind, .random = random, .now = now.now()};
    }
    recovery repository() { return {*pool, record, blind, now}; }
    std::optional<std::int64_t> type(const std::string& code) {
        auto all = repository();
        return wait(all.code_typed(her, code, hop(++hops)));
    }
    bool set(pin_right by, unsigned hop_number) {
        auto all = repository();
        return wait(all.set(her, by, verifier, hop(hop_number)));
    }
    std::string right_wrong_code() {
        std::string code = "00000000";
        return code + check_digit(code);
    }
};

TEST_F(recovery_test, a_code_from_staff_sets_a_first_pin_once) {
    const auto code = issue_staff_code(issuer(), "803-22-00011");
    ASSERT_TRUE(code);
    EXPECT_EQ(sql.value("SELECT individual FROM pin_code"), "1") << "a registration number means its principal";
    const auto id = type(*code);
    ASSERT_TRUE(id);
    EXPECT_TRUE(set({.what = pin_right::kind::code, .record = *id}, 7));
    EXPECT_TRUE(set({.what = pin_right::kind::code, .record = *id}, 7)) << "delivered again";
    EXPECT_FALSE(set({.what = pin_right::kind::code, .record = *id}, 8)) << "used up";
    EXPECT_FALSE(type(*code));
    EXPECT_EQ(sql.value("SELECT recovered_at IS NULL FROM pin"), "t") << "a first PIN cools nothing";
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.pin_changed'"), 2) << "each of her numbers is told once";
    EXPECT_EQ(count("audit WHERE kind = 'pin.recovered' AND detail = 'staff'"), 1);
    EXPECT_EQ(sql.value("SELECT confirmed_at IS NOT NULL FROM phone WHERE id = 1"), "t");
}

TEST_F(recovery_test, nothing_but_the_digest_is_stored_and_the_old_code_ends) {
    const auto first = issue_staff_code(issuer(), "803-00000001");
    const auto second = issue_staff_code(issuer(), "803-00000001");
    ASSERT_TRUE(first && second);
    EXPECT_FALSE(type(*first));
    EXPECT_TRUE(type(*second));
    EXPECT_EQ(count("pin_code WHERE encode(digest, 'escape') LIKE '%" + *second + "%'"), 0);
    EXPECT_FALSE(issue_staff_code(issuer(), "803-00000077"));
    EXPECT_FALSE(issue_staff_code(issuer(), "' OR true --"));
}

TEST_F(recovery_test, a_code_ends_by_time_and_after_five_tries) {
    auto code = issue_staff_code(issuer(), "803-00000001");
    now.advance(staff_code_lasts);
    EXPECT_FALSE(type(*code));
    now.advance(25h);
    code = issue_staff_code(issuer(), "803-00000001");
    for (int i = 0; i < 5; ++i) EXPECT_FALSE(type(right_wrong_code()));
    EXPECT_FALSE(type(*code));
    now.advance(25h);
    EXPECT_FALSE(type(*code)) << "five wrong ones end it, not only the day";
    EXPECT_FALSE(type("123456789")) << "not looked up: its check digit is wrong";
}

TEST_F(recovery_test, a_paper_serves_eight_times_and_after_it_things_wait) {
    const auto codes = issue_paper_codes(issuer(), "803-00000001");
    ASSERT_TRUE(codes);
    EXPECT_EQ(std::set<std::string>(codes->begin(), codes->end()).size(), 8U);
    pins all_pins(*pool, record, blind, now, random);
    wait(all_pins.set(person_id{1}, other_verifier, hop(5)));
    for (unsigned i = 0; i < 10; ++i) {
        wait(all_pins.count_attempt(her, hop(20 + i)));
        now.advance(25h);
    }
    EXPECT_FALSE(wait(all_pins.count_attempt(her, hop(40))).may_try) << "locked";
    for (unsigned i = 0; i < 8; ++i) {
        const auto id = type((*codes)[i]);
        ASSERT_TRUE(id) << i;
        EXPECT_TRUE(set({.what = pin_right::kind::code, .record = *id}, 50 + i));
        EXPECT_TRUE(wait(all_pins.count_attempt(her, hop(70 + i))).may_try) << "released";
        now.advance(25h);
    }
    EXPECT_EQ(sql.value("SELECT recovered_at = set_at FROM pin"), "t");
    EXPECT_EQ(count("pin_code WHERE used_at IS NULL"), 0);
}

TEST_F(recovery_test, parallel_guesses_of_a_code_are_counted_each) {
    settings_with_connections(4);
    const auto code = issue_staff_code(issuer(), "803-00000001");
    auto all = repository();
    std::vector<blind_key> keys_of;
    for (unsigned i = 0; i < 40; ++i) keys_of.push_back(hop(500 + i));
    const std::string wrong = right_wrong_code();
    std::vector<task<std::optional<std::int64_t>>> tries;
    for (unsigned i = 0; i < 40; ++i) tries.push_back(all.code_typed(her, wrong, keys_of[i]));
    for (const auto& each : wait_all(std::move(tries))) EXPECT_FALSE(each);
    EXPECT_LE(std::stoi(sql.value("SELECT tries FROM pin_code")), 5);
    EXPECT_FALSE(type(*code));
}

TEST_F(recovery_test, facts_give_a_first_pin_only_and_three_tries_a_day) {
    auto all = repository();
    EXPECT_TRUE(set({.what = pin_right::kind::facts}, 7));
    EXPECT_TRUE(set({.what = pin_right::kind::facts}, 7));
    EXPECT_FALSE(set({.what = pin_right::kind::facts}, 8)) << "she has one now";
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(wait(all.count_facts(amina, hop(++hops))));
    EXPECT_TRUE(wait(all.count_facts(amina, hop(hops)))) << "the same hop";
    EXPECT_FALSE(wait(all.count_facts(amina, hop(++hops))));
    EXPECT_TRUE(wait(all.count_facts(shared, hop(++hops))));
}

struct guardians_test : recovery_test {
    guardians circle() { return {*pool, record, blind, now}; }
    void SetUp() override {
        recovery_test::SetUp();
        pins all_pins(*pool, record, blind, now, random);
        wait(all_pins.set(person_id{1}, other_verifier, hop(5)));
        // Numbers that are only Yusuf's and only Baraka's.
        for (const auto& [phone, individual, number] :
             {std::tuple(21, 2, "+254700090021"), std::tuple(24, 4, "+254700090024")})
            sql.run(
                fmt::format("INSERT INTO phone (id, individual, number_blind, number_sealed, answers, trust, "
                            "collected_on) VALUES ({}, {}, '{}', '{}', 'self', 1, '2022-01-01')",
                            phone, individual, bytea_parameter(blind.blind(msisdn_purpose, number)),
                            bytea_parameter(record.seal(number, msisdn_context))));
    }
    naming name(std::string_view number) {
        auto all = circle();
        return wait(all.name(person_id{1}, number, hop(++hops)));
    }
    void both() {
        EXPECT_EQ(name("+254700090021"), naming::done);
        EXPECT_EQ(name("+254700090024"), naming::done);
    }
    std::optional<std::int64_t> ask() {
        auto all = repository();
        return wait(all.ask_guardians(her, hop(++hops)));
    }
    void says(std::int64_t guardian, bool yes) {
        auto all = circle();
        for (const auto& one : wait(all.wards_of(person_id{guardian})))
            if (one.recovery) wait(all.speak(person_id{guardian}, *one.recovery, yes));
    }
};

TEST_F(guardians_test, known_and_unknown_numbers_are_named_alike) {
    EXPECT_EQ(name("+254700090021"), naming::done);
    EXPECT_EQ(name("+254700090077"), naming::done);
    EXPECT_EQ(name("+254700090077"), naming::same);
    EXPECT_EQ(name(amina), naming::same) << "her own";
    EXPECT_EQ(name("+254700090078"), naming::done);
    EXPECT_EQ(name("+254700090024"), naming::full);
    auto all = circle();
    const auto named = wait(all.of(person_id{1}));
    ASSERT_EQ(named.size(), 3U);
    EXPECT_EQ(named[1].tail, "077");
    wait(all.remove(person_id{4}, named[1].id));
    EXPECT_EQ(wait(all.of(person_id{1})).size(), 3U) << "not hers to remove";
    wait(all.remove(person_id{1}, named[1].id));
    EXPECT_EQ(wait(all.of(person_id{1})).size(), 2U);
    EXPECT_FALSE(ask());
    EXPECT_EQ(count("recovery"), 0) << "one who can speak is not enough";
}

TEST_F(guardians_test, two_words_and_a_day_later_she_sets_a_pin_on_that_phone) {
    both();
    EXPECT_FALSE(ask());
    says(2, true);
    says(2, true);
    now.advance(48h);
    EXPECT_FALSE(ask()) << "one guardian twice is one";
    says(4, true);
    now.advance(23h);
    EXPECT_FALSE(ask());
    now.advance(2h);
    const auto ready = ask();
    ASSERT_TRUE(ready);
    const pin_right by{.what = pin_right::kind::guardians, .record = *ready};
    auto all = repository();
    EXPECT_FALSE(wait(all.set({person_id{1}, phone_id{2}, shared}, by, verifier, hop(900)))) << "another phone";
    EXPECT_TRUE(set(by, 901));
    EXPECT_TRUE(set(by, 901));
    EXPECT_FALSE(set(by, 902));
    EXPECT_EQ(sql.value("SELECT recovered_at IS NOT NULL FROM pin"), "t");
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.pin_asked'"), 4) << "two numbers, when asked and when confirmed";
}

TEST_F(guardians_test, she_or_a_guardian_stops_it_and_it_does_not_begin_again_at_once) {
    for (const bool by_guardian : {false, true}) {
        if (!by_guardian) both();
        ask();
        says(2, true);
        if (by_guardian) {
            says(4, false);
        } else {
            says(4, true);
            auto all = repository();
            wait(all.stop(person_id{1}));
        }
        now.advance(23h);
        EXPECT_FALSE(ask());
        EXPECT_EQ(count("recovery WHERE ended_at IS NULL"), 0);
        now.advance(25h);
    }
    EXPECT_EQ(count("audit WHERE kind = 'recovery.stopped'"), 1);
}

TEST_F(guardians_test, words_at_the_same_time_are_both_heard) {
    both();
    ask();
    settings_with_connections(4);
    const std::int64_t id = std::stoll(sql.value("SELECT id FROM recovery"));
    auto all = circle();
    const auto speak = [&](std::int64_t who) -> task<int> {
        co_await all.speak(person_id{who}, id, true);
        co_return 1;
    };
    std::vector<task<int>> words;
    for (const std::int64_t who : {2, 4, 2, 4}) words.push_back(speak(who));
    wait_all(std::move(words));
    EXPECT_EQ(sql.value("SELECT ready_at - asked_at FROM recovery"), "1 day");
    EXPECT_EQ(count("recovery_word"), 2);
}

TEST(too_many_failures, wants_enough_tries_and_three_times_the_usual) {
    EXPECT_FALSE(too_many_failures({.tries = 49, .failures = 49}));
    EXPECT_TRUE(too_many_failures({.tries = 50, .failures = 50}));
    EXPECT_FALSE(too_many_failures({.tries = 100, .failures = 40}));
    EXPECT_TRUE(too_many_failures({.tries = 100, .failures = 40, .usual_tries = 10'000, .usual_failures = 1'000}));
    EXPECT_FALSE(too_many_failures({.tries = 100, .failures = 40, .usual_tries = 10'000, .usual_failures = 2'000}));
    EXPECT_TRUE(too_many_failures({.tries = 100, .failures = 85, .usual_tries = 10'000, .usual_failures = 9'000}));
    EXPECT_TRUE(too_many_failures({.tries = 2'000, .failures = 110, .fullest_heap = 30}));
    EXPECT_FALSE(too_many_failures({.tries = 2'000, .failures = 200, .fullest_heap = 30}));
}

struct breaker_test : recovery_test {
    using state = pin_breaker::state;
    pin_breaker node() { return {*pool, blind, now}; }
    state look(pin_breaker& at, std::string_view gateway = "one") { return wait(at.look(gateway)); }
};

TEST_F(breaker_test, one_pin_tried_at_every_number_is_stopped) {
    pin_breaker here = node(), there = node();
    int tried = 0;
    bool opened = false;
    for (; tried < 1'000 && !opened; ++tried) {
        pin_breaker& at = tried % 2 == 0 ? here : there;
        const auto now_is = look(at);
        opened = now_is == state::opened;
        if (now_is != state::closed) break;
        at.count("one", "4826", tried % 1'000 == 999);
        now.advance(100ms);
    }
    EXPECT_TRUE(opened);
    EXPECT_LE(tried, 120);
    now.advance(2s);
    EXPECT_EQ(look(here), state::open);
    EXPECT_EQ(look(there), state::open) << "each node knows";
    EXPECT_EQ(look(here, "two"), state::closed) << "other gateways go on";
    EXPECT_EQ(count("audit WHERE kind = 'gateway.pins_stopped'"), 1);
    now.advance(15min);
    EXPECT_EQ(look(here), state::closed);
}

TEST_F(breaker_test, one_pin_hidden_among_what_is_usual_is_stopped) {
    pin_breaker at = node();
    seeded_random dice(3);
    int of_stranger = 0;
    bool opened = false;
    for (int i = 0; i < 3'000 && !opened; ++i) {
        opened = look(at) == state::opened;
        if (opened) break;
        const bool strange = i % 10 == 0;
        of_stranger += strange ? 1 : 0;
        const bool right = !strange && dice.below(100) >= 10;
        at.count("one", strange ? "4826" : fmt::format("{:04}", dice.below(10'000)), right);
        now.advance(200ms);
    }
    EXPECT_TRUE(opened);
    EXPECT_LE(of_stranger, 60);
}

TEST_F(breaker_test, a_usual_day_goes_on) {
    pin_breaker at = node();
    seeded_random dice(5);
    for (int i = 0; i < 3'000; ++i) {
        ASSERT_EQ(look(at), state::closed) << i;
        at.count("one", fmt::format("{:04}", dice.below(10'000)), dice.below(100) >= 15);
        now.advance(500ms);
    }
    EXPECT_GT(count("gateway_pins"), 1);
}

}  // namespace
}  // namespace mlango::registry::test
