// Taking back: one share, a verifier's, all with what is in telephones' wallets, or everything at once.
#include "registry/parameters.hpp"
#include "registry/wallet/shares.hpp"

namespace mlango::registry {

namespace {

// A share that is taken at this moment waits here for its row; what that statement put on the status list is seen by
// strike(), not by this statement.
const registered_statement share_stop{"share_stop", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    ended AS (
      UPDATE wallet_share s
         SET ended_at = given.now, ended_hop = $3::bytea, ended_why = $4, code_sealed = NULL, presented_sealed = NULL,
             erasure_asked_at = CASE WHEN $4 = 'verifier' AND s.used_at IS NOT NULL THEN given.now
                                     ELSE s.erasure_asked_at END
        FROM given
       WHERE $2::bigint IN (s.individual, s.made_by) AND s.ended_at IS NULL
         AND coalesce(s.valid_until, s.expires_at) > given.now
         AND ($5::bigint IS NULL OR s.id = $5::bigint) AND ($6::bigint IS NULL OR s.verifier = $6::bigint)
      RETURNING s.id, s.individual, s.registration_group, s.status_list, s.status_index),
    erased AS (
      UPDATE wallet_share s SET erasure_asked_at = given.now FROM given
       WHERE $4 = 'verifier' AND s.individual = $2::bigint AND s.verifier = $6::bigint AND s.used_at IS NOT NULL
         AND s.erasure_asked_at IS NULL AND (s.ended_at IS NOT NULL OR s.valid_until <= given.now)),
    phones AS MATERIALIZED (
      SELECT end_phone_credentials($2::bigint, given.now, $3::bytea, 'phone', $4) AS done FROM given WHERE $4 = 'all'),
    struck AS MATERIALIZED (
      SELECT strike(status_list, status_index, 1::smallint) AS done FROM ended WHERE status_list IS NOT NULL),
    chained AS MATERIALIZED (
      SELECT append_consent(one.individual, 'withdrawn', one.id, NULL, NULL, given.now) AS seq
        FROM (SELECT * FROM ended ORDER BY individual, id) one, given),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail)
      SELECT 'share.stopped', 'phone', individual, registration_group, id, $4 FROM ended)
    SELECT (SELECT count(*) FROM ended) + coalesce((SELECT done FROM phones), 0)
             + (SELECT count(*) FROM wallet_share WHERE $2::bigint IN (individual, made_by) AND ended_hop = $3::bytea)
             + (SELECT count(*) FROM wallet_credential WHERE individual = $2::bigint AND ended_hop = $3::bytea),
           (SELECT sum(done) FROM struck), (SELECT max(seq) FROM chained))"};

}  // namespace

task<int> shares::stop(person_id person, const stop_choice& which, const blind_key& hop) {
    // An id that is none would leave the statement without a bound.
    if (which.why == "share" && !(which.share && *which.share)) co_return 0;
    if (which.why == "verifier" && !(which.verifier && *which.verifier)) co_return 0;
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(id_parameter(person));
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(which.why);
    given.push_back(id_parameter(which.share));
    given.push_back(id_parameter(which.verifier));
    const rows got = co_await pool_.write(share_stop, std::move(given));
    co_return static_cast<int>(got.number(0, 0));
}

