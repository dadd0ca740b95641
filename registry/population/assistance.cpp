#include "registry/population/assistance.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace mlango::registry::population {

namespace {

using std::chrono::days;

enum class phase : std::uint8_t { coming, open, over };

constexpr std::size_t fewest_entitlements = 3;
constexpr std::array<std::uint8_t, 7> count_shares = {15, 27, 25, 17, 9, 5, 2};  // 3 to 9

constexpr std::array<std::string_view, 3> coming_states = {"pending", "sent", "cancelled"};
constexpr std::array<std::uint8_t, 3> coming_shares = {75, 23, 2};
constexpr std::array<std::string_view, 5> open_states = {"available", "redeemed", "sent", "partial", "error"};
constexpr std::array<std::uint8_t, 5> open_shares = {62, 24, 8, 3, 3};
constexpr std::array<std::string_view, 6> over_states = {"redeemed", "partial", "not_collected",
                                                         "expired",  "error",   "cancelled"};
constexpr std::array<std::uint8_t, 6> over_shares = {78, 4, 7, 5, 3, 3};

phase phase_of(day first, day last, day today) {
    if (today < first) return phase::coming;
    return today <= last ? phase::open : phase::over;
}

std::string_view draw_state(phase at, dice& chance) {
    switch (at) {
        case phase::coming:
            return coming_states[chance.by_weight(coming_shares)];
        case phase::open:
            return open_states[chance.by_weight(open_shares)];
        case phase::over:
            break;
    }
    return over_states[chance.by_weight(over_shares)];
}

void add_line(entitlement& to, std::string_view code, int thousandths) {
    const auto found = std::ranges::find(items(), code, &item::code);
    to.lines.push_back({static_cast<std::size_t>(found - items().begin()), thousandths});
}

// A month's ration a head, or what a household of that size is given.
void add_lines(entitlement& to, std::int64_t programme, int heads) {
    if (programme == 1) {
        add_line(to, "maize_flour", 8'100 * heads);
        add_line(to, "beans", 1'800 * heads);
        add_line(to, "oil", 750 * heads);
        if (heads > 2) add_line(to, "salt", 150 * heads);
    } else if (programme == 4) {
        add_line(to, "blanket", 1'000 * heads);
        add_line(to, "net", 1'000 * ((heads + 1) / 2));
        add_line(to, "jerrycan", 2'000);
        if (heads > 1) add_line(to, "kitchen_set", 1'000);
    } else {
        add_line(to, "soap", 1'000 * heads);
    }
}

std::int64_t amount_of(std::string_view kind, std::size_t operation, int heads) {
    const bool uganda = operation == 1;
    if (kind == "cash") return (uganda ? 26'000 : 85'000) * static_cast<std::int64_t>(heads);
    return (uganda ? 12'000 : 40'000) * static_cast<std::int64_t>(heads) + (uganda ? 5'000 : 20'000);
}

void redeem(entitlement& of, const family& who, day today, dice& chance) {
    const day until = std::min(of.last, today);
    redemption done;
    done.on = of.first + days(chance.between(0, std::max(0, static_cast<int>((until - of.first).count()))));
    done.second = chance.between(8 * 3600, 15 * 3600);
    done.collector = of.collector;
    done.proof = of.provider.empty() ? (chance.percent(70) ? "biometric" : "token") : "provider";
    if (of.amount_minor) done.amount_minor = of.state == "partial" ? *of.amount_minor / 2 : *of.amount_minor;
    of.redeemed = done;
    // More than half tell us; nearly all of them that all is well.
    if (!chance.percent(60) || done.on >= today) return;
    receipt told{.answer = "received", .on = std::min(today, done.on + days(chance.between(0, 6)))};
    if (of.state == "partial") told.answer = "partial";
    if (chance.percent(3)) told.answer = "issues";
    if (chance.percent(2) && of.amount_minor && who.members.size() > 1) told.answer = "not_received";
    of.answer = told;
}

// An adult of the household who may collect in the principal's place.
std::optional<std::size_t> alternate_of(const family& who, day today) {
    for (std::size_t i = 1; i < who.members.size(); ++i)
        if (!who.members[i].left && (today - who.members[i].born).count() > 18 * 366) return i;
    return std::nullopt;
}

// What is hers on that list, before anything has happened to it.
entitlement planned(const family& of, std::size_t number, const calendar& when, std::size_t list) {
    const payment_list& on = when.lists()[list];
    const cycle& in = when.cycles()[on.cycle];
    const programme& from = programmes()[in.programme];
    entitlement out;
    out.list = list;
    out.state = "pending";
    const std::size_t settlement = places()[of.zone].settlement;
    out.distribution = when.distribution_at(
        list, settlement * points_a_settlement + static_cast<std::size_t>(of.number % points_a_settlement));
    if (out.distribution) {
        out.first = when.distributions()[*out.distribution].on;
        out.last = out.first + collecting;
    } else {
        out.first = in.first;
        out.last = in.last;
        out.provider = operations()[of.operation].provider;
    }
    if (from.kind == "in_kind") {
        add_lines(out, from.id, of.size());
    } else {
        out.amount_minor = amount_of(from.kind, of.operation, of.size());
        out.currency = on.currency;
        // Multiplying by a number prime to ten permutes the nine digits: unique, and not to be guessed from the next.
        out.order_number = fmt::format("{:09}", entitlement_key(of.number, number) * 387'420'489 % 1'000'000'000);
    }
    return out;
}

void settle(entitlement& what, const family& of, day today, std::string_view state, dice& chance) {
    what.state = state;
    if (state == "error") what.fail_code = what.provider.empty() ? "item_short" : "account_inactive";
    if (const auto other = alternate_of(of, today); other && chance.percent(8)) {
        what.collector = *other;
        what.alternate = true;
    }
    if (state == "redeemed" || state == "partial") redeem(what, of, today, chance);
}

}  // namespace

entitlement make_entitlement(const family& of, std::size_t number, const calendar& when, std::size_t list,
                             std::string_view state, dice& chance) {
    entitlement out = planned(of, number, when, list);
    settle(out, of, when.today(), state, chance);
    return out;
}

std::vector<entitlement> make_entitlements(std::uint64_t seed, const family& of, const calendar& when) {
    dice chance(seed, of.number, subject::assistance);
    // Food for all but a few; cash or vouchers for most; the others now and then.
    const std::array<bool, 5> enrolled = {chance.percent(92), chance.percent(55), chance.percent(35),
                                          chance.percent(25), chance.percent(35)};
    std::vector<std::size_t> lists;
    for (std::size_t p = 0; p < enrolled.size(); ++p)
        if (enrolled[p] || (p == 0 && !enrolled[1] && !enrolled[2]))
            lists.insert(lists.end(), when.lists_of(p, of.operation).begin(), when.lists_of(p, of.operation).end());
    // Next month's are not all known yet.
    std::erase_if(lists, [&](std::size_t list) {
        return when.cycles()[when.lists()[list].cycle].first > when.today() && chance.percent(45);
    });
    std::ranges::sort(lists, [&](std::size_t a, std::size_t b) {
        const auto first = [&](std::size_t list) { return when.cycles()[when.lists()[list].cycle].first; };
        return first(a) != first(b) ? first(a) > first(b) : a < b;
    });
    lists.resize(std::min(lists.size(), fewest_entitlements + chance.by_weight(count_shares)));
    std::vector<entitlement> out;
    out.reserve(lists.size());
    for (const std::size_t list : lists) {
        entitlement next = planned(of, out.size(), when, list);
        const phase at = phase_of(next.first, next.last, when.today());
        std::string_view state = draw_state(at, chance);
        if (out.size() < fewest_entitlements && state == "cancelled")
            state = at == phase::over ? "redeemed" : "pending";
        settle(next, of, when.today(), state, chance);
        out.push_back(std::move(next));
    }
    return out;
}

}  // namespace mlango::registry::population
