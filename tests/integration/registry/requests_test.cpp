#include <fmt/format.h>

#include "registry/requests.hpp"
#include "registry/tickets.hpp"

#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

struct requests_test : registry_fixture {
    static ticket_wish message(std::string category, std::int64_t person, std::int64_t group, std::string_view from) {
        return {.category = std::move(category),
                .topic = {},
                .person = person_id{person},
                .group = group_id{group},
                .e164 = std::string(from),
                .language = "sw",
                .words = {},
                .code = {},
                .sensitive = false};
    }
    static change_wish hers(const char* kind) {
        change_wish wish;
        wish.kind = kind;
        wish.person = person_id{1};
        wish.group = group_id{1};
        return wish;
    }
    change_wish replacement() const {
        return {.kind = "phone_replace",
                .person = person_id{1},
                .group = group_id{1},
                .phone = phone_id{1},
                .before = {{"msisdn", std::string(amina)}, {"answers", "self"}},
                .after = {{"msisdn", "+254700090077"}, {"answers", "household"}},
                .trust = 2};
    }
};

TEST_F(requests_test, a_wish_is_stored_with_before_and_after_audit_and_notice) {
    registry::requests repository(*pool, record, random);
    const std::string reference = wait(repository.ask(replacement(), hop(1), amina, "sw", "sms.request_received"));
    EXPECT_EQ(reference.size(), 4U);
    EXPECT_EQ(
        count(fmt::format("change_request WHERE reference = '{}' AND kind = 'phone_replace' AND state = 'pending' "
                          "AND individual = 1 AND registration_group = 1 AND phone = 1 AND base_revision = 4 AND "
                          "trust = 2 AND channel = 'phone'",
                          reference)),
        1);
    EXPECT_EQ(sql.value("SELECT after->>'answers' FROM change_request"), "household");
    EXPECT_EQ(sql.value("SELECT after->'msisdn'->>'masked' FROM change_request"), "+2547•••077");
    const auto sealed = from_base64url(sql.value("SELECT after->'msisdn'->>'sealed' FROM change_request"));
    ASSERT_TRUE(sealed);
    EXPECT_EQ(record.open(as_string_view(*sealed), msisdn_context), "+254700090077");
    EXPECT_EQ(count("audit WHERE kind = 'change.asked' AND individual = 1 AND detail = 'phone_replace'"), 1);

    outbox messages(*pool, record, blind, time);
    const auto due = wait(messages.claim({.replies = 10, .notices = 10, .bulk = 10}, std::chrono::seconds(60)));
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].e164, amina);
    EXPECT_EQ(due[0].text, "sms.request_received");
    ASSERT_EQ(due[0].arguments.size(), 1U);
    EXPECT_EQ(due[0].arguments[0].first, "reference");
    EXPECT_EQ(due[0].arguments[0].second, reference);
}

TEST_F(requests_test, the_same_hop_gives_the_same_reference) {
    registry::requests repository(*pool, record, random);
    const std::string first = wait(repository.ask(replacement(), hop(1), amina, "sw", "sms.request_received"));
    EXPECT_EQ(wait(repository.ask(replacement(), hop(1), amina, "sw", "sms.request_received")), first);
    EXPECT_NE(wait(repository.ask(replacement(), hop(2), amina, "sw", "")), first);
    EXPECT_EQ(count("change_request"), 2);
    EXPECT_EQ(count("outbox"), 1);
    EXPECT_EQ(count("audit"), 2);
    EXPECT_EQ(count("open_reference"), 2);
}

TEST_F(requests_test, fifty_deliveries_at_once_are_one_request) {
    settings_with_connections(4);
    registry::requests repository(*pool, record, random);
    const change_wish wish = replacement();
    const blind_key one = hop(5);
    std::vector<task<std::string>> all;
    for (int i = 0; i < 50; ++i) all.push_back(repository.ask(wish, one, amina, "sw", "sms.request_received"));
    const auto references = wait_all(std::move(all));
    EXPECT_EQ(std::set(references.begin(), references.end()).size(), 1U);
    EXPECT_EQ(references[0], sql.value("SELECT reference FROM change_request"));
    EXPECT_EQ(count("change_request"), 1);
    EXPECT_EQ(count("outbox"), 1);
    EXPECT_EQ(count("audit"), 1);
    EXPECT_EQ(count("open_reference"), 1);
}

