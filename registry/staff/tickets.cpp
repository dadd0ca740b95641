// One ticket: opened by staff, and turned.
#include "registry/staff/tickets.hpp"

#include <array>

#include "base/bytes.hpp"
#include "registry/parameters.hpp"
#include "registry/requests.hpp"

namespace mlango::registry {

namespace {

constexpr std::string_view ticket_context = "ticket";     // hers to read: her words, and answers
constexpr std::string_view note_context = "ticket note";  // staff's
constexpr int reference_tries = 20;

// Who may open it has looked at it, and been told what she was told of.
const registered_statement staff_tickets_open{"staff_tickets_open", R"(
    WITH given AS MATERIALIZED (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    one AS MATERIALIZED (
      SELECT t, t.id, coalesce(t.individual, a.individual) AS person, t.registration_group AS family, g.now
        FROM given g, ticket t LEFT JOIN duress_alarm a ON a.ticket = t.id
       WHERE t.id = $3::bigint AND staff_may_ticket($1::bigint, 'tickets.view', t, g.now)),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record)
      SELECT 'ticket.viewed', 'staff:' || $1::bigint, person, family, id FROM one),
    told AS (
      UPDATE ticket_alert a SET seen_at = one.now FROM one
       WHERE a.ticket = one.id AND a.staff = $1::bigint AND a.seen_at IS NULL)
    SELECT (ticket_line(o.t, o.now) || jsonb_build_object(
      'may', jsonb_build_object(
        'answer', staff_may_ticket($1::bigint, 'tickets.answer', o.t, o.now),
        'supervise', staff_may_ticket($1::bigint, 'tickets.supervise', o.t, o.now),
        'guard', staff_at_ticket($1::bigint, 'tickets.sensitive', o.t, o.now),
        'move', o.person IS NULL AND o.family IS NULL AND (o.t).state <> 'closed'
                AND staff_may_ticket($1::bigint, 'tickets.answer', o.t, o.now)
                AND EXISTS (SELECT FROM operation x WHERE x.code IS DISTINCT FROM (o.t).operation),
        'sms', NOT (o.t).sensitive AND n.number_sealed IS NOT NULL AND n.sms_allowed),
      'language', n.language, 'sms_stopped', NOT n.sms_allowed,
      'person', (SELECT jsonb_build_object('id', i.id, 'name', concat_ws(' ', i.given_name, i.family_name),
                          'individual_number', i.individual_number, 'operation', i.operation,
                          'may_open', staff_may_person($1::bigint, 'people.view', i.id, o.now))
                   FROM individual i WHERE i.id = o.person),
      'about_office', (SELECT jsonb_build_object('id', f.id, 'name', f.name) FROM office f
                        WHERE f.id = (o.t).about_office),
      'about_colleague', (SELECT jsonb_build_object('id', s.id, 'name', s.shown_name) FROM staff s
                           WHERE s.id = (o.t).about_staff),
      'placed', (o.t).placed_at IS NOT NULL,
      'seen_by', (SELECT s.shown_name FROM staff s WHERE s.id = (o.t).seen_by),
      'duplicate_of', (o.t).duplicate_of,
      'entitlement', (SELECT jsonb_build_object('id', e.id, 'programme', p.name, 'kind', e.kind, 'state', e.state,
                               'amount_minor', e.amount_minor, 'currency', e.currency,
                               'valid_to', e.valid_to::text, 'her_word', r.answer)
                        FROM entitlement e JOIN payment_list y ON y.id = e.payment_list JOIN cycle c ON c.id = y.cycle
                        JOIN programme p ON p.id = c.programme LEFT JOIN receipt r ON r.entitlement = e.id
                       WHERE e.id = (o.t).entitlement),
      'words', (SELECT coalesce(jsonb_agg(jsonb_build_object('at', iso_utc(w.added_at),
                         'text', encode(w.text_sealed, 'hex')) ORDER BY w.id), '[]')
                  FROM ticket_words w WHERE w.ticket = o.id),
      'entries', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'kind', e.kind, 'at', iso_utc(e.at),
                           'by', s.shown_name, 'detail', e.detail,
                           'other', CASE e.kind WHEN 'assigned' THEN to_jsonb(x.shown_name) ELSE to_jsonb(e.other) END,
                           'text', encode(e.text_sealed, 'hex'), 'language', e.language, 'sms', b.state)
                           ORDER BY e.id), '[]')
                    FROM (SELECT * FROM ticket_entry k WHERE k.ticket = o.id ORDER BY k.id DESC LIMIT 200) e
                    LEFT JOIN staff s ON s.id = e.staff LEFT JOIN staff x ON e.kind = 'assigned' AND x.id = e.other
                    LEFT JOIN outbox b ON b.id = e.outbox),
      'similar', (SELECT coalesce(jsonb_agg(ticket_line(near.k, o.now) ORDER BY (near.k).id DESC), '[]')
                    FROM (SELECT x AS k FROM ticket x
                           WHERE x.id <> o.id AND (x.individual = (o.t).individual OR x.number_blind = (o.t).number_blind)
                             AND staff_may_ticket($1::bigint, 'tickets.view', x, o.now)
                           ORDER BY x.id DESC LIMIT 10) near)))::text, n.number_sealed
      FROM one o, LATERAL ticket_number(o.t) n)"};

