#include "registry/staff/figures.hpp"

#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

// In one order, so that two workers never wait for each other's rows in a circle.
const registered_statement figures_add{"figures_add", R"(
    WITH at AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    kinds AS (
      INSERT INTO figure_hour AS f (hour, kind, name, count)
      SELECT date_trunc('hour', at.now, 'UTC'), k.kind, left(k.name, 60), sum(k.count)
        FROM at, unnest($2::text[], $3::text[], $4::bigint[]) AS k(kind, name, count)
       GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
      ON CONFLICT (hour, kind, name) DO UPDATE SET count = f.count + excluded.count)
    INSERT INTO figure_screen_day AS f (day, screen, shown, answered, ended)
    SELECT (at.now AT TIME ZONE 'UTC')::date, left(s.screen, 60), sum(s.shown), sum(s.answered), sum(s.ended)
      FROM at, unnest($5::text[], $6::bigint[], $7::bigint[], $8::bigint[]) AS s(screen, shown, answered, ended)
     GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (day, screen) DO UPDATE SET shown = f.shown + excluded.shown, answered = f.answered + excluded.answered,
                                            ended = f.ended + excluded.ended)"};

std::int64_t as_number(std::uint64_t count) {
    return static_cast<std::int64_t>(count);
}

}  // namespace

task<void> figures::add(const counted_figures& what) {
    array_parameter kind, name, count, screen, shown, answered, ended;
    for (const auto& one : what.kinds) {
        kind.add(one.kind);
        name.add(one.name);
        count.add(as_number(one.count));
    }
    for (const auto& one : what.screens) {
        screen.add(one.screen);
        shown.add(as_number(one.shown));
        answered.add(as_number(one.answered));
        ended.add(as_number(one.ended));
    }
    std::vector<parameter> given{time_parameter(time_.now()),
                                 kind.take(),
                                 name.take(),
                                 count.take(),
                                 screen.take(),
                                 shown.take(),
                                 answered.take(),
                                 ended.take()};
    co_await pool_.write(figures_add, std::move(given));
}

