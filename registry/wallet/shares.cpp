#include "registry/wallet/shares.hpp"

#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"
#include "registry/wallet/columns.hpp"

namespace mlango::registry {

namespace {

const registered_statement share_grounds_of{"share_grounds", R"(
    SELECT coalesce(acts_as($1::bigint, i.id, $3, g.now), ''), assurance_of(i.id, g.now),
           EXISTS (SELECT FROM wallet_holder h
                    WHERE h.individual IN ($1::bigint, i.id) AND h.frozen_at IS NOT NULL),
           v.state = 'active' AND v.expires_at > g.now,
           EXISTS (SELECT FROM refused_country r WHERE r.operation = i.operation AND r.country = v.country),
           array_to_string(v.presets, ','), v.number, v.name->>'en', v.purpose->>'en', v.country, v.contact,
           v.retention_days, i.operation, o.name->>'en',
           (SELECT count(*) FROM wallet_share s WHERE s.individual = i.id AND s.used_at IS NULL
               AND s.ended_at IS NULL AND s.expires_at > g.now),
           (SELECT count(*) FROM wallet_share s WHERE s.verifier = v.id AND s.used_at IS NULL
               AND s.ended_at IS NULL AND s.expires_at > g.now)
      FROM (SELECT timestamptz 'epoch' + $5::bigint * interval '1 microsecond' AS now) g, individual i
      JOIN operation o ON o.code = i.operation, verifier v
     WHERE i.id = $2::bigint AND i.process_status <> 'C' AND v.id = $4::bigint)"};

}  // namespace

task<std::optional<share_grounds>> shares::grounds(person_id actor, person_id about, std::string_view kind,
                                                   verifier_id verifier) {
    std::vector<parameter> given;
    given.push_back(id_parameter(actor));
    given.push_back(id_parameter(about));
    given.emplace_back(kind);
    given.push_back(id_parameter(verifier));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(share_grounds_of, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return share_grounds{.acts_as = std::string(got.text(0, 0)),
                            .assurance = static_cast<int>(got.number(0, 1)),
                            .frozen = got.truth(0, 2),
                            .verifier_stands = got.truth(0, 3),
                            .country_refused = got.truth(0, 4),
                            .presets = listed_names(got.text(0, 5)),
                            .verifier_number = std::string(got.text(0, 6)),
                            .verifier_name = std::string(got.text(0, 7)),
                            .verifier_purpose = std::string(got.text(0, 8)),
                            .verifier_country = std::string(got.text(0, 9)),
                            .verifier_contact = std::string(got.text(0, 10)),
                            .retention_days = static_cast<int>(got.number(0, 11)),
                            .operation = std::string(got.text(0, 12)),
                            .operation_name = std::string(got.text(0, 13)),
                            .waiting = got.number(0, 14),
                            .crowd = got.number(0, 15)};
}

namespace {

const registered_statement share_of_hop{"share_of_hop", R"(
    SELECT id, CASE WHEN used_at IS NULL AND ended_at IS NULL THEN code_sealed END, reference,
           (extract(epoch FROM expires_at) * 1000000)::bigint
      FROM wallet_share WHERE hop_key = $2::bytea AND made_by = $1::bigint)"};

made_share made_in(const rows& got) {
    return {.id = {got.number(0, 0)},
            .code_sealed = got.is_null(0, 1) ? std::string() : got.bytea(0, 1),
            .reference = std::string(got.text(0, 2)),
            .expires_at = moment_in(got, 0, 3)};
}

}  // namespace

task<std::optional<made_share>> shares::made_by_hop(person_id actor, const blind_key& hop) {
    std::vector<parameter> given;
    given.push_back(id_parameter(actor));
    given.emplace_back(bytea_parameter(hop));
    const rows got = co_await pool_.read(share_of_hop, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return made_in(got);
}

namespace {

// Her wallet_holder row is the lock: shares of one person pass one by one, so that the count of those that wait holds.
// What is counted and chained is done by functions, which see what was committed before the lock was had.
const registered_statement share_make{"share_make", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    held AS (
      INSERT INTO wallet_holder AS h (individual) VALUES ($2::bigint)
      ON CONFLICT (individual) DO UPDATE SET individual = excluded.individual RETURNING individual, frozen_at),
    made AS (
      INSERT INTO wallet_share (individual, made_by, registration_group, verifier, kind, preset, facts, reference,
                                hop_key, trust, ask, code_blind, code_trace, code_sealed, made_at, expires_at, lasts)
      SELECT held.individual, $3::bigint, m.registration_group, $4::bigint, $5, $6, $7::text[], $8, $9::bytea,
             $10::smallint, $11::bigint, $12::bytea, $13::bytea, $14::bytea, given.now,
             given.now + $15::bigint * interval '1 second', $16::bigint * interval '1 second'
        FROM held JOIN membership m ON m.individual = held.individual AND m.until IS NULL, given
       WHERE held.frozen_at IS NULL AND codes_waiting(held.individual, given.now) < $19::integer
         AND may_be_shown($4::bigint, held.individual, $6, given.now)
         AND acts_as($3::bigint, held.individual, $5, given.now) IS NOT NULL
         AND NOT EXISTS (SELECT FROM wallet_holder h WHERE h.individual = $3::bigint AND h.frozen_at IS NOT NULL)
         AND ($11::bigint IS NULL OR EXISTS (
               SELECT FROM wallet_ask a WHERE a.id = $11::bigint AND a.individual = held.individual
                  AND a.verifier = $4::bigint AND a.preset = $6 AND a.refused_at IS NULL AND a.expires_at > given.now
                  AND NOT EXISTS (SELECT FROM wallet_share s WHERE s.ask = a.id)))
      ON CONFLICT (hop_key) DO NOTHING
      RETURNING id, individual, registration_group, reference, expires_at),
    chained AS (
      SELECT append_consent(made.individual, 'given', made.id, $17::bytea, $18::bytea, given.now) AS seq
        FROM made, given),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail)
      SELECT 'share.made', 'phone', individual, registration_group, id, $6 FROM made)
    SELECT made.id, $14::bytea, made.reference, (extract(epoch FROM made.expires_at) * 1000000)::bigint, chained.seq
      FROM made, chained)"};

parameter blind_parameter(const std::optional<blind_key>& key) {
    return key ? parameter(bytea_parameter(*key)) : std::nullopt;
}

}  // namespace

task<std::optional<made_share>> shares::make(const new_share& what, const blind_key& hop) {
    array_parameter facts;
    for (const auto& each : what.facts) facts.add(each);
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(id_parameter(what.about));
    given.push_back(id_parameter(what.made_by));
    given.push_back(id_parameter(what.verifier));
    given.emplace_back(what.kind);
    given.emplace_back(what.preset);
    given.push_back(facts.take());
    given.emplace_back(what.reference);
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(std::to_string(what.trust));
    given.push_back(id_parameter(what.ask));
    given.push_back(blind_parameter(what.code));
    given.push_back(blind_parameter(what.trace));
    given.push_back(what.code_sealed.empty() ? parameter{} : parameter{bytea_parameter(what.code_sealed)});
    given.emplace_back(std::to_string(what.code_lives.count()));
    given.emplace_back(std::to_string(what.lasts.count()));
    given.emplace_back(bytea_parameter(what.consent_digest));
    given.emplace_back(bytea_parameter(what.consent_sealed));
    given.emplace_back(std::to_string(most_waiting_codes));
    const rows got = co_await pool_.write(share_make, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return made_in(got);
}

namespace {

// Both her own and those that she made for others, from one index each.
const registered_statement shares_of{"shares_of", R"(
    SELECT s.id, s.reference, s.verifier, coalesce(v.name->>$2, v.name->>'en'), s.kind, s.preset,
           (extract(epoch FROM s.made_at) * 1000000)::bigint,
           CASE WHEN s.ended_at IS NOT NULL THEN 'stopped'
                WHEN share_is_held(s, g.now) THEN 'seen'
                WHEN share_is_live(s, g.now) THEN 'waiting' ELSE 'over' END,
           (extract(epoch FROM s.used_at) * 1000000)::bigint, (extract(epoch FROM s.valid_until) * 1000000)::bigint,
           CASE WHEN s.individual <> $1::bigint THEN i.given_name ELSE '' END, s.made_by <> $1::bigint
      FROM (SELECT timestamptz 'epoch' + $4::bigint * interval '1 microsecond' AS now) g,
           ((SELECT id FROM wallet_share WHERE individual = $1::bigint ORDER BY id DESC LIMIT $3::integer)
            UNION
            (SELECT id FROM wallet_share WHERE made_by = $1::bigint AND made_by <> individual
              ORDER BY id DESC LIMIT $3::integer)) hers
      JOIN wallet_share s ON s.id = hers.id
      JOIN verifier v ON v.id = s.verifier
      JOIN individual i ON i.id = s.individual
     ORDER BY s.id DESC LIMIT $3::integer)"};

}  // namespace

task<std::vector<share_row>> shares::of(person_id person, std::string_view language, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(language);
    given.emplace_back(std::to_string(limit));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(shares_of, std::move(given));
    std::vector<share_row> found;
    for (int row = 0; row < got.size(); ++row)
        found.push_back({.id = {got.number(row, 0)},
                         .reference = std::string(got.text(row, 1)),
                         .verifier = {got.number(row, 2)},
                         .verifier_name = std::string(got.text(row, 3)),
                         .kind = std::string(got.text(row, 4)),
                         .preset = std::string(got.text(row, 5)),
                         .made_at = moment_in(got, row, 6),
                         .state = std::string(got.text(row, 7)),
                         .seen_at = optional_moment(got, row, 8),
                         .valid_until = optional_moment(got, row, 9),
                         .about = std::string(got.text(row, 10)),
                         .by_other = got.truth(row, 11)});
    co_return found;
}

namespace {

const registered_statement share_consent{"share_consent", R"(
    SELECT c.individual, c.seq, c.record_sealed, c.digest, s.hop_key FROM wallet_share s
      JOIN wallet_consent c ON c.share = s.id AND c.individual = s.individual AND c.kind = 'given'
     WHERE s.id = $2::bigint AND $1::bigint IN (s.individual, s.made_by))"};

}  // namespace

task<std::optional<kept_consent>> shares::consent(person_id person, share_id share) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.push_back(id_parameter(share));
    const rows got = co_await pool_.read(share_consent, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return kept_consent{.person = {got.number(0, 0)},
                           .row = got.number(0, 1),
                           .sealed = got.bytea(0, 2),
                           .digest = got.bytea(0, 3),
                           .hop = got.bytea(0, 4)};
}

}  // namespace mlango::registry
