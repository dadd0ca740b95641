#include "registry/recovery.hpp"

#include <algorithm>
#include <array>

#include "registry/parameters.hpp"
#include "registry/throttle.hpp"

namespace mlango::registry {

namespace {

// Damm's quasigroup of order 10.
constexpr std::array<std::array<int, 10>, 10> damm{{{0, 3, 1, 7, 5, 9, 8, 6, 4, 2},
                                                    {7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
                                                    {4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
                                                    {1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
                                                    {6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
                                                    {3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
                                                    {5, 8, 6, 9, 7, 2, 0, 1, 3, 4},
                                                    {8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
                                                    {9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
                                                    {2, 5, 8, 1, 4, 3, 6, 7, 9, 0}}};
constexpr std::size_t code_digits = 8;

}  // namespace

char check_digit(std::string_view digits) {
    std::size_t interim = 0;
    for (const char c : digits) interim = static_cast<std::size_t>(damm[interim][static_cast<std::size_t>(c - '0')]);
    return static_cast<char>('0' + interim);
}

std::string new_code(random_source& random) {
    std::string out;
    for (std::size_t i = 0; i < code_digits; ++i) out += static_cast<char>('0' + random.below(10));
    return out + check_digit(out);
}

bool is_code(std::string_view typed) {
    return typed.size() == code_digits + 1 && std::ranges::all_of(typed, [](char c) { return c >= '0' && c <= '9'; }) &&
           check_digit(typed.substr(0, code_digits)) == typed.back();
}

blind_key code_digest(blinder& blind, person_id person, std::string_view code) {
    return blind.blind("pin code", std::to_string(person.value) + ":" + std::string(code));
}

recovery::recovery(pg_pool& pool, sealer& record, blinder& blind, const clock& time)
    : pool_(pool), record_(record), blind_(blind), time_(time) {}

namespace {

// The counts go up first, whatever comes of it; codes from staff count by themselves, too.
const registered_statement recovery_code{"recovery_code", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $5::bigint * interval '1 microsecond' AS now),
    counted AS (
      SELECT count_failure($2::bytea, given.now, $6::bytea) AS of_person,
             count_failure($3::bytea, given.now, $6::bytea) AS of_number FROM given),
    live AS (
      SELECT c.id, c.kind, c.digest FROM pin_code c, given, counted
       WHERE c.individual = $1::bigint AND c.used_at IS NULL AND c.ended_at IS NULL AND c.expires_at > given.now
         AND c.tries < 5 AND counted.of_person <= $7::integer AND counted.of_number <= $8::integer
       ORDER BY c.id FOR UPDATE OF c),
    tried AS (
      UPDATE pin_code c SET tries = c.tries + 1 FROM live
       WHERE c.id = live.id AND live.kind = 'staff' AND live.digest <> $4::bytea),
    noted AS (
      INSERT INTO audit (kind, actor, individual, detail)
      SELECT 'pin.code_typed', 'phone', $1::bigint,
             CASE WHEN EXISTS (SELECT FROM live WHERE digest = $4::bytea) THEN 'right' ELSE 'wrong' END FROM counted
       WHERE counted.of_person <= $7::integer)
    SELECT id FROM live WHERE digest = $4::bytea)"};

}  // namespace

task<std::optional<std::int64_t>> recovery::code_typed(const pin_caller& who, std::string_view code,
                                                       const blind_key& hop) {
    if (!is_code(code)) co_return std::nullopt;
    std::vector<parameter> given;
    given.push_back(id_parameter(who.person));
    given.emplace_back(bytea_parameter(blind_.blind(person_codes, std::to_string(who.person.value))));
    given.emplace_back(bytea_parameter(blind_.blind(number_codes, who.e164)));
    given.emplace_back(bytea_parameter(code_digest(blind_, who.person, code)));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(std::to_string(most_person_codes));
    given.emplace_back(std::to_string(most_number_codes));
    const rows got = co_await pool_.write(recovery_code, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return got.number(0, 0);
}

namespace {

const registered_statement recovery_facts{"recovery_facts", R"(
    SELECT count_failure($1::bytea, timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::bytea))"};

}  // namespace

task<bool> recovery::count_facts(std::string_view e164, const blind_key& hop) {
    std::vector<parameter> given;
    given.emplace_back(bytea_parameter(blind_.blind(number_facts, e164)));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(bytea_parameter(hop));
    const rows got = co_await pool_.write(recovery_facts, std::move(given));
    co_return got.number(0, 0) <= most_number_facts;
}

namespace {

// Who had a PIN before got it back, and some things wait. A repeated hop finds what it did in `before`.
const registered_statement recovery_set_by_code{"recovery_set_by_code", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $5::bigint * interval '1 microsecond' AS now),
    used AS (
      UPDATE pin_code SET used_at = given.now, used_hop = $4::bytea FROM given
       WHERE id = $2::bigint AND individual = $1::bigint AND used_at IS NULL AND ended_at IS NULL
         AND expires_at > given.now
      RETURNING individual, kind),
    put AS (
      INSERT INTO pin AS k (individual, verifier, set_hop, set_at)
      SELECT used.individual, $3::bytea, $4::bytea, given.now FROM used, given
      ON CONFLICT (individual) DO UPDATE
        SET verifier = excluded.verifier, failures = 0, locked_until = NULL, set_hop = excluded.set_hop,
            set_at = excluded.set_at, recovered_at = excluded.set_at
      RETURNING individual),
    confirmed AS (
      UPDATE phone SET confirmed_at = given.now, last_seen_on = (given.now AT TIME ZONE 'UTC')::date FROM put, given
       WHERE phone.id = $6::bigint AND phone.individual = put.individual),
    stopped AS (
      UPDATE recovery SET ended_at = given.now, outcome = 'expired' FROM put, given
       WHERE recovery.individual = put.individual AND ended_at IS NULL),
    noted AS (
      INSERT INTO audit (kind, actor, individual, record, detail)
      SELECT 'pin.recovered', 'phone', individual, $2::bigint, kind FROM used),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT p.number_sealed, coalesce(n.language, i.language, 'en'), 'sms.pin_changed', $7::bytea
        FROM put JOIN individual i ON i.id = put.individual
        JOIN phone p ON p.individual = i.id AND p.disabled_at IS NULL
        LEFT JOIN number_preference n ON n.number_blind = p.number_blind)
    SELECT individual FROM put
    UNION ALL SELECT individual FROM pin WHERE individual = $1::bigint AND set_hop = $4::bytea)"};

const registered_statement recovery_set_by_guardians{"recovery_set_by_guardians", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $5::bigint * interval '1 microsecond' AS now),
    used AS (
      UPDATE recovery SET ended_at = given.now, outcome = 'done', done_hop = $4::bytea FROM given
       WHERE id = $2::bigint AND individual = $1::bigint AND phone = $6::bigint AND ended_at IS NULL
         AND ready_at <= given.now
      RETURNING individual),
    put AS (
      INSERT INTO pin AS k (individual, verifier, set_hop, set_at)
      SELECT used.individual, $3::bytea, $4::bytea, given.now FROM used, given
      ON CONFLICT (individual) DO UPDATE
        SET verifier = excluded.verifier, failures = 0, locked_until = NULL, set_hop = excluded.set_hop,
            set_at = excluded.set_at, recovered_at = excluded.set_at
      RETURNING individual),
    noted AS (
      INSERT INTO audit (kind, actor, individual, record, detail)
      SELECT 'pin.recovered', 'phone', individual, $2::bigint, 'guardians' FROM used),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT p.number_sealed, coalesce(n.language, i.language, 'en'), 'sms.pin_changed', $7::bytea
        FROM put JOIN individual i ON i.id = put.individual
        JOIN phone p ON p.individual = i.id AND p.disabled_at IS NULL
        LEFT JOIN number_preference n ON n.number_blind = p.number_blind)
    SELECT individual FROM put
    UNION ALL SELECT individual FROM pin WHERE individual = $1::bigint AND set_hop = $4::bytea)"};

// Only a first PIN: a person who has one is left as she is.
const registered_statement recovery_set_by_facts{"recovery_set_by_facts", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $5::bigint * interval '1 microsecond' AS now),
    put AS (
      INSERT INTO pin (individual, verifier, set_hop, set_at)
      SELECT p.individual, $3::bytea, $4::bytea, given.now FROM phone p, given
       WHERE p.individual = $1::bigint AND p.id = $6::bigint AND $2::bigint = 0 AND p.disabled_at IS NULL
      ON CONFLICT (individual) DO NOTHING
      RETURNING individual),
    noted AS (
      INSERT INTO audit (kind, actor, individual, detail) SELECT 'pin.first', 'phone', individual, 'facts' FROM put),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT p.number_sealed, coalesce(n.language, i.language, 'en'), 'sms.pin_changed', $7::bytea
        FROM put JOIN individual i ON i.id = put.individual
        JOIN phone p ON p.individual = i.id AND p.disabled_at IS NULL
        LEFT JOIN number_preference n ON n.number_blind = p.number_blind)
    SELECT individual FROM put
    UNION ALL SELECT individual FROM pin WHERE individual = $1::bigint AND set_hop = $4::bytea)"};

const registered_statement recovery_was_set{"recovery_was_set", R"(
    SELECT individual FROM pin WHERE individual = $1::bigint AND set_hop = $2::bytea)"};

}  // namespace

task<bool> recovery::set_by(const statement& what, const pin_caller& who, std::int64_t record,
                            const std::string& verifier, const blind_key& hop) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who.person));
    given.emplace_back(std::to_string(record));
    given.emplace_back(bytea_parameter(verifier));
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(id_parameter(who.phone));
    given.emplace_back(bytea_parameter(record_.seal("{}", notice_context)));
    const rows got = co_await pool_.write(what, std::move(given));
    if (!got.empty()) co_return true;
    // Of two deliveries at once the second finds nothing left to use, and not yet what the first did.
    std::vector<parameter> again;
    again.push_back(id_parameter(who.person));
    again.emplace_back(bytea_parameter(hop));
    const rows was = co_await pool_.read(recovery_was_set, std::move(again));
    co_return !was.empty();
}

