// Attempts: written down before they are made, and what became of them after.
#include <algorithm>

#include "registry/array_parameter.hpp"
#include "registry/outbox.hpp"
#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

constexpr std::size_t reason_limit = 100;
constexpr std::size_t id_limit = 200;

// The bulk messages of a day are counted in the order of their numbers, so that two senders never wait for each other.
// Between claim and attempt may lie minutes: what is past its time, or goes to a number that said STOP meanwhile, is
// not begun; the next claim says what becomes of it.
const registered_statement outbox_begin{"outbox_begin", R"(
    WITH given AS (
      SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::bytea[], $5::boolean[])
        AS g(id, claim, gateway, number_blind, bulk)),
    ours AS (
      SELECT g.*, o.parts FROM given g JOIN outbox o ON o.id = g.id
       WHERE o.state = 'pending' AND o.due_at = timestamptz 'epoch' + g.claim * interval '1 microsecond'
         AND (o.expires_at IS NULL OR o.expires_at > timestamptz 'epoch' + $6::bigint * interval '1 microsecond')
         AND (o.text_key IS NOT DISTINCT FROM 'sms.stopped'
              OR NOT EXISTS (SELECT FROM number_preference n WHERE n.number_blind = g.number_blind AND NOT n.sms_allowed))
         FOR UPDATE OF o),
    counted AS (
      INSERT INTO bulk_day AS b (number_blind, day, sent)
      SELECT DISTINCT number_blind, (timestamptz 'epoch' + $6::bigint * interval '1 microsecond')::date, 1
        FROM ours WHERE bulk AND $8::integer > 0 ORDER BY number_blind
      ON CONFLICT (number_blind, day) DO UPDATE SET sent = b.sent + 1 WHERE b.sent < $8::integer
      RETURNING number_blind),
    forgotten AS (
      DELETE FROM outbox_part p USING ours WHERE p.outbox = ours.id AND ours.parts IS NOT NULL),
    begun AS (
      UPDATE outbox o SET state = 'sending', attempts = o.attempts + 1, gateway = ours.gateway, parts = NULL,
             number_blind = ours.number_blind, reason = NULL, receipt = NULL, queries = 0,
             lease_until = timestamptz 'epoch' + ($6::bigint + $7::bigint) * interval '1 microsecond'
        FROM ours WHERE o.id = ours.id
         AND (NOT ours.bulk OR $8::integer = 0 OR ours.number_blind IN (SELECT number_blind FROM counted))
      RETURNING o.id)
    SELECT ours.id, begun.id IS NOT NULL FROM ours LEFT JOIN begun ON begun.id = ours.id)"};

// A message that goes back had its bulk message of the day counted. The rows returned are the parked receipts that may
// belong to what has an id now, or is unknown now.
const registered_statement outbox_record{"outbox_record", R"(
    WITH given AS (
      SELECT * FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[], $5::bigint[], $6::boolean[],
                           $13::smallint[])
        AS g(id, attempt, state, reason, at, back, parts)),
    changed AS (
      UPDATE outbox o SET state = g.state, lease_until = NULL, reason = g.reason, parts = g.parts,
             attempts = o.attempts - g.back::integer,
             due_at = CASE WHEN g.state = 'pending' THEN timestamptz 'epoch' + g.at * interval '1 microsecond'
                           ELSE o.due_at END,
             query_at = CASE WHEN g.state IN ('sent', 'unknown')
                             THEN timestamptz 'epoch' + g.at * interval '1 microsecond' END,
             settled_at = CASE WHEN g.state <> 'pending'
                               THEN timestamptz 'epoch' + $7::bigint * interval '1 microsecond' END
        FROM given g
       WHERE o.id = g.id AND o.attempts = g.attempt
         AND (o.state = 'sending' OR (o.state = 'unknown' AND g.state <> 'unknown'))
      RETURNING o.id, o.state, o.gateway, o.number_blind, o.priority),
    uncounted AS (
      UPDATE bulk_day b SET sent = greatest(0, b.sent - c.times)
        FROM (SELECT number_blind, count(*) AS times FROM changed
               WHERE priority = 2 AND state IN ('pending', 'failed') GROUP BY number_blind) c
       WHERE b.number_blind = c.number_blind
         AND b.day = (timestamptz 'epoch' + $7::bigint * interval '1 microsecond')::date),
    part AS (
      SELECT p.*, o.number_blind
        FROM unnest($8::bigint[], $9::smallint[], $10::text[], $11::text[], $12::text[])
               AS p(outbox, part, gateway, provider_id, forms) JOIN outbox o ON o.id = p.outbox),
    written AS (
      INSERT INTO outbox_part (outbox, part, gateway, provider_id, lookup, number_blind)
      SELECT outbox, part, gateway, provider_id, split_part(forms, E'\x1f', 1), number_blind FROM part
      ON CONFLICT (outbox, part) DO NOTHING)
    SELECT r.id FROM part CROSS JOIN LATERAL unnest(string_to_array(part.forms, E'\x1f')) AS form
      JOIN receipt_parked r ON r.gateway = part.gateway AND r.forms[1] = form
    UNION
    SELECT r.id FROM changed c JOIN receipt_parked r ON r.gateway = c.gateway AND r.number_blind = c.number_blind
     WHERE c.state = 'unknown')"};

