#include "registry/wallet/credentials.hpp"

#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"
#include "registry/wallet/columns.hpp"

namespace mlango::registry {

namespace {

constexpr int places_tried = 8;
constexpr int most_attempts = 20;
constexpr std::uint64_t places = std::uint64_t{1} << 30;  // a list's size, a power of two, divides it

const registered_statement credential_place_one{"credential_place", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    place AS (
      SELECT l.id AS list, l.name, c.drawn % l.size AS index
        FROM wallet_status_list l, unnest($7::integer[]) AS c(drawn)
       WHERE l.purpose = 'base' AND l.full_at IS NULL
         AND NOT EXISTS (SELECT FROM wallet_status t WHERE t.list = l.id AND t.index = c.drawn % l.size) LIMIT 1),
    granted AS (
      UPDATE wallet_offer o SET issued_at = given.now FROM given, place
       WHERE o.grant_blind = $8::bytea AND o.kind = $3 AND o.issued_at IS NULL AND offer_stands(o)
         AND o.exchanged_at > given.now - $9::bigint * interval '1 second'
      RETURNING o.individual),
    who AS (
      SELECT i.id FROM individual i
       WHERE i.id = coalesce($2::bigint, (SELECT individual FROM granted)) AND i.process_status <> 'C'
         AND NOT EXISTS (SELECT FROM wallet_holder h WHERE h.individual = i.id AND h.frozen_at IS NOT NULL)),
    placed AS (
      INSERT INTO wallet_status (list, index) SELECT list, index FROM place, who RETURNING list, index),
    ended AS (
      UPDATE wallet_credential c SET ended_at = given.now FROM who, placed, given
       WHERE c.individual = who.id AND c.kind = $3 AND c.medium = 'card' AND $4 = 'card' AND c.ended_at IS NULL
      RETURNING c.status_list, c.status_index),
    struck AS MATERIALIZED (SELECT strike(status_list, status_index, 1::smallint) AS done FROM ended),
    made AS (
      INSERT INTO wallet_credential (individual, kind, medium, facts, status_list, status_index, issued_at, valid_until,
                                     needs)
      SELECT who.id, $3, $4, $5::text[], placed.list, placed.index, given.now,
             least(date_trunc('day', given.now + $6::bigint * interval '1 second', 'UTC'),
                   credential_end(who.id, $5::text[], $11::integer, given.now)), $11::smallint
        FROM who, placed, given
      RETURNING id, individual, status_list, status_index, issued_at, valid_until),
    looked AS (
      INSERT INTO wallet_look (at, what, channel, individual, preset)
      SELECT issued_at, 'issued', $4, individual, $3 FROM made),
    noted AS (
      INSERT INTO audit (kind, actor, individual, record, detail)
      SELECT 'credential.issued', CASE WHEN $4 = 'card' THEN 'staff' ELSE 'phone' END, individual, id, $4 FROM made),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT DISTINCT ON (p.number_blind) p.number_sealed, coalesce(n.language, i.language, 'en'), 'sms.id_used',
             $10::bytea
        FROM made JOIN individual i ON i.id = made.individual
        JOIN phone p ON p.individual = i.id AND p.disabled_at IS NULL
        LEFT JOIN number_preference n ON n.number_blind = p.number_blind
       WHERE $4 = 'phone' ORDER BY p.number_blind)
    SELECT EXISTS (SELECT FROM place), made.id, made.individual, place.name, made.status_index,
           (extract(epoch FROM made.issued_at) * 1000000)::bigint,
           (extract(epoch FROM made.valid_until) * 1000000)::bigint, wallet_facts(made.individual, given.now),
           (SELECT sum(done) FROM struck)
      FROM given LEFT JOIN made ON true LEFT JOIN place ON true)"};

}  // namespace

task<std::optional<credential_place>> credentials::place_one(std::optional<person_id> person,
                                                             const std::optional<blind_key>& grant,
                                                             const new_credential& what) {
    const std::string arguments = record_.seal("{}", notice_context);
    for (int left = most_attempts;; --left) {
        array_parameter drawn, facts;
        for (int i = 0; i < places_tried; ++i) drawn.add(static_cast<std::int64_t>(random_.below(places)));
        for (const auto& each : what.facts) facts.add(each);
        std::vector<parameter> given;
        given.emplace_back(time_parameter(time_.now()));
        given.push_back(id_parameter(person));
        given.emplace_back(what.kind);
        given.emplace_back(what.medium);
        given.push_back(facts.take());
        given.emplace_back(std::to_string(what.lasts.count()));
        given.push_back(drawn.take());
        given.push_back(grant ? parameter{bytea_parameter(*grant)} : parameter{});
        given.emplace_back(std::to_string(std::chrono::seconds(grant_lives).count()));
        given.emplace_back(bytea_parameter(arguments));
        given.emplace_back(std::to_string(what.needs));
        bool crowded = false;
        try {
            const rows got = co_await pool_.write(credential_place_one, std::move(given));
            if (!got.is_null(0, 1))
                co_return credential_place{.id = {got.number(0, 1)},
                                           .person = {got.number(0, 2)},
                                           .list = std::string(got.text(0, 3)),
                                           .index = got.number(0, 4),
                                           .issued_at = moment_in(got, 0, 5),
                                           .valid_until = moment_in(got, 0, 6),
                                           .registered = std::string(got.text(0, 7))};
            crowded = !got.truth(0, 0);
        } catch (const statement_refused& refused) {
            if (refused.constraint != "wallet_status_pkey") throw;
            crowded = true;
        }
        if (!crowded) co_return std::nullopt;
        if (left == 1) throw registry_unavailable("no open status list has a free place");
    }
}

