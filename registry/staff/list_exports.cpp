#include "registry/staff/list_exports.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

const registered_statement list_exports_begin{"list_exports_begin", R"(
    WITH clock AS (SELECT timestamptz 'epoch' + $4::bigint * interval '1 microsecond' AS now),
    mine AS MATERIALIZED (
      SELECT l.id FROM clock, payment_list l
        JOIN cycle c ON c.id = l.cycle LEFT JOIN office o ON o.id = l.office
       WHERE l.operation IS NOT NULL AND ($2::text IS NULL OR l.operation = $2) AND ($3::bigint IS NULL OR l.id = $3::bigint)
         AND staff_may($1::bigint, 'lists.view', l.operation, o.location, c.programme, clock.now)),
    noted AS (
      INSERT INTO audit (kind, actor, record, detail)
      SELECT 'list.exported', 'staff:' || $1, $3::bigint, $2 WHERE EXISTS (SELECT FROM mine))
    SELECT id FROM mine ORDER BY id)"};

const registered_statement list_exports_next{"list_exports_next", R"(
    SELECT e.id, e.payment_list, g.operation, p.name->>'en', c.title, l.type, g.registration_number, i.individual_number,
           e.kind, e.amount_minor, e.currency,
           (SELECT string_agg(n.item || ' ' || trim_scale(n.quantity), '; ' ORDER BY n.item) FROM entitlement_line n
             WHERE n.entitlement = e.id),
           e.provider, e.order_number, e.valid_from, e.valid_to, e.state, e.fail_code,
           iso_utc(d.redeemed_at), d.provider_reference, d.amount_minor, w.answer, iso_utc(w.answered_at),
           word_differs(e.state, w.answer)
      FROM entitlement e
      JOIN payment_list l ON l.id = e.payment_list
      JOIN cycle c ON c.id = l.cycle
      JOIN programme p ON p.id = c.programme
      JOIN registration_group g ON g.id = e.registration_group
      JOIN individual i ON i.id = e.collector
      LEFT JOIN LATERAL (SELECT max(x.redeemed_at) AS redeemed_at, sum(x.amount_minor) AS amount_minor,
                                string_agg(x.provider_reference, '; ' ORDER BY x.id) AS provider_reference
                           FROM redemption x WHERE x.entitlement = e.id) d ON true
      LEFT JOIN receipt w ON w.entitlement = e.id
     WHERE e.payment_list = $1::bigint AND e.id > $3::bigint AND ($2::text IS NULL OR e.state = $2)
     ORDER BY e.id LIMIT $4::integer)"};

std::optional<std::int64_t> number_in(const rows& got, int row, int column) {
    if (got.is_null(row, column)) return std::nullopt;
    return got.number(row, column);
}

}  // namespace

task<std::vector<payment_list_id>> list_exports::begin(staff_id who, std::string_view operation,
                                                       std::optional<payment_list_id> list) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(text_parameter(operation));
    given.push_back(id_parameter(list));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(list_exports_begin, std::move(given));
    std::vector<payment_list_id> found;
    for (int row = 0; row < got.size(); ++row) found.push_back({got.number(row, 0)});
    co_return found;
}

task<std::vector<exported_entitlement>> list_exports::next(payment_list_id list, std::string_view state,
                                                           std::int64_t after, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(list));
    given.push_back(text_parameter(state));
    given.emplace_back(std::to_string(after));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(list_exports_next, std::move(given));
    std::vector<exported_entitlement> found(static_cast<std::size_t>(got.size()));
    for (int row = 0; row < got.size(); ++row) {
        exported_entitlement& one = found[static_cast<std::size_t>(row)];
        one.id = got.number(row, 0);
        one.list = got.number(row, 1);
        std::string* const texts[] = {&one.operation,           &one.programme, &one.cycle, &one.type,
                                      &one.registration_number, &one.collector, &one.kind};
        for (int column = 0; column < 7; ++column) *texts[column] = got.text(row, column + 2);
        one.amount_minor = number_in(got, row, 9);
        std::string* const more[] = {&one.currency, &one.items, &one.provider,  &one.order_number, &one.valid_from,
                                     &one.valid_to, &one.state, &one.fail_code, &one.collected_at, &one.reference};
        for (int column = 0; column < 10; ++column) *more[column] = got.text(row, column + 10);
        one.collected_minor = number_in(got, row, 20);
        one.answer = got.text(row, 21);
        one.answered_at = got.text(row, 22);
        one.differs = !got.is_null(row, 23) && got.truth(row, 23);
    }
    co_return found;
}

}  // namespace mlango::registry
