#include <fmt/format.h>

#include "message_fixture.hpp"

namespace mlango::registry::test {
namespace {

using namespace std::chrono_literals;
using result = attempt_result::kind;

struct outbox_test : message_fixture {};

TEST_F(outbox_test, what_was_put_is_claimed_once_with_its_arguments) {
    put();
    const auto claimed = claim();
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].e164, amina);
    EXPECT_EQ(claimed[0].number, blind.blind(msisdn_purpose, amina));
    EXPECT_EQ(claimed[0].language, "ar");
    EXPECT_EQ(claimed[0].text, "sms.test");
    EXPECT_EQ(claimed[0].attempts, 0);
    const std::vector<std::pair<std::string, std::string>> arguments = {{"reference", "ACDE"}, {"day", "يوم"}};
    EXPECT_EQ(claimed[0].arguments, arguments);
    EXPECT_TRUE(claim().empty());
    EXPECT_EQ(states(), "pending");
}

TEST_F(outbox_test, replies_before_notices_before_bulk_and_each_up_to_its_limit) {
    for (int i = 0; i < 3; ++i) put_bulk(amina);
    for (int i = 0; i < 3; ++i) put(amina);
    for (int i = 0; i < 3; ++i) put(amina, {.priority = message_priority::reply});
    const auto claimed = wait(messages->claim({.replies = 9, .notices = 2, .bulk = 1}, lease));
    ASSERT_EQ(claimed.size(), 6U);
    std::string order;
    for (const auto& each : claimed) order += std::to_string(static_cast<int>(each.priority));
    EXPECT_EQ(order, "000112");
    EXPECT_TRUE(wait(messages->claim({.replies = 9, .notices = 0, .bulk = 0}, lease)).empty());
    EXPECT_EQ(claim(9).size(), 3U);
}

TEST_F(outbox_test, oldest_first_up_to_the_limit) {
    for (int i = 0; i < 5; ++i) put();
    const auto first = claim(3);
    const auto rest = claim(3);
    EXPECT_EQ(first.size(), 3U);
    ASSERT_EQ(rest.size(), 2U);
    for (const auto& each : first) EXPECT_LT(each.id.value, rest[0].id.value);
}

TEST_F(outbox_test, parallel_claims_never_take_the_same) {
    for (int i = 0; i < 40; ++i) put();
    settings_with_connections(4);
    messages.emplace(*pool, record, blind, now);
    std::vector<task<std::vector<outgoing_notice>>> all;
    for (int i = 0; i < 16; ++i) all.push_back(messages->claim({.replies = 0, .notices = 5, .bulk = 0}, lease));
    std::set<std::int64_t> seen;
    std::size_t claimed = 0;
    for (const auto& each : wait_all(std::move(all)))
        for (const auto& one : each) {
            ++claimed;
            seen.insert(one.id.value);
        }
    EXPECT_EQ(claimed, seen.size());
    while (true) {
        const auto more = claim(5);
        if (more.empty()) break;
        for (const auto& one : more) EXPECT_TRUE(seen.insert(one.id.value).second);
    }
    EXPECT_EQ(seen.size(), 40U);
}

TEST_F(outbox_test, a_claim_that_was_not_begun_comes_back_and_its_holder_can_not_begin_it_any_more) {
    put();
    const auto first = claim();
    ASSERT_EQ(first.size(), 1U);
    now.advance(59s);
    EXPECT_TRUE(claim().empty());
    now.advance(1s);
    const auto second = claim();
    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(second[0].attempts, 0) << "nothing was tried";
    EXPECT_TRUE(begin(first[0]).ours.empty());
    EXPECT_EQ(begin(second[0]).ours.size(), 1U);
    EXPECT_EQ(states(), "sending");
    EXPECT_TRUE(begin(second[0]).ours.empty()) << "and only once";
}

TEST_F(outbox_test, an_attempt_without_a_word_is_unknown_and_never_taken_again) {
    put();
    const auto message = begin_one();
    now.advance(61s);
    EXPECT_TRUE(claim().empty());
    EXPECT_EQ(wait(messages->lose(10)), 1U);
    EXPECT_EQ(wait(messages->lose(10)), 0U);
    EXPECT_EQ(states(), "unknown");
    now.advance(24h);
    EXPECT_TRUE(claim().empty());
    // Its holder may still tell what became of it.
    sent(message, {part("p1")});
    EXPECT_EQ(states(), "sent");
    EXPECT_EQ(take(report("p1")), "joined");
    EXPECT_EQ(states(), "delivered");
}

