#include <fmt/format.h>

#include "registry/outbox.hpp"

#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

using namespace std::chrono_literals;

struct outbox_test : registry_fixture {
    manual_clock now{wall_time(std::chrono::sys_days(std::chrono::year(2026) / 11 / 20))};
    std::optional<registry::outbox> messages;

    void SetUp() override {
        registry_fixture::SetUp();
        messages.emplace(*pool, record, blind, now);
    }
    void TearDown() override {
        messages.reset();
        registry_fixture::TearDown();
    }
    void put(std::string_view to = amina) {
        const notice what = make_notice(record, to, "ar", "sms.test", {{"reference", "ACDE"}, {"day", "يوم"}});
        wait(messages->put(what));
    }
    std::string state(outbox_id id) {
        return sql.value(fmt::format("SELECT state FROM outbox WHERE id = {}", id.value));
    }
};

TEST_F(outbox_test, what_was_put_is_claimed_once_with_its_arguments) {
    put();
    const auto claimed = wait(messages->claim(10, 60s));
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].e164, amina);
    EXPECT_EQ(claimed[0].language, "ar");
    EXPECT_EQ(claimed[0].text, "sms.test");
    EXPECT_EQ(claimed[0].attempts, 1);
    const std::vector<std::pair<std::string, std::string>> arguments = {{"reference", "ACDE"}, {"day", "يوم"}};
    EXPECT_EQ(claimed[0].arguments, arguments);
    EXPECT_TRUE(wait(messages->claim(10, 60s)).empty());
}

TEST_F(outbox_test, oldest_first_up_to_the_limit) {
    for (int i = 0; i < 5; ++i) put();
    const auto first = wait(messages->claim(3, 60s));
    const auto rest = wait(messages->claim(3, 60s));
    EXPECT_EQ(first.size(), 3U);
    ASSERT_EQ(rest.size(), 2U);
    for (const auto& each : first) EXPECT_LT(each.id.value, rest[0].id.value);
}

TEST_F(outbox_test, parallel_claims_never_take_the_same) {
    for (int i = 0; i < 40; ++i) put();
    settings_with_connections(4);
    messages.emplace(*pool, record, blind, now);
    std::vector<task<std::vector<outgoing_notice>>> all;
    for (int i = 0; i < 16; ++i) all.push_back(messages->claim(5, 60s));
    std::set<std::int64_t> seen;
    std::size_t claimed = 0;
    for (const auto& each : wait_all(std::move(all)))
        for (const auto& one : each) {
            ++claimed;
            seen.insert(one.id.value);
        }
    EXPECT_EQ(claimed, seen.size());
    while (true) {
        const auto more = wait(messages->claim(5, 60s));
        if (more.empty()) break;
        for (const auto& one : more) EXPECT_TRUE(seen.insert(one.id.value).second);
    }
    EXPECT_EQ(seen.size(), 40U);
}

TEST_F(outbox_test, a_lease_that_ran_out_is_unknown_and_never_taken_again) {
    put();
    const auto id = wait(messages->claim(1, 60s)).at(0).id;
    now.advance(61s);
    EXPECT_TRUE(wait(messages->claim(10, 60s)).empty());
    EXPECT_EQ(state(id), "unknown");
    now.advance(24h);
    EXPECT_TRUE(wait(messages->claim(10, 60s)).empty());
    // Its holder may still tell what became of it.
    wait(messages->sent(id, "kannel", "p1"));
    EXPECT_EQ(state(id), "sent");
}

TEST_F(outbox_test, a_failure_comes_again_after_its_delay_or_never) {
    put();
    const auto id = wait(messages->claim(1, 60s)).at(0).id;
    wait(messages->failed(id, 30s, "throttled"));
    EXPECT_EQ(state(id), "pending");
    EXPECT_TRUE(wait(messages->claim(10, 60s)).empty());
    now.advance(30s);
    const auto again = wait(messages->claim(10, 60s));
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].attempts, 2);
    wait(messages->failed(id, std::nullopt, "invalid"));
    EXPECT_EQ(state(id), "failed");
    now.advance(24h);
    EXPECT_TRUE(wait(messages->claim(10, 60s)).empty());
}

