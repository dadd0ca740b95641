#include "registry/staff/notices.hpp"

#include <charconv>

#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

// $3 state, $4 before this one, $5 how many.
const registered_statement staff_notices_list{"staff_notices_list", R"(
    WITH given AS MATERIALIZED (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now)
    SELECT notice_line(b, g.now)::text, b.id FROM given g, broadcast b
     WHERE b.id < $4::bigint AND ($3::text IS NULL OR b.state = $3)
       AND staff_may_filter($1::bigint, 'notices.view', b.filter, g.now)
     ORDER BY b.id DESC LIMIT $5::integer)"};

const registered_statement staff_notices_find{"staff_notices_find", R"(
    WITH given AS MATERIALIZED (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now)
    SELECT (notice_line(b, g.now) || jsonb_build_object(
      'filter', b.filter, 'fallback', b.fallback, 'opens_at', b.opens_at, 'closes_at', b.closes_at,
      'timezone', b.timezone, 'lasting_minutes', (extract(epoch FROM b.lasting) / 60)::bigint,
      'per_second', b.per_second,
      'closed_until', CASE WHEN broadcast_opening(b, g.now) > g.now THEN iso_utc(broadcast_opening(b, g.now)) END,
      'turned_by', b.turned_by,
      'texts', (SELECT coalesce(jsonb_agg(jsonb_build_object('language', x.language, 'text', x.text)
                        ORDER BY x.language), '[]') FROM broadcast_text x WHERE x.broadcast = b.id),
      'may', jsonb_build_object(
        'write', staff_may_filter($1::bigint, 'notices.write', b.filter, g.now),
        'release', staff_may_filter($1::bigint, 'notices.release', b.filter, g.now)
                   AND b.created_staff IS DISTINCT FROM $1::bigint)))::text
      FROM given g, broadcast b
     WHERE b.id = $3::bigint AND staff_may_filter($1::bigint, 'notices.view', b.filter, g.now))"};

const registered_statement staff_notices_may{"staff_notices_may", R"(
    SELECT FROM broadcast b
     WHERE b.id = $3::bigint AND staff_may_filter($1::bigint, $4, b.filter,
             timestamptz 'epoch' + $2::bigint * interval '1 microsecond'))"};

