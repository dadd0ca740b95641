#include "registry/wallet/wallets.hpp"

#include "registry/parameters.hpp"
#include "registry/wallet/columns.hpp"

namespace mlango::registry {

namespace {

const registered_statement wallet_content_of{"wallet_content", R"(
    SELECT coalesce(acts_as($1::bigint, i.id, '', g.now), ''),
           coalesce(acts_as($1::bigint, i.id, 'entitlement', g.now), ''), assurance_of(i.id, g.now),
           EXISTS (SELECT FROM wallet_holder h
                    WHERE h.individual IN ($1::bigint, i.id) AND h.frozen_at IS NOT NULL),
           wallet_facts(i.id, g.now), day_of(i.id, g.now)
      FROM (SELECT timestamptz 'epoch' + $3::bigint * interval '1 microsecond' AS now) g, individual i
     WHERE i.id = $2::bigint AND i.process_status <> 'C')"};

// What staff did under her name stands in the audit log.
const registered_statement wallet_looks{"wallet_looks", R"(
    (SELECT (extract(epoch FROM k.at) * 1000000)::bigint AS moment, coalesce(v.name->>$2, v.name->>'en', '') AS who, k.what,
            coalesce(k.preset, ''), k.channel
       FROM wallet_look k LEFT JOIN verifier v ON v.id = k.verifier
      WHERE k.individual = $1::bigint ORDER BY k.id DESC LIMIT $3::integer)
    UNION ALL
    (SELECT (extract(epoch FROM a.at) * 1000000)::bigint, '', 'staff', a.kind, 'staff'
       FROM audit a WHERE a.individual = $1::bigint AND a.actor LIKE 'staff%'
      ORDER BY a.id DESC LIMIT $3::integer)
    ORDER BY moment DESC LIMIT $3::integer)"};

const registered_statement wallet_questions{"wallet_questions", R"(
    SELECT q.id, q.kind, q.preset, (extract(epoch FROM q.made_at) * 1000000)::bigint,
           (extract(epoch FROM q.expires_at) * 1000000)::bigint, v.id, v.number, coalesce(v.name->>$2, v.name->>'en'),
           coalesce(v.purpose->>$2, v.purpose->>'en'),
           coalesce((SELECT coalesce(o.name->>$2, o.name->>'en') FROM operation o WHERE o.country = v.country
                      ORDER BY o.code LIMIT 1), v.country), v.country, array_to_string(v.presets, ',')
      FROM (SELECT timestamptz 'epoch' + $3::bigint * interval '1 microsecond' AS now) g, wallet_ask q
      JOIN verifier v ON v.id = q.verifier
     WHERE q.individual = $1::bigint AND q.refused_at IS NULL AND q.expires_at > g.now
       AND q.made_at > g.now - interval '1 hour'
       AND may_be_shown(q.verifier, q.individual, q.preset, g.now)
       AND NOT EXISTS (SELECT FROM wallet_share s WHERE s.ask = q.id)
     ORDER BY q.id DESC LIMIT 9)"};

// She says no; the verifier reads the same as if she had not answered.
const registered_statement wallet_question_refused{"wallet_question_refused", R"(
    WITH done AS (
      UPDATE wallet_ask SET refused_at = timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
       WHERE id = $2::bigint AND individual = $1::bigint AND refused_at IS NULL RETURNING id, individual)
    INSERT INTO audit (kind, actor, individual, record) SELECT 'wallet.refused', 'phone', individual, id FROM done)"};

// A collector acts until the last day on which it can be collected.
const registered_statement wallet_delegations{"wallet_delegations", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    pairs AS (
      SELECT d.id, d.delegate, d.subject, 'guardian' AS kind, d.until
        FROM delegation d, given
       WHERE $1::bigint IN (d.delegate, d.subject) AND d.allowed AND d.ended_at IS NULL
         AND d.until > day_of(d.subject, given.now)
      UNION
      SELECT 0, p.individual, c.individual, 'child', (i.birth_date + interval '18 years')::date
        FROM membership me
        JOIN membership p ON p.registration_group = me.registration_group AND p.until IS NULL
        JOIN membership c ON c.registration_group = me.registration_group AND c.until IS NULL
        JOIN individual i ON i.id = c.individual, given
       WHERE me.individual = $1::bigint AND me.until IS NULL AND $1::bigint IN (p.individual, c.individual)
         AND p.individual <> c.individual AND acts_as(p.individual, c.individual, '', given.now) = 'child'
      UNION
      SELECT 0, a.individual, e.collector, 'collector', max(e.valid_to) + 1
        FROM alternate_collector a JOIN entitlement e ON e.id = a.entitlement, given
       WHERE $1::bigint IN (a.individual, e.collector) AND a.individual IS NOT NULL
         AND acts_as(a.individual, e.collector, 'entitlement', given.now) = 'collector'
       GROUP BY a.individual, e.collector)
    SELECT pairs.id, i.id, i.given_name, pairs.kind, pairs.delegate = $1::bigint, pairs.until
      FROM pairs
      JOIN individual i ON i.id = CASE WHEN pairs.delegate = $1::bigint THEN pairs.subject ELSE pairs.delegate END
     ORDER BY pairs.delegate <> $1::bigint, pairs.kind, i.birth_date, i.id LIMIT 30)"};

const registered_statement wallet_delegation_end{"wallet_delegation_end", R"(
    WITH done AS (
      UPDATE delegation SET ended_at = timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
       WHERE id = $2::bigint AND $1::bigint IN (delegate, subject) AND allowed AND ended_at IS NULL
      RETURNING id, subject)
    INSERT INTO audit (kind, actor, individual, record)
    SELECT 'delegation.ended', 'phone', subject, id FROM done RETURNING id)"};

}  // namespace

task<std::optional<wallet_content>> wallets::content(person_id actor, person_id about) {
    std::vector<parameter> given;
    given.push_back(id_parameter(actor));
    given.push_back(id_parameter(about));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(wallet_content_of, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return wallet_content{.acts_as = std::string(got.text(0, 0)),
                             .acts_for_assistance = std::string(got.text(0, 1)),
                             .assurance = static_cast<int>(got.number(0, 2)),
                             .frozen = got.truth(0, 3),
                             .registered = std::string(got.text(0, 4)),
                             .today = std::string(got.text(0, 5))};
}

task<std::vector<wallet_look>> wallets::looks(person_id person, std::string_view language, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(language);
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(wallet_looks, std::move(given));
    std::vector<wallet_look> found;
    for (int row = 0; row < got.size(); ++row)
        found.push_back({.at = moment_in(got, row, 0),
                         .who = std::string(got.text(row, 1)),
                         .what = std::string(got.text(row, 2)),
                         .preset = std::string(got.text(row, 3)),
                         .channel = std::string(got.text(row, 4))});
    co_return found;
}

task<std::vector<waiting_question>> wallets::questions(person_id person, std::string_view language) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(language);
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(wallet_questions, std::move(given));
    std::vector<waiting_question> found;
    for (int row = 0; row < got.size(); ++row)
        found.push_back({.id = {got.number(row, 0)},
                         .verifier = {.id = {got.number(row, 5)},
                                      .number = std::string(got.text(row, 6)),
                                      .name = std::string(got.text(row, 7)),
                                      .purpose = std::string(got.text(row, 8)),
                                      .country = std::string(got.text(row, 9)),
                                      .country_code = std::string(got.text(row, 10)),
                                      .presets = listed_names(got.text(row, 11)),
                                      .agent_name = {}},
                         .kind = std::string(got.text(row, 1)),
                         .preset = std::string(got.text(row, 2)),
                         .asked_at = moment_in(got, row, 3),
                         .expires_at = moment_in(got, row, 4)});
    co_return found;
}

task<void> wallets::refuse(person_id person, ask_id which) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.push_back(id_parameter(which));
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(wallet_question_refused, std::move(given));
}

task<std::vector<delegation_row>> wallets::delegations(person_id person) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(wallet_delegations, std::move(given));
    std::vector<delegation_row> found;
    for (int row = 0; row < got.size(); ++row)
        found.push_back({.id = {got.number(row, 0)},
                         .other = {got.number(row, 1)},
                         .given_name = std::string(got.text(row, 2)),
                         .kind = std::string(got.text(row, 3)),
                         .mine = got.truth(row, 4),
                         .until = std::string(got.text(row, 5))});
    co_return found;
}

task<bool> wallets::end_delegation(person_id person, delegation_id which) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.push_back(id_parameter(which));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(wallet_delegation_end, std::move(given));
    co_return !got.empty();
}

}  // namespace mlango::registry
