// Tickets: what she tells staff, with her name or without.
#include "registry/tickets.hpp"

#include <fmt/format.h>

#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

using namespace std::chrono_literals;

struct tickets_test : registry_fixture {
    ticket_wish complaint(std::string topic, std::string words = {}) const {
        return {.category = "complaint",
                .topic = std::move(topic),
                .person = person_id{1},
                .group = group_id{1},
                .e164 = std::string(amina),
                .language = "sw",
                .words = std::move(words),
                .code = {},
                .sensitive = false};
    }
    static ticket_wish unnamed(std::string code) {
        ticket_wish wish;
        wish.category = "complaint";
        wish.topic = "staff";
        wish.words = "he wants money";
        wish.code = std::move(code);
        wish.sensitive = true;
        return wish;
    }
    void answered(const std::string& reference, std::string_view answer) {
        sql.run(fmt::format("UPDATE ticket SET answer_sealed = '{}'::bytea, answered_at = now() WHERE reference = '{}'",
                            bytea_parameter(record.seal(answer, "ticket")), reference));
    }
    registry::tickets repository() { return {*pool, record, blind, at, random}; }

    manual_clock at{std::chrono::sys_days(2026y / std::chrono::October / 15) + 9h};  // a Thursday
};

TEST_F(tickets_test, a_ticket_has_a_reference_a_due_day_sealed_words_an_audit_row_and_a_notice) {
    auto tickets = repository();
    const auto opened = wait(tickets.open(complaint("assistance", "less oil"), hop(1), "sms.problem"));
    EXPECT_EQ(opened.reference.size(), 4U);
    EXPECT_EQ(opened.due_on, "2026-11-04") << "fourteen working days";
    EXPECT_EQ(count("ticket WHERE individual = 1 AND number_blind IS NOT NULL AND NOT sensitive"), 1);
    EXPECT_EQ(count("ticket_words"), 1);
    EXPECT_EQ(sql.value("SELECT position('less oil' in encode(text_sealed, 'escape')) FROM ticket_words"), "0");
    EXPECT_EQ(count("audit WHERE kind = 'ticket.opened' AND individual = 1 AND detail = 'complaint'"), 1);
    EXPECT_EQ(count("outbox WHERE text_key = 'sms.problem'"), 1);

    EXPECT_EQ(wait(tickets.open(complaint("assistance", "less oil"), hop(1), "sms.problem")).reference,
              opened.reference);
    EXPECT_EQ(count("ticket"), 1);
    EXPECT_EQ(count("outbox"), 1);
}

TEST_F(tickets_test, the_due_day_is_of_its_category_and_topic_and_skips_the_week_end) {
    auto tickets = repository();
    EXPECT_EQ(wait(tickets.open(complaint("safety"), hop(1), "")).due_on, "2026-10-16");
    at.advance(24h);  // a Friday
    EXPECT_EQ(wait(tickets.open(complaint("safety"), hop(2), "")).due_on, "2026-10-19");
    auto call = complaint("assistance");
    call.category = "call_back";
    EXPECT_EQ(wait(tickets.open(call, hop(3), "")).due_on, "2026-10-20");
    call.topic = "protection";
    EXPECT_EQ(wait(tickets.open(call, hop(4), "")).due_on, "2026-10-19");
}

TEST_F(tickets_test, the_due_day_is_counted_where_she_is) {
    auto tickets = repository();
    auto call = complaint("assistance");
    call.category = "call_back";       // two working days
    at.advance(24h * 2 + 13h + 5min);  // Saturday, 22:05 in UTC: Sunday in Nairobi
    EXPECT_EQ(wait(tickets.open(call, hop(1), "")).due_on, "2026-10-20");
    at.advance(24h);  // Monday there
    EXPECT_EQ(wait(tickets.open(call, hop(2), "")).due_on, "2026-10-21");
    sql.run("INSERT INTO operation_holiday VALUES ('KEN', '2026-10-20', '{\"en\": \"Mashujaa Day\"}')");
    EXPECT_EQ(wait(tickets.open(call, hop(3), "")).due_on, "2026-10-22");
    sql.run("UPDATE operation SET timezone = 'America/Los_Angeles' WHERE code = 'KEN'");
    EXPECT_EQ(wait(tickets.open(call, hop(4), "")).due_on, "2026-10-21")
        << "Sunday there; closes after midnight in UTC";
    EXPECT_EQ(wait(tickets.open(call, hop(4), "")).due_on, "2026-10-21") << "told again alike";
}

TEST_F(tickets_test, fifty_deliveries_at_once_are_one_ticket) {
    settings_with_connections(4);
    auto tickets = repository();
    const blind_key one = hop(6);  // the tasks start later and refer to it
    const ticket_wish wish = complaint("service", "slow");
    std::vector<task<opened_ticket>> all;
    for (int i = 0; i < 50; ++i) all.push_back(tickets.open(wish, one, "sms.problem"));
    std::set<std::string> references;
    for (const auto& each : wait_all(std::move(all))) references.insert(each.reference);
    EXPECT_EQ(references.size(), 1U);
    EXPECT_EQ(count("ticket"), 1);
    EXPECT_EQ(count("ticket_words"), 1);
    EXPECT_EQ(count("outbox"), 1);
    EXPECT_EQ(count("audit"), 1);
}

