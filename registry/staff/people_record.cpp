#include "registry/staff/people_record.hpp"

#include <boost/json/parse.hpp>

#include "registry/parameters.hpp"
#include "registry/staff/record_parts.hpp"

namespace mlango::registry {

namespace {

const registered_statement person_open{"person_open", R"(
    SELECT open_person($1::bigint, $2::bigint, $4, timestamptz 'epoch' + $3::bigint * interval '1 microsecond'))"};

const registered_statement person_revision{"person_revision", R"(
    SELECT i.revision FROM individual i
     WHERE i.id = $2::bigint
       AND staff_opens($1::bigint, $2::bigint, timestamptz 'epoch' + $3::bigint * interval '1 microsecond') IS NOT NULL)"};

// `may`: what she could do here, apart from the check that each needs; by the glass one only looks.
const registered_statement person_record{"person_record", R"(
    WITH g AS (SELECT timestamptz 'epoch' + $3::bigint * interval '1 microsecond' AS now)
    SELECT jsonb_build_object(
        'id', i.id, 'given_name', i.given_name, 'family_name', i.family_name, 'sex', i.sex, 'birth_date', i.birth_date,
        'birth_precision', i.birth_precision, 'language', i.language, 'status', i.process_status,
        'individual_number', i.individual_number, 'registered_on', i.registered_on, 'revision', i.revision,
        'operation', i.operation, 'operation_name', o.name,
        'opened_by', staff_opens($1::bigint, i.id, g.now),
        'glass_until', (SELECT iso_utc(max(b.until)) FROM glass_break b
                         WHERE b.staff = $1::bigint AND b.individual = i.id AND b.until > g.now),
        'assurance', assurance_of(i.id, g.now),
        'may', jsonb_build_object('reset_pin', staff_may_person($1::bigint, 'people.reset_pin', i.id, g.now),
          'attach_number', staff_may_person($1::bigint, 'people.attach_number', i.id, g.now)),
        'enough', (SELECT jsonb_object_agg(c.action, c.methods) FROM (
            SELECT r.action, jsonb_agg(r.method ORDER BY r.method) AS methods FROM check_rule r
             WHERE r.assurance = assurance_of(i.id, g.now) GROUP BY r.action) c),
        'pin', (SELECT jsonb_build_object('set_at', iso_utc(k.set_at), 'recovered_at', iso_utc(k.recovered_at),
                  'failures', k.failures,
                  'lock', CASE WHEN k.locked_until = 'infinity' THEN 'for_good' WHEN k.locked_until > g.now THEN 'waits' END,
                  'locked_until', CASE WHEN k.locked_until > g.now AND k.locked_until <> 'infinity'
                                       THEN iso_utc(k.locked_until) END)
                  FROM pin k WHERE k.individual = i.id),
        'pin_code_until', (SELECT iso_utc(max(c.expires_at)) FROM pin_code c WHERE c.individual = i.id AND c.kind = 'staff'
                              AND c.used_at IS NULL AND c.ended_at IS NULL AND c.expires_at > g.now),
        'frozen_at', (SELECT iso_utc(h.frozen_at) FROM wallet_holder h WHERE h.individual = i.id),
        'copy_waits', (SELECT jsonb_build_object('reference', c.reference, 'since', iso_utc(k.allowed_at))
                         FROM data_copy k JOIN change_request c ON c.id = k.change_request
                        WHERE k.individual = i.id AND k.handed_at IS NULL ORDER BY k.allowed_at LIMIT 1),
        'objections', (SELECT coalesce(jsonb_agg(jsonb_build_object('use', d.use, 'since', iso_utc(d.since))
                                                 ORDER BY d.since, d.use), '[]')
                         FROM data_objection d WHERE d.individual = i.id),
        'verification_waits', (SELECT jsonb_build_object('id', w.id, 'at', iso_utc(w.at), 'own', w.seen_by = $1::bigint)
                                 FROM verification_wait w WHERE w.individual = i.id AND w.decided_at IS NULL),
        'group', (SELECT jsonb_build_object('registration_number', r.registration_number,
                    'place', l.name, 'address_line', r.address_line,
                    'status', r.process_status, 'registered_on', r.registered_on, 'revision', r.revision)
                    FROM membership m JOIN registration_group r ON r.id = m.registration_group
                    JOIN location l ON l.code = r.location WHERE m.individual = i.id AND m.until IS NULL),
        'memberships', (SELECT jsonb_agg(jsonb_build_object('registration_number', r.registration_number,
                          'relationship', m.relationship, 'since', m.since, 'until', m.until) ORDER BY m.since DESC)
                          FROM membership m JOIN registration_group r ON r.id = m.registration_group
                         WHERE m.individual = i.id),
        'statuses', (SELECT jsonb_agg(jsonb_build_object('status', s.status, 'since', s.since, 'until', s.until)
                                      ORDER BY s.since DESC)
            FROM (SELECT t.status, t.since, lead(t.since) OVER (ORDER BY t.since) AS until FROM (
                    SELECT coalesce((SELECT c.was FROM status_change c WHERE c.individual = i.id ORDER BY c.at LIMIT 1),
                                    i.process_status) AS status, i.registered_on AS since
                    UNION ALL
                    SELECT c.becomes, (c.at AT TIME ZONE o.timezone)::date FROM status_change c
                     WHERE c.individual = i.id) t) s))
      FROM individual i JOIN operation o ON o.code = i.operation, g
     WHERE i.id = $2::bigint AND staff_opens($1::bigint, $2::bigint, g.now) IS NOT NULL)"};

// What the record's parts leave out. Of tickets, those that person_tickets shows.
const registered_statement person_copy{"person_copy", R"(
    WITH g AS (SELECT timestamptz 'epoch' + $3::bigint * interval '1 microsecond' AS now),
    told AS (
      SELECT t.id, t.reference FROM ticket t, g
       WHERE t.individual = $2::bigint AND NOT t.sensitive
         AND NOT (num_nonnulls(t.about_office, t.about_staff) > 0 AND staff_accused($1::bigint, t, g.now)))
    SELECT jsonb_build_object(
        'made_at', iso_utc(g.now),
        'identity_numbers', (SELECT coalesce(jsonb_agg(jsonb_build_object('scheme', n.scheme,
                               'number', base64url_of(n.number_sealed), 'since', iso_utc(n.since),
                               'valid_until', n.valid_until, 'ended_at', iso_utc(n.ended_at)) ORDER BY n.id), '[]')
                               FROM identity_number n WHERE n.individual = i.id),
        'words', (SELECT coalesce(jsonb_agg(jsonb_build_object('ticket', w.reference, 'at', iso_utc(w.at), 'by', w.by,
                           'text', base64url_of(w.text_sealed)) ORDER BY w.at, w.by), '[]')
                    FROM (SELECT told.reference, x.added_at AS at, 'her' AS by, x.text_sealed
                            FROM told JOIN ticket_words x ON x.ticket = told.id
                          UNION ALL
                          SELECT told.reference, e.at, 'staff', e.text_sealed
                            FROM told JOIN ticket_entry e ON e.ticket = told.id AND e.kind = 'answer') w),
        'appointments', (SELECT coalesce(jsonb_agg(jsonb_build_object('kind', a.kind, 'office', f.name, 'day', a.day,
                                  'opens', a.opens, 'closes', a.closes, 'state', a.state) ORDER BY a.day, a.id), '[]')
                           FROM appointment a JOIN office f ON f.id = a.office WHERE a.individual = i.id))
      FROM individual i, g
     WHERE i.id = $2::bigint AND staff_opens($1::bigint, $2::bigint, g.now) IS NOT NULL)"};

constexpr std::string_view ticket_context = "ticket";
constexpr int rows_at_once = 500;

// In place of the sealed form; NULL where no key opens it.
void open_value(boost::json::value& value, std::string_view context, sealer& record) {
    const auto raw = from_base64url({value.as_string().data(), value.as_string().size()});
    const auto plain = raw ? record.open(as_string_view(*raw), context) : std::unexpected(open_error::malformed);
    value = plain ? boost::json::value(*plain) : boost::json::value();
}

std::vector<parameter> given_of(looker by, const clock& time) {
    std::vector<parameter> given;
    given.push_back(id_parameter(by.who));
    given.push_back(id_parameter(by.person));
    given.emplace_back(time_parameter(time.now()));
    return given;
}

// The number in full, in place of its sealed form.
void open_number(boost::json::object& phone, sealer& record) {
    const boost::json::value* const sealed = phone.if_contains("sealed");
    if (sealed == nullptr) return;
    const auto& text = sealed->as_string();
    const auto raw = from_base64url({text.data(), text.size()});
    auto number = raw ? record.open(as_string_view(*raw), msisdn_context) : std::unexpected(open_error::malformed);
    const bool in_use = phone.at("disabled_at").is_null();
    if (!number && in_use) throw registry_unavailable("a sealed phone number does not open with the keys at hand");
    phone.erase("sealed");
    // One that was deleted with her opens no more.
    if (!number)
        phone["number"] = "•••";
    else if (in_use)
        phone["number"] = *number;
    else
        phone["number"] = "•••" + number->substr(number->size() < 3 ? 0 : number->size() - 3);
}

}  // namespace

task<opened_by> people_record::open(looker by, std::string_view what) {
    std::vector<parameter> given = given_of(by, time_);
    given.emplace_back(what);
    const rows got = co_await pool_.write(person_open, std::move(given));
    const std::string_view why = got.empty() ? std::string_view() : got.text(0, 0);
    co_return why == "scope" ? opened_by::scope : why == "glass" ? opened_by::glass : opened_by::nothing;
}

task<std::optional<std::int64_t>> people_record::revision(looker by) {
    const rows got = co_await pool_.read(person_revision, given_of(by, time_));
    if (got.empty()) co_return std::nullopt;
    co_return got.number(0, 0);
}

task<std::optional<boost::json::object>> people_record::record(looker by) {
    const rows got = co_await pool_.read(person_record, given_of(by, time_));
    if (got.empty()) co_return std::nullopt;
    co_return boost::json::parse(got.text(0, 0)).as_object();
}

task<people_record::page> people_record::part(looker by, record_part which, std::int64_t after, int limit) {
    std::vector<parameter> given = given_of(by, time_);
    given.emplace_back(std::to_string(after));
    given.emplace_back(std::to_string(limit + 1));
    const rows got = co_await pool_.read(statement_of(which), std::move(given));
    page found;
    for (int row = 0; row < got.size() && row < limit; ++row) {
        boost::json::object one = boost::json::parse(got.text(row, 1)).as_object();
        if (which == record_part::phones) open_number(one, record_);
        found.items.push_back(std::move(one));
    }
    if (got.size() > limit) found.next = got.number(limit - 1, 0);
    co_return found;
}

task<std::optional<boost::json::object>> people_record::copy(looker by) {
    auto person = co_await record(by);
    const rows got = co_await pool_.read(person_copy, given_of(by, time_));
    if (!person || got.empty()) co_return std::nullopt;
    boost::json::object all = boost::json::parse(got.text(0, 0)).as_object();
    for (auto& one : all["identity_numbers"].as_array())
        open_value(one.as_object()["number"], identity_context, record_);
    for (auto& one : all["words"].as_array()) open_value(one.as_object()["text"], ticket_context, record_);
    // What is about whoever looks is not about her.
    for (const std::string_view own : {"may", "enough", "opened_by", "glass_until"}) person->erase(own);
    all["person"] = std::move(*person);
    for (std::size_t i = 0; i < static_cast<std::size_t>(record_part::count); ++i) {
        const auto which = static_cast<record_part>(i);
        boost::json::array items;
        std::int64_t after = 0;
        do {
            page some = co_await part(by, which, after, rows_at_once);
            for (auto& one : some.items) items.push_back(std::move(one));
            after = some.next;
        } while (after != 0);
        all[name_of(which)] = std::move(items);
    }
    co_return all;
}

}  // namespace mlango::registry
