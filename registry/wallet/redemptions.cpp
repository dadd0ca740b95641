#include "registry/wallet/redemptions.hpp"

#include <algorithm>
#include <span>

#include "base/bytes.hpp"
#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"
#include "registry/recovery.hpp"
#include "registry/wallet/columns.hpp"

namespace mlango::registry {

namespace {

// More than half a list is never given, so that of eight random places all are taken once in 256 times.
constexpr int places_tried = 8;
constexpr int most_attempts = 20;
constexpr std::uint64_t places = std::uint64_t{1} << 30;  // a list's size, a power of two, divides it

// `coded` locks the share and reads its latest version, so of parallel takers one finds it live, and the same taker
// finds what it took. Who missed lately is locked before it is told anything, and its tries pass one by one, each
// seeing the misses before it; who did not miss waits for nobody, and no more of its tries than there are connections
// are under way before the first miss counts. Counts are made on the rows' latest versions, and locks taken in one
// order: share, verifier, agent. Whatever is not found leaves one row in the log, hers or nobody's, and the same
// counts: unknown, used, over and other verifiers' codes cost alike.
const registered_statement share_take{"share_take", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    coded AS (
      SELECT s.id, s.individual, s.preset, s.lasts,
             CASE WHEN s.used_at IS NULL AND s.ended_at IS NULL AND s.expires_at > given.now
                  THEN share_is_live(s, given.now) ELSE false END AS live,
             CASE WHEN s.used_by = $3::bigint AND s.ended_at IS NULL AND s.expires_at > given.now
                  THEN share_is_held(s, given.now) ELSE false END AS again
        FROM given, wallet_share s
       WHERE s.verifier = $2::bigint AND s.id = coalesce(
               (SELECT c.id FROM wallet_share c WHERE c.code_blind = $5::bytea),
               (SELECT c.id FROM wallet_ask q JOIN wallet_share c ON c.ask = q.id WHERE q.reference = $7))
         FOR NO KEY UPDATE OF s),
    seen AS (
      SELECT coalesce(a.misses > 0 AND a.misses_since > given.now - interval '15 minutes', false) AS agent_missed,
             coalesce(v.misses * 2 >= $12::integer AND v.misses_since > given.now - interval '24 hours', false) AS house_missed
        FROM verifier_agent a JOIN verifier v ON v.id = a.verifier, given
       WHERE a.id = $3::bigint AND v.id = $2::bigint AND (SELECT count(*) FROM coded) >= 0),
    house_held AS (
      SELECT v.* FROM seen, verifier v WHERE v.id = $2::bigint AND seen.house_missed FOR NO KEY UPDATE OF v),
    house AS (
      SELECT v.id, v.number, v.state = 'active' AND v.expires_at > given.now AS stands
        FROM given, (SELECT * FROM house_held
                     UNION ALL SELECT v.* FROM seen, verifier v WHERE v.id = $2::bigint AND NOT seen.house_missed) v),
    who_held AS (
      SELECT a.* FROM seen, house, verifier_agent a
       WHERE a.id = $3::bigint AND a.verifier = house.id AND seen.agent_missed FOR NO KEY UPDATE OF a),
    who AS (
      SELECT a.id, a.blocked_until, house.stands AND a.active AS stands
        FROM house, (SELECT * FROM who_held
                     UNION ALL SELECT a.* FROM seen, verifier_agent a WHERE a.id = $3::bigint AND NOT seen.agent_missed) a
       WHERE a.verifier = house.id),
    may AS (SELECT who.id FROM who, given WHERE stands AND (blocked_until > given.now) IS NOT TRUE),
    found AS (SELECT coded.* FROM may, coded),
    place AS (
      SELECT l.id AS list, c.drawn % l.size AS index
        FROM found, wallet_status_list l, unnest($9::integer[]) AS c(drawn)
       WHERE found.live AND l.purpose = 'share' AND l.full_at IS NULL
         AND NOT EXISTS (SELECT FROM wallet_status t WHERE t.list = l.id AND t.index = c.drawn % l.size) LIMIT 1),
    placed AS (INSERT INTO wallet_status (list, index) SELECT list, index FROM place RETURNING list, index),
    taken AS (
      UPDATE wallet_share s
         SET used_at = given.now, used_by = $3::bigint, channel = $4, receipt = $8, status_list = placed.list,
             status_index = placed.index, code_sealed = NULL,
             valid_until = date_trunc('hour', given.now + s.lasts, 'UTC') + interval '1 hour'
        FROM found, placed, given WHERE s.id = found.id
      RETURNING s.*),
    missed AS (SELECT may.id FROM may WHERE NOT EXISTS (SELECT FROM found WHERE live OR again)),
    hers AS (
      SELECT id, individual, preset FROM found WHERE NOT live AND NOT again
      UNION ALL
      (SELECT s.id, s.individual, s.preset FROM may, wallet_share s
        WHERE s.code_trace = $6::bytea AND NOT EXISTS (SELECT FROM found) ORDER BY s.id DESC LIMIT 1)),
    counted AS MATERIALIZED (
      SELECT count_miss($2::bigint, missed.id, given.now, $11::integer, $12::integer) FROM missed, given),
    looked AS (
      INSERT INTO wallet_look (at, what, channel, individual, verifier, agent, share, preset)
      SELECT given.now, 'seen', $4, individual, $2::bigint, $3::bigint, id, preset FROM taken, given
      UNION ALL
      SELECT given.now, CASE WHEN hers.id IS NULL THEN 'missed' ELSE 'tried' END, $4, hers.individual, $2::bigint,
             $3::bigint, hers.id, hers.preset
        FROM missed LEFT JOIN hers ON true, given),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail)
      SELECT 'share.taken', 'verifier:' || $2, individual, registration_group, id, $4 FROM taken),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT DISTINCT ON (p.number_blind) p.number_sealed, coalesce(n.language, i.language, 'en'), 'sms.id_used',
             $10::bytea
        FROM taken JOIN individual i ON i.id IN (taken.individual, taken.made_by)
        JOIN phone p ON p.individual = i.id AND p.disabled_at IS NULL
        LEFT JOIN number_preference n ON n.number_blind = p.number_blind
       ORDER BY p.number_blind, i.id)
    SELECT coalesce((SELECT stands FROM who), false),
           (SELECT ceil(extract(epoch FROM blocked_until - given.now)) FROM who WHERE blocked_until > given.now),
           EXISTS (SELECT FROM found WHERE live) AND NOT EXISTS (SELECT FROM placed),
           r.id, r.individual, r.receipt, r.kind, r.preset, array_to_string(r.facts, ','),
           (extract(epoch FROM r.made_at) * 1000000)::bigint, (extract(epoch FROM r.used_at) * 1000000)::bigint,
           (extract(epoch FROM r.valid_until) * 1000000)::bigint, l.name, r.status_index, (SELECT number FROM house),
           r.presented_sealed, CASE WHEN r.presented_sealed IS NULL THEN wallet_facts(r.individual, given.now) END,
           (SELECT count(*) FROM counted)
      FROM given
      LEFT JOIN LATERAL (
        SELECT * FROM taken
        UNION ALL SELECT s.* FROM wallet_share s, found WHERE s.id = found.id AND found.again) r ON true
      LEFT JOIN wallet_status_list l ON l.id = r.status_list)"};

