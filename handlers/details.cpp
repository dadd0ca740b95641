// My details: what is recorded, and asking for it to be put right. A wish becomes a request that staff decide; only who
// answers a number, and by which nickname, is hers alone to say and holds at once.
#include <algorithm>

#include "gsm/msisdn.hpp"
#include "handlers/nickname.hpp"
#include "handlers/subjects.hpp"
#include "handlers/wishes.hpp"

namespace mlango::handlers {

namespace {

// The first letter and dots: enough to know oneself, too little for who looks over her shoulder.
std::string masked_name(std::string_view name) {
    std::size_t first = name.empty() ? 0 : 1;
    while (first < name.size() && (static_cast<unsigned char>(name[first]) & 0xc0) == 0x80) ++first;
    return std::string(name.substr(0, first)) + "***";
}

std::string masked_number(std::string_view e164, int shown = 3) {
    const auto number = gsm::msisdn::from_e164(e164);
    return number ? number->masked(shown) : std::string("***");
}

std::string_view last(std::string_view text, std::size_t count) {
    return text.size() <= count ? text : text.substr(text.size() - count);
}

task<phone_records> her_phones(hop_context& hop) {
    co_return co_await hop.rooms.registry.people.phones_of(hop.person());
}

// The one that she chose; nullptr when it is gone meanwhile.
const registry::phone_record* chosen_of(const phone_records& all, const hop_context& hop) {
    const auto wanted_phone = registry::phone_id{hop_context::number_in(hop.asked.subject)};
    const auto found = std::ranges::find(all, wanted_phone, &registry::phone_record::phone);
    return found == all.end() ? nullptr : &*found;
}

bool holds(const phone_records& all, std::string_view number) {
    return std::ranges::find(all, number, &registry::phone_record::e164) != all.end();
}

// After a SIM change the phone may be in other hands, and so may a PIN that came back lately: numbers then change at
// the desk only.
bool numbers_closed(const hop_context& hop) {
    return (hop.session.flags & (flag_sim_changed | flag_cooling)) != 0;
}

task<answer> set_nickname(hop_context& hop, std::string nickname) {
    const registry::phone_id phone{hop_context::number_in(hop.asked.subject)};
    switch (co_await hop.rooms.registry.people.set_nickname(phone, hop.person(), nickname)) {
        case registry::nickname_outcome::kept:
            co_return outcome("done");
        case registry::nickname_outcome::taken:
            co_return outcome("taken");
        case registry::nickname_outcome::gone:
            break;
    }
    co_return outcome("gone");
}

}  // namespace

task<answer> recorded(hop_context& hop) {
    const auto record = co_await hop.rooms.registry.people.record_of(hop.person(), hop.language());
    if (!record) throw std::runtime_error("the session's person is not in the registry");
    std::string name = masked_name(record->given_name);
    if (!record->family_name.empty()) name += " " + masked_name(record->family_name);
    answer given;
    given.values = {{"name", std::move(name)},
                    {"born", record->birth_date.substr(0, 4)},
                    {"card", "***" + std::string(last(record->registration_number, 4))},
                    {"place", record->location},
                    {"size", static_cast<std::int64_t>(record->household_size)}};
    co_return given;
}

task<answer> phones(hop_context& hop) {
    answer given;
    for (const auto& one : co_await her_phones(hop))
        given.rows.push_back({.id = std::to_string(one.phone.value),
                              .values = {{"number", masked_number(one.e164)}, {"here", one.e164 == hop.from}}});
    co_return given;
}

task<answer> phone(hop_context& hop) {
    const auto all = co_await her_phones(hop);
    const auto* one = chosen_of(all, hop);
    if (!one) co_return outcome("gone");
    answer given;
    given.values = {{"number", masked_number(one->e164)},
                    {"answers", one->answers},
                    {"nickname", one->nickname},
                    {"has_nickname", !one->nickname.empty()}};
    co_return given;
}

// do: the subject says who, that of the screen before which number.
task<answer> set_answers(hop_context& hop) {
    const registry::phone_id phone{hop_context::number_in(hop.asked.parent_subject)};
    const bool hers = co_await hop.rooms.registry.people.set_answers(phone, hop.person(), hop.asked.subject);
    co_return outcome(hers ? "done" : "gone");
}

task<answer> keep_nickname(hop_context& hop) {
    const std::string nickname = plain_nickname(hop.field("nickname"));
    const auto record = co_await hop.rooms.registry.people.record_of(hop.person(), hop.language());
    if (!record) throw std::runtime_error("the session's person is not in the registry");
    if (!may_be_nickname(nickname, record->given_name, record->family_name, hop.edition.screens.declared().forbidden))
        co_return outcome("bad");
    co_return co_await set_nickname(hop, nickname);
}

task<answer> drop_nickname(hop_context& hop) {
    co_return co_await set_nickname(hop, {});
}

// do: told before she types anything.
task<answer> may_change_numbers(hop_context& hop) {
    co_return outcome(numbers_closed(hop) ? "desk" : "yes");
}

task<answer> replaced_number(hop_context& hop) {
    const auto all = co_await her_phones(hop);
    const auto* one = chosen_of(all, hop);
    if (!one) co_return outcome("gone");
    answer given;
    given.values = {{"old", masked_number(one->e164)}};
    co_return given;
}

task<answer> ask_phone_add(hop_context& hop) {
    if (numbers_closed(hop)) co_return outcome("desk");
    const std::string number(hop.field("number"));
    const auto all = co_await her_phones(hop);
    if (holds(all, number)) co_return outcome("same");
    auto wish = wish_of(hop, "phone_add");
    wish.trust = trust_of_caller(all, hop);
    wish.after = {{"msisdn", number}};
    co_return referenced(co_await ask(hop, wish));
}

task<answer> ask_phone_replace(hop_context& hop) {
    if (numbers_closed(hop)) co_return outcome("desk");
    const auto all = co_await her_phones(hop);
    const auto* one = chosen_of(all, hop);
    if (!one) co_return outcome("gone");
    const std::string number(hop.field("number"));
    if (holds(all, number)) co_return outcome("same");
    auto wish = wish_of(hop, "phone_replace");
    wish.phone = one->phone;
    wish.trust = trust_of_caller(all, hop);
    wish.before = {{"msisdn", one->e164}};
    wish.after = {{"msisdn", number}};
    co_return referenced(co_await ask(hop, wish));
}

task<answer> ask_phone_remove(hop_context& hop) {
    if (numbers_closed(hop)) co_return outcome("desk");
    const auto all = co_await her_phones(hop);
    const auto* one = chosen_of(all, hop);
    if (!one) co_return outcome("gone");
    auto wish = wish_of(hop, "phone_remove");
    wish.phone = one->phone;
    wish.trust = trust_of_caller(all, hop);
    wish.before = {{"msisdn", one->e164}};
    co_return referenced(co_await ask(hop, wish));
}

task<answer> address(hop_context& hop) {
    const auto record = co_await hop.rooms.registry.people.record_of(hop.person(), hop.language());
    if (!record) throw std::runtime_error("the session's person is not in the registry");
    answer given;
    given.values = {
        {"place", record->location}, {"line", record->address_line}, {"has_line", !record->address_line.empty()}};
    co_return given;
}

task<answer> ask_address(hop_context& hop) {
    const auto record = co_await hop.rooms.registry.people.record_of(hop.person(), hop.language());
    if (!record) throw std::runtime_error("the session's person is not in the registry");
    auto wish = wish_of(hop, "address");
    const auto all = co_await her_phones(hop);
    wish.trust = trust_of_caller(all, hop);
    wish.before = {{"address_line", record->address_line}};
    wish.after = {{"address_line", std::string(hop.field("address"))}};
    co_return referenced(co_await ask(hop, wish));
}

task<answer> household(hop_context& hop) {
    answer given;
    for (const auto& one : co_await hop.rooms.registry.people.household_of(hop.group()))
        given.rows.push_back(
            {.id = {},
             .values = {
                 {"name", one.given_name}, {"born", std::to_string(one.birth_year)}, {"relation", one.relationship}}});
    co_return given;
}

}  // namespace mlango::handlers
