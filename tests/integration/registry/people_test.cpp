#include <fmt/format.h>

#include "registry/people.hpp"
#include "registry/preferences.hpp"
#include "registry/requests.hpp"

#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

struct people_test : registry_fixture {
    registry::people people() { return {*pool, record, blind}; }
};

TEST_F(people_test, one_person_behind_a_number) {
    auto repository = people();
    const callers found = wait(repository.behind(amina));
    ASSERT_EQ(found.people.size(), 1U);
    const caller& she = found.people[0];
    EXPECT_EQ(she.person.value, 1);
    EXPECT_EQ(she.group.value, 1);
    EXPECT_EQ(she.phone.value, 1);
    EXPECT_EQ(she.nickname, "Ami");
    EXPECT_EQ(she.language, "sw");
    EXPECT_FALSE(she.has_pin);
    EXPECT_FALSE(she.locked_until);
    EXPECT_EQ(she.trust, 2);
    EXPECT_FALSE(she.sim_changed);
    EXPECT_EQ(she.operation, "KEN");
    EXPECT_EQ(found.number_language, "");
}

TEST_F(people_test, several_behind_a_shared_number_in_order_without_disabled_ones) {
    auto repository = people();
    const callers found = wait(repository.behind(shared));
    ASSERT_EQ(found.people.size(), 3U);
    EXPECT_EQ(found.people[0].phone.value, 2);
    EXPECT_EQ(found.people[1].phone.value, 3);
    EXPECT_EQ(found.people[2].phone.value, 4);
    EXPECT_TRUE(found.people[1].sim_changed);
    EXPECT_EQ(found.people[2].group.value, 2);
}

TEST_F(people_test, sixty_at_most_and_none_whose_record_is_closed) {
    sql.run("UPDATE individual SET process_status = 'C' WHERE id = 2");
    for (int i = 10; i < 75; ++i)
        sql.run(fmt::format(
            "INSERT INTO individual (id, operation, individual_number, given_name, sex, birth_date, registered_on) "
            "VALUES ({0}, 'KEN', '803-000000{0}', 'A', 'F', '1990-01-01', '2022-01-01');"
            "INSERT INTO membership VALUES ({0}, 2, 'SON', '2022-01-01', NULL);"
            "INSERT INTO phone (individual, number_blind, number_sealed, answers, trust, collected_on) "
            "SELECT {0}, number_blind, number_sealed, 'shared', 1, '2022-01-01' FROM phone WHERE id = 2",
            i));
    auto repository = people();
    const callers found = wait(repository.behind(shared));
    ASSERT_EQ(found.people.size(), 60U);
    for (const caller& each : found.people) EXPECT_NE(each.person.value, 2);
}

TEST_F(people_test, nobody_behind_an_unknown_number_but_its_language) {
    auto repository = people();
    EXPECT_TRUE(wait(repository.behind(nobody)).people.empty());
    wait(repository.choose_language(nobody, std::nullopt, "ar"));
    const callers found = wait(repository.behind(nobody));
    EXPECT_TRUE(found.people.empty());
    EXPECT_EQ(found.number_language, "ar");
    EXPECT_EQ(count("audit"), 0);
}

TEST_F(people_test, choosing_a_language_keeps_it_for_the_person_and_the_number_once) {
    auto repository = people();
    for (int i = 0; i < 2; ++i) wait(repository.choose_language(amina, person_id{1}, "fr"));
    const callers found = wait(repository.behind(amina));
    EXPECT_EQ(found.number_language, "fr");
    EXPECT_EQ(found.people.at(0).language, "fr");
    EXPECT_EQ(count("audit WHERE kind = 'language.chosen' AND individual = 1"), 1);
}

