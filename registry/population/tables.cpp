#include "registry/population/tables.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "registry/parameters.hpp"
#include "registry/population/dice.hpp"
#include "registry/staff/name_key.hpp"

namespace mlango::registry::population {

namespace {

using std::chrono::days;

constexpr std::array<table_form, table_count> forms = {{
    {"operation", "code, country, name, timezone", false},
    {"location", "code, level, parent, name", false},
    {"programme", "id, name, kind, state", true},
    {"cycle", "id, programme, title, since, until, state", true},
    {"payment_list", "id, cycle, type, currency, state, operation", true},
    {"collection_point", "id, location, name, hours", true},
    {"distribution", "id, payment_list, collection_point, day, opens, closes, capacity", true},
    {"item", "code, name, unit", false},
    {"office", "id, location, name", true},
    {"refused_country", "operation, country", false},
    {"verifier", "id, number, name, purpose, country, presets, contact, retention_days, expires_at, made_at", true},
    {"verifier_agent", "id, verifier, kind, name, password, number_blind, number_sealed, pin, made_at", true},
    {"registration_group", "id, operation, registration_number, location, address_line, registered_on, revision", true},
    {"individual",
     "id, operation, individual_number, given_name, family_name, sex, birth_date, birth_precision, language, "
     "process_status, registered_on",
     true},
    {"name_key", "individual, spelled, sounds", false},
    {"membership", "individual, registration_group, relationship, since, until", false},
    {"phone",
     "id, individual, number_blind, number_sealed, answers, trust, nickname, collected_on, verified_at, "
     "sim_changed_at, "
     "disabled_at",
     true},
    {"number_preference", "number_blind, language", false},
    {"pin", "individual, verifier, failures, locked_until, set_at", false},
    {"entitlement",
     "id, payment_list, registration_group, collector, collector_is_alternate, kind, amount_minor, currency, provider, "
     "distribution, valid_from, valid_to, order_number, state, fail_code",
     true},
    {"entitlement_line", "entitlement, item, quantity", false},
    {"redemption", "id, entitlement, redeemed_at, amount_minor, lines, collector, proof, provider_reference", true},
    {"receipt", "entitlement, individual, answer, hops, answered_at", false},
    {"change_request",
     "id, reference, hop_key, kind, individual, registration_group, before, after, base_revision, trust, state, "
     "reason, "
     "asked_at, decided_at",
     true},
    {"ticket",
     "id, reference, hop_key, category, topic, individual, registration_group, entitlement, language, sensitive, "
     "state, "
     "asked_at, due_at, closed_at",
     true},
    {"appointment", "id, registration_group, individual, kind, office, day, opens, closes, state", true},
}};

// A second of the working day that is always the same for a record.
int second_of(std::int64_t key) {
    return 8 * 3600 + static_cast<int>(spread(static_cast<std::uint64_t>(key)) % (6 * 3600));
}
constexpr int later = 2 * 3600;  // the same day, after second_of()

// Stands for the hop that asked: 16 bytes that no real one has, different for each record.
std::string hop_of(table which, std::int64_t key) {
    std::string out;
    std::uint64_t value = spread(static_cast<std::uint64_t>(which) << 56 | static_cast<std::uint64_t>(key));
    for (int half = 0; half < 2; ++half) {
        for (int i = 0; i < 8; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
        value = spread(value);
    }
    return out;
}

std::string one_value(std::string_view name, std::string_view value) {
    return fmt::format(R"({{"{}": "{}"}})", name, value);
}

// {item: quantity}; of a partial redemption the half.
std::string lines_json(const entitlement& of) {
    std::string out = "{";
    for (const entitlement_line& line : of.lines)
        out += fmt::format("{}\"{}\": {}", out.size() > 1 ? ", " : "", items()[line.item].code,
                           line.thousandths / (of.state == "partial" ? 2000.0 : 1000.0));
    return out + "}";
}

std::int64_t office_of(const place& in) {
    return static_cast<std::int64_t>(in.settlement) + 1;
}

std::string_view view_of(const blind_key& key) {
    return {reinterpret_cast<const char*>(key.data()), key.size()};
}

// As the keeper of the keys would make it, so that a fresh population is found at once.
void write_name_key(copy_text& to, std::int64_t person, const member& of) {
    const registry::name_key key = name_key_of(of.given_name, of.family_name);
    to.number(person).text(key.spelled).text(fmt::format("{{{}}}", fmt::join(key.sounds, ","))).end_row();
}

}  // namespace

const table_form& form_of(table which) {
    return forms[static_cast<std::size_t>(which)];
}

void write_reference_data(row_batch& to, const calendar& when) {
    for (const operation& one : operations())
        to[table::operation]
            .text(one.code)
            .text(one.country)
            .text(places()[one.place].name.json())
            .text(one.time_zone)
            .end_row();
    for (const place& one : places())
        to[table::location].text(one.code).number(one.level).text_or_null(one.parent).text(one.name.json()).end_row();
    for (const programme& one : programmes())
        to[table::programme].number(one.id).text(one.name.json()).text(one.kind).text("active").end_row();
    for (const cycle& one : when.cycles())
        to[table::cycle]
            .number(one.id)
            .number(programmes()[one.programme].id)
            .text(one.title)
            .date(one.first)
            .date(one.last + days(1))
            .text(one.state)
            .end_row();
    for (const payment_list& one : when.lists())
        to[table::payment_list]
            .number(one.id)
            .number(when.cycles()[one.cycle].id)
            .text(one.type)
            .text_or_null(one.currency)
            .text(one.state)
            .text(operations()[one.operation].code)
            .end_row();
    for (const collection_point& one : collection_points())
        to[table::collection_point].number(one.id).text(one.place).text(one.name.json()).text(one.hours).end_row();
    for (const distribution& one : when.distributions()) {
        const collection_point& at = collection_points()[one.point];
        to[table::distribution]
            .number(one.id)
            .number(when.lists()[one.list].id)
            .number(at.id)
            .date(one.on)
            .text(at.hours.substr(0, 5))
            .text(at.hours.substr(6))
            .number(2000)
            .end_row();
    }
    for (const item& one : items()) to[table::item].text(one.code).text(one.name.json()).text(one.unit).end_row();
    // One in each settlement.
    for (const place& one : places()) {
        if (one.level != 2) continue;
        const names_by_language name{.en = one.name.en + " office",
                                     .sw = "Ofisi ya " + one.name.sw,
                                     .fr = "Bureau de " + one.name.fr,
                                     .ar = "مكتب " + one.name.ar};
        to[table::office].number(office_of(one)).text(one.code).text(name.json()).end_row();
    }
}

dossier_writer::dossier_writer(const key_ring& keys, const calendar& when)
    : when_(when), record_(keys.record, random_), blind_(keys.blind), pins_(keys.pin, {}, random_) {}

void dossier_writer::write(row_batch& to, const dossier& what) {
    write_people(to, what.who);
    write_phones(to, what);
    for (std::size_t i = 0; i < what.entitlements.size(); ++i) write_entitlement(to, what, i);
    write_requests(to, what);
    write_appointments(to, what);
}

void dossier_writer::write_people(row_batch& to, const family& who) {
    const std::int64_t group = group_key(who.number);
    const std::string_view operation = operations()[who.operation].code;
    to[table::registration_group]
        .number(group)
        .text(operation)
        .text(who.group_number)
        .text(places()[who.zone].code)
        .text(who.address_line)
        .date(who.registered)
        .number(who.revision)
        .end_row();
    for (std::size_t i = 0; i < who.members.size(); ++i) {
        const member& one = who.members[i];
        const std::int64_t person = person_key(who.number, i);
        to[table::individual]
            .number(person)
            .text(operation)
            .text(individual_number(who.operation, person))
            .text(one.given_name)
            .text_or_null(one.family_name)
            .letter(one.sex)
            .date(one.born)
            .letter(one.precision)
            .text_or_null(one.language)
            .letter(one.left ? 'I' : 'A')
            .date(one.registered)
            .end_row();
        write_name_key(to[table::name_key], person, one);
        to[table::membership]
            .number(person)
            .number(group)
            .text(one.relationship)
            .date(one.registered)
            .date(one.left)
            .end_row();
        if (one.pin == pin_state::none) continue;
        const bool locked = one.pin == pin_state::locked;
        copy_text& pin = to[table::pin];
        pin.number(person).bytes(pins_.make_issued(person_id{person}, issued_pin)).number(locked ? 10 : 0);
        locked ? pin.text("infinity") : pin.null();
        pin.moment(one.registered, second_of(person)).end_row();
    }
}

void dossier_writer::write_phones(row_batch& to, const dossier& what) {
    for (std::size_t i = 0; i < what.who.phones.size(); ++i) {
        const phone& one = what.who.phones[i];
        const std::int64_t key = phone_key(what.who.number, i);
        const std::optional<day> verified = one.verified ? std::optional(one.collected) : std::nullopt;
        const std::optional<day> disabled = one.disabled ? std::optional(one.collected) : std::nullopt;
        to[table::phone]
            .number(key)
            .number(person_key(what.who.number, one.member))
            .bytes(view_of(blind_.blind(msisdn_purpose, one.e164)))
            .bytes(record_.seal(one.e164, msisdn_context))
            .text(one.answers)
            .number(one.trust)
            .text_or_null(one.nickname)
            .date(one.collected)
            .moment(verified, second_of(key))
            .moment(one.sim_changed, second_of(key) + later)
            .moment(disabled, second_of(key) + later)
            .end_row();
    }
    for (const chosen_language& one : what.numbers)
        to[table::number_preference]
            .bytes(view_of(blind_.blind(msisdn_purpose, one.e164)))
            .text(one.language)
            .end_row();
}

void dossier_writer::write_entitlement(row_batch& to, const dossier& what, std::size_t index) {
    const std::int64_t family = what.who.number;
    const entitlement& one = what.entitlements[index];
    const payment_list& list = when_.lists()[one.list];
    const std::int64_t key = entitlement_key(family, index);
    copy_text& row = to[table::entitlement];
    row.number(key)
        .number(list.id)
        .number(group_key(family))
        .number(person_key(family, one.collector))
        .flag(one.alternate)
        .text(programmes()[when_.cycles()[list.cycle].programme].kind)
        .number(one.amount_minor)
        .text_or_null(one.currency)
        .text_or_null(one.provider);
    one.distribution ? row.number(when_.distributions()[*one.distribution].id) : row.null();
    row.date(one.first)
        .date(one.last)
        .text_or_null(one.order_number)
        .text(one.state)
        .text_or_null(one.fail_code)
        .end_row();
    for (const entitlement_line& line : one.lines)
        to[table::entitlement_line].number(key).text(items()[line.item].code).decimal(line.thousandths).end_row();
    if (one.redeemed) {
        const redemption& done = *one.redeemed;
        copy_text& redeemed = to[table::redemption];
        redeemed.number(key).number(key).moment(done.on, done.second);
        one.amount_minor ? redeemed.number(done.amount_minor).null() : redeemed.null().text(lines_json(one));
        redeemed.number(person_key(family, done.collector)).text(done.proof);
        one.provider.empty() ? redeemed.null() : redeemed.text(fmt::format("MP{:010}", key));
        redeemed.end_row();
    }
    if (one.answer)
        to[table::receipt]
            .number(key)
            .number(person_key(family, 0))
            .text(one.answer->answer)
            .bytes_in_array(hop_of(table::receipt, key))
            .moment(one.answer->on, second_of(key) + later)
            .end_row();
}

void dossier_writer::write_requests(row_batch& to, const dossier& what) {
    const std::int64_t family = what.who.number;
    for (std::size_t i = 0; i < what.changes.size(); ++i) {
        const asked_change& one = what.changes[i];
        const std::int64_t key = request_key(family, i);
        to[table::change_request]
            .number(key)
            .text(one.reference)
            .bytes(hop_of(table::change_request, key))
            .text(one.kind)
            .number(person_key(family, one.member))
            .number(group_key(family))
            .text(one_value(one.field, one.before))
            .text(one_value(one.field, one.after))
            .number(what.who.revision)
            .number(what.who.phones.front().trust)
            .text(one.state)
            .text_or_null(one.reason)
            .moment(one.asked, second_of(key))
            .moment(one.decided, second_of(key) + later)
            .end_row();
    }
    for (std::size_t i = 0; i < what.tickets.size(); ++i) {
        const asked_ticket& one = what.tickets[i];
        const std::int64_t key = request_key(family, i);
        copy_text& row = to[table::ticket];
        row.number(key)
            .text(one.reference)
            .bytes(hop_of(table::ticket, key))
            .text(one.category)
            .text_or_null(one.topic)
            .number(person_key(family, 0))
            .number(group_key(family));
        one.entitlement ? row.number(entitlement_key(family, *one.entitlement)) : row.null();
        row.text_or_null(what.who.members.front().language)
            .flag(one.category == "complaint")
            .text(one.state)
            .moment(one.asked, second_of(key))
            .moment(one.asked + days(14), second_of(key))
            .moment(one.closed, second_of(key) + later)
            .end_row();
    }
}

void dossier_writer::write_appointments(row_batch& to, const dossier& what) {
    const std::int64_t family = what.who.number;
    for (std::size_t i = 0; i < what.appointments.size(); ++i) {
        const appointment& one = what.appointments[i];
        copy_text& row = to[table::appointment];
        row.number(request_key(family, i)).number(group_key(family));
        one.member ? row.number(person_key(family, *one.member)) : row.null();
        row.text(one.kind)
            .number(office_of(places()[what.who.zone]))
            .date(one.on)
            .text(one.opens)
            .text(one.closes)
            .text("planned")
            .end_row();
    }
}

}  // namespace mlango::registry::population