// Draws the same reference twice before another one.
class stubborn_random final : public random_source {
public:
    void fill(std::span<std::byte> out) override { std::ranges::fill(out, static_cast<std::byte>(drawn_++ / 8)); }

private:
    int drawn_ = 0;
};

TEST_F(requests_test, draws_another_reference_while_an_open_one_has_it) {
    stubborn_random stubborn;
    registry::requests repository(*pool, record, stubborn);
    const std::string first = wait(repository.ask(replacement(), hop(1), amina, "sw", "sms.a"));
    const std::string second = wait(repository.ask(replacement(), hop(2), amina, "sw", "sms.a"));
    tickets messages(*pool, record, blind, time, stubborn);
    const std::string third = wait(messages.open(message("question", 1, 1, amina), hop(3), "")).reference;
    EXPECT_NE(first, second);
    EXPECT_NE(second, third);
    EXPECT_EQ(count("audit"), 3);
    EXPECT_EQ(count("outbox"), 2);
}

TEST_F(requests_test, hers_newest_first_with_her_household_s_but_not_their_complaints) {
    registry::requests repository(*pool, record, random);
    const std::string change = wait(repository.ask(replacement(), hop(1), amina, "sw", ""));
    tickets messages(*pool, record, blind, time, random);
    const std::string question = wait(messages.open(message("question", 1, 1, amina), hop(2), "")).reference;
    const std::string complaint = wait(messages.open(message("complaint", 2, 1, shared), hop(3), "")).reference;
    wait(messages.open(message("question", 4, 2, shared), hop(4), ""));
    const auto hers = wait(repository.of(person_id{1}, group_id{1}, 0, 10));
    ASSERT_EQ(hers.size(), 2U);
    EXPECT_EQ(hers[0].reference, question);
    EXPECT_EQ(hers[0].kind, "ticket.question");
    EXPECT_EQ(hers[0].state, "new");
    EXPECT_EQ(hers[1].reference, change);
    EXPECT_EQ(hers[1].kind, "phone_replace");
    EXPECT_EQ(hers[1].state, "pending");
    EXPECT_EQ(hers[1].asked_on, sql.value("SELECT (now() AT TIME ZONE 'Africa/Nairobi')::date"));
    const auto his = wait(repository.of(person_id{2}, group_id{1}, 0, 10));
    ASSERT_EQ(his.size(), 3U);
    EXPECT_EQ(his[0].reference, complaint);
    EXPECT_EQ(wait(repository.of(person_id{1}, group_id{1}, 1, 1)).at(0).reference, change);
}

TEST_F(requests_test, a_wish_that_the_schema_refuses_is_a_fault_without_its_values) {
    registry::requests repository(*pool, record, random);
    change_wish wish = replacement();
    wish.kind = "no_such_kind";
    try {
        wait(repository.ask(wish, hop(1), amina, "sw", ""));
        FAIL() << "it was stored";
    } catch (const statement_refused& refused) {
        EXPECT_EQ(refused.sqlstate, "23514");
        EXPECT_EQ(std::string(refused.what()).find("no_such_kind"), std::string::npos);
    }
    EXPECT_EQ(count("audit"), 0);
}

TEST_F(requests_test, a_name_is_kept_masked_and_sealed) {
    registry::requests repository(*pool, record, random);
    wait(repository.ask({.kind = "name",
                         .person = person_id{1},
                         .group = group_id{1},
                         .phone = {},
                         .before = {{"individual", "3"}, {"name", "Zahra Test"}},
                         .after = {{"name", "Ωmega Test"}},
                         .trust = 1},
                        hop(1), amina, "sw", ""));
    EXPECT_EQ(sql.value("SELECT before->'name'->>'masked' || ' ' || (after->'name'->>'masked') FROM change_request"),
              "Z••• Ω•••");
    EXPECT_EQ(sql.value("SELECT before->>'individual' FROM change_request"), "3");
    const auto sealed = from_base64url(sql.value("SELECT after->'name'->>'sealed' FROM change_request"));
    ASSERT_TRUE(sealed);
    EXPECT_EQ(record.open(as_string_view(*sealed), name_context), "Ωmega Test");
    EXPECT_EQ(count("change_request WHERE before::text || after::text LIKE '%Test%'"), 0);
    EXPECT_EQ(sql.refusal("UPDATE change_request SET after = '{\"name\": \"Omega\"}'"), "23514");
}

