#include <fmt/format.h>

#include "registry/people.hpp"

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

TEST_F(people_test, nine_at_most_and_none_whose_record_is_closed) {
    sql.run("UPDATE individual SET process_status = 'C' WHERE id = 2");
    for (int i = 10; i < 22; ++i)
        sql.run(fmt::format(
            "INSERT INTO individual (id, operation, individual_number, given_name, sex, birth_date, registered_on) "
            "VALUES ({0}, 'KEN', '803-000000{0}', 'A', 'F', '1990-01-01', '2022-01-01');"
            "INSERT INTO membership VALUES ({0}, 2, 'SON', '2022-01-01', NULL);"
            "INSERT INTO phone (individual, number_blind, number_sealed, answers, trust, collected_on) "
            "SELECT {0}, number_blind, number_sealed, 'shared', 1, '2022-01-01' FROM phone WHERE id = 2",
            i));
    auto repository = people();
    const callers found = wait(repository.behind(shared));
    ASSERT_EQ(found.people.size(), 9U);
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
    EXPECT_EQ(household[2].birth_year, 2015);

    const auto phones = wait(repository.phones_of(person_id{1}));
    ASSERT_EQ(phones.size(), 2U);
    EXPECT_EQ(phones[0].e164, amina);
    EXPECT_EQ(phones[1].answers, "shared");
    EXPECT_TRUE(wait(repository.phones_of(person_id{3})).empty());
}

}  // namespace
}  // namespace mlango::registry::test
