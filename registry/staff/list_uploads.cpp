#include "registry/staff/list_uploads.hpp"

#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

const registered_statement list_uploads_make{"list_uploads_make", R"(
    SELECT outcome, upload FROM list_upload_make($1::bigint, $2::bigint, $3,
                                                 timestamptz 'epoch' + $4::bigint * interval '1 microsecond'))"};

const registered_statement list_uploads_standing{"list_uploads_standing", R"(
    SELECT u.kind, u.state, p.kind = 'in_kind', l.currency, u.next_piece,
           (SELECT d.digest FROM list_piece d WHERE d.upload = u.id AND d.piece = $3::integer), u.place, u.unread,
           array_to_string(u.columns, E'\x1f'), u.content, u.row_count,
           (SELECT string_agg(i.code, ' ') FROM item i)
      FROM list_upload u JOIN payment_list l ON l.id = u.payment_list JOIN cycle c ON c.id = l.cycle
      JOIN programme p ON p.id = c.programme
     WHERE u.id = $2::bigint AND u.made_by = $1::bigint
       AND staff_may_list($1::bigint, CASE u.kind WHEN 'list' THEN 'lists.load' ELSE 'lists.reconcile' END, l.id,
                          timestamptz 'epoch' + $4::bigint * interval '1 microsecond'))"};

const registered_statement list_uploads_take{"list_uploads_take", R"(
    SELECT list_piece_take($1::bigint, $2::bigint, $3::integer, $4::bytea, $5::integer, $6::jsonb, $7::bytea, $8::text[],
                           $9::bytea, $10::jsonb, $11::jsonb, $12::boolean,
                           timestamptz 'epoch' + $13::bigint * interval '1 microsecond'))"};

const registered_statement list_uploads_complete{"list_uploads_complete", R"(
    SELECT outcome, other, of_job FROM list_upload_complete($1::bigint, $2::bigint, $3::integer,
           timestamptz 'epoch' + $4::bigint * interval '1 microsecond'))"};

const registered_statement list_uploads_apply{"list_uploads_apply", R"(
    SELECT outcome, of_job FROM report_apply($1::bigint, $2::bigint, $3::integer,
           timestamptz 'epoch' + $4::bigint * interval '1 microsecond'))"};

const registered_statement list_uploads_find{"list_uploads_find", R"(
    SELECT list_upload_json(u) FROM list_upload u
     WHERE u.id = $2::bigint AND staff_may_list($1::bigint, 'lists.view', u.payment_list,
           timestamptz 'epoch' + $3::bigint * interval '1 microsecond'))"};

const registered_statement list_uploads_rows{"list_uploads_rows", R"(
    WITH of AS (SELECT u.id FROM list_upload u
                 WHERE u.id = $2::bigint AND staff_may_list($1::bigint, 'lists.view', u.payment_list,
                       timestamptz 'epoch' + $3::bigint * interval '1 microsecond')),
    found AS (
      SELECT r.* FROM of JOIN list_row r ON r.upload = of.id WHERE r.line > $4::integer ORDER BY r.line LIMIT $5::integer)
    SELECT r.line, jsonb_build_object('row', r.line,
             'state', CASE r.state WHEN 'r' THEN 'read' WHEN 'g' THEN 'good' WHEN 'b' THEN 'bad' WHEN 'a' THEN 'applied'
                                   ELSE 'refused' END,
             'registration_number', r.registration_key, 'collector', r.collector_number, 'amount_minor', r.amount_minor,
             'currency', r.currency, 'items', r.items, 'provider', r.provider, 'order_number', r.order_number,
             'valid_from', r.valid_from, 'valid_to', r.valid_to, 'collection_point', r.collection_point, 'day', r.day,
             'opens', to_char(r.opens, 'HH24:MI'), 'closes', to_char(r.closes, 'HH24:MI'), 'outcome', r.outcome,
             'collected_at', iso_utc(r.collected_at), 'reference', r.reference, 'reason', r.reason,
             'faults', coalesce((SELECT jsonb_agg(jsonb_build_object('column', e.column_name, 'rule', e.rule))
                                   FROM list_error e WHERE e.upload = r.upload AND e.line = r.line), '[]'))
      FROM of LEFT JOIN found r ON true ORDER BY r.line)"};

const registered_statement list_uploads_faults_page{"list_uploads_faults_page", R"(
    WITH of AS (SELECT u.id FROM list_upload u
                 WHERE u.id = $2::bigint AND staff_may_list($1::bigint, 'lists.view', u.payment_list,
                       timestamptz 'epoch' + $3::bigint * interval '1 microsecond')),
    found AS (
      SELECT e.* FROM of JOIN list_error e ON e.upload = of.id WHERE e.line > $4::integer
       ORDER BY e.line FETCH FIRST ($5::integer) ROWS WITH TIES)
    SELECT e.line, jsonb_build_object('row', e.line, 'column', e.column_name, 'rule', e.rule)
      FROM of LEFT JOIN found e ON true ORDER BY e.line, e.column_name, e.rule)"};

const registered_statement list_uploads_begin_faults{"list_uploads_begin_faults", R"(
    INSERT INTO audit (kind, actor, record, detail)
    SELECT 'list.errors_taken', 'staff:' || $1, u.payment_list, u.kind FROM list_upload u
     WHERE u.id = $2::bigint AND staff_may_list($1::bigint, 'lists.view', u.payment_list,
           timestamptz 'epoch' + $3::bigint * interval '1 microsecond')
    RETURNING id)"};