taken_share share_in(const rows& got, int first) {
    taken_share out{.id = {got.number(0, first)},
                    .person = {got.number(0, first + 1)},
                    .receipt = std::string(got.text(0, first + 2)),
                    .kind = std::string(got.text(0, first + 3)),
                    .preset = std::string(got.text(0, first + 4)),
                    .facts = listed_names(got.text(0, first + 5)),
                    .made_at = moment_in(got, 0, first + 6),
                    .taken_at = moment_in(got, 0, first + 7),
                    .valid_until = moment_in(got, 0, first + 8),
                    .list = std::string(got.text(0, first + 9)),
                    .index = got.number(0, first + 10),
                    .verifier_number = std::string(got.text(0, first + 11)),
                    .presented_sealed = {},
                    .registered = std::string(got.text(0, first + 13))};
    if (!got.is_null(0, first + 12)) out.presented_sealed = got.bytea(0, first + 12);
    return out;
}

// Whether it may try, and for how long not.
take_failure failure_in(const rows& got) {
    if (!got.truth(0, 0)) return {.what = take_refusal::suspended};
    if (!got.is_null(0, 1)) return {.what = take_refusal::wait, .wait = std::chrono::seconds(got.number(0, 1))};
    return {};
}

// Ten digits, the last a check digit.
std::string new_receipt(random_source& random) {
    std::string number;
    for (int i = 0; i < 9; ++i) number += static_cast<char>('0' + random.below(10));
    return number + check_digit(number);
}

