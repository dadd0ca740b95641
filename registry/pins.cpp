#include "registry/pins.hpp"

#include "registry/parameters.hpp"
#include "registry/requests.hpp"
#include "registry/throttle.hpp"

namespace mlango::registry {

pins::pins(pg_pool& pool, sealer& record, blinder& blind, const clock& time, random_source& random)
    : pool_(pool), record_(record), blind_(blind), time_(time), random_(random) {}

namespace {

// `old` locks the row and reads its latest version, also when a parallel attempt has changed it since this statement
// began; so each attempt sees the count of the one before. The number is counted after that, and only where the person
// may still try. The wait that follows a failure is set at once and taken back by success. A delivered-again hop may
// try again without being counted: its key covers what was typed, so it is the same guess. The bound is for a caller
// whose key would not cover it.
const registered_statement pins_count{"pins_count", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $3::bigint * interval '1 microsecond' AS now),
    old AS (
      SELECT individual, verifier, failures, locked_until, last_hop IS NOT DISTINCT FROM $2::bytea AS again, repeats
        FROM pin WHERE individual = $1::bigint FOR UPDATE),
    judged AS (
      SELECT old.*, CASE WHEN again THEN repeats < 50
                         ELSE failures < 10 AND (locked_until IS NULL OR locked_until <= given.now) END AS may_count
        FROM old, given),
    number AS (
      SELECT count_failure($4::bytea, given.now, $2::bytea) AS failures
        FROM judged, given WHERE judged.may_count AND NOT judged.again),
    allowed AS (
      SELECT judged.*, may_count AND (again OR (SELECT failures FROM number) <= $5::integer) AS may_try FROM judged),
    counted AS (
      UPDATE pin SET
             repeats = CASE WHEN allowed.again THEN allowed.repeats + 1 ELSE 0 END,
             last_hop = $2::bytea,
             failures = allowed.failures + CASE WHEN allowed.again THEN 0 ELSE 1 END,
             locked_until = CASE WHEN allowed.again THEN allowed.locked_until ELSE
               CASE allowed.failures + 1
                 WHEN 1 THEN NULL WHEN 2 THEN NULL WHEN 3 THEN NULL
                 WHEN 4 THEN given.now + interval '5 minutes'
                 WHEN 5 THEN given.now + interval '15 minutes'
                 WHEN 6 THEN given.now + interval '1 hour'
                 WHEN 7 THEN given.now + interval '4 hours'
                 WHEN 8 THEN given.now + interval '24 hours'
                 WHEN 9 THEN given.now + interval '24 hours'
                 ELSE 'infinity' END END
        FROM allowed, given WHERE pin.individual = allowed.individual AND allowed.may_try
      RETURNING pin.individual, pin.failures),
    noted AS (
      INSERT INTO audit (kind, actor, individual)
      SELECT 'pin.locked', 'phone', counted.individual FROM counted JOIN allowed ON NOT allowed.again
       WHERE counted.failures = 10)
    SELECT allowed.may_try, allowed.again, allowed.verifier, coalesce(counted.failures, allowed.failures)
      FROM allowed LEFT JOIN counted ON true)"};

}  // namespace

task<pin_attempt> pins::count_attempt(const pin_caller& who, const blind_key& hop) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who.person));
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(bytea_parameter(blind_.blind(number_pins, who.e164)));
    given.emplace_back(std::to_string(most_number_pins));
    const rows got = co_await pool_.write(pins_count, std::move(given));
    pin_attempt attempt;
    if (got.empty()) co_return attempt;
    attempt.may_try = got.truth(0, 0);
    attempt.duplicate = got.truth(0, 1);
    if (attempt.may_try) attempt.verifier = got.bytea(0, 2);
    attempt.failures = static_cast<int>(got.number(0, 3));
    co_return attempt;
}

namespace {

// The attempt itself was counted, so failures are above 0 until the first of several deliveries has been here: one row
// of audit a PIN.
const registered_statement pins_succeeded{"pins_succeeded", R"(
    WITH given AS (
      SELECT (timestamptz 'epoch' + $5::bigint * interval '1 microsecond') AT TIME ZONE 'UTC' AS now),
    done AS (
      UPDATE pin SET failures = 0, locked_until = NULL, verifier = coalesce($2::bytea, verifier)
       WHERE individual = $1::bigint AND failures > 0 RETURNING individual),
    given_back AS (
      UPDATE throttle SET failures = greatest(failures - 1, 0)
       WHERE subject = $3::bytea AND EXISTS (SELECT FROM done)),
    seen AS (
      UPDATE phone SET last_seen_on = given.now::date FROM given
       WHERE id = $4::bigint AND individual = $1::bigint AND last_seen_on IS DISTINCT FROM given.now::date
         AND (last_seen_on > given.now::date - 60) IS NOT FALSE)
    INSERT INTO audit (kind, actor, individual) SELECT 'pin.right', 'phone', individual FROM done)"};

}  // namespace