task<bool> recovery::set(const pin_caller& who, pin_right by, const std::string& verifier, const blind_key& hop) {
    switch (by.what) {
        case pin_right::kind::code:
            return set_by(recovery_set_by_code, who, by.record, verifier, hop);
        case pin_right::kind::guardians:
            return set_by(recovery_set_by_guardians, who, by.record, verifier, hop);
        case pin_right::kind::facts:
            break;
    }
    return set_by(recovery_set_by_facts, who, 0, verifier, hop);
}

namespace {

// What is open for a week and nobody came back to gives way to a new one. The first row is the one that is open now.
const registered_statement recovery_ask{"recovery_ask", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $3::bigint * interval '1 microsecond' AS now),
    gone AS (
      UPDATE recovery SET ended_at = given.now, outcome = 'expired' FROM given
       WHERE individual = $1::bigint AND ended_at IS NULL AND asked_at < given.now - interval '7 days' RETURNING id),
    open AS (
      SELECT id, phone, ready_at FROM recovery
       WHERE individual = $1::bigint AND ended_at IS NULL AND id NOT IN (SELECT id FROM gone)),
    made AS (
      INSERT INTO recovery (individual, phone, hop_key, asked_at)
      SELECT p.individual, p.id, $4::bytea, given.now FROM phone p, given
       WHERE p.id = $2::bigint AND p.individual = $1::bigint AND p.disabled_at IS NULL
         AND NOT EXISTS (SELECT FROM open) AND NOT EXISTS (SELECT FROM gone)
         AND NOT EXISTS (SELECT FROM recovery r WHERE r.individual = $1::bigint AND r.outcome IN ('stopped', 'refused')
                            AND r.ended_at > given.now - interval '24 hours')
         AND 2 <= (SELECT count(DISTINCT g.guardian) FROM guardian g
                    WHERE g.ward = $1::bigint AND g.removed_at IS NULL AND g.guardian IS NOT NULL)
      ON CONFLICT DO NOTHING
      RETURNING id, individual),
    noted AS (
      INSERT INTO audit (kind, actor, individual, record)
      SELECT 'recovery.asked', 'phone', individual, id FROM made),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT p.number_sealed, coalesce(n.language, i.language, 'en'), 'sms.pin_asked', $5::bytea
        FROM made JOIN individual i ON i.id = made.individual
        JOIN phone p ON p.individual = i.id AND p.disabled_at IS NULL
        LEFT JOIN number_preference n ON n.number_blind = p.number_blind)
    SELECT id FROM open, given WHERE phone = $2::bigint AND ready_at <= given.now)"};

}  // namespace

task<std::optional<std::int64_t>> recovery::ask_guardians(const pin_caller& who, const blind_key& hop) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who.person));
    given.push_back(id_parameter(who.phone));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(bytea_parameter(record_.seal("{}", notice_context)));
    const rows got = co_await pool_.write(recovery_ask, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return got.number(0, 0);
}

namespace {

const registered_statement recovery_stop{"recovery_stop", R"(
    WITH done AS (
      UPDATE recovery SET ended_at = timestamptz 'epoch' + $2::bigint * interval '1 microsecond', outcome = 'stopped'
       WHERE individual = $1::bigint AND ended_at IS NULL RETURNING individual, id)
    INSERT INTO audit (kind, actor, individual, record) SELECT 'recovery.stopped', 'phone', individual, id FROM done)"};

}  // namespace

task<void> recovery::stop(person_id person) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(recovery_stop, std::move(given));
}

}  // namespace mlango::registry
