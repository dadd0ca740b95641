#include "registry/guardians.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

guardians::guardians(pg_pool& pool, sealer& record, blinder& blind, const clock& time)
    : pool_(pool), record_(record), blind_(blind), time_(time) {}

namespace {

const registered_statement guardians_of{"guardians_of", R"(
    SELECT id, tail FROM guardian WHERE ward = $1::bigint AND removed_at IS NULL ORDER BY id)"};

}  // namespace

task<std::vector<named_guardian>> guardians::of(person_id person) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    const rows got = co_await pool_.read(guardians_of, std::move(given));
    std::vector<named_guardian> found;
    for (int row = 0; row < got.size(); ++row)
        found.push_back({.id = got.number(row, 0), .tail = std::string(got.text(row, 1))});
    co_return found;
}

namespace {

// Behind a shared number it is whoever answers it herself. The lock on the ward keeps two hops at once from naming
// four.
const registered_statement guardians_name{"guardians_name", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $5::bigint * interval '1 microsecond' AS now),
    ward AS (SELECT id FROM individual WHERE id = $1::bigint FOR NO KEY UPDATE),
    before AS (SELECT guardian.id FROM guardian, ward WHERE hop_key = $4::bytea),
    known AS (
      SELECT EXISTS (SELECT FROM guardian g WHERE g.ward = $1::bigint AND g.number_blind = $2::bytea
                        AND g.removed_at IS NULL)
             OR EXISTS (SELECT FROM phone p WHERE p.individual = $1::bigint AND p.number_blind = $2::bytea
                           AND p.disabled_at IS NULL) AS same,
             (SELECT count(*) FROM guardian g WHERE g.ward = $1::bigint AND g.removed_at IS NULL) AS named FROM ward),
    made AS (
      INSERT INTO guardian (ward, guardian, number_blind, tail, hop_key, named_at)
      SELECT ward.id,
             (SELECT p.individual FROM phone p JOIN individual i ON i.id = p.individual
               WHERE p.number_blind = $2::bytea AND p.disabled_at IS NULL AND i.process_status <> 'C'
               ORDER BY p.answers <> 'self', p.trust DESC, p.id LIMIT 1),
             $2::bytea, $3, $4::bytea, given.now
        FROM ward, known, given
       WHERE NOT EXISTS (SELECT FROM before) AND NOT known.same AND known.named < $6::integer
      ON CONFLICT DO NOTHING
      RETURNING id, ward),
    noted AS (
      INSERT INTO audit (kind, actor, individual, record) SELECT 'guardian.named', 'phone', ward, id FROM made)
    SELECT EXISTS (SELECT FROM made) OR EXISTS (SELECT FROM before), known.same FROM known)"};

}  // namespace

task<naming> guardians::name(person_id person, std::string_view e164, const blind_key& hop) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    given.emplace_back(std::string(e164.size() < 3 ? "000" : e164.substr(e164.size() - 3)));
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(most_guardians));
    const rows got = co_await pool_.write(guardians_name, std::move(given));
    if (got.empty()) throw registry_unavailable("the ward is not in the registry");
    if (got.truth(0, 0)) co_return naming::done;
    co_return got.truth(0, 1) ? naming::same : naming::full;
}

namespace {

const registered_statement guardians_remove{"guardians_remove", R"(
    WITH done AS (
      UPDATE guardian SET removed_at = timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
       WHERE id = $2::bigint AND ward = $1::bigint AND removed_at IS NULL RETURNING ward, id)
    INSERT INTO audit (kind, actor, individual, record) SELECT 'guardian.removed', 'phone', ward, id FROM done)"};

}  // namespace

task<void> guardians::remove(person_id person, std::int64_t id) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(std::to_string(id));
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(guardians_remove, std::move(given));
}

namespace {

const registered_statement guardians_wards{"guardians_wards", R"(
    SELECT g.id, i.given_name, r.id
      FROM guardian g
      JOIN individual i ON i.id = g.ward
      LEFT JOIN recovery r ON r.individual = g.ward AND r.ended_at IS NULL AND r.ready_at IS NULL
       AND NOT EXISTS (SELECT FROM recovery_word w WHERE w.recovery = r.id AND w.guardian = $1::bigint)
     WHERE g.guardian = $1::bigint AND g.removed_at IS NULL
     ORDER BY r.id IS NULL, g.id LIMIT 20)"};

}  // namespace

task<std::vector<ward>> guardians::wards_of(person_id person) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    const rows got = co_await pool_.read(guardians_wards, std::move(given));
    std::vector<ward> found;
    for (int row = 0; row < got.size(); ++row) {
        auto& each = found.emplace_back(
            ward{.id = got.number(row, 0), .given_name = std::string(got.text(row, 1)), .recovery = {}});
        if (!got.is_null(row, 2)) each.recovery = got.number(row, 2);
    }
    co_return found;
}

namespace {

// The recovery's lock makes words wait for one another, and the count is made of what stands after the wait: that is
// why the words are kept by a function that sees them.
const registered_statement guardians_speak{"guardians_speak", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $4::bigint * interval '1 microsecond' AS now),
    asked AS (
      SELECT r.id, r.individual FROM recovery r
       WHERE r.id = $2::bigint AND r.ended_at IS NULL AND r.ready_at IS NULL
         AND EXISTS (SELECT FROM guardian g WHERE g.ward = r.individual AND g.guardian = $1::bigint
                        AND g.removed_at IS NULL)
       FOR UPDATE),
    words AS (SELECT asked.*, keep_word(asked.id, $1::bigint, given.now) AS count FROM asked, given WHERE $3::boolean),
    ready AS (
      UPDATE recovery r SET ready_at = greatest(given.now, r.asked_at) + $5::bigint * interval '1 hour'
        FROM words, given WHERE r.id = words.id AND words.count >= 2
      RETURNING r.id, r.individual),
    refused AS (
      UPDATE recovery r SET ended_at = given.now, outcome = 'refused'
        FROM asked, given WHERE r.id = asked.id AND NOT $3::boolean),
    noted AS (
      INSERT INTO audit (kind, actor, individual, record, detail)
      SELECT 'recovery.word', 'phone', $1::bigint, id, CASE WHEN $3::boolean THEN 'yes' ELSE 'no' END FROM asked)
    INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
    SELECT p.number_sealed, coalesce(n.language, i.language, 'en'), 'sms.pin_asked', $6::bytea
      FROM ready JOIN individual i ON i.id = ready.individual
      JOIN phone p ON p.individual = i.id AND p.disabled_at IS NULL
      LEFT JOIN number_preference n ON n.number_blind = p.number_blind)"};

}  // namespace

task<void> guardians::speak(person_id person, std::int64_t recovery, bool it_is_her) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(std::to_string(recovery));
    given.emplace_back(it_is_her ? "true" : "false");
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back("24");
    given.emplace_back(bytea_parameter(record_.seal("{}", notice_context)));
    co_await pool_.write(guardians_speak, std::move(given));
}

}  // namespace mlango::registry