const registered_statement staff_tickets_turn{"staff_tickets_turn", R"(
    SELECT outcome, now_revision FROM turn_ticket($1::bigint, $3::bigint, $4::bigint, $5, $6::jsonb, $7::bytea, $8, $9,
      $10::bytea, $11, timestamptz 'epoch' + $2::bigint * interval '1 microsecond'))"};

// Both at once: what the function writes is seen by nobody else before, and the number is not read without it.
const registered_statement staff_tickets_number{"staff_tickets_number", R"(
    WITH turned AS MATERIALIZED (
      SELECT outcome, now_revision FROM turn_ticket($1::bigint, $3::bigint, NULL, 'number', '{}', NULL, NULL, NULL, NULL,
        NULL, timestamptz 'epoch' + $2::bigint * interval '1 microsecond'))
    SELECT r.outcome, r.now_revision,
           CASE WHEN r.outcome = 'done'
                THEN (SELECT (ticket_number(t)).number_sealed FROM ticket t WHERE t.id = $3::bigint) END
      FROM turned r)"};

const registered_statement staff_tickets_take_down{"staff_tickets_take_down", R"(
    WITH given AS MATERIALIZED (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    made AS (
      INSERT INTO ticket AS k (reference, hop_key, category, topic, individual, registration_group, operation, language,
                          sensitive, asked_at, due_at, channel, opened_by)
      SELECT $3, $4::bytea, $5, $6, i.id, m.registration_group, o.code, coalesce($9, i.language),
             $10::boolean OR is_sensitive_topic($6), g.now,
             due_of($5, $6, g.now), 'staff', $1::bigint
        FROM given g, operation o
        LEFT JOIN individual i ON i.id = $7::bigint
        LEFT JOIN membership m ON m.individual = i.id AND m.until IS NULL
       WHERE o.code = coalesce(i.operation, $8) AND (i.id IS NOT NULL OR $7::bigint IS NULL)
         AND CASE WHEN i.id IS NULL
                  THEN EXISTS (SELECT FROM staff_reach($1::bigint, 'tickets.answer', g.now) r WHERE r.operation = o.code)
                  ELSE staff_may_person($1::bigint, 'tickets.answer', i.id, g.now) END
      RETURNING id, reference, individual, registration_group, asked_at, sensitive,
                staff_may_ticket($1::bigint, 'tickets.view', k, asked_at) AS may_open),
    worded AS (
      INSERT INTO ticket_words (ticket, hop_key, text_sealed, added_at)
      SELECT id, $4::bytea, $11::bytea, asked_at FROM made),
    entered AS (
      INSERT INTO ticket_entry (ticket, kind, staff, at) SELECT id, 'opened', $1::bigint, asked_at FROM made),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail)
      SELECT 'ticket.opened', 'staff:' || $1::bigint, individual, registration_group, id, $5 FROM made)
    SELECT id, reference, sensitive, may_open FROM made)"};

const registered_statement staff_tickets_escalate{"staff_tickets_escalate", R"(
    SELECT escalate_tickets(timestamptz 'epoch' + $1::bigint * interval '1 microsecond', $2::integer))"};

std::string masked(std::string_view e164) {
    if (e164.size() < 9) return "•••";
    return std::string(e164.substr(0, 5)) + "•••" + std::string(e164.substr(e164.size() - 3));
}

}  // namespace

// NULL where there is none, or its key is gone.
std::string staff_tickets::words_in(const boost::json::value& sealed, std::string_view context) const {
    if (!sealed.is_string()) return {};
    const auto raw = from_hex(std::string_view(sealed.get_string().data(), sealed.get_string().size()));
    return raw ? record_.open(as_string_view(*raw), context).value_or("") : "";
}

