#include "registry/staff/access.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

const registered_statement access_roles{"access_roles", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now)
    SELECT jsonb_build_object(
      'roles', (SELECT jsonb_agg(jsonb_build_object(
          'code', r.code, 'name', r.name,
          'personal', EXISTS (SELECT FROM staff_role_permission p JOIN staff_permission w ON w.code = p.permission
                               WHERE p.role = r.code AND w.personal),
          'permissions', (SELECT coalesce(jsonb_agg(p.permission ORDER BY p.permission), '[]') FROM staff_role_permission p
                           WHERE p.role = r.code),
          'conflicts', (SELECT coalesce(jsonb_agg(CASE r.code WHEN c.role_a THEN c.role_b ELSE c.role_a END), '[]')
                          FROM staff_role_conflict c WHERE r.code IN (c.role_a, c.role_b)),
          'gives', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                              'operation', h.operation, 'office', h.office, 'programme', h.programme,
                              'until', iso_utc(h.until))), '[]')
                      FROM staff_gifts($1::bigint, r.code, given.now) h)) ORDER BY r.code)
                  FROM staff_role r),
      'operations', (SELECT coalesce(jsonb_agg(jsonb_build_object(
          'code', o.code, 'name', o.name,
          'offices', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name) ORDER BY f.id), '[]')
                        FROM office f WHERE f.active AND office_country(f.id) = o.country)) ORDER BY o.code), '[]')
                       FROM operation o
                      WHERE o.code IN (SELECT operation FROM staff_reach($1::bigint, 'access.view', given.now))),
      'programmes', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'kind', p.kind) ORDER BY p.id), '[]')
                       FROM programme p WHERE p.state <> 'finished'))
      FROM given)"};

const registered_statement access_list{"access_list", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    shown AS (
      SELECT s FROM staff s, given
       WHERE s.id > $3::bigint AND ($4::text IS NULL OR s.state = $4)
         AND (($5::text IS NULL AND $6::text IS NULL) OR EXISTS (
               SELECT FROM staff_grant g
                WHERE g.staff = s.id AND g.ended_at IS NULL AND g.until > given.now
                  AND ($5::text IS NULL OR g.role = $5) AND ($6::text IS NULL OR g.operation = $6)
                  AND staff_sees_grant($1::bigint, 'access.view', g, given.now)))
         AND staff_sees_staff($1::bigint, s.id, given.now)
       ORDER BY s.id LIMIT $7::integer + 1),
    page AS (SELECT s FROM shown ORDER BY (s).id LIMIT $7::integer)
    SELECT jsonb_build_object(
      'items', (SELECT coalesce(jsonb_agg(staff_json(s, $1::bigint, given.now) ORDER BY (s).id), '[]') FROM page),
      'next', CASE WHEN (SELECT count(*) FROM shown) > $7::integer THEN (SELECT max((s).id)::text FROM page) END)
      FROM given)"};

const registered_statement access_search{"access_search", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    found AS (
      SELECT s FROM staff s, given
       WHERE (s.name = lower($3) OR ((starts_with(s.name, lower($3)) OR strpos(lower(s.shown_name), lower($3)) > 0)
                                     AND staff_sees_staff($1::bigint, s.id, given.now)))
       ORDER BY s.name LIMIT 50)
    SELECT jsonb_build_object(
      'items', (SELECT coalesce(jsonb_agg(staff_json(s, $1::bigint, given.now) ORDER BY (s).name), '[]') FROM found),
      'next', NULL)
      FROM given)"};

const registered_statement access_find{"access_find", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now)
    SELECT staff_json(s, $1::bigint, given.now) FROM staff s, given
     WHERE s.id = $3::bigint AND staff_sees_staff($1::bigint, s.id, given.now))"};

const registered_statement access_kept_name{"access_kept_name", R"(
    SELECT name FROM staff
     WHERE id = $3::bigint
       AND staff_keeps_account($1::bigint, id, timestamptz 'epoch' + $2::bigint * interval '1 microsecond'))"};

std::vector<parameter> begun(staff_id by, const clock& time) {
    std::vector<parameter> given;
    given.reserve(10);
    given.push_back(id_parameter(by));
    given.emplace_back(time_parameter(time.now()));
    return given;
}

std::string only_text(const rows& got) {
    return std::string(got.text(0, 0));
}

std::int64_t number_of(std::string_view text) {
    std::int64_t out = 0;
    for (const char c : text.substr(0, 18)) {
        if (c < '0' || c > '9') return 0;
        out = out * 10 + (c - '0');
    }
    return out;
}

}  // namespace

task<std::string> staff_access::roles_json(staff_id by) {
    co_return only_text(co_await pool_.read(access_roles, begun(by, time_)));
}

task<std::string> staff_access::list_json(staff_id by, const access_page& page) {
    auto given = begun(by, time_);
    given.emplace_back(std::to_string(number_of(page.after)));
    given.push_back(text_parameter(page.state));
    given.push_back(text_parameter(page.role));
    given.push_back(text_parameter(page.operation));
    given.emplace_back(std::to_string(page.limit));
    co_return only_text(co_await pool_.read(access_list, std::move(given)));
}

task<std::string> staff_access::search_json(staff_id by, std::string_view text) {
    auto given = begun(by, time_);
    given.emplace_back(text);
    co_return only_text(co_await pool_.read(access_search, std::move(given)));
}

