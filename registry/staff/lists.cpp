#include "registry/staff/lists.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

list_page page_of(const rows& got, int limit) {
    list_page page;
    for (int row = 0; row < got.size(); ++row) page.items.emplace_back(got.text(row, 1));
    if (got.size() > 0 && got.size() >= limit) page.last = got.text(got.size() - 1, 0);
    return page;
}

const registered_statement lists_choices{"lists_choices", R"(
    WITH clock AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    reach AS (SELECT r.* FROM clock, staff_reach($1::bigint, 'lists.load', clock.now) r)
    SELECT jsonb_build_object(
      'operations', coalesce((SELECT jsonb_agg(jsonb_build_object('code', o.code, 'name', o.name) ORDER BY o.code)
         FROM operation o WHERE o.code IN (SELECT operation FROM reach)), '[]'),
      'cycles', coalesce((SELECT jsonb_agg(jsonb_build_object('id', c.id, 'title', c.title, 'since', c.since,
              'until', c.until, 'programme', p.id, 'programme_name', p.name, 'kind', p.kind) ORDER BY p.id, c.since)
         FROM clock, cycle c JOIN programme p ON p.id = c.programme
        WHERE c.state <> 'finished' AND c.until > (clock.now AT TIME ZONE 'UTC')::date AND p.state = 'active'
          AND EXISTS (SELECT FROM reach r WHERE r.programme IS NULL OR r.programme = p.id)), '[]'),
      'offices', coalesce((SELECT jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name) ORDER BY o.id)
         FROM office o WHERE o.active AND EXISTS (SELECT FROM reach r WHERE r.office IS NULL
                                                     OR o.location IN (SELECT locations_of(r.office)))), '[]'),
      'office_needed', NOT EXISTS (SELECT FROM reach r WHERE r.office IS NULL),
      'items', coalesce((SELECT jsonb_agg(jsonb_build_object('code', i.code, 'name', i.name, 'unit', i.unit)
                                          ORDER BY i.code) FROM item i), '[]'),
      'collection_points', coalesce((SELECT jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name) ORDER BY p.id)
         FROM collection_point p WHERE p.active), '[]')))"};

const registered_statement lists_page{"lists_page", R"(
    WITH clock AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now)
    SELECT l.id, list_json(l) FROM clock, payment_list l
      JOIN cycle c ON c.id = l.cycle LEFT JOIN office o ON o.id = l.office
     WHERE l.operation IS NOT NULL AND ($3::text IS NULL OR l.operation = $3) AND ($4::text IS NULL OR l.state = $4)
       AND ($5::bigint IS NULL OR c.programme = $5::bigint) AND ($6::bigint IS NULL OR l.id < $6::bigint)
       AND staff_may($1::bigint, 'lists.view', l.operation, o.location, c.programme, clock.now)
     ORDER BY l.id DESC LIMIT $7::integer)"};

const registered_statement lists_find{"lists_find", R"(
    WITH clock AS (SELECT timestamptz 'epoch' + $3::bigint * interval '1 microsecond' AS now)
    SELECT list_detail_json(l, $1::bigint, clock.now) FROM clock, payment_list l
     WHERE l.id = $2::bigint AND staff_may_list($1::bigint, 'lists.view', l.id, clock.now))"};

const registered_statement lists_entitlements{"lists_entitlements", R"(
    WITH may AS (SELECT staff_may_list($1::bigint, 'lists.view', $2::bigint,
                        timestamptz 'epoch' + $3::bigint * interval '1 microsecond') AS yes),
    found AS (
      SELECT e.id, g.registration_number, i.individual_number, e.amount_minor, e.currency, e.state, e.fail_code,
             e.order_number, e.valid_from, e.valid_to, w.answer, w.answered_at, word_differs(e.state, w.answer) AS differs
        FROM may, entitlement e JOIN registration_group g ON g.id = e.registration_group
        JOIN individual i ON i.id = e.collector LEFT JOIN receipt w ON w.entitlement = e.id
       WHERE may.yes AND e.payment_list = $2::bigint AND e.id > $6::bigint AND ($4::text IS NULL OR e.state = $4)
         AND (NOT $5::boolean OR word_differs(e.state, w.answer))
       ORDER BY e.id LIMIT $7::integer),
    noted AS (
      INSERT INTO audit (kind, actor, record, at)
      SELECT 'list.viewed', 'staff:' || $1, $2::bigint, clock.now
        FROM may, (SELECT timestamptz 'epoch' + $3::bigint * interval '1 microsecond' AS now) clock
       WHERE yes AND NOT looked_lately($1::bigint, 'list.viewed', $2::bigint, clock.now))
    SELECT f.id, jsonb_build_object('id', f.id, 'registration_number', f.registration_number,
        'collector', f.individual_number, 'amount_minor', f.amount_minor, 'currency', f.currency,
        'items', (SELECT jsonb_object_agg(n.item, trim_scale(n.quantity)::text) FROM entitlement_line n WHERE n.entitlement = f.id),
        'state', f.state, 'fail_code', f.fail_code, 'order_number', f.order_number, 'valid_from', f.valid_from,
        'valid_to', f.valid_to, 'answer', f.answer, 'answered_at', iso_utc(f.answered_at), 'differs', f.differs,
        'ticket', (SELECT t.reference FROM ticket t WHERE t.entitlement = f.id ORDER BY t.id DESC LIMIT 1)), may.yes
      FROM may LEFT JOIN found f ON true ORDER BY f.id)"};

}  // namespace