TEST_F(outbox_test, each_result_leads_to_its_state_and_no_other_word_of_the_same_attempt_changes_it) {
    const std::pair<result, std::string_view> table[] = {{result::sent, "sent"},
                                                         {result::again, "pending"},
                                                         {result::back, "pending"},
                                                         {result::failed, "failed"},
                                                         {result::unknown, "unknown"}};
    for (const auto& [what, expected] : table) {
        sql.run("DELETE FROM outbox");
        put();
        const auto message = begin_one();
        const bool due = what == result::again || what == result::back;
        record_it(message, what, due ? std::optional(now.now() + 30s) : std::nullopt);
        EXPECT_EQ(states(), expected);
        EXPECT_EQ(sql.value("SELECT attempts FROM outbox"), what == result::back ? "0" : "1");
        record_it(message, result::again, now.now());
        EXPECT_EQ(states(), what == result::unknown ? "pending" : expected) << "late";
    }
}

TEST_F(outbox_test, a_failure_comes_again_at_its_time_or_never) {
    put();
    auto message = begin_one();
    record_it(message, result::again, now.now() + 30s);
    EXPECT_TRUE(claim().empty());
    now.advance(30s);
    message = begin_one();
    EXPECT_EQ(message.attempts, 1);
    EXPECT_EQ(message.last_gateway, "smsc");
    record_it(message, result::failed);
    EXPECT_EQ(states(), "failed");
    now.advance(24h);
    EXPECT_TRUE(claim().empty());
}

TEST_F(outbox_test, a_word_about_an_attempt_before_does_not_touch_the_next_one) {
    put();
    const auto first = begin_one();
    record_it(first, result::again, now.now());
    begin_one();
    record_it(first, result::failed);
    EXPECT_EQ(states(), "sending");
}

TEST_F(outbox_test, results_of_many_are_one_statement) {
    for (int i = 0; i < 50; ++i) put("+2547000910" + std::to_string(10 + i));
    const auto claimed = claim(50);
    std::vector<attempt> attempts;
    for (const auto& each : claimed) attempts.push_back(attempt_of(each));
    ASSERT_EQ(wait(messages->begin(attempts, lease, 0)).ours.size(), 50U);
    std::vector<attempt_result> results;
    for (const auto& each : claimed)
        results.push_back(
            {.id = each.id,
             .attempt = 1,
             .what = result::sent,
             .gateway = "smsc",
             .reason = {},
             .at = {},
             .parts = {part(fmt::format("a{}", each.id.value)), part(fmt::format("b{}", each.id.value))}});
    wait(messages->record(results));
    wait(messages->record(results));
    EXPECT_EQ(count("outbox WHERE state = 'sent'"), 50);
    EXPECT_EQ(count("outbox_part WHERE number_blind IS NOT NULL"), 100);
}

TEST_F(outbox_test, past_its_time_a_message_expires) {
    put(amina, {.expires_at = now.now() + 10min});
    put(shared, {.expires_at = now.now() + 20min});
    now.advance(10min);
    const auto claimed = claim();
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].e164, shared);
    EXPECT_EQ(*claimed[0].expires_at, now.now() + 10min);
    EXPECT_EQ(states(), "expired pending");
}

TEST_F(outbox_test, not_before_it_is_due) {
    put(amina, {.due_at = now.now() + 1h});
    EXPECT_TRUE(claim().empty());
    now.advance(1h);
    EXPECT_EQ(claim().size(), 1U);
}

TEST_F(outbox_test, a_number_gets_so_many_bulk_messages_a_day) {
    for (int i = 0; i < 3; ++i) put_bulk(amina);
    put_bulk(shared);
    put(amina);
    for (const auto& each : claim()) {
        const begun got = begin(each, "smsc", 2);
        if (!got.ours.empty()) sent(each, {part(std::to_string(each.id.value))});
        if (got.capped.empty()) continue;
        EXPECT_EQ(each.e164, amina);
        const aside tomorrow{
            .id = each.id, .claim = each.claim, .state = "pending", .reason = "cap", .due_at = now.now() + 24h};
        wait(messages->set_aside({&tomorrow, 1}));
    }
    EXPECT_EQ(states(), "sent sent pending sent sent");
    now.advance(24h);
    for (const auto& each : claim()) EXPECT_EQ(begin(each, "smsc", 2).ours.size(), 1U);
    wait(messages->tidy());
    EXPECT_EQ(count("bulk_day"), 3);
    now.advance(24h);
    wait(messages->tidy());
    EXPECT_EQ(count("bulk_day"), 1);
}

TEST_F(outbox_test, what_surely_was_not_sent_is_not_counted_against_the_day) {
    for (int i = 0; i < 2; ++i) put_bulk(amina);
    const auto claimed = claim();
    EXPECT_EQ(begin(claimed.at(0), "smsc", 1).ours.size(), 1U);
    record_it(claimed.at(0), result::failed);
    EXPECT_EQ(begin(claimed.at(1), "smsc", 1).ours.size(), 1U);
}