task<std::optional<credential_place>> credentials::place(person_id person, const new_credential& what) {
    co_return co_await place_one(person, std::nullopt, what);
}

task<std::optional<credential_place>> credentials::place_for_grant(const blind_key& grant, const new_credential& what) {
    co_return co_await place_one(std::nullopt, grant, what);
}

namespace {

const registered_statement credential_grant_kind{"credential_grant_kind", R"(
    SELECT o.kind FROM wallet_offer o
     WHERE o.grant_blind = $2::bytea AND o.issued_at IS NULL AND offer_stands(o)
       AND o.exchanged_at > timestamptz 'epoch' + ($1::bigint - $3::bigint * 1000000) * interval '1 microsecond')"};

const registered_statement credential_offer{"credential_offer", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    made AS (
      INSERT INTO wallet_offer (individual, kind, hop_key, number_blind, code_blind, tx_blind, trust, made_at, expires_at)
      SELECT $2::bigint, $3, $4::bytea, $5::bytea, $6::bytea, $7::bytea, $8::smallint, given.now,
             given.now + $9::bigint * interval '1 second'
        FROM given
       WHERE NOT EXISTS (SELECT FROM wallet_holder h WHERE h.individual = $2::bigint AND h.frozen_at IS NOT NULL)
         AND 10 > (SELECT count(*) FROM wallet_offer o
                    WHERE o.individual = $2::bigint AND o.made_at > given.now - interval '24 hours')
      ON CONFLICT (hop_key) DO NOTHING
      RETURNING id, individual),
    noted AS (
      INSERT INTO audit (kind, actor, individual, record) SELECT 'credential.offered', 'phone', individual, id FROM made)
    SELECT FROM made UNION ALL SELECT FROM wallet_offer WHERE hop_key = $4::bytea AND individual = $2::bigint)"};

const registered_statement credential_offered{"credential_offered", R"(
    SELECT o.kind FROM wallet_offer o
     WHERE o.number_blind = $2::bytea AND o.exchanged_at IS NULL AND offer_stands(o) AND o.tries < 5
       AND o.expires_at > timestamptz 'epoch' + $1::bigint * interval '1 microsecond')"};

const registered_statement credential_exchange{"credential_exchange", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    found AS (
      SELECT o.id, o.tries, o.tx_blind = $3::bytea AS right FROM wallet_offer o, given
       WHERE o.code_blind = $2::bytea AND o.exchanged_at IS NULL AND offer_stands(o)
         AND o.tries < 5
         AND o.expires_at > given.now
         AND NOT EXISTS (SELECT FROM wallet_holder h WHERE h.individual = o.individual AND h.frozen_at IS NOT NULL)
         FOR NO KEY UPDATE OF o)
    UPDATE wallet_offer o
       SET tries = found.tries + 1, exchanged_at = CASE WHEN found.right THEN given.now END,
           grant_blind = CASE WHEN found.right THEN $4::bytea END
      FROM found, given WHERE o.id = found.id RETURNING found.right)"};

}  // namespace

task<std::string> credentials::kind_of_grant(const blind_key& grant) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(bytea_parameter(grant));
    given.emplace_back(std::to_string(std::chrono::seconds(grant_lives).count()));
    const rows got = co_await pool_.read(credential_grant_kind, std::move(given));
    co_return got.empty() ? std::string() : std::string(got.text(0, 0));
}

task<bool> credentials::offer(const new_offer& what, const blind_key& hop) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(id_parameter(what.person));
    given.emplace_back(what.kind);
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(bytea_parameter(what.number));
    given.emplace_back(bytea_parameter(what.code));
    given.emplace_back(bytea_parameter(what.tx));
    given.emplace_back(std::to_string(what.trust));
    given.emplace_back(std::to_string(std::chrono::seconds(offer_lives).count()));
    const rows got = co_await pool_.write(credential_offer, std::move(given));
    co_return !got.empty();
}

task<std::string> credentials::offered(const blind_key& number) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(bytea_parameter(number));
    const rows got = co_await pool_.read(credential_offered, std::move(given));
    co_return got.empty() ? std::string() : std::string(got.text(0, 0));
}

task<bool> credentials::exchange(const blind_key& code, const blind_key& tx, const blind_key& grant) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(bytea_parameter(code));
    given.emplace_back(bytea_parameter(tx));
    given.emplace_back(bytea_parameter(grant));
    const rows got = co_await pool_.write(credential_exchange, std::move(given));
    co_return !got.empty() && got.truth(0, 0);
}

}  // namespace mlango::registry
