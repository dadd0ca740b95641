// What the database refuses whoever writes to it, and that every statement of the program fits it.
#include <fmt/format.h>

#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

struct schema_test : registry_fixture {};

TEST_F(schema_test, every_statement_prepares) {
    ASSERT_GE(all_statements().size(), 20U);
    std::set<std::string_view> names;
    for (const statement* each : all_statements()) {
        EXPECT_TRUE(names.insert(each->name).second) << each->name << " is there twice";
        const std::unique_ptr<PGresult, decltype(&PQclear)> got(
            PQprepare(sql.raw(), each->name.data(), each->sql.data(), 0, nullptr), PQclear);
        EXPECT_EQ(PQresultStatus(got.get()), PGRES_COMMAND_OK) << each->name << ": " << PQerrorMessage(sql.raw());
    }
}

constexpr auto check = "23514", unique = "23505", exclusion = "23P01", foreign = "23503", not_null = "23502";

struct refused_case {
    const char* name;
    const char* sql;
    const char* sqlstate;
};

// One database for all: nothing of it stays.
class schema_refuses : public testing::TestWithParam<refused_case> {
protected:
    static void SetUpTestSuite() {
        database.emplace();
        sql_session sql(database->conninfo());
        const key_ring keys = test_keys();
        system_random random;
        sealer record(keys.record, random);
        blinder blind(keys.blind);
        fill_world(sql, record, blind);
    }
    static void TearDownTestSuite() { database.reset(); }
    static inline std::optional<postgres_database> database;
};

TEST_P(schema_refuses, it) {
    sql_session sql(database->conninfo());
    sql.run("BEGIN");
    EXPECT_EQ(sql.refusal(GetParam().sql), GetParam().sqlstate);
}

void PrintTo(const refused_case& refused, std::ostream* out) {
    *out << refused.name;
}