TEST_F(outbox_test, what_was_sent_or_uncertain_is_not_failed_back_by_mistake) {
    put();
    put();
    const auto both = wait(messages->claim(2, 60s));
    wait(messages->sent(both[0].id, "kannel", "p1"));
    wait(messages->failed(both[0].id, 1s, "late"));
    EXPECT_EQ(state(both[0].id), "sent");
    wait(messages->uncertain(both[1].id, "kannel"));
    EXPECT_EQ(state(both[1].id), "unknown");
    now.advance(24h);
    EXPECT_TRUE(wait(messages->claim(10, 60s)).empty());
}

TEST_F(outbox_test, receipts_settle_and_a_final_word_stays) {
    put();
    const auto id = wait(messages->claim(1, 60s)).at(0).id;
    wait(messages->sent(id, "kannel", "p1"));
    EXPECT_TRUE(wait(messages->receipt("kannel", "p1", "buffered", false)));
    EXPECT_EQ(state(id), "sent");
    EXPECT_TRUE(wait(messages->receipt("kannel", "p1", "delivered", true)));
    EXPECT_EQ(state(id), "delivered");
    EXPECT_TRUE(wait(messages->receipt("kannel", "p1", "buffered", false)));
    EXPECT_TRUE(wait(messages->receipt("kannel", "p1", "failed", true)));
    EXPECT_EQ(state(id), "delivered");
    EXPECT_EQ(sql.value("SELECT receipt FROM outbox"), "delivered");
    EXPECT_FALSE(wait(messages->receipt("kannel", "p2", "delivered", true)));
    EXPECT_FALSE(wait(messages->receipt("other", "p1", "delivered", true)));
}

TEST_F(outbox_test, nothing_goes_to_a_number_that_said_stop_until_it_says_start) {
    registry::inbox incoming(*pool, record, blind);
    wait(incoming.allow_sms(amina, false));
    put(amina);
    put(shared);
    const auto claimed = wait(messages->claim(10, 60s));
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].e164, shared);
    EXPECT_EQ(count("outbox WHERE state = 'suppressed'"), 1);
    wait(incoming.allow_sms(amina, true));
    EXPECT_TRUE(wait(messages->claim(10, 60s)).empty());
    put(amina);
    EXPECT_EQ(wait(messages->claim(10, 60s)).size(), 1U);
}

TEST_F(outbox_test, a_row_that_does_not_open_is_set_aside) {
    put();
    put();
    sql.run(
        "UPDATE outbox SET number_sealed = set_byte(number_sealed, 20, get_byte(number_sealed, 20) # 1) "
        "WHERE id = (SELECT min(id) FROM outbox)");
    EXPECT_EQ(wait(messages->claim(10, 60s)).size(), 1U);
    EXPECT_EQ(count("outbox WHERE state = 'failed' AND reason = 'unreadable'"), 1);
}

TEST_F(outbox_test, a_message_that_came_in_twice_is_stored_once_and_sealed) {
    registry::inbox incoming(*pool, record, blind);
    EXPECT_TRUE(wait(incoming.store("kannel", "m1", amina, "2020", "HELP me")));
    EXPECT_FALSE(wait(incoming.store("kannel", "m1", amina, "2020", "HELP me")));
    EXPECT_TRUE(wait(incoming.store("other", "m1", amina, "2020", "")));
    const auto sealed = from_hex(sql.value("SELECT encode(text_sealed, 'hex') FROM inbox WHERE gateway = 'kannel'"));
    ASSERT_TRUE(sealed);
    EXPECT_EQ(record.open(as_string_view(*sealed), sms_context), "HELP me");
}

}  // namespace
}  // namespace mlango::registry::test