TEST_F(tickets_test, she_sees_her_own_and_the_sensitive_ones_only_when_asked_for) {
    auto tickets = repository();
    const auto plain = wait(tickets.open(complaint("service"), hop(1), ""));
    auto told = complaint("staff");
    told.sensitive = true;
    at.advance(1min);
    const auto hidden = wait(tickets.open(told, hop(2), ""));
    const auto hers = wait(tickets.of(person_id{1}, false, 10));
    ASSERT_EQ(hers.size(), 1U);
    EXPECT_EQ(hers[0].reference, plain.reference);
    EXPECT_EQ(hers[0].due_on, plain.due_on);
    const auto all = wait(tickets.of(person_id{1}, true, 10));
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].reference, hidden.reference);
    EXPECT_TRUE(all[0].sensitive);
    EXPECT_TRUE(wait(tickets.of(person_id{2}, true, 10)).empty()) << "her husband";
    EXPECT_FALSE(wait(tickets.find(all[0].id, person_id{2})));
}

TEST_F(tickets_test, she_adds_words_reads_the_answer_closes_and_says_whether_she_is_content) {
    auto tickets = repository();
    const auto opened = wait(tickets.open(complaint("service"), hop(1), ""));
    const ticket_id id = wait(tickets.of(person_id{1}, false, 1)).at(0).id;
    EXPECT_FALSE(wait(tickets.rate(id, person_id{1}, true))) << "not closed yet";
    EXPECT_TRUE(wait(tickets.add_words(id, person_id{1}, "since May", hop(2))));
    EXPECT_TRUE(wait(tickets.add_words(id, person_id{1}, "since May", hop(2)))) << "the same hop once more";
    EXPECT_EQ(count("ticket_words"), 1);
    EXPECT_FALSE(wait(tickets.add_words(id, person_id{2}, "not mine", hop(3))));
    for (unsigned i = 0; i < 4; ++i) EXPECT_TRUE(wait(tickets.add_words(id, person_id{1}, "more", hop(10 + i))));
    EXPECT_FALSE(wait(tickets.add_words(id, person_id{1}, "too much", hop(20))));
    answered(opened.reference, "We looked at it.");
    auto one = wait(tickets.find(id, person_id{1}));
    ASSERT_TRUE(one);
    EXPECT_EQ(one->answer, "We looked at it.");
    EXPECT_EQ(one->words, most_words);

    EXPECT_FALSE(wait(tickets.close(id, person_id{2})));
    EXPECT_TRUE(wait(tickets.close(id, person_id{1})));
    EXPECT_TRUE(wait(tickets.close(id, person_id{1})));
    EXPECT_EQ(count("open_reference"), 0);
    EXPECT_TRUE(wait(tickets.rate(id, person_id{1}, false)));
    EXPECT_TRUE(wait(tickets.rate(id, person_id{1}, true))) << "the first word stays";
    EXPECT_EQ(count("ticket WHERE state = 'closed' AND NOT satisfied"), 1);
    EXPECT_TRUE(wait(tickets.find(id, person_id{1}))->rated);
    EXPECT_EQ(count("audit WHERE kind = 'ticket.closed'"), 1);
    EXPECT_EQ(count("audit WHERE kind = 'ticket.rated' AND detail = 'no'"), 1);
}

TEST_F(tickets_test, without_a_name_nothing_of_her_is_kept_and_reference_and_code_lead_to_it) {
    auto tickets = repository();
    auto wish = unnamed("0417");
    wish.person = person_id{1};  // whatever a caller hands on
    wish.group = group_id{1};
    wish.e164 = amina;
    wish.language = "sw";
    const auto opened = wait(tickets.open(wish, hop(1), "sms.problem"));
    EXPECT_EQ(count("ticket WHERE individual IS NULL AND registration_group IS NULL AND number_blind IS NULL AND "
                    "number_sealed IS NULL AND language IS NULL AND code_blind IS NOT NULL"),
              1);
    EXPECT_EQ(count("audit WHERE kind = 'ticket.opened' AND individual IS NULL AND registration_group IS NULL"), 1);
    EXPECT_EQ(count("outbox"), 0);
    const auto found = wait(tickets.look_up(opened.reference, "0417", hop(2)));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->reference, opened.reference);
    EXPECT_EQ(found->words, 1);
    EXPECT_FALSE(wait(tickets.look_up("AAAA", "0417", hop(3))));
    EXPECT_EQ(sql.refusal("UPDATE ticket SET individual = 1"), "23514");
}

TEST_F(tickets_test, ten_wrong_codes_close_the_way_and_a_redelivered_one_counts_once) {
    auto tickets = repository();
    const auto opened = wait(tickets.open(unnamed("0417"), hop(1), ""));
    for (int i = 0; i < 3; ++i) EXPECT_FALSE(wait(tickets.look_up(opened.reference, "1111", hop(2))));
    EXPECT_EQ(sql.value("SELECT code_failures FROM ticket"), "1");
    for (unsigned i = 0; i < 8; ++i) EXPECT_FALSE(wait(tickets.look_up(opened.reference, "1111", hop(10 + i))));
    EXPECT_TRUE(wait(tickets.look_up(opened.reference, "0417", hop(30)))) << "nine so far";
    EXPECT_FALSE(wait(tickets.look_up(opened.reference, "1111", hop(31))));
    EXPECT_FALSE(wait(tickets.look_up(opened.reference, "0417", hop(32))));
}

}  // namespace
}  // namespace mlango::registry::test
