#include "registry/people.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

people::people(pg_pool& pool, sealer& record, blinder& blind) : pool_(pool), record_(record), blind_(blind) {}

namespace {

// One descent of one index a table; a row without a phone tells that nobody is there. A closed record (C) has no
// caller.
const registered_statement people_behind{"people_behind", R"(
    SELECT c.individual, c.registration_group, c.phone, c.nickname, c.language, c.has_pin, c.locked_until, c.trust,
           c.sim_changed, c.operation, n.language
      FROM (SELECT $1::bytea AS number) q
      LEFT JOIN number_preference n ON n.number_blind = q.number
      LEFT JOIN LATERAL (
        SELECT p.individual, m.registration_group, p.id AS phone, p.nickname, i.language, i.operation, p.trust,
               k.individual IS NOT NULL AS has_pin,
               CASE WHEN k.locked_until > now() THEN
                 (extract(epoch FROM least(k.locked_until, '9999-12-31')) * 1000000)::bigint END AS locked_until,
               p.sim_changed_at IS NOT NULL AND (p.sim_changed_at > p.verified_at) IS NOT FALSE AS sim_changed
          FROM phone p
          JOIN individual i ON i.id = p.individual
          JOIN membership m ON m.individual = p.individual AND m.until IS NULL
          LEFT JOIN pin k ON k.individual = p.individual
         WHERE p.number_blind = q.number AND p.disabled_at IS NULL AND i.process_status <> 'C'
         ORDER BY p.id LIMIT 9) c ON true
     ORDER BY c.phone)"};

}  // namespace

task<callers> people::behind(std::string_view e164) {
    std::vector<parameter> given;
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    const rows got = co_await pool_.read(people_behind, std::move(given));
    callers found;
    found.number_language = got.text(0, 10);
    if (got.is_null(0, 2)) co_return found;
    found.people.reserve(static_cast<std::size_t>(got.size()));
    for (int row = 0; row < got.size(); ++row) {
        caller& each = found.people.emplace_back();
        each.person = {got.number(row, 0)};
        each.group = {got.number(row, 1)};
        each.phone = {got.number(row, 2)};
        each.nickname = got.text(row, 3);
        each.language = got.text(row, 4);
        each.has_pin = got.truth(row, 5);
        if (!got.is_null(row, 6)) each.locked_until = wall_time(std::chrono::microseconds(got.number(row, 6)));
        each.trust = static_cast<int>(got.number(row, 7));
        each.sim_changed = got.truth(row, 8);
        each.operation = got.text(row, 9);
    }
    co_return found;
}

namespace {

const registered_statement people_choose_language{"people_choose_language", R"(
    WITH kept AS (
      INSERT INTO number_preference AS n (number_blind, language) VALUES ($1::bytea, $3)
      ON CONFLICT (number_blind) DO UPDATE SET language = excluded.language, changed_at = now()
        WHERE n.language IS DISTINCT FROM excluded.language),
    chosen AS (
      UPDATE individual SET language = $3 WHERE id = $2::bigint AND language IS DISTINCT FROM $3 RETURNING id)
    INSERT INTO audit (kind, actor, individual, detail) SELECT 'language.chosen', 'phone', id, $3 FROM chosen)"};

}  // namespace

task<void> people::choose_language(std::string_view e164, std::optional<person_id> person, std::string_view language) {
    std::vector<parameter> given;
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    given.push_back(id_parameter(person));
    given.emplace_back(language);
    co_await pool_.write(people_choose_language, std::move(given));
}

namespace {

const registered_statement people_record{"people_record", R"(
    SELECT i.given_name, i.family_name, g.registration_number, i.individual_number, i.birth_date, i.sex,
           coalesce(l.name->>$2, l.name->>'en'), g.address_line, g.revision,
           (SELECT count(*) FROM membership h WHERE h.registration_group = g.id AND h.until IS NULL)
      FROM individual i
      JOIN membership m ON m.individual = i.id AND m.until IS NULL
      JOIN registration_group g ON g.id = m.registration_group
      JOIN location l ON l.code = g.location
     WHERE i.id = $1::bigint)"};

}  // namespace

task<std::optional<person_record>> people::record_of(person_id person, std::string_view language) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(language);
    const rows got = co_await pool_.read(people_record, std::move(given));
    if (got.empty()) co_return std::nullopt;
    person_record found;
    found.given_name = got.text(0, 0);
    found.family_name = got.text(0, 1);
    found.registration_number = got.text(0, 2);
    found.individual_number = got.text(0, 3);
    found.birth_date = got.text(0, 4);
    found.sex = got.text(0, 5);
    found.location = got.text(0, 6);
    found.address_line = got.text(0, 7);
    found.revision = got.number(0, 8);
    found.household_size = static_cast<int>(got.number(0, 9));
    co_return found;
}

namespace {

const registered_statement people_household{"people_household", R"(
    SELECT i.id, i.given_name, m.relationship, extract(year FROM i.birth_date)::integer
      FROM membership m
      JOIN individual i ON i.id = m.individual
     WHERE m.registration_group = $1::bigint AND m.until IS NULL
     ORDER BY m.relationship <> 'PA', i.birth_date, i.id)"};

}  // namespace

task<std::vector<household_member>> people::household_of(group_id group) {
    std::vector<parameter> given;
    given.push_back(id_parameter(group));
    const rows got = co_await pool_.read(people_household, std::move(given));
    std::vector<household_member> members;
    members.reserve(static_cast<std::size_t>(got.size()));
    for (int row = 0; row < got.size(); ++row)
        members.push_back({.person = {got.number(row, 0)},
                           .given_name = std::string(got.text(row, 1)),
                           .relationship = std::string(got.text(row, 2)),
                           .birth_year = static_cast<int>(got.number(row, 3))});
    co_return members;
}

namespace {

const registered_statement people_phones{"people_phones", R"(
    SELECT id, number_sealed, answers, trust FROM phone
     WHERE individual = $1::bigint AND disabled_at IS NULL ORDER BY id)"};

}  // namespace

task<std::vector<phone_record>> people::phones_of(person_id person) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    const rows got = co_await pool_.read(people_phones, std::move(given));
    std::vector<phone_record> phones;
    for (int row = 0; row < got.size(); ++row) {
        auto number = record_.open(got.bytea(row, 1), msisdn_context);
        if (!number) throw registry_unavailable("a sealed phone number does not open with the keys at hand");
        phones.push_back({.phone = {got.number(row, 0)},
                          .e164 = std::move(*number),
                          .answers = std::string(got.text(row, 2)),
                          .trust = static_cast<int>(got.number(row, 3))});
    }
    co_return phones;
}

}  // namespace mlango::registry
