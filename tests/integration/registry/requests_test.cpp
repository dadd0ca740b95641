#include <fmt/format.h>

#include "registry/requests.hpp"

#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

struct requests_test : registry_fixture {
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
    registry::requests repository(*pool, record, blind, random);
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
    const auto due = wait(messages.claim(10, std::chrono::seconds(60)));
    ASSERT_EQ(due.size(), 1U);
    EXPECT_EQ(due[0].e164, amina);
    EXPECT_EQ(due[0].text, "sms.request_received");
    ASSERT_EQ(due[0].arguments.size(), 1U);
    EXPECT_EQ(due[0].arguments[0].first, "reference");
    EXPECT_EQ(due[0].arguments[0].second, reference);
}

TEST_F(requests_test, the_same_hop_gives_the_same_reference) {
    registry::requests repository(*pool, record, blind, random);
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
    registry::requests repository(*pool, record, blind, random);
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

TEST_F(requests_test, fifty_deliveries_at_once_are_one_ticket) {
    settings_with_connections(4);
    registry::requests repository(*pool, record, blind, random);
    const blind_key one = hop(6);  // the tasks start later and refer to it
    std::vector<task<std::string>> all;
    for (int i = 0; i < 50; ++i)
        all.push_back(
            repository.open_ticket("call_back", "", std::nullopt, std::nullopt, nobody, "en", one, "sms.call_back"));
    const auto references = wait_all(std::move(all));
    EXPECT_EQ(std::set(references.begin(), references.end()).size(), 1U);
    EXPECT_EQ(count("ticket WHERE number_blind IS NOT NULL AND individual IS NULL"), 1);
    EXPECT_EQ(count("outbox"), 1);
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
    registry::requests repository(*pool, record, blind, stubborn);
    const std::string first = wait(repository.ask(replacement(), hop(1), amina, "sw", "sms.a"));
    const std::string second = wait(repository.ask(replacement(), hop(2), amina, "sw", "sms.a"));
    const std::string third =
        wait(repository.open_ticket("question", "topic", person_id{1}, group_id{1}, amina, "sw", hop(3), ""));
    EXPECT_NE(first, second);
    EXPECT_NE(second, third);
    EXPECT_EQ(count("audit"), 3);
    EXPECT_EQ(count("outbox"), 2);
}

TEST_F(requests_test, hers_newest_first_with_her_household_s_but_not_their_complaints) {
    registry::requests repository(*pool, record, blind, random);
    const std::string change = wait(repository.ask(replacement(), hop(1), amina, "sw", ""));
    const std::string question =
        wait(repository.open_ticket("question", "food", person_id{1}, group_id{1}, amina, "sw", hop(2), ""));
    const std::string complaint =
        wait(repository.open_ticket("complaint", "", person_id{2}, group_id{1}, shared, "sw", hop(3), ""));
    wait(repository.open_ticket("question", "", person_id{4}, group_id{2}, shared, "en", hop(4), ""));
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
    registry::requests repository(*pool, record, blind, random);
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

}  // namespace
}  // namespace mlango::registry::test
