#include "registry/pins.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

pins::pins(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

namespace {

// `old` locks the row and reads its latest version, also when a parallel attempt has changed it since this statement
// began; so each attempt sees the count of the one before. The wait that follows a failure is set at once and taken
// back by success. A delivered-again hop may try again without being counted: its key covers what was typed, so it is
// the same guess. The bound is for a caller whose key would not cover it.
const registered_statement pins_count{"pins_count", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $3::bigint * interval '1 microsecond' AS now),
    old AS (
      SELECT individual, verifier, failures, locked_until, last_hop IS NOT DISTINCT FROM $2::bytea AS again, repeats
        FROM pin WHERE individual = $1::bigint FOR UPDATE),
    judged AS (
      SELECT old.*, CASE WHEN again THEN repeats < 50
                         ELSE failures < 10 AND (locked_until IS NULL OR locked_until <= given.now) END AS may_try
        FROM old, given),
    counted AS (
      UPDATE pin SET
             repeats = CASE WHEN judged.again THEN judged.repeats + 1 ELSE 0 END,
             last_hop = $2::bytea,
             failures = judged.failures + CASE WHEN judged.again THEN 0 ELSE 1 END,
             locked_until = CASE WHEN judged.again THEN judged.locked_until ELSE
               CASE judged.failures + 1
                 WHEN 1 THEN NULL WHEN 2 THEN NULL WHEN 3 THEN NULL
                 WHEN 4 THEN given.now + interval '5 minutes'
                 WHEN 5 THEN given.now + interval '15 minutes'
                 WHEN 6 THEN given.now + interval '1 hour'
                 WHEN 7 THEN given.now + interval '4 hours'
                 WHEN 8 THEN given.now + interval '24 hours'
                 WHEN 9 THEN given.now + interval '24 hours'
                 ELSE 'infinity' END END
        FROM judged, given WHERE pin.individual = judged.individual AND judged.may_try
      RETURNING pin.individual, pin.failures),
    noted AS (
      INSERT INTO audit (kind, actor, individual)
      SELECT 'pin.locked', 'phone', counted.individual FROM counted JOIN judged ON NOT judged.again
       WHERE counted.failures = 10)
    SELECT judged.may_try, judged.again, judged.verifier, coalesce(counted.failures, judged.failures)
      FROM judged LEFT JOIN counted ON true)"};

}  // namespace

task<pin_attempt> pins::count_attempt(person_id person, const blind_key& hop) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(time_parameter(time_.now()));
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
    WITH done AS (
      UPDATE pin SET failures = 0, locked_until = NULL, verifier = coalesce($2::bytea, verifier)
       WHERE individual = $1::bigint AND failures > 0 RETURNING individual)
    INSERT INTO audit (kind, actor, individual) SELECT 'pin.right', 'phone', individual FROM done)"};

}  // namespace

task<void> pins::succeeded(person_id person, const std::string& upgraded) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.push_back(upgraded.empty() ? parameter{} : parameter{bytea_parameter(upgraded)});
    co_await pool_.write(pins_succeeded, std::move(given));
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
      RETURNING individual)
    INSERT INTO audit (kind, actor, individual) SELECT 'pin.set', 'phone', individual FROM done)"};

}  // namespace

task<void> pins::set(person_id person, const std::string& verifier, const blind_key& hop) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(bytea_parameter(verifier));
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(pins_set, std::move(given));
}

}  // namespace mlango::registry