parameter key_parameter(const std::optional<blind_key>& key) {
    return key ? parameter(bytea_parameter(*key)) : std::nullopt;
}

}  // namespace

task<std::expected<taken_share, take_failure>> redemptions::take(const taker& by, const take_key& key) {
    const std::string arguments = record_.seal("{}", notice_context);
    for (int left = most_attempts;; --left) {
        array_parameter drawn;
        for (int i = 0; i < places_tried; ++i) drawn.add(static_cast<std::int64_t>(random_.below(places)));
        std::vector<parameter> given;
        given.emplace_back(time_parameter(time_.now()));
        given.push_back(id_parameter(by.verifier));
        given.emplace_back(std::to_string(by.agent));
        given.emplace_back(by.channel);
        given.push_back(key_parameter(key.code));
        given.push_back(key_parameter(key.trace));
        given.push_back(text_parameter(key.ask));
        given.emplace_back(new_receipt(random_));
        given.push_back(drawn.take());
        given.emplace_back(bytea_parameter(arguments));
        given.emplace_back(std::to_string(most_agent_misses));
        given.emplace_back(std::to_string(most_verifier_misses));
        bool crowded = false;
        try {
            const rows got = co_await pool_.write(share_take, std::move(given));
            if (!got.is_null(0, 3)) co_return share_in(got, 3);
            if (const auto why = failure_in(got); why.what != take_refusal::not_found) co_return std::unexpected(why);
            crowded = got.truth(0, 2);
        } catch (const statement_refused& refused) {
            // Another took the same place or the same receipt number at this moment.
            if (refused.constraint != "wallet_status_pkey" && refused.constraint != "wallet_share_receipt_key") throw;
            crowded = true;
        }
        if (!crowded) co_return std::unexpected(take_failure{});
        if (left == 1) throw registry_unavailable("no open status list has a free place");
    }
}

