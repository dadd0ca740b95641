#include "registry/collectors.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

std::optional<std::string> card_key(std::string_view typed) {
    std::string key;
    for (const char c : typed) {
        if (c == '-' || c == ' ') continue;
        if (c >= 'a' && c <= 'z')
            key += static_cast<char>(c - 'a' + 'A');
        else if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'))
            key += c;
        else
            return std::nullopt;
        if (key.size() > 13) return std::nullopt;
    }
    if (key.size() > 5 && key[5] == 'C') key.erase(5, 1);
    if (key.size() < 10 || key.size() > 12) return std::nullopt;
    for (std::size_t i = 3; i < key.size(); ++i)
        if (key[i] < '0' || key[i] > '9') return std::nullopt;
    return key;
}

collectors::collectors(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

namespace {

const registered_statement collectors_of{"collectors_of", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $4::bigint * interval '1 microsecond' AS now)
    SELECT e.state IN ('pending', 'sent', 'available') AND e.valid_to >= (given.now AT TIME ZONE o.timezone)::date,
           e.collector = $3::bigint OR EXISTS (
             SELECT FROM membership m WHERE m.registration_group = $2::bigint AND m.individual = $3::bigint
                AND m.relationship = 'PA' AND m.until IS NULL),
           a.id IS NOT NULL, i.given_name, right(a.card_key, 4), a.begins_at <= given.now,
           (a.begins_at AT TIME ZONE o.timezone)::date
      FROM given, entitlement e
      JOIN registration_group g ON g.id = e.registration_group
      JOIN operation o ON o.code = g.operation
      LEFT JOIN alternate_collector a ON a.entitlement = e.id AND a.taken_back_at IS NULL
      LEFT JOIN individual i ON i.id = a.individual
     WHERE e.id = $1::bigint AND e.registration_group = $2::bigint AND e.state <> 'cancelled')"};

const registered_statement collectors_adults{"collectors_adults", R"(
    SELECT i.id, i.given_name
      FROM membership m JOIN individual i ON i.id = m.individual
     WHERE m.registration_group = $1::bigint AND m.until IS NULL AND m.individual <> $2::bigint
       AND i.birth_date <= (timestamptz 'epoch' + $3::bigint * interval '1 microsecond' - interval '18 years')::date
     ORDER BY i.birth_date, i.id LIMIT 9)"};

// What is open and hers to give: of `$4` all of the group, else the one. The told are told once a number.
const registered_statement collectors_name{"collectors_name", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $8::bigint * interval '1 microsecond' AS now),
    mine AS (
      SELECT e.id, e.collector FROM given, entitlement e
       WHERE e.registration_group = $2::bigint AND ($4::boolean OR e.id = $1::bigint)
         AND e.state IN ('pending', 'sent', 'available') AND e.valid_to >= (given.now AT TIME ZONE 'UTC')::date
         AND (e.collector = $3::bigint OR EXISTS (
           SELECT FROM membership m WHERE m.registration_group = $2::bigint AND m.individual = $3::bigint
              AND m.relationship = 'PA' AND m.until IS NULL))),
    chosen AS (
      SELECT m.individual, NULL::text AS card
        FROM given, membership m JOIN individual i ON i.id = m.individual
       WHERE m.individual = $5::bigint AND m.registration_group = $2::bigint AND m.until IS NULL
         AND m.individual <> $3::bigint AND i.birth_date <= (given.now - interval '18 years')::date
      UNION ALL
      SELECT (SELECT m.individual FROM registration_group g
                JOIN membership m ON m.registration_group = g.id AND m.relationship = 'PA' AND m.until IS NULL
               WHERE g.registration_key = $6), $6
       WHERE $5::bigint IS NULL AND $6::text IS NOT NULL
         AND NOT EXISTS (SELECT FROM registration_group g WHERE g.registration_key = $6 AND g.id = $2::bigint)),
    made AS (
      INSERT INTO alternate_collector (hop_key, entitlement, named_by, individual, card_key, named_at, begins_at)
      SELECT $7::bytea, mine.id, $3::bigint, chosen.individual, chosen.card, given.now,
             given.now + $9::bigint * interval '1 second'
        FROM given, mine, chosen
      ON CONFLICT DO NOTHING
      RETURNING entitlement),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record)
      SELECT 'collector.named', 'phone', $3::bigint, $2::bigint, entitlement FROM made),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT DISTINCT ON (p.number_blind) p.number_sealed, $10, $11, $12::bytea
        FROM phone p
       WHERE p.disabled_at IS NULL AND EXISTS (SELECT FROM made)
         AND p.individual IN (SELECT $3::bigint UNION SELECT collector FROM mine))
    SELECT (SELECT count(*) FROM mine), (SELECT count(*) FROM chosen),
           (SELECT count(*) FROM made) + (SELECT count(*) FROM alternate_collector a JOIN mine ON mine.id = a.entitlement
                                           WHERE a.hop_key = $7::bytea))"};

const registered_statement collectors_of_hop{"collectors_of_hop", R"(
    SELECT FROM alternate_collector a JOIN entitlement e ON e.id = a.entitlement
     WHERE a.hop_key = $1::bytea AND e.registration_group = $2::bigint)"};