task<std::string> staff_lists::choices(staff_id who) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(time_parameter(time_.now()));
    co_return std::string((co_await pool_.read(lists_choices, std::move(given))).text(0, 0));
}

task<list_page> staff_lists::page(staff_id who, const filter& by, std::int64_t after, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(text_parameter(by.operation));
    given.push_back(text_parameter(by.state));
    given.push_back(by.programme == 0 ? parameter() : std::to_string(by.programme));
    given.push_back(after == 0 ? parameter() : std::to_string(after));
    given.emplace_back(std::to_string(limit));
    co_return page_of(co_await pool_.read(lists_page, std::move(given)), limit);
}

task<std::optional<std::string>> staff_lists::find(staff_id who, payment_list_id list) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(list));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(lists_find, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return std::string(got.text(0, 0));
}

task<std::optional<list_page>> staff_lists::entitlements(staff_id who, payment_list_id list, std::string_view state,
                                                         bool differs, std::int64_t after, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(list));
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(text_parameter(state));
    given.emplace_back(differs ? "t" : "f");
    given.emplace_back(std::to_string(after));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.write(lists_entitlements, std::move(given));
    if (got.empty() || !got.truth(0, 2)) co_return std::nullopt;
    if (got.is_null(0, 0)) co_return list_page{};
    co_return page_of(got, limit);
}

namespace {

const registered_statement lists_make{"lists_make", R"(
    SELECT outcome, list, upload FROM list_make($1::bigint, $2, $3::bigint, $4::bigint, $5, $6, $7::boolean,
                                                timestamptz 'epoch' + $8::bigint * interval '1 microsecond'))"};

const registered_statement lists_to_sign{"lists_to_sign", R"(
    SELECT u.id, l.revision, u.row_count - u.bad_count, u.bad_count, l.state, l.signature, l.digest,
           CASE WHEN u.state IN ('checked', 'applying', 'applied') THEN list_digest(u.id) END,
           list_statement(l, coalesce(l.digest, list_digest(u.id))),
           (SELECT coalesce(max(b.block) + 1, 0) FROM list_block b WHERE b.upload = u.id)
      FROM payment_list l JOIN list_upload u ON u.payment_list = l.id AND u.kind = 'list'
                                            AND u.state NOT IN ('refused', 'discarded')
     WHERE l.id = $2::bigint
       AND staff_may_list($1::bigint, 'lists.view', l.id, timestamptz 'epoch' + $3::bigint * interval '1 microsecond'))"};

const registered_statement lists_lock{"lists_lock", R"(
    SELECT list_lock($1::bigint, $2::bigint, $3::bigint, $4::integer, $5::bytea, $6::bytea,
                     timestamptz 'epoch' + $7::bigint * interval '1 microsecond'))"};

const registered_statement lists_release{"lists_release", R"(
    SELECT outcome, of_job FROM list_release($1::bigint, $2::bigint, $3::bigint, $4,
                                             timestamptz 'epoch' + $5::bigint * interval '1 microsecond'))"};

const registered_statement lists_turn{"lists_turn", R"(
    SELECT list_turn($1::bigint, $2::bigint, $3::bigint, $4,
                     timestamptz 'epoch' + $5::bigint * interval '1 microsecond'))"};

const registered_statement lists_block{"lists_block", R"(
    SELECT list_block_digest($1::bigint, $2::integer),
           (SELECT count(*) FROM list_row r LEFT JOIN entitlement e ON e.id = r.entitlement
             WHERE r.upload = $1::bigint AND r.line >= $2::integer * 5000 AND r.line < ($2::integer + 1) * 5000
               AND r.state = 'a'
               AND ((e.registration_group, e.amount_minor, e.currency, e.order_number, e.provider, e.valid_from, e.valid_to)
                      IS DISTINCT FROM
                    (r.registration_group, r.amount_minor, r.currency, r.order_number, r.provider, r.valid_from, r.valid_to)
                 OR (r.items IS NOT NULL AND r.items IS DISTINCT FROM (
                       SELECT jsonb_object_agg(n.item, trim_scale(n.quantity)::text) FROM entitlement_line n
                        WHERE n.entitlement = e.id)))))"};

std::vector<parameter> turned(staff_id who, payment_list_id list, std::int64_t revision) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(list));
    given.emplace_back(std::to_string(revision));
    return given;
}

}  // namespace