// Places by their beginnings. Nothing comes back where something that is named is not there, or not hers.
const registered_statement staff_notices_write{"staff_notices_write", R"(
    WITH given AS MATERIALIZED (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    sound AS (
      SELECT o.timezone FROM operation o
       WHERE o.code = $5
         AND NOT EXISTS (SELECT FROM unnest($6::text[]) v
                          WHERE NOT EXISTS (SELECT FROM location l WHERE starts_with(l.code, v)))
         AND NOT EXISTS (SELECT FROM unnest($7::bigint[]) v WHERE NOT EXISTS (SELECT FROM programme p WHERE p.id = v))),
    made AS (
      INSERT INTO broadcast (name, filter, fallback, opens_at, closes_at, timezone, lasting, per_second, created_by,
                             created_staff, created_at)
      SELECT $3, $4::jsonb, $8, $9::smallint, $10::smallint, sound.timezone, $11::bigint * interval '1 second',
             $12::integer, s.name, s.id, g.now
        FROM given g, sound, staff s
       WHERE s.id = $1::bigint AND staff_may_filter($1::bigint, 'notices.write', $4::jsonb, g.now)
      RETURNING id),
    words AS (
      INSERT INTO broadcast_text (broadcast, language, text)
      SELECT made.id, t.language, t.text FROM made, unnest($13::text[], $14::text[]) AS t(language, text))
    SELECT (SELECT id FROM made), EXISTS (SELECT FROM sound))"};

const registered_statement staff_notices_release{"staff_notices_release", R"(
    WITH given AS MATERIALIZED (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now)
    UPDATE broadcast b SET state = 'released', released_by = s.name, released_staff = s.id, released_at = g.now,
           expires_at = g.now + b.lasting
      FROM given g, staff s
     WHERE b.id = $3::bigint AND s.id = $1::bigint AND b.state = 'draft' AND b.recipients = $4::bigint
       AND b.recipients > 0 AND b.counted_at > g.now - interval '1 day'
       AND staff_may_filter($1::bigint, 'notices.release', b.filter, g.now))"};

const registered_statement staff_notices_why_not{"staff_notices_why_not", R"(
    WITH given AS MATERIALIZED (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now)
    SELECT b.state, coalesce(b.counted_at > g.now - interval '1 day', false), coalesce(b.recipients, 0)
      FROM given g, broadcast b
     WHERE b.id = $3::bigint AND staff_may_filter($1::bigint, 'notices.release', b.filter, g.now))"};

const registered_statement staff_notices_turn{"staff_notices_turn", R"(
    SELECT outcome, was, moved FROM turn_notice($1::bigint, $3::bigint, $4,
      timestamptz 'epoch' + $2::bigint * interval '1 microsecond'))"};

const registered_statement staff_notices_choices{"staff_notices_choices", R"(
    WITH reach AS MATERIALIZED (
      SELECT DISTINCT r.operation, r.office, r.programme FROM staff_reach($1::bigint, 'notices.view',
        timestamptz 'epoch' + $2::bigint * interval '1 microsecond') r),
    places AS MATERIALIZED (
      SELECT l.code, l.level, l.parent, l.name FROM location l
       WHERE EXISTS (SELECT FROM reach r JOIN operation o ON o.code = r.operation
                      WHERE r.office IS NULL AND (starts_with(l.code, o.country)
                            OR NOT EXISTS (SELECT FROM location x WHERE x.code = o.country)))
          OR l.code IN (SELECT p FROM reach r, locations_of(r.office) p WHERE r.office IS NOT NULL)
       ORDER BY l.code LIMIT 2000)
    SELECT jsonb_build_object(
      'operations', (SELECT coalesce(jsonb_agg(jsonb_build_object('code', o.code, 'name', o.name,
                              'timezone', o.timezone, 'bound', NOT EXISTS (
                                SELECT FROM reach r WHERE r.operation = o.code AND r.office IS NULL)) ORDER BY o.code), '[]')
                       FROM operation o WHERE o.code IN (SELECT operation FROM reach)),
      'places', (SELECT coalesce(jsonb_agg(jsonb_build_object('code', code, 'level', level, 'parent', parent,
                          'name', name) ORDER BY code), '[]') FROM places),
      'programmes', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'name', p.name, 'kind', p.kind)
                              ORDER BY p.id), '[]')
                       FROM programme p WHERE p.state <> 'draft' AND EXISTS (
                         SELECT FROM reach r WHERE r.programme IS NULL OR r.programme = p.id)))::text)"};

std::vector<parameter> asked_by(staff_id who, const clock& time) {
    std::vector<parameter> given;
    given.reserve(14);
    given.push_back(id_parameter(who));
    given.emplace_back(time_parameter(time.now()));
    return given;
}

}  // namespace

task<notice_page> staff_notices::list(staff_id who, std::string_view state, std::int64_t before, int limit) {
    std::vector<parameter> given = asked_by(who, time_);
    given.push_back(text_parameter(state));
    given.emplace_back(std::to_string(before));
    given.emplace_back(std::to_string(limit + 1));
    const rows got = co_await pool_.read(staff_notices_list, std::move(given));
    notice_page page;
    for (int row = 0; row < std::min(got.size(), limit); ++row)
        page.items.push_back(boost::json::parse(got.text(row, 0)));
    if (got.size() > limit) page.next = got.text(limit - 1, 1);
    co_return page;
}

