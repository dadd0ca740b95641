#include "registry/pins.hpp"

#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

using namespace std::chrono_literals;

struct pins_test : registry_fixture {
    manual_clock now{wall_time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20))};
    std::string verifier = std::string(83, '\x01');
    pin_caller her{person_id{1}, phone_id{1}, amina};

    void SetUp() override {
        registry_fixture::SetUp();
        registry::pins pins(*pool, record, blind, now, random);
        wait(pins.set(person_id{1}, verifier, hop(1)));
    }
};

TEST_F(pins_test, counts_from_one_and_success_begins_anew) {
    registry::pins pins(*pool, record, blind, now, random);
    for (unsigned i = 1; i <= 3; ++i) {
        const pin_attempt attempt = wait(pins.count_attempt(her, hop(100 + i)));
        EXPECT_TRUE(attempt.may_try);
        EXPECT_FALSE(attempt.duplicate);
        EXPECT_EQ(attempt.verifier, verifier);
        EXPECT_EQ(attempt.failures, static_cast<int>(i));
    }
    wait(pins.succeeded(her, ""));
    wait(pins.succeeded(her, ""));
    EXPECT_EQ(wait(pins.count_attempt(her, hop(200))).failures, 1);
    EXPECT_EQ(count("audit WHERE kind = 'pin.right'"), 1);
}

TEST_F(pins_test, waits_longer_each_time_and_locks_at_ten) {
    registry::pins pins(*pool, record, blind, now, random);
    const std::chrono::seconds waits[] = {0s, 0s, 0s, 5min, 15min, 1h, 4h, 24h, 24h};
    unsigned number = 100;
    for (const auto wait_after : waits) {
        ASSERT_TRUE(wait(pins.count_attempt(her, hop(++number))).may_try) << number;
        if (wait_after == 0s) continue;
        now.advance(wait_after - 1s);
        const pin_attempt early = wait(pins.count_attempt(her, hop(++number)));
        EXPECT_FALSE(early.may_try) << number;
        EXPECT_EQ(early.verifier, "");
        now.advance(1s);
    }
    EXPECT_EQ(wait(pins.count_attempt(her, hop(++number))).failures, 10);
    now.advance(std::chrono::years(100));
    const pin_attempt locked = wait(pins.count_attempt(her, hop(++number)));
    EXPECT_FALSE(locked.may_try);
    EXPECT_EQ(locked.failures, 10);
    EXPECT_EQ(count("audit WHERE kind = 'pin.locked'"), 1);
}

TEST_F(pins_test, the_same_hop_counts_once_and_not_without_end) {
    registry::pins pins(*pool, record, blind, now, random);
    EXPECT_FALSE(wait(pins.count_attempt(her, hop(5))).duplicate);
    for (int i = 0; i < 50; ++i) {
        const pin_attempt again = wait(pins.count_attempt(her, hop(5)));
        EXPECT_TRUE(again.duplicate);
        EXPECT_TRUE(again.may_try);
        EXPECT_EQ(again.failures, 1);
        EXPECT_EQ(again.verifier, verifier);
    }
    for (int i = 0; i < 3; ++i) {
        const pin_attempt again = wait(pins.count_attempt(her, hop(5)));
        EXPECT_TRUE(again.duplicate);
        EXPECT_FALSE(again.may_try);
        EXPECT_EQ(again.verifier, "");
    }
}

TEST_F(pins_test, a_repeated_hop_may_go_on_where_its_first_delivery_began_the_wait) {
    registry::pins pins(*pool, record, blind, now, random);
    for (unsigned i = 1; i <= 4; ++i) wait(pins.count_attempt(her, hop(i + 10)));
    EXPECT_TRUE(wait(pins.count_attempt(her, hop(14))).may_try);
    EXPECT_FALSE(wait(pins.count_attempt(her, hop(15))).may_try);
}

