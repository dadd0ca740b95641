#include "registry/staff/audit_log.hpp"

#include <charconv>
#include <tuple>

#include "base/iso_day.hpp"
#include "registry/parameters.hpp"
#include "registry/staff/rights.hpp"

namespace mlango::registry {

namespace {

// A row belongs to the operation of its person, household or grant; one that has none of them (only keys and kinds) is
// for whoever is not bound to an office. The cursor is (time in microseconds, key), so that a page costs the same
// wherever it lies. One statement for each index, the inner limit a number and what decides about a row asked row by
// row: else PostgreSQL sorts the whole log for a page of it. $1 who, $2 now, $3 from, $4 before (microseconds), $5 $6
// cursor, $7 kind, $8 limit, $9 note, $10 person, $11 actor
// clang-format off
#define MLANGO_AUDIT_PAGE(source, which) R"(
    WITH given AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    reach AS MATERIALIZED (
      SELECT DISTINCT r.operation, r.office FROM given, staff_reach($1::bigint, 'audit.view', given.now) r),
    places AS MATERIALIZED (
      SELECT r.office, l.code FROM (SELECT DISTINCT office FROM reach WHERE office IS NOT NULL) r,
             locations_of(r.office) AS l(code)),
    noted AS (
      INSERT INTO audit (kind, actor, individual)
      SELECT $9::text, 'staff:' || $1::bigint, nullif($10::bigint, 0)
       WHERE $9::text IS NOT NULL AND EXISTS (SELECT FROM reach)),
    page AS (
      SELECT a.* FROM )" source R"( a
        CROSS JOIN LATERAL (
          SELECT coalesce((SELECT i.operation FROM individual i WHERE i.id = a.individual),
                          (SELECT g.operation FROM registration_group g WHERE g.id = a.registration_group),
                          CASE WHEN a.kind LIKE 'grant.%' THEN (SELECT h.operation FROM staff_grant h WHERE h.id = a.record) END)
                 AS operation,
                 (SELECT g.location FROM registration_group g
                   WHERE g.id = coalesce(a.registration_group,
                                         (SELECT m.registration_group FROM membership m
                                           WHERE m.individual = a.individual AND m.until IS NULL LIMIT 1))) AS location) lies
       WHERE )" which R"( AND a.at >= timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
         AND a.at < timestamptz 'epoch' + $4::bigint * interval '1 microsecond'
         AND (a.at, a.id) < (timestamptz 'epoch' + $5::bigint * interval '1 microsecond', $6::bigint)
         AND ($7::text IS NULL OR a.kind = $7 OR starts_with(a.kind, $7 || '.'))
         AND EXISTS (SELECT FROM reach r
                      WHERE coalesce(lies.operation, r.operation) = r.operation
                        AND (r.office IS NULL
                             OR EXISTS (SELECT FROM places p WHERE p.office = r.office AND p.code = lies.location)))
       ORDER BY a.at DESC, a.id DESC LIMIT 2001)
    SELECT a.id, to_char(a.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), a.kind, a.actor,
           (SELECT s.shown_name FROM staff s
             WHERE s.id = CASE WHEN a.actor LIKE 'staff:%' THEN split_part(a.actor, ':', 2)::bigint END),
           a.individual, a.registration_group, a.record, a.detail, a.seq, (extract(epoch FROM a.at) * 1000000)::bigint
      FROM page a ORDER BY a.at DESC, a.id DESC LIMIT $8::integer)"

const registered_statement audit_page_all{
    "audit_page_all", MLANGO_AUDIT_PAGE("audit", "$10::bigint IS NULL AND $11::text IS NULL")};
const registered_statement audit_page_person{
    "audit_page_person", MLANGO_AUDIT_PAGE("(SELECT * FROM audit WHERE individual = $10::bigint OFFSET 0)", "($11::text IS NULL OR a.actor = $11)")};
const registered_statement audit_page_staff{
    "audit_page_staff", MLANGO_AUDIT_PAGE("audit", "$10::bigint IS NULL AND a.actor = $11 AND a.actor LIKE 'staff:%'")};
// clang-format on

#undef MLANGO_AUDIT_PAGE

constexpr std::int64_t day = 86'400'000'000;
constexpr std::int64_t farthest = 253'402'300'800'000'000;  // year 10000

// "2026-11-28" in microseconds; `otherwise` when it is none.
std::int64_t begin_of(std::string_view text, std::int64_t otherwise) {
    const auto on = read_iso_day(text);
    return on ? std::chrono::sys_days(*on).time_since_epoch().count() * day : otherwise;
}

std::pair<std::int64_t, std::int64_t> place_of(std::string_view cursor) {
    std::int64_t at = 0, id = 0;
    const char* const end = cursor.data() + cursor.size();
    const auto first = std::from_chars(cursor.data(), end, at);
    if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-') return {farthest, 0};
    const auto second = std::from_chars(first.ptr + 1, end, id);
    if (second.ec != std::errc() || second.ptr != end || at > farthest) return {farthest, 0};
    return {at, id};
}

parameter note_of(audit_log::purpose why) {
    switch (why) {
        case audit_log::purpose::look:
            return "audit.viewed";
        case audit_log::purpose::export_begins:
            return "audit.exported";
        case audit_log::purpose::export_goes_on:
            break;
    }
    return std::nullopt;
}

audit_row row_in(const rows& got, int row) {
    return {.id = got.number(row, 0),
            .at = std::string(got.text(row, 1)),
            .kind = std::string(got.text(row, 2)),
            .actor = std::string(got.text(row, 3)),
            .actor_name = std::string(got.text(row, 4)),
            .person = got.number(row, 5),
            .group = got.number(row, 6),
            .record = got.number(row, 7),
            .detail = std::string(got.text(row, 8)),
            .seq = got.number(row, 9)};
}

}  // namespace

