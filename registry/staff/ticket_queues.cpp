// Tickets as queues: lines without anybody's name, counts, and what one may choose from.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "registry/parameters.hpp"
#include "registry/staff/tickets.hpp"

namespace mlango::registry {

namespace {

// The moment that stands for "never" in a page's mark.
constexpr std::string_view never = "9223372036854775807";

// $3 queue, $4 category, $5 topic, $6 operation, $7 office, $8 to $10 where the page before ended, $11 lines.
const registered_statement staff_tickets_queue{"staff_tickets_queue", R"(
    WITH given AS MATERIALIZED (
      SELECT s AS scope, timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now,
             CASE WHEN $9::bigint = 9223372036854775807 THEN 'infinity'::timestamptz
                  ELSE timestamptz 'epoch' + $9::bigint * interval '1 microsecond' END AS after_due,
             CASE WHEN $7::bigint IS NOT NULL THEN ARRAY(SELECT locations_of($7::bigint)) END AS around
        FROM ticket_scope($1::bigint, 'tickets.view',
                          timestamptz 'epoch' + $2::bigint * interval '1 microsecond') s)
    SELECT ticket_line(t, g.now)::text,
           t.priority || '.' || CASE WHEN t.due_at IS NULL THEN 9223372036854775807
                                     ELSE (extract(epoch FROM t.due_at) * 1000000)::bigint END || '.' || t.id
      FROM given g, ticket t
     WHERE t.state <> 'closed'
       AND (t.priority, coalesce(t.due_at, 'infinity'::timestamptz), t.id) > ($8::smallint, g.after_due, $10::bigint)
       AND CASE $3 WHEN 'mine' THEN t.assigned_to = $1::bigint
                   WHEN 'free' THEN t.assigned_to IS NULL
                   WHEN 'overdue' THEN t.due_at < g.now
                   WHEN 'escalated' THEN t.escalated > 0 AND t.seen_by IS NULL
                   WHEN 'sensitive' THEN t.sensitive
                   WHEN 'calls' THEN (t.category = 'call_back' OR t.calls > 0)
                                     AND coalesce(t.call_at <= g.now, true)
                   ELSE true END
       AND ($4::text IS NULL OR t.category = $4)
       AND ($5::text IS NULL OR t.topic = $5)
       AND ($6::text IS NULL OR t.operation = $6)
       AND (g.around IS NULL OR t.location = ANY (g.around))
       AND in_ticket_scope($1::bigint, 'tickets.view', t, g.scope, g.now)
     ORDER BY t.priority, coalesce(t.due_at, 'infinity'::timestamptz), t.id LIMIT $11::integer)"};

// The last that were closed come first. $7 when the page before ended, $8 its ticket.
const registered_statement staff_tickets_closed{"staff_tickets_closed", R"(
    WITH given AS MATERIALIZED (
      SELECT s AS scope, timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now,
             CASE WHEN $7::bigint = 9223372036854775807 THEN 'infinity'::timestamptz
                  ELSE timestamptz 'epoch' + $7::bigint * interval '1 microsecond' END AS before,
             CASE WHEN $6::bigint IS NOT NULL THEN ARRAY(SELECT locations_of($6::bigint)) END AS around
        FROM ticket_scope($1::bigint, 'tickets.view',
                          timestamptz 'epoch' + $2::bigint * interval '1 microsecond') s)
    SELECT ticket_line(t, g.now)::text, '0.' || (extract(epoch FROM t.closed_at) * 1000000)::bigint || '.' || t.id
      FROM given g, ticket t
     WHERE t.state = 'closed' AND (t.closed_at, t.id) < (g.before, $8::bigint)
       AND ($3::text IS NULL OR t.category = $3)
       AND ($4::text IS NULL OR t.topic = $4)
       AND ($5::text IS NULL OR t.operation = $5)
       AND (g.around IS NULL OR t.location = ANY (g.around))
       AND in_ticket_scope($1::bigint, 'tickets.view', t, g.scope, g.now)
     ORDER BY t.closed_at DESC, t.id DESC LIMIT $9::integer)"};

const registered_statement staff_tickets_summary{"staff_tickets_summary", R"(
    WITH given AS MATERIALIZED (
      SELECT s AS scope, timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now
        FROM ticket_scope($1::bigint, 'tickets.view',
                          timestamptz 'epoch' + $2::bigint * interval '1 microsecond') s),
    seen AS MATERIALIZED (
      SELECT t.assigned_to, t.asked_at, t.due_at, t.escalated, t.seen_by, t.sensitive, t.category, t.calls, t.call_at, g.now
        FROM given g, ticket t
       WHERE t.state <> 'closed'
         AND in_ticket_scope($1::bigint, 'tickets.view', t, g.scope, g.now))
    SELECT jsonb_build_object(
      'open', count(*), 'oldest_at', iso_utc(min(asked_at)), 'mine', count(*) FILTER (WHERE assigned_to = $1::bigint),
      'free', count(*) FILTER (WHERE assigned_to IS NULL), 'overdue', count(*) FILTER (WHERE due_at < now),
      'escalated', count(*) FILTER (WHERE escalated > 0 AND seen_by IS NULL),
      'sensitive', count(*) FILTER (WHERE sensitive),
      'calls', count(*) FILTER (WHERE (category = 'call_back' OR calls > 0) AND coalesce(call_at <= now, true)),
      'alerts', (SELECT count(*) FROM ticket_alert a JOIN ticket t ON t.id = a.ticket
                  WHERE a.staff = $1::bigint AND a.seen_at IS NULL AND t.state <> 'closed'))::text
      FROM seen)"};

const registered_statement staff_tickets_reference{"staff_tickets_reference", R"(
    WITH given AS MATERIALIZED (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now)
    SELECT ticket_line(t, g.now)::text FROM given g, ticket t
     WHERE t.reference = $3 AND staff_may_ticket($1::bigint, 'tickets.view', t, g.now)
     ORDER BY t.state = 'closed', t.id DESC LIMIT 20)"};

const registered_statement staff_tickets_line{"staff_tickets_line", R"(
    WITH given AS MATERIALIZED (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now)
    SELECT ticket_line(t, g.now)::text FROM given g, ticket t
     WHERE t.id = $3::bigint AND staff_may_ticket($1::bigint, 'tickets.view', t, g.now))"};

const registered_statement staff_tickets_colleagues{"staff_tickets_colleagues", R"(
    WITH given AS MATERIALIZED (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now)
    SELECT jsonb_build_object('id', s.id, 'name', s.shown_name, 'open',
             (SELECT count(*) FROM ticket o WHERE o.assigned_to = s.id AND o.state <> 'closed'))::text
      FROM given g, ticket t, staff s
     WHERE t.id = $3::bigint AND staff_may_ticket($1::bigint, 'tickets.view', t, g.now)
       AND s.state = 'active' AND EXISTS (
             SELECT FROM staff_grant h JOIN staff_role_permission p ON p.role = h.role
              WHERE h.staff = s.id AND h.ended_at IS NULL AND p.permission = 'tickets.answer')
       AND staff_may_ticket(s.id, 'tickets.answer', t, g.now)
     ORDER BY (SELECT count(*) FROM ticket o WHERE o.assigned_to = s.id AND o.state <> 'closed'), s.shown_name
     LIMIT 200)"};

const registered_statement staff_tickets_choices{"staff_tickets_choices", R"(
    WITH reach AS MATERIALIZED (
      SELECT DISTINCT r.operation, r.office FROM staff_reach($1::bigint, 'tickets.view',
        timestamptz 'epoch' + $2::bigint * interval '1 microsecond') r)
    SELECT jsonb_build_object(
      'operations', (SELECT coalesce(jsonb_agg(jsonb_build_object('code', o.code, 'name', o.name) ORDER BY o.code), '[]')
                       FROM operation o WHERE o.code IN (SELECT operation FROM reach)),
      'everywhere', (SELECT coalesce(jsonb_agg(jsonb_build_object('code', o.code, 'name', o.name) ORDER BY o.code), '[]')
                       FROM operation o),
      'offices', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', f.id, 'name', f.name) ORDER BY f.name->>'en'), '[]')
                    FROM office f WHERE f.active AND EXISTS (
                      SELECT FROM reach r JOIN operation o ON o.code = r.operation
                       WHERE r.office = f.id OR (r.office IS NULL AND (
                               NOT EXISTS (SELECT FROM location WHERE code = o.country)
                               OR f.location IN (
                                 WITH RECURSIVE below AS (
                                   SELECT o.country AS code
                                   UNION ALL SELECT l.code FROM below b JOIN location l ON l.parent = b.code)
                                 SELECT code FROM below))))),
      'kinds', (SELECT coalesce(jsonb_agg(DISTINCT category ORDER BY category), '[]') FROM ticket_term))::text)"};

std::vector<parameter> asked_by(staff_id who, const clock& time) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(time_parameter(time.now()));
    return given;
}