TEST_F(pins_test, a_number_has_ten_failures_a_day_over_everybody_behind_it) {
    registry::pins pins(*pool, record, blind, now, random);
    for (const std::int64_t id : {2, 4}) wait(pins.set(person_id{id}, verifier, hop(static_cast<unsigned>(id))));
    unsigned number = 100;
    int allowed = 0;
    for (int round = 0; round < 6; ++round)
        for (const std::int64_t id : {1, 2, 4})
            allowed += wait(pins.count_attempt({person_id{id}, {}, shared}, hop(++number))).may_try ? 1 : 0;
    EXPECT_EQ(allowed, 10);
    const auto failures = sql.value("SELECT sum(failures) FROM pin");
    wait(pins.count_attempt({person_id{4}, {}, shared}, hop(++number)));
    EXPECT_EQ(sql.value("SELECT sum(failures) FROM pin"), failures) << "what can not be right is nobody's failure";
    // Her own other number still works, and tomorrow this one.
    now.advance(5min);
    EXPECT_TRUE(wait(pins.count_attempt(her, hop(++number))).may_try);
    now.advance(24h);
    EXPECT_TRUE(wait(pins.count_attempt({person_id{4}, {}, shared}, hop(++number))).may_try);
}

TEST_F(pins_test, what_was_right_is_no_failure_of_the_number) {
    registry::pins pins(*pool, record, blind, now, random);
    unsigned number = 100;
    for (int i = 0; i < 40; ++i) {
        ASSERT_TRUE(wait(pins.count_attempt(her, hop(++number))).may_try) << i;
        wait(pins.succeeded(her, ""));
        wait(pins.succeeded(her, ""));
    }
    EXPECT_EQ(sql.value("SELECT failures FROM throttle"), "0");
}

TEST_F(pins_test, parallel_attempts_at_many_persons_can_not_slip_past_the_number) {
    settings_with_connections(4);
    registry::pins pins(*pool, record, blind, now, random);
    for (const std::int64_t id : {2, 3, 4}) wait(pins.set(person_id{id}, verifier, hop(static_cast<unsigned>(id))));
    std::vector<blind_key> hops;
    for (unsigned i = 0; i < 60; ++i) hops.push_back(hop(1000 + i));
    std::vector<pin_caller> callers;
    for (unsigned i = 0; i < 60; ++i) callers.push_back({person_id{1 + i % 4}, {}, shared});
    std::vector<task<pin_attempt>> all;
    for (unsigned i = 0; i < 60; ++i) all.push_back(pins.count_attempt(callers[i], hops[i]));
    int allowed = 0;
    for (const pin_attempt& each : wait_all(std::move(all))) allowed += each.may_try ? 1 : 0;
    EXPECT_EQ(allowed, 10);
}