task<audit_page> audit_log::page(staff_id by, const audit_filter& wanted, purpose why) {
    auto [at, id] = place_of(wanted.after);
    const std::int64_t before = begin_of(wanted.to, farthest - day) + day;
    // Where the scan of the index begins is the cursor alone.
    if (at >= before) std::tie(at, id) = std::pair(before, 0);
    std::vector<parameter> given;
    given.reserve(11);
    given.push_back(id_parameter(by));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(begin_of(wanted.from, 0)));
    given.emplace_back(std::to_string(before));
    given.emplace_back(std::to_string(at));
    given.emplace_back(std::to_string(id));
    given.push_back(text_parameter(wanted.kind));
    given.emplace_back(std::to_string(wanted.limit + 1));
    given.push_back(note_of(why));
    given.push_back(id_parameter(wanted.person));
    given.push_back(wanted.staff ? parameter("staff:" + std::to_string(wanted.staff->value)) : std::nullopt);
    const statement& which = wanted.person ? audit_page_person : wanted.staff ? audit_page_staff : audit_page_all;
    const rows got = co_await pool_.write(which, std::move(given));
    audit_page out;
    for (int row = 0; row < got.size() && row < wanted.limit; ++row) {
        out.items.push_back(row_in(got, row));
        if (row + 1 == wanted.limit && got.size() > wanted.limit)
            out.next = std::string(got.text(row, 10)) + "-" + std::to_string(out.items.back().id);
    }
    co_return out;
}

namespace {

const registered_statement audit_person_of{"audit_person_of", R"(
    SELECT id FROM individual WHERE individual_number = $1)"};

}  // namespace

task<std::optional<person_id>> audit_log::person_of(std::string_view individual_number) {
    std::vector<parameter> given;
    given.emplace_back(std::string(individual_number));
    const rows got = co_await pool_.read(audit_person_of, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return person_id{got.number(0, 0)};
}

task<bool> audit_log::may(staff_id by, std::string_view permission) {
    return may_somewhere(pool_, time_, by, permission);
}

}  // namespace mlango::registry
