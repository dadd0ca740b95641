#include "registry/entitlements.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

entitlements::entitlements(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

namespace {

const registered_statement entitlements_open{"entitlements_open", R"(
    SELECT e.id, coalesce(g.name->>$2, g.name->>'en'), e.kind, e.state, e.amount_minor, e.currency,
           coalesce(d.day, e.valid_from) AS first_day, e.valid_to, coalesce(p.name->>$2, p.name->>'en'),
           coalesce(to_char(d.opens, 'HH24:MI') || '-' || to_char(d.closes, 'HH24:MI'), p.hours)
      FROM entitlement e
      JOIN payment_list l ON l.id = e.payment_list
      JOIN cycle c ON c.id = l.cycle
      JOIN programme g ON g.id = c.programme
      LEFT JOIN distribution d ON d.id = e.distribution
      LEFT JOIN collection_point p ON p.id = d.collection_point
     WHERE e.registration_group = $1::bigint AND e.state IN ('pending', 'sent', 'available', 'error')
     ORDER BY first_day, e.id LIMIT $3::integer)"};

const registered_statement entitlements_past{"entitlements_past", R"(
    SELECT e.id, coalesce(g.name->>$2, g.name->>'en'), e.kind, e.state, e.amount_minor, e.currency,
           coalesce(d.day, e.valid_from) AS first_day, e.valid_to, NULL, NULL
      FROM entitlement e
      JOIN payment_list l ON l.id = e.payment_list
      JOIN cycle c ON c.id = l.cycle
      JOIN programme g ON g.id = c.programme
      LEFT JOIN distribution d ON d.id = e.distribution
     WHERE e.registration_group = $1::bigint AND e.state IN ('redeemed', 'partial', 'not_collected', 'expired')
     ORDER BY first_day DESC, e.id DESC LIMIT $3::integer)"};

void fill(entitlement_summary& into, const rows& from, int row) {
    into.id = {from.number(row, 0)};
    into.programme = from.text(row, 1);
    into.kind = from.text(row, 2);
    into.state = from.text(row, 3);
    if (!from.is_null(row, 4)) into.amount_minor = from.number(row, 4);
    into.currency = from.text(row, 5);
    into.first_day = from.text(row, 6);
    into.last_day = from.text(row, 7);
    into.place = from.text(row, 8);
    into.hours = from.text(row, 9);
}

std::vector<parameter> asked(group_id group, std::string_view language, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(group));
    given.emplace_back(language);
    given.emplace_back(std::to_string(limit));
    return given;
}

std::vector<entitlement_summary> listed(const rows& got) {
    std::vector<entitlement_summary> found(static_cast<std::size_t>(got.size()));
    for (int row = 0; row < got.size(); ++row) fill(found[static_cast<std::size_t>(row)], got, row);
    return found;
}

}  // namespace

task<std::vector<entitlement_summary>> entitlements::open_of(group_id group, std::string_view language, int limit) {
    co_return listed(co_await pool_.read(entitlements_open, asked(group, language, limit)));
}

task<std::vector<entitlement_summary>> entitlements::past_of(group_id group, std::string_view language, int limit) {
    co_return listed(co_await pool_.read(entitlements_past, asked(group, language, limit)));
}

namespace {

// A row for each item, or one row without.
const registered_statement entitlements_find{"entitlements_find", R"(
    SELECT e.id, coalesce(g.name->>$3, g.name->>'en'), e.kind, e.state, e.amount_minor, e.currency,
           coalesce(d.day, e.valid_from), e.valid_to, coalesce(p.name->>$3, p.name->>'en'),
           coalesce(to_char(d.opens, 'HH24:MI') || '-' || to_char(d.closes, 'HH24:MI'), p.hours),
           e.provider, e.order_number,
           CASE WHEN a.id IS NULL THEN i.given_name WHEN a.card_key IS NULL THEN ai.given_name
                ELSE '***' || right(a.card_key, 4) END,
           e.collector_is_alternate OR a.id IS NOT NULL, r.answer,
           coalesce(t.name->>$3, t.name->>'en'), trim_scale(n.quantity), t.unit
      FROM entitlement e
      JOIN payment_list l ON l.id = e.payment_list
      JOIN cycle c ON c.id = l.cycle
      JOIN programme g ON g.id = c.programme
      JOIN individual i ON i.id = e.collector
      LEFT JOIN distribution d ON d.id = e.distribution
      LEFT JOIN collection_point p ON p.id = d.collection_point
      LEFT JOIN alternate_collector a ON a.entitlement = e.id AND a.taken_back_at IS NULL
            AND a.begins_at <= timestamptz 'epoch' + $4::bigint * interval '1 microsecond'
            AND e.state IN ('pending', 'sent', 'available')
      LEFT JOIN individual ai ON ai.id = a.individual
      LEFT JOIN receipt r ON r.entitlement = e.id
      LEFT JOIN entitlement_line n ON n.entitlement = e.id
      LEFT JOIN item t ON t.code = n.item
     WHERE e.id = $1::bigint AND e.registration_group = $2::bigint AND e.state <> 'cancelled'
     ORDER BY t.code)"};

}  // namespace

