#include "registry/population/dossiers.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace mlango::registry::population {

namespace {

using std::chrono::days;

// What is open must have a reference of its own. Each family has three; from this one on nothing is open any more.
constexpr std::int64_t slots_a_family = 3;
constexpr std::int64_t families_with_open_requests = 150'000;
static_assert(families_with_open_requests * slots_a_family < all_references - 1000, "the last thousand are the demo's");

std::string next_reference(const dossier& of) {
    const auto taken = static_cast<std::int64_t>(of.changes.size() + of.tickets.size());
    return reference_at((of.who.number * slots_a_family + taken) % (families_with_open_requests * slots_a_family));
}

bool full(const dossier& of) {
    return of.changes.size() + of.tickets.size() >= static_cast<std::size_t>(slots_a_family);
}

void add_change(dossier& to, day today, dice& chance) {
    asked_change asked;
    asked.asked = today - days(chance.between(0, 60));
    if (asked.asked < to.who.registered) return;
    const bool may_be_open = to.who.number < families_with_open_requests;
    if (chance.percent(70)) {
        asked.kind = "address";
        asked.field = "address_line";
        asked.before = to.who.address_line;
        asked.after = address_line(chance);
    } else {
        asked.kind = "birth_date";
        asked.field = "birth_date";
        asked.member = chance.below(static_cast<std::uint32_t>(to.who.members.size()));
        const day born = to.who.members[asked.member].born;
        asked.before = date_text(born);
        asked.after = date_text(born + days(chance.between(-300, -1)));
    }
    constexpr std::array<std::string_view, 4> states = {"pending", "validated", "applied", "rejected"};
    constexpr std::array<std::uint8_t, 4> shares = {40, 10, 40, 10};
    asked.state = states[may_be_open ? chance.by_weight(shares) : 2 + chance.below(2)];
    if (asked.state == "rejected") asked.reason = "evidence_missing";
    if (asked.state == "applied" || asked.state == "rejected")
        asked.decided = std::min(today, asked.asked + days(chance.between(0, 9)));
    asked.reference = next_reference(to);
    to.changes.push_back(std::move(asked));
}

void add_ticket(dossier& to, day asked, std::string_view category, std::string_view topic,
                std::optional<std::size_t> about, day today, dice& chance) {
    asked_ticket ticket{.reference = next_reference(to),
                        .category = category,
                        .topic = topic,
                        .entitlement = about,
                        .state = "closed",
                        .asked = asked,
                        .closed = {}};
    const bool recent = asked + days(14) > today;
    if (recent && to.who.number < families_with_open_requests) {
        constexpr std::array<std::string_view, 3> open = {"new", "assigned", "in_progress"};
        ticket.state = open[chance.below(3)];
    } else {
        ticket.closed = std::min(today, asked + days(chance.between(1, 12)));
    }
    to.tickets.push_back(std::move(ticket));
}

}  // namespace

dossier make_dossier(std::uint64_t seed, std::int64_t number, const calendar& when) {
    dossier out;
    out.who = make_family(seed, number, when.today());
    out.entitlements = make_entitlements(seed, out.who, when);
    dice chance(seed, number, subject::requests);
    if (chance.percent(6)) add_change(out, when.today(), chance);
    // A receipt that is not "received" opened a ticket.
    for (std::size_t i = 0; i < out.entitlements.size() && !full(out); ++i)
        if (const auto& told = out.entitlements[i].answer; told && told->answer != "received")
            add_ticket(out, told->on, "problem", told->answer, i, when.today(), chance);
    if (chance.percent(4) && !full(out)) {
        constexpr std::array<std::string_view, 3> categories = {"call_back", "question", "complaint"};
        const day asked = when.today() - days(chance.between(0, 45));
        if (asked >= out.who.registered)
            add_ticket(out, asked, categories[chance.below(3)], "assistance", {}, when.today(), chance);
    }
    return out;
}

std::string reference_at(std::int64_t slot) {
    constexpr std::string_view alphabet = "ACDEFGHJKMNPQRTUVWXY234679";
    static_assert(alphabet.size() == 26);
    // 226,129 is prime to 26: neighbouring slots do not look alike.
    std::int64_t rest = slot % all_references * 226'129 % all_references;
    std::string out(4, ' ');
    for (char& letter : out) {
        letter = alphabet[static_cast<std::size_t>(rest % 26)];
        rest /= 26;
    }
    return out;
}

}  // namespace mlango::registry::population