task<void> pins::succeeded(const pin_caller& who, const std::string& upgraded) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who.person));
    given.push_back(upgraded.empty() ? parameter{} : parameter{bytea_parameter(upgraded)});
    given.emplace_back(bytea_parameter(blind_.blind(number_pins, who.e164)));
    given.push_back(id_parameter(who.phone));
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(pins_succeeded, std::move(given));
}

namespace {

const registered_statement pins_succeeded_in_duress{"pins_succeeded_in_duress", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $5::bigint * interval '1 microsecond' AS now),
    done AS (
      UPDATE pin SET failures = 0, locked_until = NULL, verifier = coalesce($2::bytea, verifier)
       WHERE individual = $1::bigint AND failures > 0 RETURNING individual),
    given_back AS (
      UPDATE throttle SET failures = greatest(failures - 1, 0)
       WHERE subject = $3::bytea AND EXISTS (SELECT FROM done)),
    told AS (
      INSERT INTO ticket (reference, hop_key, category, sensitive, priority)
      SELECT $6, $7::bytea, 'duress', true, 1 FROM done, given
       WHERE NOT EXISTS (SELECT FROM duress_alarm a
                          WHERE a.individual = done.individual AND a.raised_at > given.now - interval '24 hours')
      ON CONFLICT (hop_key) DO NOTHING
      RETURNING id),
    named AS (
      INSERT INTO duress_alarm (ticket, individual, phone, raised_at)
      SELECT told.id, $1::bigint, $4::bigint, given.now FROM told, given)
    INSERT INTO audit (kind, actor, individual, record)
    SELECT 'pin.duress', 'phone', done.individual, told.id FROM done LEFT JOIN told ON true)"};

}  // namespace

task<void> pins::succeeded_in_duress(const pin_caller& who, const std::string& upgraded, const blind_key& hop) {
    for (int left = 20;; --left) {
        std::vector<parameter> given;
        given.push_back(id_parameter(who.person));
        given.push_back(upgraded.empty() ? parameter{} : parameter{bytea_parameter(upgraded)});
        given.emplace_back(bytea_parameter(blind_.blind(number_pins, who.e164)));
        given.push_back(id_parameter(std::optional(who.phone)));
        given.emplace_back(time_parameter(time_.now()));
        given.emplace_back(new_reference(random_));
        given.emplace_back(bytea_parameter(hop));
        try {
            co_await pool_.write(pins_succeeded_in_duress, std::move(given));
            co_return;
        } catch (const statement_refused& refused) {
            // Another open ticket has this reference.
            if (refused.constraint != "open_reference_pkey" || left == 1) throw;
        }
    }
}

namespace {

const registered_statement pins_verifier{"pins_verifier", R"(SELECT verifier FROM pin WHERE individual = $1::bigint)"};

}  // namespace

task<std::string> pins::verifier_of(person_id person) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    const rows got = co_await pool_.read(pins_verifier, std::move(given));
    co_return got.empty() ? std::string() : got.bytea(0, 0);
}

namespace {

const registered_statement pins_set{"pins_set", R"(
    WITH done AS (
      INSERT INTO pin AS k (individual, verifier, set_hop, set_at)
      VALUES ($1::bigint, $2::bytea, $3::bytea, timestamptz 'epoch' + $4::bigint * interval '1 microsecond')
      ON CONFLICT (individual) DO UPDATE
        SET verifier = excluded.verifier, failures = 0, locked_until = NULL, set_hop = excluded.set_hop,
            set_at = excluded.set_at
        WHERE k.set_hop IS DISTINCT FROM excluded.set_hop
      RETURNING individual),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT p.number_sealed, coalesce(n.language, i.language, 'en'), 'sms.pin_changed', $5::bytea
        FROM done JOIN individual i ON i.id = done.individual
        JOIN phone p ON p.individual = i.id AND p.disabled_at IS NULL
        LEFT JOIN number_preference n ON n.number_blind = p.number_blind)
    INSERT INTO audit (kind, actor, individual) SELECT 'pin.set', 'phone', individual FROM done)"};

}  // namespace

task<void> pins::set(person_id person, const std::string& verifier, const blind_key& hop) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(bytea_parameter(verifier));
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(bytea_parameter(record_.seal("{}", notice_context)));
    co_await pool_.write(pins_set, std::move(given));
}

}  // namespace mlango::registry