task<std::optional<boost::json::object>> staff_tickets::open(staff_id who, std::int64_t ticket) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(ticket));
    const rows got = co_await pool_.write(staff_tickets_open, std::move(given));
    if (got.empty()) co_return std::nullopt;
    auto one = boost::json::parse(got.text(0, 0)).as_object();
    for (auto& word : one["words"].as_array()) {
        auto& text = word.as_object()["text"];
        text = words_in(text, ticket_context);
    }
    for (auto& entry : one["entries"].as_array()) {
        auto& text = entry.as_object()["text"];
        if (text.is_null()) continue;
        text = words_in(text, entry.as_object()["kind"] == "note" ? note_context : ticket_context);
    }
    one["number"] = nullptr;
    if (!got.is_null(0, 1))
        if (const auto number = record_.open(got.bytea(0, 1), msisdn_context)) one["number"] = masked(*number);
    co_return one;
}

task<turned_ticket> staff_tickets::turn(staff_id who, std::int64_t ticket, ticket_turn how,
                                        std::string_view otherwise) {
    std::vector<parameter> given;
    given.reserve(11);
    given.push_back(id_parameter(who));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(ticket));
    given.push_back(how.seen ? parameter{std::to_string(*how.seen)} : parameter{});
    given.emplace_back(how.what);
    given.emplace_back(boost::json::serialize(how.wanted));
    const bool is_note = how.what == "note";
    given.push_back(how.words.empty()
                        ? parameter{}
                        : parameter{bytea_parameter(record_.seal(how.words, is_note ? note_context : ticket_context))});
    given.push_back(text_parameter(how.language));
    given.push_back(text_parameter(how.sms));
    boost::json::object arguments;
    if (const auto* reference = how.wanted.if_contains("reference")) arguments["reference"] = *reference;
    if (!how.sms_text.empty()) arguments["text"] = how.sms_text;
    given.emplace_back(bytea_parameter(record_.seal(boost::json::serialize(arguments), notice_context)));
    given.emplace_back(otherwise);
    try {
        const rows got = co_await pool_.write(staff_tickets_turn, std::move(given));
        co_return turned_ticket{.outcome = std::string(got.text(0, 0)), .revision = got.number(0, 1)};
    } catch (const statement_refused& refused) {
        // She has asked something else since, and it got the reference that this one had.
        if (refused.constraint != "open_reference_pkey") throw;
        co_return turned_ticket{.outcome = "reference_in_use", .revision = 0};
    }
}

task<std::pair<turned_ticket, std::string>> staff_tickets::number(staff_id who, std::int64_t ticket) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(ticket));
    const rows got = co_await pool_.write(staff_tickets_number, std::move(given));
    turned_ticket done{.outcome = std::string(got.text(0, 0)), .revision = got.number(0, 1)};
    std::string number;
    if (!got.is_null(0, 2)) number = record_.open(got.bytea(0, 2), msisdn_context).value_or("");
    co_return std::pair(std::move(done), std::move(number));
}

task<taken_down> staff_tickets::take_down(staff_id who, const told_ticket& told) {
    std::array<std::byte, 16> key{};
    random_.fill(key);
    for (int left = reference_tries;; --left) {
        std::vector<parameter> given;
        given.reserve(11);
        given.push_back(id_parameter(who));
        given.emplace_back(time_parameter(time_.now()));
        given.emplace_back(new_reference(random_));
        given.emplace_back(bytea_parameter(as_string_view(key)));
        given.emplace_back(told.category);
        given.push_back(text_parameter(told.topic));
        given.push_back(id_parameter(told.person));
        given.push_back(text_parameter(told.operation));
        given.push_back(text_parameter(told.language));
        given.emplace_back(told.sensitive ? "true" : "false");
        given.emplace_back(bytea_parameter(record_.seal(told.words, ticket_context)));
        try {
            const rows got = co_await pool_.write(staff_tickets_take_down, std::move(given));
            if (got.empty()) co_return taken_down{};
            co_return taken_down{.id = got.number(0, 0),
                                 .reference = std::string(got.text(0, 1)),
                                 .sensitive = got.truth(0, 2),
                                 .may_open = got.truth(0, 3)};
        } catch (const statement_refused& refused) {
            if (refused.constraint != "open_reference_pkey" || left == 1) throw;
        }
    }
}

const statement& ticket_escalation() {
    return staff_tickets_escalate;
}

}  // namespace mlango::registry