namespace {

// The commit does not wait for the disk: what a crash loses here is signed once more when it is asked for.
const registered_statement share_keep{"share_keep", R"(
    WITH relaxed AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
    UPDATE wallet_share SET presented_sealed = $2::bytea FROM relaxed
     WHERE id = $1::bigint AND used_at IS NOT NULL AND presented_sealed IS NULL AND ended_at IS NULL RETURNING id)"};

// A receipt of this verifier's that is over or was stopped is no miss: who took it may ask.
const registered_statement share_receipt{"share_receipt", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    who AS (
      SELECT a.id, a.blocked_until, v.number FROM verifier_agent a JOIN verifier v ON v.id = a.verifier, given
       WHERE a.id = $3::bigint AND v.id = $2::bigint AND a.active AND v.state = 'active' AND v.expires_at > given.now),
    may AS (SELECT who.* FROM who, given WHERE (blocked_until > given.now) IS NOT TRUE),
    named AS (
      SELECT s.*, share_is_held(s, given.now) AS held
        FROM may, given, wallet_share s WHERE s.receipt = $5 AND s.verifier = $2::bigint),
    missed AS (SELECT id FROM may WHERE NOT EXISTS (SELECT FROM named)),
    counted AS MATERIALIZED (
      SELECT count_miss($2::bigint, missed.id, given.now, $6::integer, $7::integer) FROM missed, given),
    looked AS (
      INSERT INTO wallet_look (at, what, channel, individual, verifier, agent, share, preset)
      SELECT given.now, 'again', $4, individual, $2::bigint, $3::bigint, id, preset FROM named, given WHERE held
      UNION ALL
      SELECT given.now, 'missed', $4, NULL, $2::bigint, $3::bigint, NULL, NULL FROM missed, given)
    SELECT EXISTS (SELECT FROM who),
           (SELECT ceil(extract(epoch FROM blocked_until - given.now)) FROM who WHERE blocked_until > given.now),
           (SELECT count(*) FROM counted),
           r.id, r.individual, r.receipt, r.kind, r.preset, array_to_string(r.facts, ','),
           (extract(epoch FROM r.made_at) * 1000000)::bigint, (extract(epoch FROM r.used_at) * 1000000)::bigint,
           (extract(epoch FROM r.valid_until) * 1000000)::bigint, l.name, r.status_index, (SELECT number FROM who),
           r.presented_sealed, CASE WHEN r.presented_sealed IS NULL THEN wallet_facts(r.individual, given.now) END
      FROM given LEFT JOIN named r ON r.held LEFT JOIN wallet_status_list l ON l.id = r.status_list)"};

std::vector<parameter> taker_parameters(const clock& time, const taker& by) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time.now()));
    given.push_back(id_parameter(by.verifier));
    given.emplace_back(std::to_string(by.agent));
    return given;
}

}  // namespace

task<bool> redemptions::keep(share_id share, const std::string& presented_sealed) {
    std::vector<parameter> given;
    given.push_back(id_parameter(share));
    given.emplace_back(bytea_parameter(presented_sealed));
    const rows got = co_await pool_.write(share_keep, std::move(given));
    co_return !got.empty();
}

task<std::expected<taken_share, take_failure>> redemptions::receipt(const taker& by, std::string_view number) {
    std::vector<parameter> given = taker_parameters(time_, by);
    given.emplace_back(by.channel);
    given.emplace_back(number);
    given.emplace_back(std::to_string(most_agent_misses));
    given.emplace_back(std::to_string(most_verifier_misses));
    const rows got = co_await pool_.write(share_receipt, std::move(given));
    if (!got.is_null(0, 3)) co_return share_in(got, 3);
    co_return std::unexpected(failure_in(got));
}

namespace {

// Behind a shared number it is whoever answers it herself. Three questions a day of all verifiers are told to a number;
// further ones stand on her screen only.
const registered_statement wallet_ask_first{"wallet_ask_first", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    who AS (
      SELECT a.id FROM verifier_agent a JOIN verifier v ON v.id = a.verifier, given
       WHERE a.id = $3::bigint AND v.id = $2::bigint AND a.active AND v.state = 'active' AND v.expires_at > given.now
         AND $7 = ANY (v.presets)
         AND 60 > (SELECT count(*) FROM wallet_ask q
                    WHERE q.verifier = v.id AND q.made_at > given.now - interval '1 hour')),
    person AS (
      SELECT p.individual FROM phone p JOIN individual i ON i.id = p.individual, given
       WHERE p.number_blind = $5::bytea AND p.disabled_at IS NULL AND i.process_status <> 'C'
       ORDER BY p.answers <> 'self', p.trust DESC, p.id LIMIT 1),
    before AS (
      SELECT count(*) AS asked FROM wallet_ask q, given
       WHERE q.number_blind = $5::bytea AND q.made_at > given.now - interval '24 hours'),
    made AS (
      INSERT INTO wallet_ask (reference, verifier, agent, number_blind, individual, kind, preset, made_at, expires_at)
      SELECT $4, $2::bigint, who.id, $5::bytea,
             (SELECT individual FROM person WHERE may_be_shown($2::bigint, individual, $7, given.now)), $6, $7,
             given.now, given.now + interval '15 minutes'
        FROM who, given
      RETURNING id, individual),
    looked AS (
      INSERT INTO wallet_look (at, what, channel, individual, verifier, agent, preset)
      SELECT given.now, 'asked', $9, individual, $2::bigint, $3::bigint, $7 FROM made, given
       WHERE individual IS NOT NULL),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed, expires_at)
      SELECT p.number_sealed, coalesce(n.language, i.language, 'en'), 'sms.id_asked', $8::bytea,
             given.now + interval '15 minutes'
        FROM given, before, made JOIN individual i ON i.id = made.individual
        JOIN phone p ON p.individual = i.id AND p.number_blind = $5::bytea AND p.disabled_at IS NULL
        LEFT JOIN number_preference n ON n.number_blind = p.number_blind
       WHERE before.asked < 3)
    INSERT INTO audit (kind, actor, individual, record)
    SELECT 'wallet.asked', 'verifier:' || $2, individual, id FROM made RETURNING id)"};

