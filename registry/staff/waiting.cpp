#include "registry/staff/waiting.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

// Each queue ends after a thousand rows: whoever has more does not need to know how many.
const registered_statement staff_waiting{"staff_waiting", R"(
    WITH given AS (SELECT $1::bigint AS me, timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    mine AS (SELECT p.permission FROM staff_role_permission p, given
              WHERE EXISTS (SELECT FROM staff_reach(given.me, p.permission, given.now)) GROUP BY p.permission),
    answers AS MATERIALIZED (
      SELECT s AS scope FROM given, ticket_scope(given.me, 'tickets.answer', given.now) s),
    found (queue, since, due) AS (
      (SELECT 'cases', c.asked_at, c.due_at FROM given, cases_of(given.me, 'cases.decide', '{"state": "first"}', given.now) c
        WHERE c.needs > 0 AND c.asked_by IS DISTINCT FROM given.me LIMIT 1000)
      UNION ALL
      (SELECT 'cases_confirm', c.asked_at, c.due_at
         FROM given, cases_of(given.me, 'cases.confirm', '{"state": "second"}', given.now) c
        WHERE c.asked_by IS DISTINCT FROM given.me AND NOT EXISTS (
          SELECT FROM approval a WHERE a.change_request = c.id AND a.round = c.round AND a.actor = given.me) LIMIT 1000)
      UNION ALL
      (SELECT 'lists_release', l.locked_at, NULL FROM given, payment_list l
        WHERE l.state = 'locked' AND l.made_by IS DISTINCT FROM given.me AND l.locked_by IS DISTINCT FROM given.me
          AND staff_may_list(given.me, 'lists.release', l.id, given.now) LIMIT 1000)
      UNION ALL
      (SELECT CASE WHEN t.sensitive THEN 'tickets_sensitive' ELSE 'tickets' END, t.asked_at, t.due_at
         FROM given, answers s, ticket t
        WHERE t.state <> 'closed' AND (t.assigned_to IS NULL OR t.assigned_to = given.me)
          AND in_ticket_scope(given.me, 'tickets.answer', t, s.scope, given.now)
        LIMIT 1000)
      UNION ALL
      (SELECT 'notices_release', b.created_at, NULL FROM given, broadcast b
        WHERE b.state = 'draft' AND b.created_staff IS DISTINCT FROM given.me
          AND staff_may_filter(given.me, 'notices.release', b.filter, given.now) LIMIT 1000)
      UNION ALL
      (SELECT 'reviews', grant_due(g), grant_due(g) FROM given, staff_grant g
        WHERE g.ended_at IS NULL AND g.until > given.now AND g.staff <> given.me
          AND grant_due(g) <= given.now + interval '14 days'
          AND staff_sees_grant(given.me, 'access.grant', g, given.now) LIMIT 1000)
      UNION ALL
      (SELECT 'openings', b.at, NULL FROM given, glass_break b
        WHERE b.reviewed_at IS NULL AND b.staff <> given.me
          AND staff_may_person(given.me, 'people.review', b.individual, given.now) LIMIT 1000)),
    queues (queue, permission, place) AS (VALUES
      ('cases', 'cases.decide', 1), ('cases_confirm', 'cases.confirm', 2), ('lists_release', 'lists.release', 3),
      ('tickets', 'tickets.answer', 4), ('tickets_sensitive', 'tickets.sensitive', 5),
      ('notices_release', 'notices.release', 6), ('reviews', 'access.grant', 7), ('openings', 'people.review', 8)),
    counted AS (
      SELECT q.queue, q.place, count(f.since) AS count, count(f.since) FILTER (WHERE f.due <= given.now) AS late,
             iso_utc(min(f.since)) AS oldest
        FROM given, queues q JOIN mine USING (permission) LEFT JOIN found f USING (queue) GROUP BY q.queue, q.place)
    SELECT jsonb_build_object('items', coalesce(jsonb_agg(jsonb_build_object(
             'queue', queue, 'count', count, 'late', late, 'oldest', oldest) ORDER BY place), '[]'))
      FROM counted)"};

}  // namespace

task<std::string> waiting_work::of(staff_id who) {
    const rows got = co_await pool_.read(staff_waiting, {id_parameter(who), time_parameter(time_.now())});
    co_return std::string(got.text(0, 0));
}

}  // namespace mlango::registry