const registered_statement list_uploads_faults{"list_uploads_faults", R"(
    SELECT e.line, e.column_name, e.rule FROM (
      SELECT x.line, x.column_name, x.rule FROM list_error x WHERE x.upload = $1::bigint AND x.line > $2::integer
       ORDER BY x.line FETCH FIRST ($3::integer) ROWS WITH TIES) e
     ORDER BY e.line, e.column_name, e.rule)"};

std::vector<std::string> split(std::string_view text, char at) {
    std::vector<std::string> parts;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find(at, begin), text.size());
        parts.emplace_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return parts;
}

// Nothing where the record is none of hers; otherwise a row that is empty, where there are none.
std::optional<list_page> page_of(const rows& got, int limit) {
    if (got.empty()) return std::nullopt;
    list_page page;
    if (got.is_null(0, 0)) return page;
    for (int row = 0; row < got.size(); ++row) page.items.emplace_back(got.text(row, 1));
    if (got.size() >= limit) page.last = got.text(got.size() - 1, 0);
    return page;
}

}  // namespace

task<list_verdict> list_uploads::make(staff_id who, payment_list_id list, std::string_view kind) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(list));
    given.emplace_back(kind);
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(list_uploads_make, std::move(given));
    co_return list_verdict{.word = std::string(got.text(0, 0)), .record = got.number(0, 1)};
}

task<std::optional<upload_standing>> list_uploads::standing(staff_id who, list_upload_id upload, std::int64_t piece) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(upload));
    given.emplace_back(std::to_string(piece));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(list_uploads_standing, std::move(given));
    if (got.empty()) co_return std::nullopt;
    upload_standing now{.kind = std::string(got.text(0, 0)),
                        .state = std::string(got.text(0, 1)),
                        .in_kind = got.truth(0, 2),
                        .currency = std::string(got.text(0, 3)),
                        .next_piece = got.number(0, 4),
                        .piece_digest = got.is_null(0, 5) ? std::string() : got.bytea(0, 5),
                        .place = std::string(got.text(0, 6)),
                        .unread = got.bytea(0, 7),
                        .content = got.is_null(0, 9) ? std::string() : got.bytea(0, 9),
                        .rows = got.number(0, 10),
                        .items = {}};
    if (!got.is_null(0, 8)) now.columns = split(got.text(0, 8), '\x1f');
    for (std::string& item : split(got.text(0, 11), ' ')) now.items.insert(std::move(item));
    co_return now;
}

task<bool> list_uploads::take(staff_id who, list_upload_id upload, const taken_piece& piece) {
    array_parameter columns;
    for (const std::string& one : piece.columns) columns.add(std::string_view(one));
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(upload));
    given.emplace_back(std::to_string(piece.number));
    given.emplace_back(bytea_parameter(piece.digest));
    given.emplace_back(std::to_string(piece.size));
    given.emplace_back(piece.place);
    given.emplace_back(bytea_parameter(piece.unread));
    given.push_back(piece.columns.empty() ? parameter() : columns.take());
    given.emplace_back(bytea_parameter(piece.content));
    given.emplace_back(piece.rows);
    given.emplace_back(piece.faults);
    given.emplace_back(piece.refused ? "t" : "f");
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(list_uploads_take, std::move(given));
    co_return got.text(0, 0) == "ok";
}

task<list_verdict> list_uploads::complete(staff_id who, list_upload_id upload, std::int64_t pieces) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(upload));
    given.emplace_back(std::to_string(pieces));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(list_uploads_complete, std::move(given));
    co_return list_verdict{.word = std::string(got.text(0, 0)), .record = got.number(0, 2), .other = got.number(0, 1)};
}

task<list_verdict> list_uploads::apply(staff_id who, list_upload_id upload, std::int64_t leaving_out) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(upload));
    given.emplace_back(std::to_string(leaving_out));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(list_uploads_apply, std::move(given));
    co_return list_verdict{.word = std::string(got.text(0, 0)), .record = got.number(0, 1)};
}

task<std::optional<std::string>> list_uploads::find(staff_id who, list_upload_id upload) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(upload));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(list_uploads_find, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return std::string(got.text(0, 0));
}

namespace {

std::vector<parameter> page_asked(staff_id who, list_upload_id upload, wall_time now, std::int64_t after, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(upload));
    given.emplace_back(time_parameter(now));
    given.emplace_back(std::to_string(after));
    given.emplace_back(std::to_string(limit));
    return given;
}

}  // namespace

task<std::optional<list_page>> list_uploads::rows_of(staff_id who, list_upload_id upload, std::int64_t after,
                                                     int limit) {
    auto given = page_asked(who, upload, time_.now(), after, limit);
    co_return page_of(co_await pool_.read(list_uploads_rows, std::move(given)), limit);
}

task<std::optional<list_page>> list_uploads::faults_page(staff_id who, list_upload_id upload, std::int64_t after,
                                                         int limit) {
    auto given = page_asked(who, upload, time_.now(), after, limit);
    co_return page_of(co_await pool_.read(list_uploads_faults_page, std::move(given)), limit);
}

task<bool> list_uploads::begin_faults(staff_id who, list_upload_id upload) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(upload));
    given.emplace_back(time_parameter(time_.now()));
    co_return !(co_await pool_.write(list_uploads_begin_faults, std::move(given))).empty();
}

task<std::vector<list_fault>> list_uploads::faults(list_upload_id upload, std::int64_t after, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(upload));
    given.emplace_back(std::to_string(after));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(list_uploads_faults, std::move(given));
    std::vector<list_fault> found;
    for (int row = 0; row < got.size(); ++row)
        found.push_back({.line = got.number(row, 0),
                         .column = std::string(got.text(row, 1)),
                         .rule = std::string(got.text(row, 2))});
    co_return found;
}

}  // namespace mlango::registry