TEST_F(people_test, a_lock_is_told_while_it_lasts) {
    auto repository = people();
    sql.run(
        "INSERT INTO pin (individual, verifier, failures, locked_until, set_at) "
        "VALUES (1, decode(repeat('00', 62), 'hex'), 10, 'infinity', now())");
    const auto locked = wait(repository.behind(amina)).people.at(0);
    EXPECT_TRUE(locked.has_pin);
    ASSERT_TRUE(locked.locked_until);
    EXPECT_GT(*locked.locked_until, time.now() + std::chrono::years(1000));
    sql.run("UPDATE pin SET failures = 4, locked_until = '2100-01-01 00:00:00+00'");
    EXPECT_EQ(wait(repository.behind(amina)).people.at(0).locked_until,
              wall_time(std::chrono::sys_days(std::chrono::year(2100) / 1 / 1)));
    sql.run("UPDATE pin SET locked_until = now() - interval '1 second'");
    EXPECT_FALSE(wait(repository.behind(amina)).people.at(0).locked_until);
}

TEST_F(people_test, record_household_and_phones) {
    auto repository = people();
    const auto her = wait(repository.record_of(person_id{1}, "sw"));
    ASSERT_TRUE(her);
    EXPECT_EQ(her->given_name, "Amina");
    EXPECT_EQ(her->family_name, "Test");
    EXPECT_EQ(her->registration_number, "803-22-00011");
    EXPECT_EQ(her->individual_number, "803-00000001");
    EXPECT_EQ(her->birth_date, "1988-03-04");
    EXPECT_EQ(her->sex, "F");
    EXPECT_EQ(her->location, "Turkana ya sw");
    EXPECT_EQ(her->address_line, "Zone 3 Block 5");
    EXPECT_EQ(her->revision, 4);
    EXPECT_EQ(her->household_size, 3);
    EXPECT_EQ(wait(repository.record_of(person_id{4}, "ar"))->location, "Turkana");
    EXPECT_EQ(wait(repository.record_of(person_id{4}, "ar"))->family_name, "");
    EXPECT_FALSE(wait(repository.record_of(person_id{99}, "sw")));

    const auto household = wait(repository.household_of(group_id{1}));
    ASSERT_EQ(household.size(), 3U);
    EXPECT_EQ(household[0].relationship, "PA");
    EXPECT_EQ(household[1].given_name, "Yusuf");
    EXPECT_EQ(household[1].family_name, "Test");
    EXPECT_EQ(household[2].birth_year, 2015);
    EXPECT_EQ(household[2].birth_date, "2015-06-01");

    const auto phones = wait(repository.phones_of(person_id{1}));
    ASSERT_EQ(phones.size(), 2U);
    EXPECT_EQ(phones[0].e164, amina);
    EXPECT_EQ(phones[0].nickname, "Ami");
    EXPECT_EQ(phones[1].answers, "shared");
    EXPECT_EQ(phones[1].nickname, "");
    EXPECT_TRUE(wait(repository.phones_of(person_id{3})).empty());
}

TEST_F(people_test, a_number_s_letters_are_read_with_its_callers) {
    auto repository = people();
    EXPECT_FALSE(wait(repository.behind(shared)).latin_letters);
    registry::preferences preferences(*pool, blind);
    wait(preferences.choose_script(shared, person_id{1}, "latin"));
    EXPECT_TRUE(wait(repository.behind(shared)).latin_letters);
    EXPECT_FALSE(wait(repository.behind(amina)).latin_letters);
    wait(preferences.choose_script(nobody, person_id{1}, "latin"));
    EXPECT_TRUE(wait(repository.behind(nobody)).latin_letters);
}

TEST_F(people_test, who_answers_a_number_is_hers_to_say) {
    auto repository = people();
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(wait(repository.set_answers(phone_id{1}, person_id{1}, "neighbour")));
    EXPECT_EQ(wait(repository.phones_of(person_id{1})).at(0).answers, "neighbour");
    EXPECT_EQ(count("audit WHERE kind = 'phone.answers' AND individual = 1 AND record = 1 AND detail = 'neighbour'"),
              1);
    EXPECT_FALSE(wait(repository.set_answers(phone_id{3}, person_id{1}, "self"))) << "it is Yusuf's";
    EXPECT_FALSE(wait(repository.set_answers(phone_id{5}, person_id{3}, "self"))) << "it is not in use";
    EXPECT_EQ(sql.value("SELECT string_agg(answers, ' ' ORDER BY id) FROM phone"),
              "neighbour shared shared shared shared");
}

