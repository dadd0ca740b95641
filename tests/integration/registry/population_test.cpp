#include "registry/population.hpp"

#include <fmt/format.h>
#include <set>

#include "registry/entitlements.hpp"
#include "registry/people.hpp"
#include "registry/pin_verifier.hpp"
#include "registry/requests.hpp"
#include "tests/integration/registry/registry_fixture.hpp"

namespace mlango::registry {
namespace {

using namespace std::chrono_literals;

constexpr int families = 300;

// What a schema consists of, as PostgreSQL tells it.
constexpr const char* shape_of_schema =
    "SELECT conrelid::regclass::text, conname::text, pg_get_constraintdef(oid), convalidated::text FROM pg_constraint "
    "WHERE connamespace = 'public'::regnamespace "
    "UNION ALL SELECT tablename::text, indexname::text, indexdef, '' FROM pg_indexes WHERE schemaname = 'public' "
    "UNION ALL SELECT tgrelid::regclass::text, tgname::text, pg_get_triggerdef(oid), tgenabled::text FROM pg_trigger "
    "WHERE NOT tgisinternal ORDER BY 1, 2, 3";

class population_in_a_registry : public test::registry_fixture {
protected:
    void SetUp() override {
        shape = sql.run(shape_of_schema);
        settings.families = families;
        settings.today = std::chrono::sys_days(2026y / std::chrono::March / 17) + 9h;
        counts = seed_population(database.conninfo(), keys, settings, [&](std::int64_t done) { told.push_back(done); });
    }

    callers behind(const std::string& e164) {
        people who(*pool, record, blind);
        return wait(who.behind(e164));
    }