task<std::optional<boost::json::object>> staff_notices::find(staff_id who, broadcast_id notice) {
    std::vector<parameter> given = asked_by(who, time_);
    given.push_back(id_parameter(notice));
    const rows got = co_await pool_.read(staff_notices_find, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return boost::json::parse(got.text(0, 0)).as_object();
}

task<bool> staff_notices::may(staff_id who, std::string_view permission, broadcast_id notice) {
    std::vector<parameter> given = asked_by(who, time_);
    given.push_back(id_parameter(notice));
    given.emplace_back(permission);
    const rows got = co_await pool_.read(staff_notices_may, std::move(given));
    co_return !got.empty();
}

task<std::expected<broadcast_id, notice_fault>> staff_notices::write(staff_id who, const notice_draft& draft) {
    std::vector<std::int64_t> programmes;
    array_parameter programme_ids, places, languages, texts;
    for (const std::string& id : draft.filter.programmes) {
        std::int64_t value = 0;
        std::from_chars(id.data(), id.data() + id.size(), value);
        programmes.push_back(value);
        programme_ids.add(value);
    }
    for (const std::string& place : draft.filter.locations) places.add(place);
    for (const broadcast_text& each : draft.texts) {
        languages.add(each.language);
        texts.add(each.text);
    }
    std::vector<parameter> given = asked_by(who, time_);
    given.emplace_back(draft.name);
    given.emplace_back(to_json(draft.filter, programmes));
    given.emplace_back(draft.filter.operations.front());
    given.push_back(places.take());
    given.push_back(programme_ids.take());
    given.emplace_back(draft.fallback);
    given.emplace_back(std::to_string(draft.opens_at));
    given.emplace_back(std::to_string(draft.closes_at));
    given.emplace_back(std::to_string(draft.lasting.count()));
    given.push_back(draft.per_second ? parameter{std::to_string(*draft.per_second)} : parameter{});
    given.push_back(languages.take());
    given.push_back(texts.take());
    const rows got = co_await pool_.write(staff_notices_write, std::move(given));
    if (!got.is_null(0, 0)) co_return broadcast_id{got.number(0, 0)};
    co_return std::unexpected(got.truth(0, 1) ? notice_fault::not_allowed : notice_fault::no_such);
}

task<std::optional<release_outcome>> staff_notices::release(staff_id who, broadcast_id notice,
                                                            std::int64_t recipients) {
    std::vector<parameter> given = asked_by(who, time_);
    given.push_back(id_parameter(notice));
    given.emplace_back(std::to_string(recipients));
    try {
        const rows done = co_await pool_.write(staff_notices_release, std::move(given));
        if (done.affected() == 1) co_return release_outcome::released;
    } catch (const statement_refused& refused) {
        if (refused.constraint != "broadcast_second_person" && refused.constraint != "broadcast_second_staff") throw;
        co_return release_outcome::same_person;
    }
    std::vector<parameter> asked = asked_by(who, time_);
    asked.push_back(id_parameter(notice));
    const rows found = co_await pool_.read(staff_notices_why_not, std::move(asked));
    if (found.empty()) co_return std::nullopt;
    if (found.text(0, 0) != "draft") co_return release_outcome::not_draft;
    if (!found.truth(0, 1)) co_return release_outcome::not_counted;
    co_return found.number(0, 2) == 0 ? release_outcome::nobody : release_outcome::another_number;
}

task<turned_notice> staff_notices::turn(staff_id who, broadcast_id notice, std::string_view becomes) {
    std::vector<parameter> given = asked_by(who, time_);
    given.push_back(id_parameter(notice));
    given.emplace_back(becomes);
    const rows got = co_await pool_.write(staff_notices_turn, std::move(given));
    co_return turned_notice{
        .outcome = std::string(got.text(0, 0)), .was = std::string(got.text(0, 1)), .moved = got.number(0, 2)};
}

task<boost::json::object> staff_notices::choices(staff_id who) {
    const rows got = co_await pool_.read(staff_notices_choices, asked_by(who, time_));
    co_return boost::json::parse(got.text(0, 0)).as_object();
}

}  // namespace mlango::registry