// Somebody tries without rest, at any hour, from as many sessions as he likes.
TEST_F(pins_test, guessing_all_day_is_right_less_than_once_in_a_thousand) {
    registry::pins pins(*pool, record, blind, now, random);
    unsigned number = 100;
    int allowed = 0;
    for (int minute = 0; minute < 24 * 60; minute += 5) {
        for (int i = 0; i < 6; ++i) allowed += wait(pins.count_attempt(her, hop(++number))).may_try ? 1 : 0;
        now.advance(5min);
    }
    EXPECT_GE(allowed, 5);
    // Of four digits drawn at random some 9,400 are given (weak_pin_test counts them).
    EXPECT_LT(allowed / 9'400.0, 1e-3);
}

TEST_F(pins_test, duress_tells_staff_once_a_day_and_names_nobody_in_the_ticket) {
    registry::pins pins(*pool, record, blind, now, random);
    for (unsigned i = 0; i < 3; ++i) {
        wait(pins.count_attempt(her, hop(200 + i)));
        wait(pins.succeeded_in_duress(her, "", hop(200 + i)));
        wait(pins.succeeded_in_duress(her, "", hop(200 + i)));
    }
    EXPECT_EQ(count("ticket WHERE category = 'duress' AND sensitive AND priority = 1 AND individual IS NULL AND "
                    "registration_group IS NULL AND number_blind IS NULL"),
              1);
    EXPECT_EQ(count("duress_alarm WHERE individual = 1 AND phone = 1"), 1);
    EXPECT_EQ(count("audit WHERE kind = 'pin.duress'"), 3);
    EXPECT_EQ(count("outbox WHERE text_key <> 'sms.pin_changed'"), 0);
    EXPECT_EQ(sql.value("SELECT failures FROM pin"), "0");
    now.advance(25h);
    wait(pins.count_attempt(her, hop(300)));
    wait(pins.succeeded_in_duress(her, "", hop(300)));
    EXPECT_EQ(count("duress_alarm"), 2);
}

TEST_F(pins_test, a_right_pin_marks_the_phone_as_seen_unless_it_was_silent_for_long) {
    registry::pins pins(*pool, record, blind, now, random);
    auto try_right = [&, number = 400U]() mutable {
        wait(pins.count_attempt(her, hop(++number)));
        wait(pins.succeeded(her, ""));
        return sql.value("SELECT last_seen_on FROM phone WHERE id = 1");
    };
    EXPECT_EQ(try_right(), "2026-11-20");
    now.advance(std::chrono::days(59));
    EXPECT_EQ(try_right(), "2027-01-18");
    now.advance(std::chrono::days(60));
    EXPECT_EQ(try_right(), "2027-01-18") << "a code has to say that it is still hers";
}

TEST_F(pins_test, parallel_attempts_can_not_slip_past_the_count) {
    settings_with_connections(4);
    registry::pins pins(*pool, record, blind, now, random);
    std::vector<blind_key> hops;
    for (unsigned i = 0; i < 50; ++i) hops.push_back(hop(1000 + i));
    std::vector<task<pin_attempt>> all;
    for (const blind_key& each : hops) all.push_back(pins.count_attempt(her, each));
    int allowed = 0;
    for (const pin_attempt& each : wait_all(std::move(all))) allowed += each.may_try ? 1 : 0;
    EXPECT_EQ(allowed, 4);  // the fourth began the wait
    EXPECT_EQ(sql.value("SELECT failures FROM pin"), "4");
}

TEST_F(pins_test, fifty_deliveries_of_one_hop_count_once) {
    settings_with_connections(4);
    registry::pins pins(*pool, record, blind, now, random);
    const blind_key one = hop(77);
    std::vector<task<pin_attempt>> all;
    for (unsigned i = 0; i < 50; ++i) all.push_back(pins.count_attempt(her, one));
    int first = 0, allowed = 0;
    for (const pin_attempt& each : wait_all(std::move(all))) {
        first += each.duplicate ? 0 : 1;
        allowed += each.may_try ? 1 : 0;
    }
    EXPECT_EQ(first, 1);
    EXPECT_EQ(allowed, 50);  // all are the same guess
    EXPECT_EQ(sql.value("SELECT failures FROM pin"), "1");
}

TEST_F(pins_test, nobody_or_no_pin_may_not_try) {
    registry::pins pins(*pool, record, blind, now, random);
    for (const std::int64_t id : {2, 99, 0}) {
        const pin_attempt attempt = wait(pins.count_attempt({person_id{id}, {}, nobody}, hop(1)));
        EXPECT_FALSE(attempt.may_try);
        EXPECT_FALSE(attempt.duplicate);
        EXPECT_EQ(attempt.verifier, "");
    }
}

TEST_F(pins_test, setting_replaces_once_per_hop_and_unlocks) {
    registry::pins pins(*pool, record, blind, now, random);
    for (unsigned i = 1; i <= 4; ++i) wait(pins.count_attempt(her, hop(i + 10)));
    const std::string next(83, '\x02');
    wait(pins.set(person_id{1}, next, hop(50)));
    EXPECT_EQ(wait(pins.count_attempt(her, hop(60))).verifier, next);
    // Delivered again: hashed anew with another salt, but nothing is done.
    wait(pins.set(person_id{1}, std::string(83, '\x03'), hop(50)));
    const pin_attempt attempt = wait(pins.count_attempt(her, hop(61)));
    EXPECT_EQ(attempt.verifier, next);
    EXPECT_EQ(attempt.failures, 2);
    EXPECT_EQ(count("audit WHERE kind = 'pin.set'"), 2);
}

TEST_F(pins_test, an_upgrade_is_stored_with_success) {
    registry::pins pins(*pool, record, blind, now, random);
    wait(pins.count_attempt(her, hop(10)));
    const std::string upgraded(83, '\x09');
    wait(pins.succeeded(her, upgraded));
    EXPECT_EQ(wait(pins.count_attempt(her, hop(11))).verifier, upgraded);
}

}  // namespace
}  // namespace mlango::registry::test