task<std::optional<std::string>> staff_access::find_json(staff_id by, staff_id of) {
    auto given = begun(by, time_);
    given.push_back(id_parameter(of));
    const rows got = co_await pool_.read(access_find, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return only_text(got);
}

task<std::optional<std::string>> staff_access::kept_name(staff_id by, staff_id of) {
    auto given = begun(by, time_);
    given.push_back(id_parameter(of));
    const rows got = co_await pool_.read(access_kept_name, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return only_text(got);
}

namespace {

const registered_statement access_give{"access_give", R"(
    SELECT outcome, given, in_the_way
      FROM staff_give($1::bigint, $3::bigint, $4, $5, $6::bigint, $7::bigint, $8::timestamptz,
                      timestamptz 'epoch' + $2::bigint * interval '1 microsecond'))"};

const registered_statement access_decide{"access_decide", R"(
    SELECT outcome, now_revision
      FROM staff_decide_grant($1::bigint, $3::bigint, $4::integer, $5::boolean,
                              timestamptz 'epoch' + $2::bigint * interval '1 microsecond'))"};

const registered_statement access_make{"access_make", R"(
    SELECT outcome, made
      FROM staff_make($1::bigint, $3, $4, $5, $6::bytea, $7, $8, $9::date,
                      timestamptz 'epoch' + $2::bigint * interval '1 microsecond'))"};

const registered_statement access_keep{"access_keep", R"(
    SELECT outcome, now_revision
      FROM staff_keep($1::bigint, $3::bigint, $4::integer, $5, $6, $7::date, $8::bytea,
                      timestamptz 'epoch' + $2::bigint * interval '1 microsecond'))"};

parameter bytea_or_null(std::string_view raw) {
    if (raw.empty()) return std::nullopt;
    return bytea_parameter(raw);
}

access_outcome changed(const rows& got) {
    return {.what = std::string(got.text(0, 0)), .in_the_way = {}, .revision = static_cast<int>(got.number(0, 1))};
}

}  // namespace

task<access_outcome> staff_access::give(staff_id by, grant_wish wish) {
    auto given = begun(by, time_);
    given.push_back(id_parameter(wish.to));
    given.emplace_back(std::move(wish.role));
    given.emplace_back(std::move(wish.operation));
    given.push_back(id_parameter(wish.office));
    given.push_back(id_parameter(wish.programme));
    given.emplace_back(std::move(wish.until));
    const rows got = co_await pool_.write(access_give, std::move(given));
    co_return access_outcome{
        .what = std::string(got.text(0, 0)), .id = got.number(0, 1), .in_the_way = std::string(got.text(0, 2))};
}

task<access_outcome> staff_access::decide(staff_id by, staff_grant_id grant, int seen, bool keep) {
    auto given = begun(by, time_);
    given.push_back(id_parameter(grant));
    given.emplace_back(std::to_string(seen));
    given.emplace_back(keep ? "true" : "false");
    co_return changed(co_await pool_.write(access_decide, std::move(given)));
}

task<access_outcome> staff_access::make(staff_id by, account_wish wish) {
    auto given = begun(by, time_);
    given.emplace_back(std::move(wish.name));
    given.emplace_back(std::move(wish.shown_name));
    given.emplace_back(std::move(wish.language));
    given.push_back(bytea_or_null(wish.password));
    given.push_back(text_parameter(wish.issuer));
    given.push_back(text_parameter(wish.subject));
    given.push_back(text_parameter(wish.trained_until));
    const rows got = co_await pool_.write(access_make, std::move(given));
    co_return access_outcome{.what = std::string(got.text(0, 0)), .id = got.number(0, 1), .in_the_way = {}};
}

task<access_outcome> staff_access::keep(staff_id by, staff_id of, int seen, account_change change) {
    auto given = begun(by, time_);
    given.push_back(id_parameter(of));
    given.emplace_back(std::to_string(seen));
    given.emplace_back(change.what);
    given.push_back(text_parameter(change.shown_name));
    given.push_back(text_parameter(change.trained_until));
    given.push_back(bytea_or_null(change.password));
    co_return changed(co_await pool_.write(access_keep, std::move(given)));
}

namespace {

const registered_statement access_behind{"access_behind", R"(
    SELECT id FROM staff WHERE issuer = $1 AND subject = $2 AND state = 'active')"};

const registered_statement access_link{"access_link", R"(
    SELECT outcome, 0 FROM staff_link($1::bigint, $3, $4, timestamptz 'epoch' + $2::bigint * interval '1 microsecond'))"};

const registered_statement access_unlink_own{"access_unlink_own", R"(
    WITH done AS (
      UPDATE staff SET issuer = NULL, subject = NULL, revision = revision + 1
       WHERE id = $1::bigint AND issuer IS NOT NULL AND password IS NOT NULL RETURNING id),
    noted AS (INSERT INTO audit (kind, actor, record) SELECT 'staff.unlinked', 'staff:' || id, id FROM done)
    SELECT CASE WHEN EXISTS (SELECT FROM done) THEN 'done' ELSE 'over' END, 0)"};

const registered_statement access_is_linked{"access_is_linked", R"(
    SELECT issuer IS NOT NULL FROM staff WHERE id = $1::bigint)"};

}  // namespace

task<std::optional<staff_id>> staff_access::behind(std::string_view issuer, std::string_view subject) {
    std::vector<parameter> given;
    given.emplace_back(issuer);
    given.emplace_back(subject);
    const rows got = co_await pool_.read(access_behind, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return staff_id{got.number(0, 0)};
}

task<access_outcome> staff_access::link(staff_id who, std::string_view issuer, std::string_view subject) {
    auto given = begun(who, time_);
    given.emplace_back(issuer);
    given.emplace_back(subject);
    co_return changed(co_await pool_.write(access_link, std::move(given)));
}

task<access_outcome> staff_access::unlink_own(staff_id who) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    co_return changed(co_await pool_.write(access_unlink_own, std::move(given)));
}

task<bool> staff_access::is_linked(staff_id who) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    const rows got = co_await pool_.read(access_is_linked, std::move(given));
    co_return !got.empty() && got.truth(0, 0);
}

}  // namespace mlango::registry
