// When she is expected, and whether she comes.
#include "registry/appointments.hpp"

#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

using namespace std::chrono_literals;

constexpr group_id hers{1};
constexpr person_id her{1}, husband{2};

struct appointments_test : registry_fixture {
    void SetUp() override {
        registry_fixture::SetUp();
        sql.run(R"(INSERT INTO office (id, location, name) VALUES (1, 'KE023', '{"en": "Office", "sw": "Ofisi"}');
            INSERT INTO appointment (id, registration_group, individual, kind, office, day, opens, closes, state) VALUES
              (1, 1, 1, 'documents', 1, '2026-10-20', '09:00', '10:00', 'planned'),
              (2, 1, NULL, 'family', 1, '2026-10-16', '14:00', '15:30', 'planned'),
              (3, 1, 2, 'interview', 1, '2026-10-17', '09:00', '10:00', 'planned'),
              (4, 1, 1, 'other', 1, '2026-10-14', '09:00', '10:00', 'planned'),
              (5, 1, 1, 'other', 1, '2026-10-21', '09:00', '10:00', 'cancelled'),
              (6, 2, NULL, 'family', 1, '2026-10-20', '09:00', '10:00', 'planned'))");
        when.emplace(*pool, at);
    }
    bool answer(std::int64_t id, person_id by, coming what, unsigned key) {
        const notice sms = make_notice(record, amina, "sw", "sms.noted", {});
        return wait(when->answer({id}, by, hers, what, hop(key), sms));
    }

    manual_clock at{std::chrono::sys_days(2026y / std::chrono::October / 15) + 9h};
    std::optional<registry::appointments> when;
};

TEST_F(appointments_test, hers_and_her_household_s_from_today_on_the_next_first) {
    const auto list = wait(when->of(her, hers, "sw", 10));
    ASSERT_EQ(list.size(), 2U) << "not her husband's own, nor what is past or cancelled";
    EXPECT_EQ(list[0].id.value, 2);
    EXPECT_EQ(list[0].kind, "family");
    EXPECT_EQ(list[0].place, "Ofisi");
    EXPECT_EQ(list[0].day, "2026-10-16");
    EXPECT_EQ(list[0].opens, "14:00");
    EXPECT_EQ(list[0].closes, "15:30");
    EXPECT_EQ(list[0].state, "planned");
    EXPECT_EQ(list[1].id.value, 1);
    EXPECT_EQ(wait(when->of(her, hers, "sw", 1)).size(), 1U);
    EXPECT_EQ(wait(when->of(husband, hers, "sw", 10)).size(), 2U);
    at.advance(24h * 1 + 13h);  // 22:00 on the 16th in UTC: the 17th in Nairobi
    EXPECT_EQ(wait(when->of(her, hers, "sw", 10)).size(), 1U);
}

TEST_F(appointments_test, one_is_found_only_where_it_is_hers) {
    EXPECT_EQ(wait(when->find({1}, her, hers, "fr"))->place, "Office") << "no French name: the English one";
    EXPECT_TRUE(wait(when->find({2}, husband, hers, "en")));
    for (const std::int64_t id : {0, 3, 4, 5, 6, 99}) EXPECT_FALSE(wait(when->find({id}, her, hers, "en"))) << id;
}

TEST_F(appointments_test, her_answer_is_one_change_with_audit_and_notice_and_she_may_change_her_mind) {
    EXPECT_TRUE(answer(1, her, coming::confirmed, 1));
    EXPECT_TRUE(answer(1, her, coming::confirmed, 1));
    EXPECT_TRUE(answer(1, her, coming::confirmed, 2));
    EXPECT_EQ(count("appointment WHERE state = 'confirmed' AND answered_by = 1"), 1);
    EXPECT_EQ(count("audit WHERE kind = 'appointment.answered' AND record = 1 AND detail = 'confirmed'"), 1);
    EXPECT_EQ(count("outbox"), 1);
    EXPECT_TRUE(answer(1, her, coming::cannot_come, 3));
    EXPECT_TRUE(answer(1, her, coming::confirmed, 1)) << "a late delivery of her first answer";
    EXPECT_EQ(wait(when->find({1}, her, hers, "en"))->state, "cannot_come");
    EXPECT_EQ(count("outbox"), 2);
    for (const std::int64_t id : {3, 4, 5, 6}) EXPECT_FALSE(answer(id, her, coming::confirmed, 9)) << id;
    EXPECT_EQ(count("appointment WHERE state = 'confirmed'"), 0);
}

TEST_F(appointments_test, fifty_deliveries_at_once_are_one_answer) {
    settings_with_connections(4);
    when.emplace(*pool, at);
    const blind_key one = hop(5);
    const notice sms = make_notice(record, amina, "sw", "sms.noted", {});
    const auto answered = [&]() -> task<int> {
        co_return co_await when->answer({1}, her, hers, coming::confirmed, one, sms) ? 1 : 0;
    };
    std::vector<task<int>> all;
    for (int i = 0; i < 50; ++i) all.push_back(answered());
    for (const int found : wait_all(std::move(all))) EXPECT_EQ(found, 1);
    EXPECT_EQ(count("outbox"), 1);
    EXPECT_EQ(count("audit"), 1);
}

}  // namespace
}  // namespace mlango::registry::test
