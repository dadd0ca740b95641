#include "registry/pins.hpp"

#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

using namespace std::chrono_literals;

struct pins_test : registry_fixture {
    manual_clock now{wall_time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20))};
    std::string verifier = std::string(83, '\x01');

    void SetUp() override {
        registry_fixture::SetUp();
        registry::pins pins(*pool, now);
        wait(pins.set(person_id{1}, verifier, hop(1)));
    }
};

TEST_F(pins_test, counts_from_one_and_success_begins_anew) {
    registry::pins pins(*pool, now);
    for (unsigned i = 1; i <= 3; ++i) {
        const pin_attempt attempt = wait(pins.count_attempt(person_id{1}, hop(100 + i)));
        EXPECT_TRUE(attempt.may_try);
        EXPECT_FALSE(attempt.duplicate);
        EXPECT_EQ(attempt.verifier, verifier);
        EXPECT_EQ(attempt.failures, static_cast<int>(i));
    }
    wait(pins.succeeded(person_id{1}, ""));
    wait(pins.succeeded(person_id{1}, ""));
    EXPECT_EQ(wait(pins.count_attempt(person_id{1}, hop(200))).failures, 1);
    EXPECT_EQ(count("audit WHERE kind = 'pin.right'"), 1);
}

TEST_F(pins_test, waits_longer_each_time_and_locks_at_ten) {
    registry::pins pins(*pool, now);
    const std::chrono::seconds waits[] = {0s, 0s, 0s, 5min, 15min, 1h, 4h, 24h, 24h};
    unsigned number = 100;
    for (const auto wait_after : waits) {
        ASSERT_TRUE(wait(pins.count_attempt(person_id{1}, hop(++number))).may_try) << number;
        if (wait_after == 0s) continue;
        now.advance(wait_after - 1s);
        const pin_attempt early = wait(pins.count_attempt(person_id{1}, hop(++number)));
        EXPECT_FALSE(early.may_try) << number;
        EXPECT_EQ(early.verifier, "");
        now.advance(1s);
    }
    EXPECT_EQ(wait(pins.count_attempt(person_id{1}, hop(++number))).failures, 10);
    now.advance(std::chrono::years(100));
    const pin_attempt locked = wait(pins.count_attempt(person_id{1}, hop(++number)));
    EXPECT_FALSE(locked.may_try);
    EXPECT_EQ(locked.failures, 10);
    EXPECT_EQ(count("audit WHERE kind = 'pin.locked'"), 1);
}

TEST_F(pins_test, the_same_hop_counts_once_and_not_without_end) {
    registry::pins pins(*pool, now);
    EXPECT_FALSE(wait(pins.count_attempt(person_id{1}, hop(5))).duplicate);
    for (int i = 0; i < 50; ++i) {
        const pin_attempt again = wait(pins.count_attempt(person_id{1}, hop(5)));
        EXPECT_TRUE(again.duplicate);
        EXPECT_TRUE(again.may_try);
        EXPECT_EQ(again.failures, 1);
        EXPECT_EQ(again.verifier, verifier);
    }
    for (int i = 0; i < 3; ++i) {
        const pin_attempt again = wait(pins.count_attempt(person_id{1}, hop(5)));
        EXPECT_TRUE(again.duplicate);
        EXPECT_FALSE(again.may_try);
        EXPECT_EQ(again.verifier, "");
    }
}

TEST_F(pins_test, a_repeated_hop_may_go_on_where_its_first_delivery_began_the_wait) {
    registry::pins pins(*pool, now);
    for (unsigned i = 1; i <= 4; ++i) wait(pins.count_attempt(person_id{1}, hop(i + 10)));
    EXPECT_TRUE(wait(pins.count_attempt(person_id{1}, hop(14))).may_try);
    EXPECT_FALSE(wait(pins.count_attempt(person_id{1}, hop(15))).may_try);
}

TEST_F(pins_test, parallel_attempts_can_not_slip_past_the_count) {
    settings_with_connections(4);
    registry::pins pins(*pool, now);
    std::vector<blind_key> hops;
    for (unsigned i = 0; i < 50; ++i) hops.push_back(hop(1000 + i));
    std::vector<task<pin_attempt>> all;
    for (const blind_key& each : hops) all.push_back(pins.count_attempt(person_id{1}, each));
    int allowed = 0;
    for (const pin_attempt& each : wait_all(std::move(all))) allowed += each.may_try ? 1 : 0;
    EXPECT_EQ(allowed, 4);  // the fourth began the wait
    EXPECT_EQ(sql.value("SELECT failures FROM pin"), "4");
}

TEST_F(pins_test, fifty_deliveries_of_one_hop_count_once) {
    settings_with_connections(4);
    registry::pins pins(*pool, now);
    const blind_key one = hop(77);
    std::vector<task<pin_attempt>> all;
    for (unsigned i = 0; i < 50; ++i) all.push_back(pins.count_attempt(person_id{1}, one));
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
    registry::pins pins(*pool, now);
    for (const std::int64_t id : {2, 99, 0}) {
        const pin_attempt attempt = wait(pins.count_attempt(person_id{id}, hop(1)));
        EXPECT_FALSE(attempt.may_try);
        EXPECT_FALSE(attempt.duplicate);
        EXPECT_EQ(attempt.verifier, "");
    }
}

TEST_F(pins_test, setting_replaces_once_per_hop_and_unlocks) {
    registry::pins pins(*pool, now);
    for (unsigned i = 1; i <= 4; ++i) wait(pins.count_attempt(person_id{1}, hop(i + 10)));
    const std::string next(83, '\x02');
    wait(pins.set(person_id{1}, next, hop(50)));
    EXPECT_EQ(wait(pins.count_attempt(person_id{1}, hop(60))).verifier, next);
    // Delivered again: hashed anew with another salt, but nothing is done.
    wait(pins.set(person_id{1}, std::string(83, '\x03'), hop(50)));
    const pin_attempt attempt = wait(pins.count_attempt(person_id{1}, hop(61)));
    EXPECT_EQ(attempt.verifier, next);
    EXPECT_EQ(attempt.failures, 2);
    EXPECT_EQ(count("audit WHERE kind = 'pin.set'"), 2);
}

TEST_F(pins_test, an_upgrade_is_stored_with_success) {
    registry::pins pins(*pool, now);
    wait(pins.count_attempt(person_id{1}, hop(10)));
    const std::string upgraded(83, '\x09');
    wait(pins.succeeded(person_id{1}, upgraded));
    EXPECT_EQ(wait(pins.count_attempt(person_id{1}, hop(11))).verifier, upgraded);
}

}  // namespace
}  // namespace mlango::registry::test
