#include "registry/people.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

people::people(pg_pool& pool, sealer& record, blinder& blind) : pool_(pool), record_(record), blind_(blind) {}

namespace {

// One descent of one index a table; a row without a phone tells that nobody is there. A closed record (C) has no
// caller.
const registered_statement people_behind{"people_behind", R"(
    SELECT c.individual, c.registration_group, c.phone, c.nickname, c.language, c.has_pin, c.locked_until, c.trust,
           c.sim_changed, c.operation, n.language, n.script = 'latin', c.linked_at, c.last_seen, c.recovered_at
      FROM (SELECT $1::bytea AS number) q
      LEFT JOIN number_preference n ON n.number_blind = q.number
      LEFT JOIN LATERAL (
        SELECT p.individual, m.registration_group, p.id AS phone, p.nickname, i.language, i.operation, p.trust,
               k.individual IS NOT NULL AS has_pin,
               CASE WHEN k.locked_until > now() THEN
                 (extract(epoch FROM least(k.locked_until, '9999-12-31')) * 1000000)::bigint END AS locked_until,
               p.sim_changed_at IS NOT NULL
                 AND (p.sim_changed_at > greatest(p.verified_at, p.confirmed_at)) IS NOT FALSE AS sim_changed,
               CASE WHEN (p.linked_at > p.confirmed_at) IS NOT FALSE THEN
                 (extract(epoch FROM p.linked_at) * 1000000)::bigint END AS linked_at,
               (extract(epoch FROM p.last_seen_on) * 1000000)::bigint AS last_seen,
               (extract(epoch FROM k.recovered_at) * 1000000)::bigint AS recovered_at
          FROM phone p
          JOIN individual i ON i.id = p.individual
          JOIN membership m ON m.individual = p.individual AND m.until IS NULL
          LEFT JOIN pin k ON k.individual = p.individual
         WHERE p.number_blind = q.number AND p.disabled_at IS NULL AND i.process_status <> 'C'
         ORDER BY p.id LIMIT 60) c ON true
     ORDER BY c.phone)"};

}  // namespace

task<callers> people::behind(std::string_view e164) {
    std::vector<parameter> given;
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    const rows got = co_await pool_.read(people_behind, std::move(given));
    callers found;
    found.number_language = got.text(0, 10);
    found.latin_letters = !got.is_null(0, 11) && got.truth(0, 11);
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
        const auto moment = [&](int column) {
            return got.is_null(row, column)
                       ? std::optional<wall_time>{}
                       : std::optional(wall_time(std::chrono::microseconds(got.number(row, column))));
        };
        each.linked_at = moment(12);
        each.last_seen = moment(13);
        each.recovered_at = moment(14);
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
    SELECT i.id, i.given_name, m.relationship, extract(year FROM i.birth_date)::integer, i.family_name, i.birth_date
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
                           .family_name = std::string(got.text(row, 4)),
                           .relationship = std::string(got.text(row, 2)),
                           .birth_date = std::string(got.text(row, 5)),
                           .birth_year = static_cast<int>(got.number(row, 3))});
    co_return members;
}

namespace {

const registered_statement people_phones{"people_phones", R"(
    SELECT id, number_sealed, answers, trust, nickname, (extract(epoch FROM verified_at) * 1000000)::bigint
      FROM phone
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
                          .nickname = std::string(got.text(row, 4)),
                          .trust = static_cast<int>(got.number(row, 3)),
                          .verified_at = got.is_null(row, 5) ? std::nullopt
                                                             : std::optional(wall_time(
                                                                   std::chrono::microseconds(got.number(row, 5))))});
    }
    co_return phones;
}