    test::sql_session::table shape;
    population_settings settings;
    population_counts counts;
    std::vector<std::int64_t> told;
};

TEST_F(population_in_a_registry, is_counted_and_progress_is_told) {
    EXPECT_EQ(counts.groups, count("registration_group"));
    EXPECT_EQ(counts.individuals, count("individual"));
    EXPECT_EQ(counts.phones, count("phone"));
    EXPECT_EQ(counts.entitlements, count("entitlement"));
    EXPECT_GE(counts.groups, families + 10);
    EXPECT_GE(counts.individuals, 3 * families);
    EXPECT_EQ(count("registration_group WHERE id <= 300"), families);
    EXPECT_EQ(count("individual"), count("membership"));
    ASSERT_FALSE(told.empty());
    EXPECT_EQ(told.back(), families);
    EXPECT_TRUE(std::ranges::is_sorted(told));
}

TEST_F(population_in_a_registry, leaves_the_schema_as_it_was) {
    EXPECT_EQ(sql.run(shape_of_schema), shape);
    EXPECT_EQ(count("pg_constraint WHERE NOT convalidated"), 0);
}

TEST_F(population_in_a_registry, lets_new_rows_be_added) {
    EXPECT_EQ(sql.refusal("INSERT INTO programme (name, kind) VALUES ('{\"en\": \"New\"}', 'cash')"), "");
    EXPECT_EQ(
        sql.refusal("INSERT INTO individual (operation, individual_number, given_name, sex, birth_date, registered_on) "
                    "VALUES ('KEN', 'KEN-00000001', 'New', 'F', '1990-01-01', '2026-01-01')"),
        "");
    EXPECT_EQ(
        sql.refusal("INSERT INTO entitlement (payment_list, registration_group, collector, kind, valid_from, valid_to, "
                    "state) SELECT payment_list, registration_group, collector, kind, valid_from, valid_to, 'pending' "
                    "FROM entitlement WHERE kind = 'in_kind' AND state = 'redeemed' LIMIT 1"),
        "23505");
    EXPECT_EQ(
        sql.refusal(
            "INSERT INTO membership SELECT individual, registration_group, 'SON', since + 1, NULL FROM membership "
            "WHERE until IS NULL LIMIT 1"),
        "23505");
    EXPECT_EQ(sql.refusal("DELETE FROM individual WHERE id = (SELECT min(id) FROM individual)"), "23503");
}

// The overlap of memberships is not checked while loading; it holds all the same.
TEST_F(population_in_a_registry, puts_nobody_into_two_groups) {
    EXPECT_EQ(count("(SELECT individual FROM membership GROUP BY 1 HAVING count(*) > 1) twice"), 0);
    EXPECT_EQ(count("registration_group g WHERE (SELECT count(*) FROM membership m WHERE m.registration_group = g.id "
                    "AND m.relationship = 'PA' AND m.until IS NULL) <> 1"),
              0);
    EXPECT_GT(count("membership WHERE until IS NOT NULL"), 0);
}

TEST_F(population_in_a_registry, has_each_principal_at_her_number_with_three_entitlements) {
    open_pool({});
    entitlements assistance(*pool, time);
    std::set<std::string> languages;
    const pin_verifier verifier(keys.pin, {.memory_kib = 8, .passes = 1}, random);
    for (const int number : {0, 1, 2, 3, 7, 63, 150, 298, 299}) {
        const callers found = behind(fmt::format("+254700000{:03}", number));
        ASSERT_EQ(found.people.size(), 1U) << number;
        const caller& her = found.people.front();
        EXPECT_EQ(her.trust, 3);
        EXPECT_FALSE(her.sim_changed);
        EXPECT_TRUE(her.has_pin);
        EXPECT_FALSE(her.locked_until);
        languages.insert(her.language);
        EXPECT_GE(wait(assistance.open_of(her.group, her.language, 20)).size() +
                      wait(assistance.past_of(her.group, her.language, 20)).size(),
                  3U)
            << number;
        const std::string stored =
            sql.value(fmt::format("SELECT encode(verifier, 'hex') FROM pin WHERE individual = {}", her.person.value));
        const auto raw = from_hex(stored);
        ASSERT_TRUE(raw);
        EXPECT_TRUE(verifier.check(her.person, "4826", as_string_view(*raw)).right);
        EXPECT_FALSE(verifier.check(her.person, "4827", as_string_view(*raw)).right);
    }
    EXPECT_GE(languages.size(), 2U);
    EXPECT_EQ(count("(SELECT language FROM individual WHERE id % 16 = 0 AND id <= 16 * 300 GROUP BY 1) l"), 4);
    EXPECT_TRUE(behind("+254700000300").people.empty()) << "one more than there are families";
}

TEST_F(population_in_a_registry, has_the_demo_people) {
    open_pool({});
    people who(*pool, record, blind);
    const callers first = behind("+254711000001");
    ASSERT_EQ(first.people.size(), 1U);
    EXPECT_EQ(first.people[0].language, "en");
    const auto her = wait(who.record_of(first.people[0].person, "sw"));
    ASSERT_TRUE(her);
    EXPECT_EQ(her->given_name, "Nyandeng");
    EXPECT_EQ(her->household_size, 5);
    EXPECT_FALSE(her->location.empty());
    const auto phones = wait(who.phones_of(first.people[0].person));
    ASSERT_EQ(phones.size(), 1U);
    EXPECT_EQ(phones[0].e164, "+254711000001");

    const callers shared = behind("+254711000005");
    ASSERT_EQ(shared.people.size(), 3U);
    EXPECT_EQ(shared.people[0].nickname, "Mama Hodan");
    EXPECT_NE(shared.people[0].group, shared.people[2].group);
    EXPECT_EQ(shared.number_language, "en");
    EXPECT_TRUE(behind("+254711000006").people.at(0).locked_until);
    EXPECT_FALSE(behind("+254711000007").people.at(0).has_pin);
    EXPECT_TRUE(behind("+254711000008").people.at(0).sim_changed);
    EXPECT_EQ(behind("+254711000009").people.at(0).language, "");
    EXPECT_TRUE(behind("+254711000099").people.empty());

    entitlements assistance(*pool, time);
    std::set<std::string> states;
    const group_id every_state = behind("+254711000010").people.at(0).group;
    for (const auto& one : wait(assistance.open_of(every_state, "en", 20))) states.insert(one.state);
    EXPECT_EQ(states, (std::set<std::string>{"available", "error", "pending", "sent"}));
    for (const auto& one : wait(assistance.past_of(every_state, "en", 20))) states.insert(one.state);
    EXPECT_EQ(states, (std::set<std::string>{"available", "error", "expired", "not_collected", "partial", "pending",
                                             "redeemed", "sent"}));
    const group_id long_list = behind("+254711000011").people.at(0).group;
    EXPECT_EQ(wait(assistance.open_of(long_list, "en", 20)).size(), 3U);
    EXPECT_EQ(wait(assistance.past_of(long_list, "en", 20)).size(), 9U);

    requests asked(*pool, record, random);
    const caller with_requests = behind("+254711000012").people.at(0);
    const auto mine = wait(asked.of(with_requests.person, with_requests.group, 0, 10));
    ASSERT_EQ(mine.size(), 3U);
    EXPECT_EQ(mine[0].state, "pending");
    EXPECT_EQ(mine[2].state, "rejected");

    for (const demo_person& person : demo_people())
        EXPECT_EQ(behind(person.msisdn).people.empty(),
                  person.msisdn == "+254711000099" || person.msisdn == "+254711000081")
            << person.msisdn;
}

TEST_F(population_in_a_registry, shows_no_number_in_clear) {
    for (const char* const large : {"phone", "pin", "change_request", "ticket", "number_preference"})
        EXPECT_EQ(count(fmt::format("{0} WHERE {0}::text LIKE '%+254%' OR {0}::text LIKE '%2b323534%'", large)), 0)
            << large;
}

TEST_F(population_in_a_registry, is_put_into_an_empty_one_only) {
    const std::string before = sql.value("SELECT max(id) FROM entitlement");
    try {
        seed_population(database.conninfo(), keys, settings, {});
        FAIL() << "a second population";
    } catch (const std::runtime_error& refused) {
        EXPECT_NE(std::string(refused.what()).find("not empty"), std::string::npos) << refused.what();
    }
    EXPECT_EQ(sql.value("SELECT max(id) FROM entitlement"), before);
    EXPECT_EQ(sql.run(shape_of_schema), shape);
}

TEST(population_without_a_registry, says_what_to_do) {
    const test::postgres_database database(test::postgres_database::kind::empty);
    const key_ring keys = test::test_keys();
    population_settings settings{.families = 1, .seed = 1, .demo_people = false, .today = wall_time(1'700'000'000s)};
    try {
        seed_population(database.conninfo(), keys, settings, {});
        FAIL() << "no tables";
    } catch (const std::runtime_error& refused) {
        EXPECT_NE(std::string(refused.what()).find("mlango migrate"), std::string::npos) << refused.what();
    }
    EXPECT_THROW(seed_population("host=/nowhere", keys, settings, {}), std::runtime_error);
    settings.families = 100'000'000;
    EXPECT_THROW(seed_population(database.conninfo(), keys, settings, {}), std::runtime_error);
}

// A refusal in the middle leaves nothing behind.
TEST(population_without_a_registry, is_there_as_a_whole_or_not_at_all) {
    const test::postgres_database database;
    test::sql_session sql(database.conninfo());
    sql.run("ALTER TABLE entitlement ADD CONSTRAINT no_vouchers CHECK (kind <> 'voucher')");
    const auto shape = sql.run(shape_of_schema);
    const population_settings settings{
        .families = 50, .seed = 1, .demo_people = true, .today = wall_time(1'700'000'000s)};
    EXPECT_THROW(seed_population(database.conninfo(), test::test_keys(), settings, {}), std::runtime_error);
    EXPECT_EQ(sql.value("SELECT count(*) FROM registration_group"), "0");
    EXPECT_EQ(sql.value("SELECT count(*) FROM operation"), "0");
    EXPECT_EQ(sql.run(shape_of_schema), shape);
}

}  // namespace
}  // namespace mlango::registry