const registered_statement outbox_lose{"outbox_lose", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    due AS (SELECT id FROM outbox, given WHERE state = 'sending' AND lease_until <= given.now
             ORDER BY lease_until LIMIT $2::integer FOR UPDATE OF outbox SKIP LOCKED),
    lost AS (
      UPDATE outbox o SET state = 'unknown', lease_until = NULL, reason = 'lease', settled_at = given.now,
             query_at = given.now
        FROM given, due WHERE o.id = due.id RETURNING o.id, o.gateway, o.number_blind)
    SELECT r.id, lost.id FROM lost
      LEFT JOIN receipt_parked r ON r.gateway = lost.gateway AND r.number_blind = lost.number_blind)"};

const registered_statement outbox_join_parked{"outbox_join_parked", R"(
    SELECT join_parked($1::bigint[], timestamptz 'epoch' + $2::bigint * interval '1 microsecond'))"};

// The pause triples each time, up to six hours.
const registered_statement outbox_ask{"outbox_ask", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    due AS (SELECT id FROM outbox, given WHERE query_at <= given.now
             ORDER BY query_at LIMIT $2::integer FOR UPDATE OF outbox SKIP LOCKED)
    UPDATE outbox o SET queries = o.queries + 1,
           query_at = CASE WHEN o.queries + 1 < $3::integer
                           THEN given.now + least(21600, $4::bigint * 3 ^ least(o.queries, 10)) * interval '1 second' END
      FROM given, due WHERE o.id = due.id
    RETURNING o.id, o.number_sealed, o.gateway,
      (SELECT p.provider_id FROM outbox_part p WHERE p.outbox = o.id AND p.state = 'sent' ORDER BY p.part LIMIT 1))"};

// What came to its end meanwhile stays as it is.
const registered_statement outbox_not_asked{"outbox_not_asked", R"(
    UPDATE outbox SET queries = queries - 1,
           query_at = timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
     WHERE id = ANY ($1::bigint[]) AND state IN ('sent', 'unknown') AND queries > 0
       AND reason IS DISTINCT FROM 'no word')"};

const registered_statement outbox_resend_unknown{"outbox_resend_unknown", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now)
    UPDATE outbox o SET state = 'pending', due_at = given.now, settled_at = NULL, reason = 'resent'
      FROM given
     WHERE o.state = 'unknown' AND o.query_at IS NULL AND o.reason IS DISTINCT FROM 'no word' AND o.settled_at <= given.now - $2::bigint * interval '1 second'
       AND o.text_key = ANY ($3::text[]) AND o.attempts < $4::integer
       AND (o.expires_at IS NULL OR o.expires_at > given.now))"};