const registered_statement wallet_ask_state{"wallet_ask_state", R"(
    SELECT CASE WHEN s.id IS NOT NULL AND (share_is_live(s, g.now) OR share_is_held(s, g.now)) THEN 'shared'
                WHEN q.expires_at > g.now THEN 'waiting' ELSE 'no_answer' END, s.receipt
      FROM (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now) g, wallet_ask q
      JOIN verifier_agent a ON a.verifier = q.verifier AND a.id = $3::bigint AND a.active
      LEFT JOIN wallet_share s ON s.ask = q.id
     WHERE q.reference = $4 AND q.verifier = $2::bigint)"};

const registered_statement wallet_erasures{"wallet_erasures", R"(
    SELECT s.receipt, (extract(epoch FROM s.erasure_asked_at) * 1000000)::bigint
      FROM wallet_share s JOIN verifier_agent a ON a.verifier = s.verifier AND a.id = $3::bigint AND a.active
     WHERE s.verifier = $2::bigint AND s.erasure_asked_at IS NOT NULL AND $1::bigint > 0
     ORDER BY s.erasure_asked_at DESC LIMIT $4::integer)"};

}  // namespace

task<std::optional<std::string>> redemptions::ask(const taker& by, std::string_view e164, std::string_view kind,
                                                  std::string_view preset) {
    std::array<std::byte, 16> drawn;
    random_.fill(drawn);
    std::string reference = to_base64url(drawn);
    std::vector<parameter> given = taker_parameters(time_, by);
    given.emplace_back(reference);
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    given.emplace_back(kind);
    given.emplace_back(preset);
    given.emplace_back(bytea_parameter(record_.seal("{}", notice_context)));
    given.emplace_back(by.channel);
    const rows got = co_await pool_.write(wallet_ask_first, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return reference;
}

task<std::optional<question>> redemptions::asked(const taker& by, std::string_view reference) {
    std::vector<parameter> given = taker_parameters(time_, by);
    given.emplace_back(reference);
    const rows got = co_await pool_.read(wallet_ask_state, std::move(given));
    if (got.empty()) co_return std::nullopt;
    question out;
    out.is = got.text(0, 0) == "shared"    ? question::state::shared
             : got.text(0, 0) == "waiting" ? question::state::waiting
                                           : question::state::no_answer;
    out.receipt = got.text(0, 1);
    co_return out;
}

task<std::vector<redemptions::erasure>> redemptions::erasures(const taker& by, int limit) {
    std::vector<parameter> given = taker_parameters(time_, by);
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(wallet_erasures, std::move(given));
    std::vector<erasure> found;
    for (int row = 0; row < got.size(); ++row)
        found.push_back({.receipt = std::string(got.text(row, 0)), .asked_at = moment_in(got, row, 1)});
    co_return found;
}

}  // namespace mlango::registry
