#include "registry/broadcasts.hpp"

#include "registry/outbox.hpp"
#include "tests/integration/registry/registry_fixture.hpp"

namespace mlango::registry {
namespace {

using test::amina;
using test::shared;

class broadcasts_test : public test::registry_fixture {
protected:
    void SetUp() override {
        registry_fixture::SetUp();
        store.emplace(*pool, record, time);
        outbox.emplace(*pool, record, blind, time);
        sql.run("UPDATE entitlement SET valid_to = current_date + 5");
    }

    static broadcast_wish wish(std::string_view filter = "") {
        broadcast_wish out{
            .name = "Food", .by = "Asha", .filter = *parse_broadcast_filter(filter), .texts = {}, .fallback = "en"};
        out.texts = {{"en", "Food from 8"}, {"sw", "Chakula kuanzia saa 2"}};
        out.opens_at = 0;
        out.closes_at = 24;
        return out;
    }
    broadcast_id written(broadcast_wish what) { return wait(store->create(std::move(what))).value(); }
    broadcast_count counted(std::string_view filter) { return *wait(store->count(written(wish(filter)))); }
    broadcast_id released(broadcast_wish what) {
        const broadcast_id id = written(std::move(what));
        const auto count = wait(store->count(id));
        EXPECT_EQ(wait(store->release(id, "Boniface", count->recipients)), release_outcome::released);
        return id;
    }
    broadcast_step step(broadcast_id id, broadcast_pace pace = {}) { return wait(store->advance(id, pace)); }
    void expand(broadcast_id id, broadcast_pace pace = {}) {
        while (step(id, pace).what == "more") {
        }
    }
    // So many people more, each with a number of her own.
    void settle(int people) {
        std::string individuals, memberships, phones;
        for (int i = 0; i < people; ++i) {
            const std::string e164 = fmt::format("+2547100{:05}", i);
            const char* comma = i == 0 ? "" : ",";
            individuals +=
                fmt::format("{}({}, 'KEN', '803-9{:07}', 'X', 'F', '1990-01-01', '2022-01-01')", comma, 5'000 + i, i);
            memberships += fmt::format("{}({}, 2, 'NFF', '2022-01-01')", comma, 5'000 + i);
            phones += fmt::format("{}({}, '{}', '{}', 'self', 1, '2022-01-01')", comma, 5'000 + i,
                                  bytea_parameter(blind.blind(msisdn_purpose, e164)),
                                  bytea_parameter(record.seal(e164, msisdn_context)));
        }
        sql.run(
            "INSERT INTO individual (id, operation, individual_number, given_name, sex, birth_date, registered_on) "
            "VALUES " +
            individuals);
        sql.run("INSERT INTO membership (individual, registration_group, relationship, since) VALUES " + memberships);
        sql.run("INSERT INTO phone (individual, number_blind, number_sealed, answers, trust, collected_on) VALUES " +
                phones);
    }
    void prefers(std::string_view e164, std::string_view columns, std::string_view values) {
        sql.run(fmt::format("INSERT INTO number_preference (number_blind, {}) VALUES ('{}', {})", columns,
                            bytea_parameter(blind.blind(msisdn_purpose, e164)), values));
    }
    std::string language_of(std::string_view e164) {
        return sql.value(fmt::format("SELECT string_agg(language, ',') FROM outbox WHERE number_blind = '{}'",
                                     bytea_parameter(blind.blind(msisdn_purpose, e164))));
    }
    std::string state_of(broadcast_id id) { return wait(store->find(id))->state; }
    std::size_t claimed(int most = 1'000) {
        return wait(outbox->claim({.bulk = most}, std::chrono::seconds(60))).size();
    }
    std::string audited() { return sql.value("SELECT string_agg(kind || ' ' || actor, ', ' ORDER BY id) FROM audit"); }

    std::optional<broadcasts> store;
    std::optional<registry::outbox> outbox;
};

TEST_F(broadcasts_test, a_number_gets_one_message_in_its_language_else_in_hers_else_in_the_fallback) {
    const auto id = released(wish());
    expand(id);
    EXPECT_EQ(count("outbox"), 2);
    EXPECT_EQ(language_of(amina), "sw");   // hers
    EXPECT_EQ(language_of(shared), "en");  // three people's: the most trusted one chose none
    prefers(shared, "language", "'sw'");
    prefers(amina, "language", "'am'");  // no text: hers
    sql.run("DELETE FROM outbox");
    const auto again = released(wish());
    expand(again);
    EXPECT_EQ(language_of(amina), "sw");
    EXPECT_EQ(language_of(shared), "sw");
    const auto messages = wait(outbox->claim({.bulk = 10}, std::chrono::seconds(60)));
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0].broadcast, again.value);
    EXPECT_EQ(messages[0].priority, message_priority::bulk);
    EXPECT_TRUE(messages[0].expires_at);
    EXPECT_EQ(wait(store->text_of(again, "sw")), "Chakula kuanzia saa 2");
    EXPECT_EQ(wait(store->text_of(again, "fr")), std::nullopt);
}

TEST_F(broadcasts_test, who_said_stop_is_left_out_and_counted_and_the_preview_says_so) {
    settle(3);
    prefers(amina, "sms_allowed", "false");
    prefers(shared, "sms_hours", "'asked'");
    const auto seen = counted("");
    EXPECT_EQ(seen.recipients, 3);
    EXPECT_EQ(seen.said_stop, 1);
    EXPECT_EQ(seen.only_asked, 1);
    ASSERT_EQ(seen.samples.size(), 3U);
    for (const std::string& each : seen.samples) EXPECT_TRUE(each.starts_with("+2547•••0")) << each;
    const auto id = released(wish());
    expand(id);
    const auto now = *wait(store->find(id));
    EXPECT_EQ(now.written, 3);
    EXPECT_EQ(now.said_stop, 1);
    EXPECT_EQ(now.only_asked, 1);
    EXPECT_EQ(count("outbox"), 3);
}

TEST_F(broadcasts_test, each_field_of_a_filter_chooses) {
    const auto numbers = [&](std::string_view filter) { return counted(filter).recipients; };
    EXPECT_EQ(numbers(""), 2);
    EXPECT_EQ(numbers("operation=KEN"), 2);
    EXPECT_EQ(numbers("location=KE0"), 2);
    EXPECT_EQ(numbers("location=KE"), 2);
    EXPECT_EQ(numbers("programme=pesa"), 2);
    EXPECT_EQ(numbers("programme=2"), 2);
    EXPECT_EQ(numbers("programme=2,household=1"), 0);
    EXPECT_EQ(numbers("entitlement=cancelled,household=1"), 0);
    EXPECT_EQ(numbers("entitlement=redeemed"), 0);
    EXPECT_EQ(numbers("household=3"), 2);
    EXPECT_EQ(numbers("household=2-"), 2);
    EXPECT_EQ(numbers("household=-1"), 1);
    EXPECT_EQ(numbers("language=en"), 1);
    EXPECT_EQ(numbers("language=fr"), 0);
    EXPECT_EQ(numbers("answers=self"), 1);
    EXPECT_EQ(numbers("principal=yes,answers=self"), 1);
    EXPECT_EQ(numbers("trust=2"), 2);
    const auto strict = counted("trust=3");
    EXPECT_EQ(strict.recipients, 0);
    EXPECT_EQ(strict.untrusted, 2);
    sql.run("UPDATE entitlement SET valid_to = current_date - 1, valid_from = current_date - 2");
    EXPECT_EQ(numbers("programme=1"), 0);  // what can not be collected any more calls nobody
    for (const char* filter : {"location=UG", "operation=UGA", "programme=Nothing"})
        EXPECT_FALSE(wait(store->create(wish(filter)))) << filter;
}

TEST_F(broadcasts_test, another_person_releases_it_and_knows_how_many_get_it) {
    const auto id = written(wish());
    EXPECT_EQ(wait(store->release(id, "Boniface", 2)), release_outcome::not_counted);
    EXPECT_EQ(wait(store->count(id))->recipients, 2);
    EXPECT_EQ(wait(store->release(id, "Boniface", 3)), release_outcome::another_number);
    EXPECT_EQ(wait(store->release(id, "Asha", 2)), release_outcome::same_person);
    EXPECT_EQ(wait(store->release(id, " ASHA ", 2)), release_outcome::same_person);
    EXPECT_EQ(state_of(id), "draft");
    EXPECT_EQ(wait(store->release(id, "Boniface", 2)), release_outcome::released);
    EXPECT_EQ(wait(store->release(id, "Boniface", 2)), release_outcome::not_draft);
    EXPECT_EQ(wait(store->release(broadcast_id{99'999}, "Boniface", 2)), release_outcome::unknown);
    const auto nobody = written(wish("household=9"));
    wait(store->count(nobody));
    EXPECT_EQ(wait(store->release(nobody, "Boniface", 0)), release_outcome::nobody);
    const auto old = written(wish());
    wait(store->count(old));
    sql.run("UPDATE broadcast SET counted_at = counted_at - interval '25 hours' WHERE state = 'draft'");
    EXPECT_EQ(wait(store->release(old, "Boniface", 2)), release_outcome::not_counted);
}

TEST_F(broadcasts_test, the_database_itself_refuses_what_must_not_be) {
    const auto id = released(wish());
    const std::string of = fmt::format(" WHERE id = {}", id.value);
    for (const std::string change :
         {"state = 'done'", "state = 'draft'", "filter = '{\"trust\": 2}'", "fallback = 'sw'", "released_by = 'Asha'",
          "recipients = 9", "created_by = 'X'", "state = 'stopped', name = 'Other'"})
        EXPECT_NE(sql.refusal("UPDATE broadcast SET " + change + of), "") << change;
    EXPECT_NE(sql.refusal("DELETE FROM broadcast" + of), "");
    EXPECT_NE(sql.refusal("UPDATE broadcast_text SET text = 'x'"), "");
    EXPECT_NE(sql.refusal("DELETE FROM broadcast_text"), "");
    EXPECT_NE(sql.refusal(fmt::format("INSERT INTO broadcast_text VALUES ({}, 'fr', 'x')", id.value)), "");
    const auto made = [&](const std::string& state, const std::string& filter) {
        return sql.refusal(fmt::format(
            "INSERT INTO broadcast (name, state, filter, fallback, opens_at, closes_at, timezone, lasting, created_by, "
            "created_at) VALUES ('x', '{}', '{}', 'en', 0, 24, 'UTC', '1 day', 'a', now())",
            state, filter));
    };
    EXPECT_EQ(made("draft", "{}"), "");
    EXPECT_NE(made("running", "{}"), "");
    EXPECT_NE(made("draft", "{\"colour\": 1}"), "");
}

// Every transaction is undone once, as when the server dies before its end, and done once without its answer being
// seen.
TEST_F(broadcasts_test, a_server_that_dies_in_any_step_leaves_neither_a_gap_nor_a_repetition) {
    settle(60);
    const auto id = released(wish());
    const std::string advance = fmt::format("SELECT step FROM advance_broadcast({}, now(), 7, 100000, '{}')", id.value,
                                            bytea_parameter(record.seal("{}", notice_context)));
    int steps = 0;
    for (bool more = true; more; ++steps) {
        {
            test::sql_session dying(database.conninfo());
            dying.run("BEGIN");
            dying.run(advance);
        }
        EXPECT_EQ(count("outbox"), wait(store->find(id))->written);
        std::string done;
        do done = sql.value(advance);  // PostgreSQL may still be at undoing the other
        while (done == "elsewhere");
        more = done == "more" && steps < 100;
    }
    EXPECT_GE(steps, 9);
    EXPECT_EQ(count("outbox"), 62);
    EXPECT_EQ(sql.value("SELECT count(DISTINCT number_blind) FROM outbox"), "62");
    EXPECT_EQ(wait(store->find(id))->dealt_with, 62);
}

TEST_F(broadcasts_test, several_servers_at_once_write_each_number_once) {
    settle(100);
    settings_with_connections(6);
    store.emplace(*pool, record, time);
    const auto id = released(wish());
    for (int round = 0; round < 200 && !wait(store->find(id))->expanded; ++round) {
        std::vector<task<broadcast_step>> all;
        for (int i = 0; i < 6; ++i) all.push_back(store->advance(id, {.numbers = 3}));
        wait_all(std::move(all));
    }
    EXPECT_EQ(count("outbox"), 102);
    EXPECT_EQ(sql.value("SELECT count(DISTINCT number_blind) FROM outbox"), "102");
}

TEST_F(broadcasts_test, rows_are_written_only_a_little_ahead_of_the_sender) {
    settle(300);
    const auto id = released(wish());
    expand(id, {.numbers = 100, .most_ahead = 100});
    EXPECT_EQ(count("outbox"), 100);
    EXPECT_EQ(step(id, {.numbers = 100, .most_ahead = 100}).what, "ahead");
    sql.run("UPDATE outbox SET state = 'sent', attempts = 1 WHERE id IN (SELECT id FROM outbox LIMIT 60)");
    expand(id, {.numbers = 100, .most_ahead = 100});
    EXPECT_EQ(count("outbox WHERE state = 'pending'"), 140);
}

TEST_F(broadcasts_test, a_throttled_one_becomes_due_one_after_the_other) {
    settle(200);
    auto slow = wish();
    slow.per_second = 20;
    const auto id = released(slow);
    expand(id);
    EXPECT_LE(claimed(), 20U);  // of the first second
    EXPECT_LE(count("outbox"), 120);
    EXPECT_EQ(count("outbox WHERE due_at > now() + interval '7 seconds' AND due_at < now() + interval '50 seconds'"),
              0);
    // Between two of them a twentieth of a second, also over the borders of steps; none is later than that.
    EXPECT_EQ(count("(SELECT due_at - lag(due_at) OVER (ORDER BY due_at) AS gap FROM outbox "
                    "WHERE due_at < now() + interval '30 seconds') g WHERE gap < interval '49 milliseconds'"),
              0);
}

TEST_F(broadcasts_test, pause_holds_what_a_sender_has_claimed_too_and_resume_lets_it_go) {
    settle(20);
    const auto id = released(wish());
    expand(id, {.numbers = 10, .most_ahead = 10});
    const auto in_hand = wait(outbox->claim({.bulk = 5}, std::chrono::seconds(60)));
    ASSERT_EQ(in_hand.size(), 5U);
    const auto paused = wait(store->pause(id, "Asha"));
    EXPECT_TRUE(paused.turned);
    EXPECT_EQ(paused.was, "running");
    EXPECT_EQ(paused.moved, count("outbox"));
    std::vector<attempt> tried;
    for (const auto& each : in_hand)
        tried.push_back({.id = each.id, .claim = each.claim, .gateway = "g", .number = each.number});
    EXPECT_TRUE(wait(outbox->begin(tried, std::chrono::seconds(60), 0)).ours.empty());
    EXPECT_EQ(claimed(), 0U);
    EXPECT_EQ(step(id).what, "held");
    // One whose attempt ended meanwhile, and is due again.
    sql.run("UPDATE outbox SET due_at = '-infinity' WHERE id = (SELECT min(id) FROM outbox)");
    EXPECT_EQ(claimed(), 0U);
    EXPECT_FALSE(wait(store->pause(id, "Asha")).turned);
    EXPECT_TRUE(wait(store->resume(id, "Asha")).turned);
    EXPECT_EQ(claimed(), static_cast<std::size_t>(count("outbox")));
    expand(id);
    EXPECT_EQ(count("outbox"), 22);
    EXPECT_EQ(audited(),
              "broadcast.created operator, broadcast.released operator, broadcast.started server, "
              "broadcast.paused operator, broadcast.resumed operator");
}

TEST_F(broadcasts_test, stop_ends_what_waits_and_says_how_many) {
    settle(20);
    const auto id = released(wish());
    expand(id, {.numbers = 10, .most_ahead = 10});
    const std::int64_t waiting = count("outbox");
    sql.run(
        "UPDATE outbox SET state = 'sending', attempts = 1, lease_until = now() + interval '1 minute' "
        "WHERE id = (SELECT min(id) FROM outbox)");
    const auto stopped = wait(store->stop(id, "Boniface"));
    EXPECT_EQ(stopped.moved, waiting - 1);
    EXPECT_EQ(state_of(id), "stopped");
    // It comes back as due once more, and is not sent.
    sql.run("UPDATE outbox SET state = 'pending', lease_until = NULL WHERE state = 'sending'");
    EXPECT_EQ(claimed(), 0U);
    EXPECT_EQ(step(id).moved, 1);
    EXPECT_EQ(count("outbox WHERE state = 'suppressed'"), waiting);
    EXPECT_TRUE(wait(store->open()).empty());
    EXPECT_FALSE(wait(store->resume(id, "Asha")).turned);
    EXPECT_FALSE(wait(store->stop(broadcast_id{99'999}, "Asha")).known);
    const auto outcomes = wait(store->outcomes(id));
    std::int64_t told = 0;
    for (const auto& each : outcomes) {
        EXPECT_EQ(each.outcome + " " + each.reason, "suppressed stopped");
        told += each.messages;
    }
    EXPECT_EQ(told, waiting);
}

TEST_F(broadcasts_test, it_is_done_when_nothing_is_left_to_be_sent) {
    prefers(amina, "sms_allowed", "false");
    const auto id = released(wish());
    expand(id);
    EXPECT_EQ(step(id).what, "sending");
    EXPECT_EQ(state_of(id), "running");
    sql.run("UPDATE outbox SET state = 'failed', reason = 'no such number', attempts = 1");
    EXPECT_EQ(step(id).what, "ended");
    EXPECT_EQ(state_of(id), "done");
    EXPECT_TRUE(wait(store->open()).empty());
    const auto outcomes = wait(store->outcomes(id));
    ASSERT_EQ(outcomes.size(), 2U);
    EXPECT_EQ(outcomes[0].outcome, "left out");
    EXPECT_EQ(outcomes[1].outcome, "failed");
    EXPECT_EQ(outcomes[1].reason, "no such number");
    EXPECT_EQ(wait(store->find(id))->messages.failed, 1);
}

TEST_F(broadcasts_test, outside_its_hours_nothing_goes_and_after_its_end_nothing_more_is_written) {
    settle(20);
    auto daily = wish();
    daily.opens_at = 8;
    daily.closes_at = 18;
    const auto id = written(daily);
    wait(store->count(id));
    const std::string of = fmt::format(" WHERE id = {}", id.value);
    sql.run(
        "UPDATE broadcast SET state = 'released', released_by = 'b', released_at = '2026-11-28 10:00+03', "
        "expires_at = '2026-11-29 10:00+03'" +
        of);
    const auto at = [&](const std::string& when) {
        return sql.value(fmt::format("SELECT step FROM advance_broadcast({}, '{}', 5, 1000, '{}')", id.value, when,
                                     bytea_parameter(record.seal("{}", notice_context))));
    };
    EXPECT_EQ(at("2026-11-28 07:59:59+03"), "closed");
    EXPECT_EQ(count("outbox"), 0);
    EXPECT_EQ(at("2026-11-28 08:00+03"), "more");
    EXPECT_EQ(count("outbox"), 5);
    EXPECT_EQ(at("2026-11-28 18:00+03"), "closed");
    EXPECT_EQ(count("outbox WHERE due_at = '2026-11-29 08:00+03'"), 5);
    EXPECT_EQ(at("2026-11-29 08:00+03"), "more");
    EXPECT_EQ(at("2026-11-29 10:00+03"), "ended");
    EXPECT_EQ(count("outbox WHERE state = 'expired'"), 10);
    EXPECT_EQ(state_of(id), "done");
}

}  // namespace
}  // namespace mlango::registry