const registered_statement collectors_take_back{"collectors_take_back", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $5::bigint * interval '1 microsecond' AS now),
    mine AS (
      SELECT a.id, e.collector FROM alternate_collector a JOIN entitlement e ON e.id = a.entitlement
       WHERE e.registration_group = $2::bigint AND ($4::boolean OR e.id = $1::bigint) AND a.taken_back_at IS NULL
         AND (a.named_by = $3::bigint OR e.collector = $3::bigint OR EXISTS (
           SELECT FROM membership m WHERE m.registration_group = $2::bigint AND m.individual = $3::bigint
              AND m.relationship = 'PA' AND m.until IS NULL))),
    ended AS (
      UPDATE alternate_collector a SET taken_back_at = greatest(given.now, a.named_at)
        FROM given, mine WHERE a.id = mine.id AND a.taken_back_at IS NULL
      RETURNING a.entitlement),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record)
      SELECT 'collector.taken_back', 'phone', $3::bigint, $2::bigint, entitlement FROM ended),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT DISTINCT ON (p.number_blind) p.number_sealed, $6, $7, $8::bytea
        FROM phone p
       WHERE p.disabled_at IS NULL AND EXISTS (SELECT FROM ended)
         AND p.individual IN (SELECT $3::bigint UNION SELECT collector FROM mine))
    SELECT count(*) FROM ended)"};

const registered_statement collectors_remind{"collectors_remind", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $5::bigint * interval '1 microsecond' AS now),
    mine AS (
      SELECT id FROM entitlement
       WHERE id = $1::bigint AND registration_group = $2::bigint AND state IN ('pending', 'sent', 'available')),
    made AS (
      INSERT INTO reminder (hop_key, entitlement, individual, asked_at)
      SELECT $4::bytea, mine.id, $3::bigint, given.now FROM given, mine
       WHERE NOT EXISTS (SELECT FROM reminder r
                          WHERE r.entitlement = mine.id AND r.asked_at > given.now - interval '10 minutes')
      ON CONFLICT (hop_key) DO NOTHING
      RETURNING entitlement),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record)
      SELECT 'reminder.asked', 'phone', $3::bigint, $2::bigint, entitlement FROM made),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT $6::bytea, $7, $8, $9::bytea FROM made)
    SELECT id FROM mine)"};

}  // namespace

task<std::optional<alternate>> collectors::of(entitlement_id entitlement, group_id group, person_id person) {
    std::vector<parameter> given;
    given.push_back(id_parameter(entitlement));
    given.push_back(id_parameter(group));
    given.push_back(id_parameter(person));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(collectors_of, std::move(given));
    if (got.empty()) co_return std::nullopt;
    alternate found;
    found.open = got.truth(0, 0);
    found.may_name = got.truth(0, 1);
    found.named = got.truth(0, 2);
    found.card = got.text(0, 4);
    // Whose a card is, is not to be learnt by typing its number.
    if (found.card.empty()) found.given_name = got.text(0, 3);
    found.begun = got.truth(0, 5);
    found.begins_on = got.text(0, 6);
    co_return found;
}

task<std::vector<adult>> collectors::adults(group_id group, person_id person) {
    std::vector<parameter> given;
    given.push_back(id_parameter(group));
    given.push_back(id_parameter(person));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(collectors_adults, std::move(given));
    std::vector<adult> found;
    for (int row = 0; row < got.size(); ++row)
        found.push_back({.person = {got.number(row, 0)}, .given_name = std::string(got.text(row, 1))});
    co_return found;
}

task<collector_naming> collectors::name(entitlement_id entitlement, bool all, group_id group, person_id person,
                                        const collector_wish& who, const blind_key& hop, const notice& sms) {
    const auto card = who.person ? std::nullopt : card_key(who.card);
    std::vector<parameter> given;
    given.reserve(12);
    given.push_back(id_parameter(entitlement));
    given.push_back(id_parameter(group));
    given.push_back(id_parameter(person));
    given.emplace_back(all ? "true" : "false");
    given.push_back(who.person ? id_parameter(who.person) : parameter{});
    given.push_back(card ? parameter{*card} : parameter{});
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(std::chrono::seconds(collector_cooling).count()));
    given.emplace_back(sms.language);
    given.emplace_back(sms.text);
    given.emplace_back(bytea_parameter(sms.sealed_arguments));
    const rows got = co_await pool_.write(collectors_name, std::move(given));
    if (got.number(0, 0) == 0) co_return collector_naming::not_hers;
    if (got.number(0, 1) == 0) co_return collector_naming::nobody;
    if (got.number(0, 2) > 0) co_return collector_naming::done;
    // Another delivery of this hop may have named while this one ran, which its snapshot does not see.
    std::vector<parameter> of_hop;
    of_hop.emplace_back(bytea_parameter(hop));
    of_hop.push_back(id_parameter(group));
    const rows stored = co_await pool_.read(collectors_of_hop, std::move(of_hop));
    co_return stored.empty() ? collector_naming::already : collector_naming::done;
}

task<int> collectors::take_back(entitlement_id entitlement, bool all, group_id group, person_id person,
                                const notice& sms) {
    std::vector<parameter> given;
    given.push_back(id_parameter(entitlement));
    given.push_back(id_parameter(group));
    given.push_back(id_parameter(person));
    given.emplace_back(all ? "true" : "false");
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(sms.language);
    given.emplace_back(sms.text);
    given.emplace_back(bytea_parameter(sms.sealed_arguments));
    const rows got = co_await pool_.write(collectors_take_back, std::move(given));
    co_return static_cast<int>(got.number(0, 0));
}

task<bool> collectors::remind(entitlement_id entitlement, group_id group, person_id person, const blind_key& hop,
                              const notice& sms) {
    std::vector<parameter> given;
    given.push_back(id_parameter(entitlement));
    given.push_back(id_parameter(group));
    given.push_back(id_parameter(person));
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(bytea_parameter(sms.sealed_to));
    given.emplace_back(sms.language);
    given.emplace_back(sms.text);
    given.emplace_back(bytea_parameter(sms.sealed_arguments));
    const rows got = co_await pool_.write(collectors_remind, std::move(given));
    co_return !got.empty();
}

}  // namespace mlango::registry