const refused_case refused_cases[] = {
    {"a_second_principal", "UPDATE membership SET relationship = 'PA' WHERE individual = 2", unique},
    {"two_open_groups", "INSERT INTO membership VALUES (2, 2, 'HUS', '2025-01-01', NULL)", unique},
    {"overlap_with_open", "INSERT INTO membership VALUES (2, 2, 'HUS', '2021-01-01', '2022-02-01')", exclusion},
    {"overlap_of_ended",
     "INSERT INTO membership VALUES (2, 2, 'HUS', '2019-01-01', '2020-02-01'), (2, 2, 'HUS', '2020-01-01', "
     "'2021-01-01')",
     exclusion},
    {"reopened_into_the_past",
     "INSERT INTO membership VALUES (3, 2, 'DAU', '2018-01-01', '2021-01-01');"
     "UPDATE membership SET since = '2020-06-01' WHERE individual = 3 AND until IS NULL",
     exclusion},
    {"membership_backwards", "INSERT INTO membership VALUES (2, 2, 'HUS', '2021-01-01', '2020-01-01')", check},
    {"unknown_relationship", "UPDATE membership SET relationship = 'XXX' WHERE individual = 2", check},
    {"the_same_group_number_written_otherwise",
     "INSERT INTO registration_group (operation, registration_number, location, registered_on) "
     "VALUES ('KEN', '803-22C00011', 'KE023', '2022-01-01')",
     unique},
    {"born_after_registration", "UPDATE individual SET birth_date = '2023-01-01' WHERE id = 1", check},
    {"a_bad_individual_number", "UPDATE individual SET individual_number = '803-1' WHERE id = 1", check},
    {"a_number_in_clear", "UPDATE phone SET number_sealed = '+254700090001' WHERE id = 1", check},
    {"a_short_blind", "UPDATE phone SET number_blind = '\\x00' WHERE id = 1", check},
    {"trust_without_verification", "UPDATE phone SET trust = 3 WHERE id = 2", check},
    {"trust_out_of_range", "UPDATE phone SET trust = 4 WHERE id = 1", check},
    {"one_number_twice_for_one_person",
     "INSERT INTO phone (individual, number_blind, number_sealed, answers, trust, collected_on) "
     "SELECT individual, number_blind, number_sealed, answers, trust, collected_on FROM phone WHERE id = 2",
     unique},
    {"a_phone_of_nobody", "UPDATE phone SET individual = 99 WHERE id = 1", foreign},
    {"a_name_without_english", "UPDATE location SET name = '{\"sw\": \"x\"}' WHERE code = 'KE'", check},
    {"eleven_failures",
     "INSERT INTO pin (individual, verifier, failures, locked_until, set_at) "
     "VALUES (1, decode(repeat('00', 62), 'hex'), 11, 'infinity', now())",
     check},
    {"ten_failures_without_lock",
     "INSERT INTO pin (individual, verifier, failures, set_at) VALUES (1, decode(repeat('00', 62), 'hex'), 10, now())",
     check},
    {"a_second_entitlement_of_a_list",
     "INSERT INTO entitlement (payment_list, registration_group, collector, kind, amount_minor, currency, valid_from, "
     "valid_to, state) VALUES (1, 1, 1, 'cash', 1, 'KES', '2026-10-01', '2026-10-02', 'pending')",
     unique},
    {"cash_without_amount", "UPDATE entitlement SET amount_minor = NULL, currency = NULL WHERE id = 1", check},
    {"an_amount_without_currency", "UPDATE entitlement SET currency = NULL WHERE id = 1", check},
    {"food_with_amount", "UPDATE entitlement SET amount_minor = 1, currency = 'KES' WHERE id = 2", check},
    {"a_negative_amount", "UPDATE entitlement SET amount_minor = -1 WHERE id = 1", check},
    {"an_order_number_twice", "UPDATE entitlement SET order_number = '000000001' WHERE id = 4", unique},
    {"nothing_of_an_item", "UPDATE entitlement_line SET quantity = 0", check},
    {"two_cycles_at_once",
     "INSERT INTO cycle (programme, title, since, until, state) VALUES (1, 'x', '2026-10-15', '2026-12-01', 'draft')",
     exclusion},
    {"a_change_with_a_clear_number",
     "INSERT INTO change_request (reference, hop_key, kind, individual, before, after, trust) VALUES "
     "('ACDE', decode(repeat('00', 16), 'hex'), 'phone_add', 1, '{}', '{\"msisdn\": \"+254700090001\"}', 1)",
     check},
    {"a_change_of_nobody",
     "INSERT INTO change_request (reference, hop_key, kind, before, after, trust) VALUES "
     "('ACDE', decode(repeat('00', 16), 'hex'), 'address', '{}', '{}', 1)",
     check},
    {"a_replacement_of_no_phone",
     "INSERT INTO change_request (reference, hop_key, kind, individual, before, after, trust) VALUES "
     "('ACDE', decode(repeat('00', 16), 'hex'), 'phone_replace', 1, '{}', '{}', 1)",
     check},
    {"a_reference_with_look_alikes",
     "INSERT INTO ticket (reference, hop_key, category, sensitive) VALUES "
     "('A0B1', decode(repeat('00', 16), 'hex'), 'question', false)",
     check},
    {"a_reference_open_twice",
     "INSERT INTO ticket (reference, hop_key, category, sensitive) VALUES "
     "('ACDE', decode(repeat('00', 16), 'hex'), 'question', false), "
     "('ACDE', decode(repeat('01', 16), 'hex'), 'question', false)",
     unique},
    {"a_closed_ticket_without_its_time",
     "INSERT INTO ticket (reference, hop_key, category, sensitive, state) VALUES "
     "('ACDE', decode(repeat('00', 16), 'hex'), 'question', false, 'closed')",
     check},
    {"an_audit_row_with_a_number", "INSERT INTO audit (kind, actor, detail) VALUES ('a.b', 'phone', '254700090001')",
     check},
    {"an_audit_row_with_a_sentence", "INSERT INTO audit (kind, actor, detail) VALUES ('a.b', 'phone', 'Amina Test')",
     check},
    {"a_lease_on_nothing",
     "INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed, lease_until) VALUES "
     "(decode(repeat('00', 42), 'hex'), 'en', 'a', decode(repeat('00', 31), 'hex'), now())",
     check},
    {"a_message_without_language",
     "INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed) VALUES "
     "(decode(repeat('00', 42), 'hex'), NULL, 'a', decode(repeat('00', 31), 'hex'))",
     not_null},
    {"a_verifier_of_four_digits",
     "INSERT INTO verifier (id, number, name, purpose, country, presets, contact, retention_days, "
     "expires_at, made_at) VALUES (7, '1234', '{\"en\": \"B\"}', '{\"en\": \"P\"}', 'KEN', '{name}', 'x', "
     "9, '2040-01-01', now())",
     check},
    {"a_verifier_that_may_see_nothing",
     "INSERT INTO verifier (id, number, name, purpose, country, presets, contact, retention_days, "
     "expires_at, made_at) VALUES (7, '12345', '{\"en\": \"B\"}', '{\"en\": \"P\"}', 'KEN', '{}', 'x', 9, "
     "'2040-01-01', now())",
     check},
    {"a_suspended_verifier_without_a_reason",
     "INSERT INTO verifier (id, number, name, purpose, country, presets, contact, retention_days, "
     "expires_at, made_at) VALUES (7, '12345', '{\"en\": \"B\"}', '{\"en\": \"P\"}', 'KEN', '{name}', "
     "'x', 9, '2040-01-01', now()); UPDATE verifier SET state = 'suspended'",
     check},
    {"a_program_without_a_secret",
     "INSERT INTO verifier (id, number, name, purpose, country, presets, contact, retention_days, "
     "expires_at, made_at) VALUES (7, '12345', '{\"en\": \"B\"}', '{\"en\": \"P\"}', 'KEN', '{name}', "
     "'x', 9, '2040-01-01', now()); INSERT INTO verifier_agent (verifier, kind, name, made_at) VALUES (7, "
     "'program', 'core', now())",
     check},
    {"a_pin_of_no_number",
     "INSERT INTO verifier (id, number, name, purpose, country, presets, contact, retention_days, "
     "expires_at, made_at) VALUES (7, '12345', '{\"en\": \"B\"}', '{\"en\": \"P\"}', 'KEN', '{name}', "
     "'x', 9, '2040-01-01', now()); INSERT INTO verifier_agent (id, verifier, kind, name, made_at) VALUES "
     "(7, 7, 'operator', 'eva', now()); UPDATE verifier_agent SET pin = decode(repeat('00', 60), 'hex')",
     check},
    {"a_share_taken_by_nobody",
     "INSERT INTO verifier (id, number, name, purpose, country, presets, contact, retention_days, "
     "expires_at, made_at) VALUES (7, '12345', '{\"en\": \"B\"}', '{\"en\": \"P\"}', 'KEN', '{name}', "
     "'x', 9, '2040-01-01', now()); INSERT INTO verifier_agent (id, verifier, kind, name, made_at) VALUES "
     "(7, 7, 'operator', 'eva', now()); INSERT INTO wallet_share (individual, made_by, "
     "registration_group, verifier, kind, preset, facts, reference, hop_key, trust, made_at, expires_at, "
     "lasts, used_at) VALUES (1, 1, 1, 7, 'registration', 'name', '{given_name}', 'ACDE', "
     "decode(repeat('00', 16), 'hex'), 3, now(), now() + interval '1 hour', '1 day', now())",
     check},
    {"a_taken_share_that_still_tells_its_code",
     "INSERT INTO verifier (id, number, name, purpose, country, presets, contact, retention_days, "
     "expires_at, made_at) VALUES (7, '12345', '{\"en\": \"B\"}', '{\"en\": \"P\"}', 'KEN', '{name}', "
     "'x', 9, '2040-01-01', now()); INSERT INTO verifier_agent (id, verifier, kind, name, made_at) VALUES "
     "(7, 7, 'operator', 'eva', now()); INSERT INTO wallet_share (individual, made_by, "
     "registration_group, verifier, kind, preset, facts, reference, hop_key, trust, made_at, expires_at, "
     "lasts, code_sealed) VALUES (1, 1, 1, 7, 'registration', 'name', '{given_name}', 'ACDE', "
     "decode(repeat('00', 16), 'hex'), 3, now(), now() + interval '1 hour', '1 day', decode(repeat('00', "
     "40), 'hex')); INSERT INTO wallet_status_list (id, name, purpose, bits, size, made_at) VALUES (7, "
     "'abcdefg', 'share', 1, 1024, now()); INSERT INTO wallet_status (list, index) VALUES (7, 1); UPDATE "
     "wallet_share SET used_at = now(), used_by = 7, channel = 'web', receipt = '0000000000', status_list "
     "= 7, status_index = 1, valid_until = now()",
     check},
    {"a_status_list_of_odd_size",
     "INSERT INTO wallet_status_list (id, name, purpose, bits, size, made_at) VALUES (7, 'abcdefg', "
     "'share', 1, 1025, now())",
     check},
    {"two_open_status_lists",
     "INSERT INTO wallet_status_list (id, name, purpose, bits, size, made_at) VALUES (7, 'abcdefg', "
     "'share', 1, 1024, now()); INSERT INTO wallet_status_list (name, purpose, bits, size, made_at) "
     "VALUES ('hijklmn', 'share', 1, 1024, now())",
     unique},
    {"an_index_given_twice",
     "INSERT INTO wallet_status_list (id, name, purpose, bits, size, made_at) VALUES (7, 'abcdefg', "
     "'share', 1, 1024, now()); INSERT INTO wallet_status (list, index) VALUES (7, 5), (7, 5)",
     unique},
    {"a_match_seen_by_one",
     "INSERT INTO verification (individual, method, reference, seen_by, at, valid_until) VALUES (1, "
     "'biometric', 'R-1', 'eva', now(), now() + interval '1 day')",
     check},
    {"a_match_seen_by_one_twice",
     "INSERT INTO verification (individual, method, reference, seen_by, second_by, at, valid_until) "
     "VALUES (1, 'biometric', 'R-1', 'eva', 'eva', now(), now() + interval '1 day')",
     check},
    {"acting_for_herself",
     "INSERT INTO delegation (delegate, subject, allowed, until, made_by, made_at) VALUES (1, 1, true, "
     "'2040-01-01', 'eva', now())",
     check},
    {"an_identity_number_in_clear",
     "INSERT INTO identity_number (individual, scheme, number_blind, number_sealed, since) VALUES (1, "
     "'fayda', decode(repeat('00', 16), 'hex'), '614255790182', now())",
     check},
    {"a_look_of_nobody_that_saw", "INSERT INTO wallet_look (at, what, channel) VALUES (now(), 'seen', 'web')", check},
};
INSTANTIATE_TEST_SUITE_P(all, schema_refuses, testing::ValuesIn(refused_cases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST_F(schema_test, accepts_a_move_from_one_group_to_another) {
    EXPECT_EQ(sql.refusal("UPDATE membership SET until = '2026-02-01' WHERE individual = 3;"
                          "INSERT INTO membership VALUES (3, 2, 'FCF', '2026-02-01', NULL)"),
              "");
    EXPECT_EQ(count("membership WHERE individual = 3"), 2);
}

TEST_F(schema_test, two_transactions_can_not_make_an_overlap_together) {
    sql.run("DELETE FROM membership WHERE individual = 3");
    sql_session one(database.conninfo()), two(database.conninfo());
    one.run("BEGIN; INSERT INTO membership VALUES (3, 1, 'DAU', '2020-01-01', NULL)");
    two.run("SET lock_timeout = '300ms'");
    // The second waits for the first instead of passing it unseen.
    EXPECT_EQ(two.refusal("INSERT INTO membership VALUES (3, 2, 'DAU', '2019-01-01', '2021-01-01')"), "55P03");
    one.run("COMMIT");
    EXPECT_EQ(two.refusal("INSERT INTO membership VALUES (3, 2, 'DAU', '2019-01-01', '2021-01-01')"), exclusion);
}

TEST_F(schema_test, a_reference_is_free_again_when_its_ticket_is_closed_and_never_changes) {
    const std::string insert =
        "INSERT INTO ticket (reference, hop_key, category, sensitive) VALUES ('ACDE', decode(repeat('{}', 16), 'hex'), "
        "'question', false)";
    EXPECT_EQ(sql.refusal(fmt::format(fmt::runtime(insert), "00")), "");
    EXPECT_EQ(sql.refusal("UPDATE ticket SET reference = 'ACDF'"), check);
    sql.run("UPDATE ticket SET state = 'closed', closed_at = now()");
    EXPECT_EQ(sql.refusal(fmt::format(fmt::runtime(insert), "01")), "");
    EXPECT_EQ(sql.refusal("UPDATE ticket SET state = 'new', closed_at = NULL WHERE closed_at IS NOT NULL"), unique);
    EXPECT_EQ(count("open_reference"), 1);
}

TEST_F(schema_test, audit_rows_stay_as_they_are) {
    sql.run("INSERT INTO audit (kind, actor) VALUES ('a.b', 'phone')");
    EXPECT_EQ(sql.refusal("UPDATE audit SET kind = 'a.c'"), "42501");
    EXPECT_EQ(sql.refusal("DELETE FROM audit"), "42501");
    EXPECT_EQ(sql.refusal("TRUNCATE audit"), "42501");
}

// The statement of every dial, on statistics of a large registry: one index a table and no scan.
TEST_F(schema_test, a_look_up_by_number_descends_indexes_only) {
    sql.run("SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET enable_bitmapscan = off");
    const auto behind = std::ranges::find(all_statements(), "people_behind", &statement::name);
    ASSERT_NE(behind, all_statements().end());
    sql.run(fmt::format("PREPARE dial AS {}", (*behind)->sql));
    std::string plan;
    for (const auto& line : sql.run("EXPLAIN EXECUTE dial('\\x00000000000000000000000000000000')"))
        plan += *line[0] + "\n";
    for (const char* index :
         {"number_preference_pkey", "phone_in_use", "membership_open", "pin_pkey", "individual_pkey"})
        EXPECT_NE(plan.find(index), std::string::npos) << index << "\n" << plan;
    EXPECT_EQ(plan.find("Seq Scan"), std::string::npos) << plan;
}

}  // namespace
}  // namespace mlango::registry::test