namespace {

// Of every statement below: $1 who, $2 now; of those of a period: $3 and $4 its days.
const registered_statement figures_hours{"figures_hours", R"(
    SELECT iso_utc(hour),
           coalesce(sum(count) FILTER (WHERE kind = 'session'), 0), coalesce(sum(count) FILTER (WHERE kind = 'hop'), 0),
           coalesce(sum(count) FILTER (WHERE kind = 'ended'), 0),
           coalesce(sum(count) FILTER (WHERE kind = 'apology'), 0)
      FROM figure_hour
     WHERE staff_may_somewhere($1::bigint, 'statistics.view',
                               timestamptz 'epoch' + $2::bigint * interval '1 microsecond')
       AND hour >= ($3::date)::timestamp AT TIME ZONE 'UTC' AND hour < ($4::date + 1)::timestamp AT TIME ZONE 'UTC'
     GROUP BY hour ORDER BY hour)"};

const registered_statement figures_screens{"figures_screens", R"(
    SELECT screen, sum(shown), sum(answered), sum(ended), greatest(sum(shown) - sum(answered) - sum(ended), 0)
      FROM figure_screen_day
     WHERE staff_may_somewhere($1::bigint, 'statistics.view',
                               timestamptz 'epoch' + $2::bigint * interval '1 microsecond')
       AND day BETWEEN $3::date AND $4::date
     GROUP BY screen ORDER BY sum(shown) DESC, screen LIMIT 1000)"};

const registered_statement figures_gateways{"figures_gateways", R"(
    SELECT name, sum(count) FROM figure_hour
     WHERE staff_may_somewhere($1::bigint, 'statistics.view',
                               timestamptz 'epoch' + $2::bigint * interval '1 microsecond')
       AND kind = 'gateway'
       AND hour >= ($3::date)::timestamp AT TIME ZONE 'UTC' AND hour < ($4::date + 1)::timestamp AT TIME ZONE 'UTC'
     GROUP BY name ORDER BY sum(count) DESC, name LIMIT 200)"};

const registered_statement figures_languages{"figures_languages", R"(
    SELECT name, sum(count) FROM figure_hour
     WHERE staff_may_somewhere($1::bigint, 'statistics.view',
                               timestamptz 'epoch' + $2::bigint * interval '1 microsecond')
       AND kind = 'language'
       AND hour >= ($3::date)::timestamp AT TIME ZONE 'UTC' AND hour < ($4::date + 1)::timestamp AT TIME ZONE 'UTC'
     GROUP BY name ORDER BY sum(count) DESC, name LIMIT 200)"};

const registered_statement figures_deliveries{"figures_deliveries", R"(
    SELECT to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD'), count(*),
           count(*) FILTER (WHERE state IN ('pending', 'sending')), count(*) FILTER (WHERE state = 'sent'),
           count(*) FILTER (WHERE state = 'delivered'), count(*) FILTER (WHERE state = 'failed'),
           count(*) FILTER (WHERE state = 'unknown'), count(*) FILTER (WHERE state = 'suppressed')
      FROM outbox
     WHERE staff_may_somewhere($1::bigint, 'statistics.view',
                               timestamptz 'epoch' + $2::bigint * interval '1 microsecond')
       AND created_at >= ($3::date)::timestamp AT TIME ZONE 'UTC'
       AND created_at < ($4::date + 1)::timestamp AT TIME ZONE 'UTC'
     GROUP BY 1 ORDER BY 1)"};

// Who asks without being known (a number to be linked) belongs to nobody's operation and is counted for who sees one
// whole.
const registered_statement figures_queues{"figures_queues", R"(
    WITH at AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    reach AS MATERIALIZED (SELECT r.operation, r.office FROM at, staff_reach($1::bigint, 'statistics.view', at.now) r
                            WHERE r.programme IS NULL),
    places AS MATERIALIZED (SELECT r.operation, l.code FROM reach r, locations_of(r.office) AS l(code)
                             WHERE r.office IS NOT NULL),
    waiting AS (
      SELECT 'case.' || c.kind AS kind, c.asked_at, NULL::timestamptz AS due_at, c.registration_group, c.individual
        FROM change_request c WHERE c.state IN ('pending', 'validated', 'conflict')
      UNION ALL
      SELECT 'ticket.' || t.category, t.asked_at, t.due_at, t.registration_group, t.individual
        FROM ticket t WHERE t.state <> 'closed' AND NOT t.sensitive),
    mine AS (
      SELECT w.*, coalesce(g.operation, i.operation) AS operation, g.location
        FROM waiting w LEFT JOIN registration_group g ON g.id = w.registration_group
        LEFT JOIN individual i ON i.id = w.individual)
    SELECT coalesce(m.operation, ''), m.kind, count(*),
           count(*) FILTER (WHERE m.asked_at > at.now - interval '1 day'),
           count(*) FILTER (WHERE m.asked_at <= at.now - interval '1 day' AND m.asked_at > at.now - interval '3 days'),
           count(*) FILTER (WHERE m.asked_at <= at.now - interval '3 days' AND m.asked_at > at.now - interval '7 days'),
           count(*) FILTER (WHERE m.asked_at <= at.now - interval '7 days'),
           count(*) FILTER (WHERE m.due_at < at.now),
           greatest(floor(extract(epoch FROM at.now - min(m.asked_at)) / 3600), 0)::bigint
      FROM mine m, at
     WHERE CASE WHEN m.operation IS NULL THEN EXISTS (SELECT FROM reach WHERE office IS NULL)
                ELSE m.operation IN (SELECT operation FROM reach WHERE office IS NULL)
                     OR (m.operation, m.location) IN (SELECT operation, code FROM places) END
     GROUP BY at.now, m.operation, m.kind ORDER BY 9 DESC, 1, 2 LIMIT 500)"};

// Not of whoever said that she is not to be counted.
const registered_statement figures_entitlements{"figures_entitlements", R"(
    WITH at AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    reach AS MATERIALIZED (SELECT r.operation, r.office, r.programme
                             FROM at, staff_reach($1::bigint, 'statistics.view', at.now) r),
    places AS MATERIALIZED (SELECT r.operation, r.programme, l.code FROM reach r, locations_of(r.office) AS l(code)
                             WHERE r.office IS NOT NULL),
    lists AS MATERIALIZED (
      SELECT l.id, p.id AS programme, coalesce(p.name ->> $5, p.name ->> 'en') AS name, c.title, p.kind
        FROM payment_list l JOIN cycle c ON c.id = l.cycle JOIN programme p ON p.id = c.programme
       WHERE c.since <= $4::date AND c.until > $3::date
         AND EXISTS (SELECT FROM reach r WHERE r.programme IS NULL OR r.programme = p.id)
       ORDER BY l.id DESC LIMIT 100)
    SELECT l.name, l.title, l.kind, g.operation, count(*),
           count(*) FILTER (WHERE e.state IN ('pending', 'sent')), count(*) FILTER (WHERE e.state = 'available'),
           count(*) FILTER (WHERE e.state IN ('redeemed', 'partial')),
           count(*) FILTER (WHERE e.state IN ('not_collected', 'expired')),
           count(*) FILTER (WHERE e.state IN ('error', 'cancelled')),
           count(*) FILTER (WHERE r.answer = 'received'), count(*) FILTER (WHERE r.answer <> 'received')
      FROM lists l JOIN entitlement e ON e.payment_list = l.id
      JOIN registration_group g ON g.id = e.registration_group
      LEFT JOIN receipt r ON r.entitlement = e.id
     WHERE (g.operation IN (SELECT w.operation FROM reach w
                             WHERE w.office IS NULL AND (w.programme IS NULL OR w.programme = l.programme))
            OR (g.operation, g.location) IN (SELECT w.operation, w.code FROM places w
                                              WHERE w.programme IS NULL OR w.programme = l.programme))
       AND NOT EXISTS (SELECT FROM data_objection d WHERE d.individual = e.collector AND d.use = 'counting')
     GROUP BY l.id, l.name, l.title, l.kind, g.operation ORDER BY l.id DESC, g.operation LIMIT 500)"};

}  // namespace