namespace {

const registered_statement wallet_freeze{"wallet_freeze", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    held AS (
      INSERT INTO wallet_holder AS h (individual, frozen_at, frozen_hop)
      SELECT $2::bigint, given.now, $3::bytea FROM given
      ON CONFLICT (individual) DO UPDATE SET frozen_at = excluded.frozen_at, frozen_hop = excluded.frozen_hop
        WHERE h.frozen_at IS NULL
      RETURNING individual),
    ended AS (
      UPDATE wallet_share s
         SET ended_at = given.now, ended_hop = $3::bytea, ended_why = 'frozen', code_sealed = NULL,
             presented_sealed = NULL
        FROM held, given
       WHERE held.individual IN (s.individual, s.made_by) AND s.ended_at IS NULL
         AND coalesce(s.valid_until, s.expires_at) > given.now
      RETURNING s.id, s.individual, s.status_list, s.status_index),
    struck AS MATERIALIZED (
      SELECT strike(status_list, status_index, 1::smallint) AS done FROM ended WHERE status_list IS NOT NULL),
    suspended AS MATERIALIZED (
      SELECT strike(c.status_list, c.status_index, 2::smallint) AS done
        FROM held JOIN wallet_credential c ON c.individual = held.individual AND c.ended_at IS NULL, given
       WHERE c.valid_until > given.now AND c.medium = 'card'),
    phones AS MATERIALIZED (
      SELECT end_phone_credentials(held.individual, given.now, $3::bytea, $4, 'frozen') AS done FROM held, given),
    chained AS MATERIALIZED (
      SELECT append_consent(link.individual, link.kind, link.id, NULL, NULL, given.now) AS seq
        FROM (SELECT individual, 'frozen' AS kind, NULL::bigint AS id, 0 AS place FROM held
              UNION ALL SELECT individual, 'withdrawn', id, 1 FROM ended ORDER BY place, individual, id) link, given),
    noted AS (INSERT INTO audit (kind, actor, individual) SELECT 'wallet.frozen', $4, individual FROM held)
    SELECT (SELECT count(*) FROM ended) + coalesce((SELECT done FROM phones), 0)
             + (SELECT count(*) FROM wallet_share WHERE $2::bigint IN (individual, made_by) AND ended_hop = $3::bytea)
             + (SELECT count(*) FROM wallet_credential WHERE individual = $2::bigint AND ended_hop = $3::bytea),
           (SELECT sum(done) FROM struck), (SELECT sum(done) FROM suspended), (SELECT max(seq) FROM chained))"};

const registered_statement wallet_unfreeze{"wallet_unfreeze", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    held AS (
      UPDATE wallet_holder SET frozen_at = NULL, frozen_hop = $3::bytea
       WHERE individual = $2::bigint AND frozen_at IS NOT NULL RETURNING individual),
    restored AS MATERIALIZED (
      SELECT strike(c.status_list, c.status_index, 0::smallint) AS done
        FROM held JOIN wallet_credential c ON c.individual = held.individual AND c.ended_at IS NULL),
    chained AS MATERIALIZED (
      SELECT append_consent(individual, 'unfrozen', NULL, NULL, NULL, given.now) AS seq FROM held, given),
    noted AS (INSERT INTO audit (kind, actor, individual) SELECT 'wallet.unfrozen', 'phone', individual FROM held)
    SELECT EXISTS (SELECT FROM held)
             OR EXISTS (SELECT FROM wallet_holder WHERE individual = $2::bigint AND frozen_hop = $3::bytea
                           AND frozen_at IS NULL),
           (SELECT sum(done) FROM restored), (SELECT max(seq) FROM chained))"};

const registered_statement wallet_frozen{"wallet_frozen", R"(
    SELECT FROM wallet_holder WHERE individual = $1::bigint AND frozen_at IS NOT NULL)"};

}  // namespace

task<int> shares::freeze(person_id person, const blind_key& hop, std::string_view actor) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(id_parameter(person));
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(actor);
    const rows got = co_await pool_.write(wallet_freeze, std::move(given));
    co_return static_cast<int>(got.number(0, 0));
}

task<bool> shares::unfreeze(person_id person, const blind_key& hop) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(id_parameter(person));
    given.emplace_back(bytea_parameter(hop));
    const rows got = co_await pool_.write(wallet_unfreeze, std::move(given));
    co_return got.truth(0, 0);
}

task<bool> shares::frozen(person_id person) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    const rows got = co_await pool_.read(wallet_frozen, std::move(given));
    co_return !got.empty();
}

}  // namespace mlango::registry