// A broadcast that was stopped meanwhile sends it no more.
const registered_statement outbox_not_taken{"outbox_not_taken", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    changed AS (
      UPDATE outbox o SET state = CASE WHEN again THEN 'pending' ELSE 'failed' END, reason = 'not taken',
             due_at = CASE WHEN again THEN given.now ELSE o.due_at END, query_at = NULL,
             settled_at = CASE WHEN NOT again THEN given.now END
        FROM given, LATERAL (
          SELECT o.id, o.attempts < $3::integer AND (o.expires_at IS NULL OR o.expires_at > given.now)
                 AND NOT EXISTS (SELECT FROM broadcast b WHERE b.id = o.broadcast AND b.state = 'stopped') AS again
            FROM outbox o WHERE o.id = $2::bigint) may
       WHERE o.id = may.id AND o.state = 'unknown' AND o.queries >= 2
      RETURNING o.number_blind, o.priority),
    uncounted AS (
      UPDATE bulk_day b SET sent = greatest(0, b.sent - 1) FROM changed c, given
       WHERE c.priority = 2 AND b.number_blind = c.number_blind AND b.day = given.now::date)
    SELECT count(*) FROM changed)"};

const registered_statement outbox_whose{"outbox_whose", R"(
    SELECT count(*), coalesce(max(outbox), 0)
      FROM (SELECT DISTINCT outbox FROM outbox_part
             WHERE gateway = $1 AND lookup = $2 AND provider_id = $3 AND outbox <> $4::bigint LIMIT 2) others)"};

const registered_statement outbox_give_up_unknown{"outbox_give_up_unknown", R"(
    UPDATE outbox o SET reason = 'no word', query_at = NULL
     WHERE o.state = 'unknown' AND o.reason IS DISTINCT FROM 'no word'
       AND o.settled_at <= timestamptz 'epoch' + $1::bigint * interval '1 microsecond')"};

std::string_view state_of(attempt_result::kind what) {
    switch (what) {
        case attempt_result::kind::sent:
            return "sent";
        case attempt_result::kind::again:
        case attempt_result::kind::back:
            return "pending";
        case attempt_result::kind::failed:
            return "failed";
        case attempt_result::kind::unknown:
            break;
    }
    return "unknown";
}

// As the statement splits them again; an id that could not be stored is left out, and its receipts stay unknown.
std::string joined(const std::vector<std::string>& forms) {
    std::string all;
    for (const std::string& form : forms) {
        if (!all.empty()) all += '\x1f';
        all += form;
    }
    return all;
}

bool storable(const part_id& id) {
    const auto fits = [](const std::string& text) {
        return !text.empty() && text.size() <= id_limit && is_utf8(text) && text.find('\0') == std::string::npos;
    };
    return fits(id.raw) && !id.forms.empty() && std::ranges::all_of(id.forms, fits);
}

}  // namespace

task<begun> outbox::begin(std::span<const attempt> these, std::chrono::seconds lease, int bulk_a_day) {
    begun result;
    if (these.empty()) co_return result;
    array_parameter ids, claims, gateways, numbers, bulk;
    for (const attempt& each : these) {
        ids.add(each.id.value);
        claims.add(each.claim);
        gateways.add(each.gateway);
        numbers.add(bytea_parameter(each.number));
        bulk.add(each.bulk);
    }
    std::vector<parameter> given{ids.take(), claims.take(), gateways.take(), numbers.take(), bulk.take()};
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(std::chrono::microseconds(lease).count()));
    given.emplace_back(std::to_string(bulk_a_day));
    const rows got = co_await pool_.write(outbox_begin, std::move(given));
    for (int row = 0; row < got.size(); ++row)
        (got.truth(row, 1) ? result.ours : result.capped).push_back(outbox_id{got.number(row, 0)});
    co_return result;
}

task<void> outbox::record(std::span<const attempt_result> these) {
    if (these.empty()) co_return;
    array_parameter ids, attempts, states, reasons, times, back, totals;
    array_parameter of, numbers, gateways, raw, forms;
    for (const attempt_result& each : these) {
        ids.add(each.id.value);
        attempts.add(static_cast<std::int64_t>(each.attempt));
        states.add(state_of(each.what));
        reasons.add_or_null(std::string_view(each.reason).substr(0, reason_limit));
        if (each.at)
            times.add(each.at->time_since_epoch().count());
        else
            times.add_null();
        back.add(each.what == attempt_result::kind::back);
        if (each.of_parts > 1 && each.what == attempt_result::kind::unknown)
            totals.add(static_cast<std::int64_t>(each.of_parts));
        else
            totals.add_null();
        std::int64_t part = 0;
        for (const part_id& id : each.parts) {
            if (++part > 255 || !storable(id)) continue;
            of.add(each.id.value);
            numbers.add(part);
            gateways.add(each.gateway);
            raw.add(id.raw);
            forms.add(joined(id.forms));
        }
    }
    std::vector<parameter> given{ids.take(), attempts.take(), states.take(), reasons.take(), times.take(), back.take()};
    given.emplace_back(time_parameter(time_.now()));
    for (array_parameter* each : {&of, &numbers, &gateways, &raw, &forms}) given.push_back(each->take());
    given.push_back(totals.take());
    co_await join_parked(co_await pool_.write(outbox_record, std::move(given)));
}