task<std::optional<entitlement_detail>> entitlements::find(entitlement_id id, group_id group,
                                                           std::string_view language) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.push_back(id_parameter(group));
    given.emplace_back(language);
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(entitlements_find, std::move(given));
    if (got.empty()) co_return std::nullopt;
    entitlement_detail found;
    fill(found, got, 0);
    found.provider = got.text(0, 10);
    found.order_number = got.text(0, 11);
    found.collector = got.text(0, 12);
    found.collector_is_alternate = got.truth(0, 13);
    found.answer = got.text(0, 14);
    for (int row = 0; row < got.size(); ++row)
        if (!got.is_null(row, 15))
            found.items.push_back({.name = std::string(got.text(row, 15)),
                                   .quantity = std::string(got.text(row, 16)),
                                   .unit = std::string(got.text(row, 17))});
    co_return found;
}

namespace {

// The receipt's conflict clause reads the row's latest version, so of parallel answers only one is new, and everything
// else hangs on it.
const registered_statement entitlements_answer{"entitlements_answer", R"(
    WITH clock AS (SELECT timestamptz 'epoch' + $11::bigint * interval '1 microsecond' AS now),
    mine AS (
      SELECT id FROM entitlement
       WHERE id = $1::bigint AND registration_group = $2::bigint AND state <> 'cancelled'),
    given AS (
      INSERT INTO receipt AS r (entitlement, individual, answer, hops, answered_at)
      SELECT id, $3::bigint, $4, ARRAY[$6::bytea], clock.now FROM mine, clock
      ON CONFLICT (entitlement) DO UPDATE
        SET individual = excluded.individual, answer = excluded.answer, answered_at = excluded.answered_at,
            hops = excluded.hops || r.hops[1:7]
        WHERE r.answer <> excluded.answer AND NOT excluded.hops[1] = ANY (r.hops)
      RETURNING entitlement),
    opened AS (
      INSERT INTO ticket (reference, hop_key, category, topic, individual, registration_group, entitlement, language,
                          sensitive, asked_at, due_at)
      SELECT $5, $6::bytea, 'problem', $4, $3::bigint, $2::bigint, entitlement, $8, false, clock.now,
             due_of('problem', $4, clock.now)
        FROM given, clock WHERE $4 <> 'received'
      RETURNING id, reference, operation, due_at),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail)
      SELECT 'receipt.given', 'phone', $3::bigint, $2::bigint, entitlement, $4 FROM given
      UNION ALL
      SELECT 'ticket.opened', 'phone', $3::bigint, $2::bigint, id, 'problem' FROM opened),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT $7::bytea, $8, $9, $10::bytea FROM given WHERE $7::bytea IS NOT NULL)
    SELECT EXISTS (SELECT FROM given), (SELECT reference FROM opened),
           (SELECT due_day(operation, due_at) FROM opened)
      FROM mine)"};

const registered_statement entitlements_ticket{"entitlements_ticket", R"(
    SELECT reference, due_day(operation, due_at) FROM ticket
     WHERE entitlement = $1::bigint AND (hop_key = $2::bytea OR topic = $3)
     ORDER BY (hop_key = $2::bytea) DESC, id DESC LIMIT 1)"};

std::string_view code_of(receipt_answer what) {
    switch (what) {
        case receipt_answer::received:
            return "received";
        case receipt_answer::not_received:
            return "not_received";
        case receipt_answer::partial:
            return "partial";
        case receipt_answer::issues:
            return "issues";
    }
    return "issues";
}

}  // namespace

task<entitlements::answered> entitlements::answer(entitlement_id id, group_id group, person_id person,
                                                  receipt_answer what, std::string_view reference, const blind_key& hop,
                                                  const std::optional<notice>& sms) {
    std::vector<parameter> given;
    given.reserve(11);
    given.push_back(id_parameter(id));
    given.push_back(id_parameter(group));
    given.push_back(id_parameter(person));
    given.emplace_back(code_of(what));
    given.emplace_back(reference);
    given.emplace_back(bytea_parameter(hop));
    given.push_back(sms ? parameter{bytea_parameter(sms->sealed_to)} : parameter{});
    given.push_back(sms ? parameter{sms->language} : parameter{});
    given.push_back(sms ? parameter{sms->text} : parameter{});
    given.push_back(sms ? parameter{bytea_parameter(sms->sealed_arguments)} : parameter{});
    given.emplace_back(time_parameter(time_.now()));
    answered result;
    rows got;
    try {
        got = co_await pool_.write(entitlements_answer, std::move(given));
    } catch (const statement_refused& refused) {
        if (refused.constraint != "open_reference_pkey") throw;
        result.reference_taken = true;
    }
    if (result.reference_taken || got.empty()) co_return result;
    result.found = true;
    result.changed = got.truth(0, 0);
    result.reference = got.text(0, 1);
    result.due_on = got.text(0, 2);
    if (!result.changed && what != receipt_answer::received) {
        std::vector<parameter> again;
        again.push_back(id_parameter(id));
        again.emplace_back(bytea_parameter(hop));
        again.emplace_back(code_of(what));
        const rows stored = co_await pool_.read(entitlements_ticket, std::move(again));
        if (!stored.empty()) {
            result.reference = stored.text(0, 0);
            result.due_on = stored.text(0, 1);
        }
    }
    co_return result;
}

}  // namespace mlango::registry