// "priority.microseconds.id"
struct page_mark {
    std::int64_t priority = 0, at = 0, id = 0;
};
std::optional<page_mark> mark_in(std::string_view text) {
    page_mark mark;
    for (std::int64_t* into : {&mark.priority, &mark.at, &mark.id}) {
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *into);
        if (error != std::errc()) return std::nullopt;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (into != &mark.id) {
            if (!text.starts_with('.')) return std::nullopt;
            text.remove_prefix(1);
        }
    }
    // The timestamps that PostgreSQL reckons with end long before those of 64 bits.
    constexpr std::int64_t latest = 4'000'000'000'000'000;
    const bool within = mark.priority >= 0 && mark.priority <= 5 && mark.id >= 0 && mark.at >= 0 &&
                        (mark.at <= latest || std::to_string(mark.at) == never);
    return text.empty() && within ? std::optional(mark) : std::nullopt;
}

ticket_page page_in(const rows& got, int limit) {
    ticket_page page;
    const int shown = std::min(got.size(), limit);
    for (int row = 0; row < shown; ++row) page.items.push_back(boost::json::parse(got.text(row, 0)));
    if (got.size() > limit) page.next = got.text(limit - 1, 1);
    return page;
}

boost::json::array lines_in(const rows& got) {
    boost::json::array lines;
    for (int row = 0; row < got.size(); ++row) lines.push_back(boost::json::parse(got.text(row, 0)));
    return lines;
}

}  // namespace