task<void> outbox::join_parked(const rows& parked) {
    array_parameter ids;
    bool any = false;
    for (int row = 0; row < parked.size(); ++row) {
        if (parked.is_null(row, 0)) continue;
        ids.add(parked.number(row, 0));
        any = true;
    }
    if (!any) co_return;
    std::vector<parameter> given{ids.take()};
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(outbox_join_parked, std::move(given));
}

task<std::size_t> outbox::lose(int limit) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.write(outbox_lose, std::move(given));
    co_await join_parked(got);
    std::vector<std::int64_t> lost;
    for (int row = 0; row < got.size(); ++row) lost.push_back(got.number(row, 1));
    std::ranges::sort(lost);
    co_return static_cast<std::size_t>(std::ranges::unique(lost).begin() - lost.begin());
}

task<std::vector<open_question>> outbox::ask(int limit, int most, std::chrono::seconds first) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(limit));
    given.emplace_back(std::to_string(most));
    given.emplace_back(std::to_string(first.count()));
    const rows got = co_await pool_.write(outbox_ask, std::move(given));
    std::vector<open_question> open;
    for (int row = 0; row < got.size(); ++row) {
        auto number = record_.open(got.bytea(row, 1), msisdn_context);
        if (!number) continue;
        open.push_back({.id = outbox_id{got.number(row, 0)},
                        .e164 = std::move(*number),
                        .gateway = std::string(got.text(row, 2)),
                        .provider_id = std::string(got.text(row, 3))});
    }
    co_return open;
}

task<void> outbox::not_asked(std::span<const outbox_id> these, std::chrono::seconds after) {
    if (these.empty()) co_return;
    array_parameter ids;
    for (const outbox_id each : these) ids.add(each.value);
    std::vector<parameter> given{ids.take()};
    given.emplace_back(time_parameter(time_.now() + after));
    co_await pool_.write(outbox_not_asked, std::move(given));
}

task<bool> outbox::not_taken(outbox_id id, int most_attempts) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(id_parameter(id));
    given.emplace_back(std::to_string(most_attempts));
    co_return (co_await pool_.write(outbox_not_taken, std::move(given))).number(0, 0) > 0;
}

task<outbox::named> outbox::whose(outbox_id id, std::string_view gateway, const part_id& told) {
    if (!storable(told)) co_return named::cannot_tell;
    std::vector<parameter> given;
    given.emplace_back(gateway);
    given.emplace_back(told.forms.front());
    given.emplace_back(told.raw);
    given.push_back(id_parameter(id));
    const rows got = co_await pool_.read(outbox_whose, std::move(given));
    if (got.number(0, 0) == 0) co_return named::ours;
    co_return got.number(0, 0) == 1 && got.number(0, 1) < id.value ? named::older : named::cannot_tell;
}

task<std::size_t> outbox::give_up_unknown(std::chrono::seconds after) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now() - after));
    co_return static_cast<std::size_t>((co_await pool_.write(outbox_give_up_unknown, std::move(given))).affected());
}

task<std::size_t> outbox::resend_unknown(std::chrono::seconds after, std::span<const std::string_view> texts,
                                         int attempts) {
    array_parameter keys;
    for (const std::string_view each : texts) keys.add(each);
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(after.count()));
    given.push_back(keys.take());
    given.emplace_back(std::to_string(attempts));
    co_return static_cast<std::size_t>((co_await pool_.write(outbox_resend_unknown, std::move(given))).affected());
}

}  // namespace mlango::registry