TEST_F(people_test, a_nickname_is_one_person_s_at_a_number) {
    auto repository = people();
    EXPECT_EQ(wait(repository.set_nickname(phone_id{2}, person_id{1}, "YUS")), nickname_outcome::taken);
    EXPECT_EQ(wait(repository.set_nickname(phone_id{3}, person_id{2}, "yus")), nickname_outcome::kept);
    for (int i = 0; i < 2; ++i)
        EXPECT_EQ(wait(repository.set_nickname(phone_id{2}, person_id{1}, "Mama")), nickname_outcome::kept);
    EXPECT_EQ(wait(repository.behind(shared)).people.at(0).nickname, "Mama");
    EXPECT_EQ(wait(repository.behind(amina)).people.at(0).nickname, "Ami") << "of another number";
    EXPECT_EQ(wait(repository.set_nickname(phone_id{2}, person_id{1}, "")), nickname_outcome::kept);
    EXPECT_EQ(wait(repository.behind(shared)).people.at(0).nickname, "");
    EXPECT_EQ(wait(repository.set_nickname(phone_id{2}, person_id{4}, "Mine")), nickname_outcome::gone);
    EXPECT_EQ(wait(repository.set_nickname(phone_id{5}, person_id{3}, "Zaza")), nickname_outcome::gone);
    // The log tells that, not what.
    EXPECT_EQ(count("audit WHERE kind = 'phone.nickname' AND individual = 1 AND detail = 'chosen'"), 1);
    EXPECT_EQ(count("audit WHERE kind = 'phone.nickname' AND individual = 1 AND detail = 'none'"), 1);
    EXPECT_EQ(count("audit WHERE kind = 'phone.nickname'"), 3);
}

// A nickname of somebody who no longer uses the number is free again.
TEST_F(people_test, a_nickname_goes_with_its_phone) {
    auto repository = people();
    sql.run("UPDATE phone SET disabled_at = now() WHERE id = 3");
    EXPECT_EQ(wait(repository.set_nickname(phone_id{2}, person_id{1}, "Yus")), nickname_outcome::kept);
}

TEST_F(people_test, today_is_the_day_where_she_was_registered) {
    auto repository = people();
    const wall_time evening = std::chrono::sys_days(std::chrono::year(2026) / 11 / 20) + std::chrono::minutes(21 * 60);
    EXPECT_EQ(wait(repository.today_of(person_id{1}, evening - std::chrono::seconds(1))), "2026-11-20");
    EXPECT_EQ(wait(repository.today_of(person_id{1}, evening)), "2026-11-21") << "midnight in Nairobi";
    EXPECT_EQ(wait(repository.today_of(person_id{99}, evening)), "");
}

TEST_F(people_test, what_is_held_about_her_is_counted) {
    auto repository = people();
    registry::requests requests(*pool, record, random);
    change_wish wish;
    wish.kind = "data_copy";
    wish.person = person_id{1};
    wish.group = group_id{1};
    wait(requests.ask(wish, hop(1), amina, "sw", ""));
    const auto held = wait(repository.held_about(person_id{1}, "sw"));
    ASSERT_TRUE(held);
    EXPECT_EQ(held->responsible, "Kenya");
    EXPECT_EQ(held->household, 3);
    EXPECT_EQ(held->phones, 2);
    EXPECT_EQ(held->entitlements, 3);
    EXPECT_EQ(held->requests, 1);
    EXPECT_EQ(held->log_rows, 1);
    EXPECT_EQ(wait(repository.held_about(person_id{4}, "en"))->requests, 0);
    EXPECT_FALSE(wait(repository.held_about(person_id{99}, "en")));
}

}  // namespace
}  // namespace mlango::registry::test
