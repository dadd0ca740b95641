#include "registry/staff/record_parts.hpp"

#include <array>
#include <utility>

namespace mlango::registry {

namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(record_part::count)> names = {
    "household", "phones", "entitlements", "requests",      "tickets",
    "consents",  "shown",  "looks",        "conversations", "checks"};

const registered_statement person_household{"person_household", R"(
    SELECT i.id, jsonb_build_object('id', i.id, 'given_name', i.given_name, 'family_name', i.family_name, 'sex', i.sex,
             'birth_date', i.birth_date, 'individual_number', i.individual_number, 'status', i.process_status,
             'relationship', m.relationship,
             'relationship_name', (SELECT c.label FROM code c
                                    WHERE c.list = 'relationship' AND c.code = m.relationship),
             'since', m.since, 'until', m.until)
      FROM membership hers
      JOIN membership m ON m.registration_group = hers.registration_group
      JOIN individual i ON i.id = m.individual
     WHERE hers.individual = $2::bigint AND hers.until IS NULL AND $4::bigint = 0
       AND staff_opens($1::bigint, $2::bigint, timestamptz 'epoch' + $3::bigint * interval '1 microsecond') IS NOT NULL
     ORDER BY m.until IS NOT NULL, m.relationship <> 'PA', i.birth_date, i.id LIMIT $5::integer)"};

const registered_statement person_phones{"person_phones", R"(
    WITH g AS (SELECT timestamptz 'epoch' + $3::bigint * interval '1 microsecond' AS now)
    SELECT p.id, jsonb_build_object('id', p.id,
             'sealed', base64url_of(p.number_sealed),
             'answers', p.answers, 'trust', p.trust, 'nickname', p.nickname, 'collected_on', p.collected_on,
             'verified_at', iso_utc(p.verified_at), 'sim_changed_at', iso_utc(p.sim_changed_at),
             'linked_at', iso_utc(p.linked_at), 'confirmed_at', iso_utc(p.confirmed_at), 'last_seen_on', p.last_seen_on,
             'disabled_at', iso_utc(p.disabled_at),
             'language', n.language, 'sms_allowed', coalesce(n.sms_allowed, true),
             'others', (SELECT count(*) FROM phone o WHERE o.number_blind = p.number_blind AND o.disabled_at IS NULL
                           AND o.individual <> p.individual),
             'can_be_called', call_proves(p, g.now))
      FROM phone p LEFT JOIN number_preference n ON n.number_blind = p.number_blind, g
     WHERE p.individual = $2::bigint AND $4::bigint = 0 AND staff_opens($1::bigint, $2::bigint, g.now) IS NOT NULL
     ORDER BY p.disabled_at IS NOT NULL, p.trust DESC, p.id LIMIT $5::integer)"};

const registered_statement person_entitlements{"person_entitlements", R"(
    SELECT e.id, jsonb_build_object('id', e.id, 'programme', r.name, 'kind', e.kind,
             'amount_minor', e.amount_minor, 'currency', e.currency, 'state', e.state, 'fail_code', e.fail_code,
             'valid_from', e.valid_from, 'valid_to', e.valid_to, 'order_number', e.order_number, 'list', e.payment_list,
             'collector', k.given_name, 'collector_id', k.id,
             'items', (SELECT jsonb_agg(jsonb_build_object('item', t.name,
                         'quantity', x.quantity, 'unit', t.unit) ORDER BY t.code)
                         FROM entitlement_line x JOIN item t ON t.code = x.item WHERE x.entitlement = e.id),
             'place', (SELECT c.name FROM distribution d
                         JOIN collection_point c ON c.id = d.collection_point WHERE d.id = e.distribution),
             'day', (SELECT d.day FROM distribution d WHERE d.id = e.distribution),
             'redeemed', (SELECT jsonb_agg(jsonb_build_object('at', iso_utc(d.redeemed_at), 'amount_minor', d.amount_minor,
                            'proof', d.proof) ORDER BY d.id) FROM redemption d WHERE d.entitlement = e.id),
             'answer', (SELECT jsonb_build_object('answer', c.answer, 'at', iso_utc(c.answered_at)) FROM receipt c
                         WHERE c.entitlement = e.id))
      FROM membership m
      JOIN entitlement e ON e.registration_group = m.registration_group
      JOIN payment_list l ON l.id = e.payment_list JOIN cycle y ON y.id = l.cycle JOIN programme r ON r.id = y.programme
      JOIN individual k ON k.id = e.collector
     WHERE m.individual = $2::bigint AND m.until IS NULL AND ($4::bigint = 0 OR e.id < $4::bigint)
       AND staff_opens($1::bigint, $2::bigint, timestamptz 'epoch' + $3::bigint * interval '1 microsecond') IS NOT NULL
     ORDER BY e.id DESC LIMIT $5::integer)"};

const registered_statement person_requests{"person_requests", R"(
    SELECT c.id, jsonb_build_object('id', c.id, 'reference', c.reference, 'kind', c.kind, 'state', c.state,
             'channel', c.channel, 'trust', c.trust, 'reason', c.reason, 'asked_at', iso_utc(c.asked_at),
             'decided_at', iso_utc(c.decided_at), 'before', shown_values(c.before), 'after', shown_values(c.after))
      FROM change_request c
     WHERE c.individual = $2::bigint AND ($4::bigint = 0 OR c.id < $4::bigint)
       AND staff_opens($1::bigint, $2::bigint, timestamptz 'epoch' + $3::bigint * interval '1 microsecond') IS NOT NULL
     ORDER BY c.id DESC LIMIT $5::integer)"};

// Not the sensitive ones, and none about an office or a colleague for those whom it is about.
const registered_statement person_tickets{"person_tickets", R"(
    SELECT t.id, jsonb_build_object('id', t.id, 'reference', t.reference, 'category', t.category, 'topic', t.topic,
             'state', t.state, 'priority', t.priority, 'asked_at', iso_utc(t.asked_at), 'due_at', iso_utc(t.due_at),
             'closed_at', iso_utc(t.closed_at))
      FROM ticket t
     WHERE t.individual = $2::bigint AND NOT t.sensitive AND ($4::bigint = 0 OR t.id < $4::bigint)
       AND staff_opens($1::bigint, $2::bigint, timestamptz 'epoch' + $3::bigint * interval '1 microsecond') IS NOT NULL
       AND NOT (num_nonnulls(t.about_office, t.about_staff) > 0
                AND staff_accused($1::bigint, t, timestamptz 'epoch' + $3::bigint * interval '1 microsecond'))
     ORDER BY t.id DESC LIMIT $5::integer)"};

// Which facts, never what they say; a consent's own record stays sealed.
const registered_statement person_consents{"person_consents", R"(
    SELECT c.seq, jsonb_build_object('id', c.seq, 'at', iso_utc(c.at), 'kind', c.kind,
             'verifier', v.name, 'purpose', v.purpose,
             'facts', to_jsonb(s.facts), 'used_at', iso_utc(s.used_at), 'valid_until', iso_utc(s.valid_until),
             'ended_at', iso_utc(s.ended_at), 'ended_why', s.ended_why)
      FROM wallet_consent c
      LEFT JOIN wallet_share s ON s.id = c.share
      LEFT JOIN verifier v ON v.id = s.verifier
     WHERE c.individual = $2::bigint AND ($4::bigint = 0 OR c.seq < $4::bigint)
       AND staff_opens($1::bigint, $2::bigint, timestamptz 'epoch' + $3::bigint * interval '1 microsecond') IS NOT NULL
     ORDER BY c.seq DESC LIMIT $5::integer)"};

const registered_statement person_shown{"person_shown", R"(
    SELECT w.id, jsonb_build_object('id', w.id, 'at', iso_utc(w.at), 'what', w.what, 'channel', w.channel,
             'verifier', v.name)
      FROM wallet_look w LEFT JOIN verifier v ON v.id = w.verifier
     WHERE w.individual = $2::bigint AND ($4::bigint = 0 OR w.id < $4::bigint)
       AND staff_opens($1::bigint, $2::bigint, timestamptz 'epoch' + $3::bigint * interval '1 microsecond') IS NOT NULL
     ORDER BY w.id DESC LIMIT $5::integer)"};

// Nothing here may tell of a sensitive ticket or an alarm: what concerns tickets stands with the tickets.
const registered_statement person_looks{"person_looks", R"(
    SELECT a.id, jsonb_build_object('id', a.id, 'at', iso_utc(a.at), 'kind', a.kind, 'detail', a.detail,
             'by', coalesce(s.shown_name, a.actor))
      FROM audit a LEFT JOIN staff s ON 'staff:' || s.id = a.actor
     WHERE a.individual = $2::bigint AND a.actor LIKE 'staff%' AND a.kind NOT LIKE 'ticket%'
       AND ($4::bigint = 0 OR a.id < $4::bigint)
       AND staff_opens($1::bigint, $2::bigint, timestamptz 'epoch' + $3::bigint * interval '1 microsecond') IS NOT NULL
     ORDER BY a.id DESC LIMIT $5::integer)"};

const registered_statement person_conversations{"person_conversations", R"(
    SELECT a.id, jsonb_build_object('id', a.id, 'at', iso_utc(a.at), 'channel', a.actor, 'kind', a.kind,
             'detail', a.detail)
      FROM audit a
     WHERE a.individual = $2::bigint AND a.actor IN ('phone', 'sms', 'ussd') AND a.kind NOT LIKE 'ticket%'
       AND a.kind <> 'pin.duress' AND ($4::bigint = 0 OR a.id < $4::bigint)
       AND staff_opens($1::bigint, $2::bigint, timestamptz 'epoch' + $3::bigint * interval '1 microsecond') IS NOT NULL
     ORDER BY a.id DESC LIMIT $5::integer)"};

const registered_statement person_checks{"person_checks", R"(
    SELECT v.id, jsonb_build_object('id', v.id, 'at', iso_utc(v.at), 'method', v.method, 'reference', v.reference,
             'seen_by', coalesce(a.shown_name, v.seen_by), 'second_by', coalesce(b.shown_name, v.second_by),
             'valid_until', iso_utc(v.valid_until), 'ended_at', iso_utc(v.ended_at))
      FROM verification v
      LEFT JOIN staff a ON 'staff:' || a.id = v.seen_by
      LEFT JOIN staff b ON 'staff:' || b.id = v.second_by
     WHERE v.individual = $2::bigint AND ($4::bigint = 0 OR v.id < $4::bigint)
       AND staff_opens($1::bigint, $2::bigint, timestamptz 'epoch' + $3::bigint * interval '1 microsecond') IS NOT NULL
     ORDER BY v.id DESC LIMIT $5::integer)"};

}  // namespace

std::string_view name_of(record_part part) {
    return names[static_cast<std::size_t>(part)];
}

std::optional<record_part> record_part_of(std::string_view name) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == name) return static_cast<record_part>(i);
    return std::nullopt;
}

const statement& statement_of(record_part part) {
    switch (part) {
        case record_part::household:
            return person_household;
        case record_part::phones:
            return person_phones;
        case record_part::entitlements:
            return person_entitlements;
        case record_part::requests:
            return person_requests;
        case record_part::tickets:
            return person_tickets;
        case record_part::consents:
            return person_consents;
        case record_part::shown:
            return person_shown;
        case record_part::looks:
            return person_looks;
        case record_part::conversations:
            return person_conversations;
        case record_part::checks:
        case record_part::count:
            break;
    }
    return person_checks;
}

}  // namespace mlango::registry