task<figure_table> figures::of_period(const statement& what, staff_id who, const figure_period& when,
                                      std::vector<figure_table::column> columns) {
    std::vector<parameter> given{id_parameter(who), time_parameter(time_.now()), when.from, when.to};
    figure_table made{.columns = std::move(columns), .cells = {}};
    made.cells = co_await pool_.read(what, std::move(given));
    co_return made;
}

task<figure_table> figures::hours(staff_id who, const figure_period& when) {
    return of_period(figures_hours, who, when, {{"hour", false}, {"sessions"}, {"screens"}, {"ended"}, {"apologies"}});
}

task<figure_table> figures::screens(staff_id who, const figure_period& when) {
    return of_period(figures_screens, who, when, {{"screen", false}, {"shown"}, {"answered"}, {"ended"}, {"left"}});
}

task<figure_table> figures::gateways(staff_id who, const figure_period& when) {
    return of_period(figures_gateways, who, when, {{"gateway", false}, {"sessions"}});
}

task<figure_table> figures::languages(staff_id who, const figure_period& when) {
    return of_period(figures_languages, who, when, {{"language", false}, {"screens"}});
}

task<figure_table> figures::deliveries(staff_id who, const figure_period& when) {
    return of_period(
        figures_deliveries, who, when,
        {{"day", false}, {"messages"}, {"waiting"}, {"sent"}, {"delivered"}, {"failed"}, {"unknown"}, {"stopped"}});
}

task<figure_table> figures::queues(staff_id who) {
    std::vector<parameter> given{id_parameter(who), time_parameter(time_.now())};
    figure_table made{.columns = {{"operation", false},
                                  {"kind", false},
                                  {"waiting"},
                                  {"under_a_day"},
                                  {"to_three_days"},
                                  {"to_a_week"},
                                  {"over_a_week"},
                                  {"overdue"},
                                  {"oldest_hours"}},
                      .cells = {}};
    made.cells = co_await pool_.read(figures_queues, std::move(given));
    co_return made;
}

task<figure_table> figures::entitlements(staff_id who, const figure_period& when, std::string_view language) {
    std::vector<parameter> given{id_parameter(who), time_parameter(time_.now()), when.from, when.to,
                                 std::string(language)};
    figure_table made{.columns = {{"programme", false},
                                  {"cycle", false},
                                  {"kind", false},
                                  {"operation", false},
                                  {"entitlements"},
                                  {"prepared"},
                                  {"ready"},
                                  {"handed_out"},
                                  {"not_collected"},
                                  {"failed"},
                                  {"confirmed"},
                                  {"disputed"}},
                      .cells = {}};
    made.cells = co_await pool_.read(figures_entitlements, std::move(given));
    co_return made;
}

}  // namespace mlango::registry
