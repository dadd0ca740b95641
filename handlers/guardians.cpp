// Whom she asks to vouch for her if she loses her PIN, and vouching for others.
#include <algorithm>

#include "handlers/subjects.hpp"

namespace mlango::handlers {

namespace {

answer outcome(std::string_view name) {
    return {.outcome = name, .values = {}, .rows = {}};
}

// Not while the phone or the PIN may be in other hands.
bool closed(const hop_context& hop) {
    return (hop.session.flags & (flag_sim_changed | flag_cooling)) != 0;
}

std::string initial(std::string_view name) {
    std::size_t first = name.empty() ? 0 : 1;
    while (first < name.size() && (static_cast<unsigned char>(name[first]) & 0xc0) == 0x80) ++first;
    return std::string(name.substr(0, first)) + "***";
}

}  // namespace

task<answer> my_guardians(hop_context& hop) {
    answer given;
    for (const auto& one : co_await hop.rooms.registry.guardians.of(hop.person()))
        given.rows.push_back({.id = std::to_string(one.id), .values = {{"tail", "..." + one.tail}}});
    co_return given;
}

task<answer> guardian(hop_context& hop) {
    const std::int64_t wanted_one = hop_context::number_in(hop.asked.subject);
    for (const auto& one : co_await hop.rooms.registry.guardians.of(hop.person()))
        if (one.id == wanted_one) {
            answer given;
            given.values = {{"tail", "..." + one.tail}};
            co_return given;
        }
    co_return outcome("gone");
}

// do: told before she types anything.
task<answer> may_name_guardian(hop_context& hop) {
    co_return outcome(closed(hop) ? "desk" : "yes");
}

// do: a number that nobody is registered at is named like any other.
task<answer> name_guardian(hop_context& hop) {
    if (closed(hop)) co_return outcome("desk");
    switch (co_await hop.rooms.registry.guardians.name(hop.person(), hop.field("guardian"), hop.hop)) {
        case registry::naming::done:
            co_return outcome("done");
        case registry::naming::full:
            co_return outcome("full");
        case registry::naming::same:
            break;
    }
    co_return outcome("same");
}

task<answer> remove_guardian(hop_context& hop) {
    if (closed(hop)) co_return outcome("desk");
    co_await hop.rooms.registry.guardians.remove(hop.person(), hop_context::number_in(hop.asked.subject));
    co_return outcome("done");
}

// load: who named her.
task<answer> wards(hop_context& hop) {
    answer given;
    for (const auto& one : co_await hop.rooms.registry.guardians.wards_of(hop.person()))
        given.rows.push_back({.id = std::to_string(one.id),
                              .values = {{"ward", initial(one.given_name)}, {"asks", one.recovery.has_value()}}});
    co_return given;
}

task<answer> ward(hop_context& hop) {
    const std::int64_t wanted_one = hop_context::number_in(hop.asked.subject);
    for (const auto& one : co_await hop.rooms.registry.guardians.wards_of(hop.person()))
        if (one.id == wanted_one) {
            answer given;
            given.values = {{"ward", initial(one.given_name)}, {"asks", one.recovery.has_value()}};
            co_return given;
        }
    co_return outcome("gone");
}

// do: subject is yes or no; the ward is the screen before.
task<answer> vouch(hop_context& hop) {
    const std::int64_t of = hop_context::number_in(hop.asked.parent_subject);
    for (const auto& one : co_await hop.rooms.registry.guardians.wards_of(hop.person()))
        if (one.id == of && one.recovery)
            co_await hop.rooms.registry.guardians.speak(hop.person(), *one.recovery, hop.asked.subject == "yes");
    co_return outcome("done");
}

}  // namespace mlango::handlers