task<std::optional<ticket_page>> staff_tickets::queue(staff_id who, const ticket_filter& wanted) {
    const bool closed = wanted.queue == "closed";
    std::optional<page_mark> after = closed ? mark_in(fmt::format("0.{}.{}", never, never)) : page_mark{};
    if (!wanted.after.empty()) after = mark_in(wanted.after);
    if (!after) co_return std::nullopt;
    std::vector<parameter> given = asked_by(who, time_);
    if (!closed) given.emplace_back(wanted.queue);
    given.push_back(text_parameter(wanted.category));
    given.push_back(text_parameter(wanted.topic));
    given.push_back(text_parameter(wanted.operation));
    given.push_back(id_parameter(wanted.office));
    if (!closed) given.emplace_back(std::to_string(after->priority));
    given.emplace_back(std::to_string(after->at));
    given.emplace_back(std::to_string(after->id));
    given.emplace_back(std::to_string(wanted.limit + 1));
    co_return page_in(co_await pool_.read(closed ? staff_tickets_closed : staff_tickets_queue, std::move(given)),
                      wanted.limit);
}

task<boost::json::object> staff_tickets::summary(staff_id who) {
    const rows got = co_await pool_.read(staff_tickets_summary, asked_by(who, time_));
    co_return boost::json::parse(got.text(0, 0)).as_object();
}

task<boost::json::array> staff_tickets::with_reference(staff_id who, std::string_view reference) {
    std::vector<parameter> given = asked_by(who, time_);
    given.emplace_back(reference);
    co_return lines_in(co_await pool_.read(staff_tickets_reference, std::move(given)));
}

task<std::optional<boost::json::object>> staff_tickets::line(staff_id who, std::int64_t ticket) {
    std::vector<parameter> given = asked_by(who, time_);
    given.emplace_back(std::to_string(ticket));
    const rows got = co_await pool_.read(staff_tickets_line, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return boost::json::parse(got.text(0, 0)).as_object();
}

task<boost::json::array> staff_tickets::colleagues(staff_id who, std::int64_t ticket) {
    std::vector<parameter> given = asked_by(who, time_);
    given.emplace_back(std::to_string(ticket));
    co_return lines_in(co_await pool_.read(staff_tickets_colleagues, std::move(given)));
}

task<boost::json::object> staff_tickets::choices(staff_id who) {
    const rows got = co_await pool_.read(staff_tickets_choices, asked_by(who, time_));
    co_return boost::json::parse(got.text(0, 0)).as_object();
}

}  // namespace mlango::registry