namespace {

const registered_statement people_set_answers{"people_set_answers", R"(
    WITH hers AS (
      SELECT id, answers FROM phone WHERE id = $1::bigint AND individual = $2::bigint AND disabled_at IS NULL FOR UPDATE),
    changed AS (
      UPDATE phone p SET answers = $3 FROM hers WHERE p.id = hers.id AND hers.answers <> $3 RETURNING p.id),
    noted AS (
      INSERT INTO audit (kind, actor, individual, record, detail)
      SELECT 'phone.answers', 'phone', $2::bigint, id, $3 FROM changed)
    SELECT id FROM hers)"};

// The words of a nickname are hers: the log tells only that there is one.
const registered_statement people_set_nickname{"people_set_nickname", R"(
    WITH hers AS (
      SELECT id, number_blind, nickname FROM phone
       WHERE id = $1::bigint AND individual = $2::bigint AND disabled_at IS NULL FOR UPDATE),
    others AS (
      SELECT FROM hers JOIN phone o ON o.number_blind = hers.number_blind
       WHERE o.id <> hers.id AND o.disabled_at IS NULL AND lower(o.nickname) = lower($3)),
    changed AS (
      UPDATE phone p SET nickname = $3 FROM hers
       WHERE p.id = hers.id AND hers.nickname IS DISTINCT FROM $3 AND NOT EXISTS (SELECT FROM others)
      RETURNING p.id),
    noted AS (
      INSERT INTO audit (kind, actor, individual, record, detail)
      SELECT 'phone.nickname', 'phone', $2::bigint, id, CASE WHEN $3 IS NULL THEN 'none' ELSE 'chosen' END FROM changed)
    SELECT EXISTS (SELECT FROM others) FROM hers)"};

const registered_statement people_today{"people_today", R"(
    SELECT ((timestamptz 'epoch' + $2::bigint * interval '1 microsecond') AT TIME ZONE o.timezone)::date
      FROM individual i JOIN operation o ON o.code = i.operation WHERE i.id = $1::bigint)"};

const registered_statement people_utc_offset{"people_utc_offset", R"(
    SELECT extract(epoch FROM (given.at AT TIME ZONE o.timezone) - (given.at AT TIME ZONE 'UTC'))::bigint
      FROM (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS at) given,
           individual i JOIN operation o ON o.code = i.operation WHERE i.id = $1::bigint)"};

const registered_statement people_held{"people_held", R"(
    SELECT coalesce(o.name->>$2, o.name->>'en'),
           (SELECT count(*) FROM membership h WHERE h.registration_group = m.registration_group AND h.until IS NULL),
           (SELECT count(*) FROM phone p WHERE p.individual = i.id AND p.disabled_at IS NULL),
           (SELECT count(*) FROM entitlement e WHERE e.registration_group = m.registration_group),
           (SELECT count(*) FROM change_request c WHERE c.individual = i.id)
             + (SELECT count(*) FROM ticket t WHERE t.individual = i.id),
           (SELECT count(*) FROM audit a WHERE a.individual = i.id)
      FROM individual i
      JOIN operation o ON o.code = i.operation
      JOIN membership m ON m.individual = i.id AND m.until IS NULL
     WHERE i.id = $1::bigint)"};

}  // namespace

task<bool> people::set_answers(phone_id phone, person_id person, std::string_view answers) {
    std::vector<parameter> given;
    given.push_back(id_parameter(phone));
    given.push_back(id_parameter(person));
    given.emplace_back(answers);
    const rows got = co_await pool_.write(people_set_answers, std::move(given));
    co_return !got.empty();
}

task<nickname_outcome> people::set_nickname(phone_id phone, person_id person, std::string_view nickname) {
    std::vector<parameter> given;
    given.push_back(id_parameter(phone));
    given.push_back(id_parameter(person));
    given.push_back(text_parameter(nickname));
    const rows got = co_await pool_.write(people_set_nickname, std::move(given));
    if (got.empty()) co_return nickname_outcome::gone;
    co_return got.truth(0, 0) ? nickname_outcome::taken : nickname_outcome::kept;
}

task<std::string> people::today_of(person_id person, wall_time now) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(time_parameter(now));
    const rows got = co_await pool_.read(people_today, std::move(given));
    co_return got.empty() ? std::string() : std::string(got.text(0, 0));
}

task<std::chrono::seconds> people::utc_offset_of(person_id person, wall_time at) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(time_parameter(at));
    const rows got = co_await pool_.read(people_utc_offset, std::move(given));
    co_return std::chrono::seconds(got.empty() ? 0 : got.number(0, 0));
}

task<std::optional<holdings>> people::held_about(person_id person, std::string_view language) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(language);
    const rows got = co_await pool_.read(people_held, std::move(given));
    if (got.empty()) co_return std::nullopt;
    const auto count = [&](int column) { return static_cast<int>(got.number(0, column)); };
    co_return holdings{.responsible = std::string(got.text(0, 0)),
                       .household = count(1),
                       .phones = count(2),
                       .entitlements = count(3),
                       .requests = count(4),
                       .log_rows = count(5)};
}

}  // namespace mlango::registry