task<list_verdict> staff_lists::make(staff_id who, const new_list& what) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(what.operation);
    given.push_back(id_parameter(what.office));
    given.push_back(id_parameter(what.cycle));
    given.emplace_back(what.type);
    given.push_back(text_parameter(what.currency));
    given.emplace_back(what.notifies ? "t" : "f");
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(lists_make, std::move(given));
    co_return list_verdict{.word = std::string(got.text(0, 0)), .record = got.number(0, 1), .upload = got.number(0, 2)};
}

task<std::optional<list_to_sign>> staff_lists::to_sign(staff_id who, payment_list_id list) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(list));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(lists_to_sign, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return list_to_sign{.upload = {got.number(0, 0)},
                           .revision = got.number(0, 1),
                           .rows = got.number(0, 2),
                           .bad = got.number(0, 3),
                           .blocks = static_cast<int>(got.number(0, 9)),
                           .state = std::string(got.text(0, 4)),
                           .digest = got.is_null(0, 7) ? std::string() : got.bytea(0, 7),
                           .statement = std::string(got.text(0, 8)),
                           .signature = got.is_null(0, 5) ? std::string() : got.bytea(0, 5),
                           .signed_digest = got.is_null(0, 6) ? std::string() : got.bytea(0, 6)};
}

task<list_verdict> staff_lists::lock(staff_id who, payment_list_id list, std::int64_t revision,
                                     std::int64_t leaving_out, std::string_view digest, std::string_view signature) {
    auto given = turned(who, list, revision);
    given.emplace_back(std::to_string(leaving_out));
    given.emplace_back(bytea_parameter(digest));
    given.emplace_back(bytea_parameter(signature));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(lists_lock, std::move(given));
    co_return list_verdict{.word = std::string(got.text(0, 0))};
}

task<list_verdict> staff_lists::release(staff_id who, payment_list_id list, std::int64_t revision,
                                        std::string_view no_words) {
    auto given = turned(who, list, revision);
    given.emplace_back(to_hex(as_byte_view(no_words)));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(lists_release, std::move(given));
    co_return list_verdict{.word = std::string(got.text(0, 0)), .record = got.number(0, 1)};
}

task<list_verdict> staff_lists::turn(staff_id who, payment_list_id list, std::int64_t revision, std::string_view into) {
    auto given = turned(who, list, revision);
    given.emplace_back(into);
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(lists_turn, std::move(given));
    co_return list_verdict{.word = std::string(got.text(0, 0))};
}

task<list_verdict> staff_lists::give_back(staff_id who, payment_list_id list, std::int64_t revision) {
    co_return co_await turn(who, list, revision, "draft");
}

task<list_verdict> staff_lists::abort(staff_id who, payment_list_id list, std::int64_t revision) {
    co_return co_await turn(who, list, revision, "aborted");
}

task<staff_lists::block_now> staff_lists::block(list_upload_id upload, int block) {
    std::vector<parameter> given;
    given.push_back(id_parameter(upload));
    given.emplace_back(std::to_string(block));
    const rows got = co_await pool_.read(lists_block, std::move(given));
    co_return block_now{.digest = got.bytea(0, 0), .different = got.number(0, 1)};
}

namespace {

const registered_statement list_check_step{"list_check_step", R"(
    SELECT list_check_step($1::bigint, timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::integer))"};
const registered_statement list_load_step{"list_load_step", R"(
    SELECT list_load_step($1::bigint, timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::integer))"};
const registered_statement report_check_step{"report_check_step", R"(
    SELECT report_check_step($1::bigint, timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::integer))"};
const registered_statement report_apply_step{"report_apply_step", R"(
    SELECT report_apply_step($1::bigint, timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::integer))"};

const registered_statement entitlements_turn{"entitlements_turn", R"(
    SELECT turn_entitlements(timestamptz 'epoch' + $1::bigint * interval '1 microsecond', $2::integer))"};

}  // namespace

const statement& entitlements_turn_step() {
    return entitlements_turn;
}

std::vector<job_step> list_job_steps() {
    return {{"list_check", &list_check_step},
            {"list_load", &list_load_step},
            {"report_check", &report_check_step},
            {"report_apply", &report_apply_step}};
}

}  // namespace mlango::registry