TEST_F(outbox_test, nothing_goes_to_a_number_that_said_stop_until_it_says_start) {
    wait(incoming->allow_sms(amina, false));
    put(amina);
    put(shared);
    const auto claimed = claim();
    ASSERT_EQ(claimed.size(), 1U);
    EXPECT_EQ(claimed[0].e164, shared);
    EXPECT_EQ(count("outbox WHERE state = 'suppressed' AND reason = 'stop'"), 1);
    wait(incoming->allow_sms(amina, true));
    EXPECT_TRUE(claim().empty());
    put(amina);
    EXPECT_EQ(claim().size(), 1U);
}

TEST_F(outbox_test, a_row_that_does_not_open_is_set_aside) {
    put();
    put();
    sql.run(
        "UPDATE outbox SET number_sealed = set_byte(number_sealed, 20, get_byte(number_sealed, 20) # 1) "
        "WHERE id = (SELECT min(id) FROM outbox)");
    EXPECT_EQ(claim().size(), 1U);
    EXPECT_EQ(count("outbox WHERE state = 'failed' AND reason = 'unreadable'"), 1);
}

TEST_F(outbox_test, the_gateway_is_asked_a_bounded_number_of_times_ever_more_rarely) {
    put();
    const auto message = begin_one();
    record_it(message, result::unknown, now.now() + 5s);
    EXPECT_TRUE(wait(messages->ask(10, 3, 10s)).empty());
    std::vector<std::chrono::seconds> pauses;
    for (auto last = now.now(); now.now() - last < 1h; now.advance(5s)) {
        const auto open = wait(messages->ask(10, 3, 10s));
        if (open.empty()) continue;
        EXPECT_EQ(open[0].id, message.id);
        EXPECT_EQ(open[0].e164, amina);
        EXPECT_EQ(open[0].gateway, "smsc");
        EXPECT_EQ(open[0].provider_id, "");
        pauses.push_back(std::chrono::duration_cast<std::chrono::seconds>(now.now() - last));
        last = now.now();
    }
    EXPECT_EQ(pauses, (std::vector<std::chrono::seconds>{5s, 10s, 30s}));
    EXPECT_EQ(states(), "unknown");
}

TEST_F(outbox_test, only_harmless_texts_are_sent_again_and_only_when_nobody_can_tell) {
    put(amina);
    wait(messages->put(make_notice(record, shared, "en", "sms.other", {})));
    for (const auto& each : claim()) {
        begin(each);
        record_it(each, result::unknown, now.now());
    }
    const std::string_view harmless[] = {"sms.test"};
    now.advance(1h);
    EXPECT_EQ(wait(messages->resend_unknown(30min, harmless, 5)), 0U) << "the gateway was not asked yet";
    EXPECT_EQ(wait(messages->ask(10, 1, 10s)).size(), 2U);
    EXPECT_EQ(wait(messages->resend_unknown(2h, harmless, 5)), 0U);
    EXPECT_EQ(wait(messages->resend_unknown(30min, harmless, 1)), 0U);
    EXPECT_EQ(wait(messages->resend_unknown(30min, harmless, 5)), 1U);
    EXPECT_EQ(states(), "pending unknown");
}

TEST_F(outbox_test, depth_counts_what_is_on_its_way) {
    put(amina, {.due_at = now.now() - 100s});
    put_bulk(shared);
    sql.run("UPDATE outbox SET created_at = '2026-01-01'");
    wait(messages->put(make_notice(record, amina, "en", "sms.test", {}), {.priority = message_priority::reply}));
    for (const auto& each : wait(messages->claim({.replies = 1, .notices = 0, .bulk = 0}, lease))) begin(each);
    std::map<std::pair<std::string, int>, std::pair<std::int64_t, std::int64_t>> found;
    for (const auto& each : wait(messages->depth()))
        found[{each.state, static_cast<int>(each.priority)}] = {each.messages, each.oldest_due_seconds};
    EXPECT_EQ(found.size(), 3U);
    EXPECT_EQ((found[{"pending", 1}]), std::pair(1L, 100L));
    EXPECT_EQ((found[{"pending", 2}].first), 1);
    EXPECT_EQ((found[{"sending", 0}].first), 1);
}

// What is claimed of a large outbox comes from its index; what is not due yet, or has another priority, is not read.
TEST_F(outbox_test, a_claim_descends_the_index_of_what_is_due) {
    sql.run("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off");
    const auto found = std::ranges::find(all_statements(), "outbox_claim", &statement::name);
    ASSERT_NE(found, all_statements().end());
    sql.run(fmt::format("PREPARE take AS {}", (*found)->sql));
    std::string plan;
    for (const auto& line : sql.run("EXPLAIN EXECUTE take(0, 1, 1, 1, 1)")) plan += *line[0] + "\n";
    EXPECT_NE(plan.find("Index Scan using outbox_due"), std::string::npos) << plan;
    EXPECT_EQ(plan.find("Sort Key: outbox"), std::string::npos) << plan;
    EXPECT_EQ(plan.find("Seq Scan"), std::string::npos) << plan;
}

}  // namespace
}  // namespace mlango::registry::test
