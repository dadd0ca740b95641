// Who collects for her: seeing it, naming somebody, taking it back. The entitlement that it is about is kept in a field
// of the form from the first step on.
#include <algorithm>

#include "handlers/subjects.hpp"

namespace mlango::handlers {

namespace {

answer outcome(std::string_view name) {
    return {.outcome = name, .values = {}, .rows = {}};
}

// Whoever holds the phone of a changed SIM, or gave a recovered PIN, appoints nobody.
bool naming_closed(const hop_context& hop) {
    return (hop.session.flags & (flag_sim_changed | flag_cooling)) != 0;
}

registry::entitlement_id entitlement_in(std::string_view subject) {
    return {hop_context::number_in(subject)};
}

// Its number is not looked at: it goes to all of hers.
registry::notice told(hop_context& hop) {
    return registry::make_notice(hop.rooms.record, hop.from, hop.language(), "sms.changed", {});
}

}  // namespace

task<answer> collector(hop_context& hop) {
    const auto entitlement = entitlement_in(hop.asked.subject);
    const auto found = co_await hop.rooms.registry.collectors.of(entitlement, hop.group(), hop.person());
    if (!found) co_return outcome("gone");
    const bool card = !found->card.empty();
    answer given;
    given.values = {{"is_named", found->named},
                    {"is_begun", found->begun},
                    {"is_card", card},
                    {"who", card ? "***" + found->card : found->given_name},
                    {"day", day_of(found->begins_on)},
                    {"can_name", found->open && found->may_name && !found->named},
                    {"can_take_back", found->may_name && found->named}};
    co_return given;
}

// do: told before she chooses anybody.
task<answer> may_name_collector(hop_context& hop) {
    if (naming_closed(hop)) co_return outcome("desk");
    hop.set_field("entitlement", hop.asked.subject);
    co_return outcome("yes");
}

task<answer> adults(hop_context& hop) {
    answer given;
    for (const auto& one : co_await hop.rooms.registry.collectors.adults(hop.group(), hop.person()))
        given.rows.push_back({.id = std::to_string(one.person.value), .values = {{"name", one.given_name}}});
    co_return given;
}

task<answer> choose_collector(hop_context& hop) {
    const std::int64_t chosen = hop_context::number_in(hop.asked.subject);
    const auto all = co_await hop.rooms.registry.collectors.adults(hop.group(), hop.person());
    const auto one = std::ranges::find_if(all, [&](const auto& each) { return each.person.value == chosen; });
    if (one == all.end()) co_return outcome("gone");
    hop.set_field("collector", hop.asked.subject);
    hop.set_field("who", one->given_name);
    co_return outcome("chosen");
}

task<answer> choose_card(hop_context& hop) {
    const auto key = registry::card_key(hop.field("card"));
    if (!key) co_return outcome("invalid");
    hop.set_field("collector", {});
    hop.set_field("who", "***" + key->substr(key->size() - 4));
    co_return outcome("chosen");
}

// do: the subject says whether for this one or for all that is open.
task<answer> name_collector(hop_context& hop) {
    if (naming_closed(hop)) co_return outcome("desk");
    registry::collector_wish who;
    who.person = {hop_context::number_in(hop.field("collector"))};
    if (!who.person) who.card = hop.field("card");
    const auto entitlement = entitlement_in(hop.field("entitlement"));
    const auto sms = told(hop);
    const auto result = co_await hop.rooms.registry.collectors.name(entitlement, hop.asked.subject == "all",
                                                                    hop.group(), hop.person(), who, hop.hop, sms);
    switch (result) {
        case registry::collector_naming::done:
            co_return outcome("done");
        case registry::collector_naming::already:
            co_return outcome("already");
        case registry::collector_naming::nobody:
            co_return outcome("nobody");
        case registry::collector_naming::not_hers:
            break;
    }
    co_return outcome("gone");
}

// do: always possible, also with a changed SIM: it only takes away.
task<answer> take_collector_back(hop_context& hop) {
    const auto sms = told(hop);
    co_await hop.rooms.registry.collectors.take_back(entitlement_in(hop.asked.parent_subject),
                                                     hop.asked.subject == "all", hop.group(), hop.person(), sms);
    co_return outcome("done");
}

}  // namespace mlango::handlers
