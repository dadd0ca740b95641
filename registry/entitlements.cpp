#include "registry/entitlements.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

entitlements::entitlements(pg_pool& pool) : pool_(pool) {}

namespace {

const registered_statement entitlements_of_group{"entitlements_of_group", R"(
    SELECT e.id, coalesce(g.name->>$2, g.name->>'en'), e.kind, e.state, e.amount_minor, e.currency,
           coalesce(d.day, e.valid_from) AS first_day
      FROM entitlement e
      JOIN payment_list l ON l.id = e.payment_list
      JOIN cycle c ON c.id = l.cycle
      JOIN programme g ON g.id = c.programme
      LEFT JOIN distribution d ON d.id = e.distribution
     WHERE e.registration_group = $1::bigint AND e.state <> 'cancelled'
     ORDER BY first_day DESC, e.id DESC OFFSET $3::integer LIMIT $4::integer)"};

void fill(entitlement_summary& into, const rows& from, int row) {
    into.id = {from.number(row, 0)};
    into.programme = from.text(row, 1);
    into.kind = from.text(row, 2);
    into.state = from.text(row, 3);
    if (!from.is_null(row, 4)) into.amount_minor = from.number(row, 4);
    into.currency = from.text(row, 5);
    into.first_day = from.text(row, 6);
}

}  // namespace

task<std::vector<entitlement_summary>> entitlements::of_group(group_id group, std::string_view language, int offset,
                                                              int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(group));
    given.emplace_back(language);
    given.emplace_back(std::to_string(offset));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(entitlements_of_group, std::move(given));
    std::vector<entitlement_summary> found(static_cast<std::size_t>(got.size()));
    for (int row = 0; row < got.size(); ++row) fill(found[static_cast<std::size_t>(row)], got, row);
    co_return found;
}

namespace {

// A row for each item, or one row without.
const registered_statement entitlements_find{"entitlements_find", R"(
    SELECT e.id, coalesce(g.name->>$3, g.name->>'en'), e.kind, e.state, e.amount_minor, e.currency,
           coalesce(d.day, e.valid_from), e.valid_to, e.provider, e.order_number, i.given_name,
           e.collector_is_alternate, r.answer, coalesce(p.name->>$3, p.name->>'en'),
           coalesce(to_char(d.opens, 'HH24:MI') || '-' || to_char(d.closes, 'HH24:MI'), p.hours),
           coalesce(t.name->>$3, t.name->>'en'), trim_scale(n.quantity), t.unit
      FROM entitlement e
      JOIN payment_list l ON l.id = e.payment_list
      JOIN cycle c ON c.id = l.cycle
      JOIN programme g ON g.id = c.programme
      JOIN individual i ON i.id = e.collector
      LEFT JOIN distribution d ON d.id = e.distribution
      LEFT JOIN collection_point p ON p.id = d.collection_point
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
    const rows got = co_await pool_.read(entitlements_find, std::move(given));
    if (got.empty()) co_return std::nullopt;
    entitlement_detail found;
    fill(found, got, 0);
    found.last_day = got.text(0, 7);
    found.provider = got.text(0, 8);
    found.order_number = got.text(0, 9);
    found.collector = got.text(0, 10);
    found.collector_is_alternate = got.truth(0, 11);
    found.answer = got.text(0, 12);
    found.place = got.text(0, 13);
    found.hours = got.text(0, 14);
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
    WITH mine AS (
      SELECT id FROM entitlement
       WHERE id = $1::bigint AND registration_group = $2::bigint AND state <> 'cancelled'),
    given AS (
      INSERT INTO receipt AS r (entitlement, individual, answer, hops)
      SELECT id, $3::bigint, $4, ARRAY[$6::bytea] FROM mine
      ON CONFLICT (entitlement) DO UPDATE
        SET individual = excluded.individual, answer = excluded.answer, answered_at = now(),
            hops = excluded.hops || r.hops[1:7]
        WHERE r.answer <> excluded.answer AND NOT excluded.hops[1] = ANY (r.hops)
      RETURNING entitlement),
    opened AS (
      INSERT INTO ticket (reference, hop_key, category, topic, individual, registration_group, entitlement, language,
                          sensitive)
      SELECT $5, $6::bytea, 'problem', $4, $3::bigint, $2::bigint, entitlement, $8, false FROM given
       WHERE $4 <> 'received'
      RETURNING id, reference),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail)
      SELECT 'receipt.given', 'phone', $3::bigint, $2::bigint, entitlement, $4 FROM given
      UNION ALL
      SELECT 'ticket.opened', 'phone', $3::bigint, $2::bigint, id, 'problem' FROM opened),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT $7::bytea, $8, $9, $10::bytea FROM given WHERE $7::bytea IS NOT NULL)
    SELECT EXISTS (SELECT FROM given), (SELECT reference FROM opened) FROM mine)"};

const registered_statement entitlements_ticket{"entitlements_ticket", R"(
    SELECT reference FROM ticket WHERE entitlement = $1::bigint AND (hop_key = $2::bytea OR topic = $3)
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
    given.reserve(10);
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
    if (!result.changed && what != receipt_answer::received) {
        std::vector<parameter> again;
        again.push_back(id_parameter(id));
        again.emplace_back(bytea_parameter(hop));
        again.emplace_back(code_of(what));
        const rows stored = co_await pool_.read(entitlements_ticket, std::move(again));
        if (!stored.empty()) result.reference = stored.text(0, 0);
    }
    co_return result;
}

}  // namespace mlango::registry