TEST_F(requests_test, she_takes_back_what_is_pending_and_her_own) {
    registry::requests repository(*pool, record, random);
    const std::string reference = wait(repository.ask(replacement(), hop(1), amina, "sw", ""));
    const change_request_id id{wait(repository.of(person_id{1}, group_id{1}, 0, 10)).at(0).id};
    EXPECT_FALSE(wait(repository.cancel(id, person_id{2}, reference, amina, "sw", "sms.cancelled"))) << "not his own";
    EXPECT_FALSE(wait(repository.of(person_id{2}, group_id{1}, 0, 10)).at(0).may_cancel);
    EXPECT_TRUE(wait(repository.of(person_id{1}, group_id{1}, 0, 10)).at(0).may_cancel);
    // Delivered twice it acts once and says the same.
    for (int i = 0; i < 2; ++i)
        EXPECT_TRUE(wait(repository.cancel(id, person_id{1}, reference, amina, "sw", "sms.cancelled")));
    const auto after = wait(repository.of(person_id{1}, group_id{1}, 0, 10)).at(0);
    EXPECT_EQ(after.state, "cancelled");
    EXPECT_EQ(after.decided_on, after.asked_on);
    EXPECT_FALSE(after.may_cancel);
    EXPECT_EQ(count("audit WHERE kind = 'change.cancelled' AND individual = 1 AND detail = 'phone_replace'"), 1);
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.cancelled'"), 1);
    EXPECT_EQ(count("open_reference"), 0);
}

TEST_F(requests_test, what_staff_have_begun_is_not_taken_back) {
    registry::requests repository(*pool, record, random);
    const std::string reference = wait(repository.ask(replacement(), hop(1), amina, "sw", ""));
    for (const char* state : {"validated", "conflict"}) {
        sql.run(fmt::format("UPDATE change_request SET state = '{}'", state));
        const auto one = wait(repository.of(person_id{1}, group_id{1}, 0, 10)).at(0);
        EXPECT_FALSE(one.may_cancel);
        EXPECT_FALSE(wait(repository.cancel({one.id}, person_id{1}, reference, amina, "sw", "sms.cancelled")));
    }
    EXPECT_EQ(count("outbox"), 0);
}

TEST_F(requests_test, why_it_was_refused_is_told) {
    registry::requests repository(*pool, record, random);
    wait(repository.ask(replacement(), hop(1), amina, "sw", ""));
    sql.run("UPDATE change_request SET state = 'rejected', reason = 'evidence_missing', decided_at = now()");
    const auto one = wait(repository.of(person_id{1}, group_id{1}, 0, 10)).at(0);
    EXPECT_EQ(one.reason, "evidence_missing");
    EXPECT_EQ(one.decided_on, sql.value("SELECT (now() AT TIME ZONE 'Africa/Nairobi')::date"));
}

TEST_F(requests_test, who_lives_with_her_does_not_see_that_she_marries_leaves_or_asks_about_her_data) {
    registry::requests repository(*pool, record, random);
    unsigned next = 1;
    for (const char* kind : {"marriage", "departure", "data_delete", "data_object", "data_copy", "birth"})
        wait(repository.ask(hers(kind), hop(next++), amina, "sw", ""));
    EXPECT_EQ(wait(repository.of(person_id{1}, group_id{1}, 0, 10)).size(), 6U);
    const auto his = wait(repository.of(person_id{2}, group_id{1}, 0, 10));
    ASSERT_EQ(his.size(), 1U);
    EXPECT_EQ(his[0].kind, "birth");
}

// What was told in confidence is read behind a list of its own.
TEST_F(requests_test, what_is_sensitive_stands_in_no_list_of_requests) {
    registry::requests repository(*pool, record, random);
    registry::tickets desk(*pool, record, blind, time, random);
    auto secret = message("complaint", 1, 1, amina);
    secret.sensitive = true;
    wait(desk.open(message("call_back", 1, 1, amina), hop(1), ""));
    wait(desk.open(secret, hop(2), ""));
    const auto found = wait(repository.of(person_id{1}, group_id{1}, 0, 10));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().kind, "ticket.call_back");
}

}  // namespace
}  // namespace mlango::registry::test
