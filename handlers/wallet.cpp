// My ID: what she has and what is recorded in it, locking it, who acts for whom, and a card for a smartphone.
#include <algorithm>

#include "handlers/subjects.hpp"
#include "handlers/wallet_words.hpp"
#include "handlers/wishes.hpp"
#include "wallet/holder.hpp"
#include "wallet/issuance.hpp"

namespace mlango::handlers {

namespace {

bool in_order(const hop_context& hop) {
    return hop.rooms.wallet && hop.session.person != 0;
}

std::string state_words(std::string_view state) {
    return state == "frozen" ? "locked" : std::string(state);
}

row row_of(const hop_context& hop, const wallet::credential_card& one) {
    return {.id = one.kind,
            .values = {{"card_name", kind_words(hop, one.kind)}, {"card_state", state_words(one.state)}}};
}

std::string_view role_of(const wallet::delegation_view& one) {
    if (one.kind == "collector") return one.mine ? "collects" : "collector";
    if (!one.mine) return "guardian";
    return one.kind == "child" ? "child" : "ward";
}

// A child of the household has no record of its own.
std::string id_of(const wallet::delegation_view& one) {
    return one.id ? "d" + std::to_string(one.id.value) : "p" + std::to_string(one.other.value);
}

templates::values summary(const wallet::delegation_view& one) {
    return {{"acts", std::string(role_of(one))}, {"who", one.given_name}};
}

task<std::optional<wallet::delegation_view>> chosen_delegation(hop_context& hop) {
    for (auto& one : co_await hop.rooms.wallet->holder.delegations(hop.person(), hop.group()))
        if (id_of(one) == hop.asked.subject) co_return std::move(one);
    co_return std::nullopt;
}

}  // namespace

// load: under duress it looks as if nothing was ever kept here.
task<answer> wallet_home(hop_context& hop) {
    answer given;
    const bool shown = in_order(hop) && (hop.session.flags & flag_duress) == 0;
    const bool locked = shown && co_await hop.rooms.wallet->holder.frozen(hop.person());
    const bool asked = shown && !(co_await hop.rooms.wallet->holder.asked(hop.person(), hop.language())).empty();
    given.values = {{"is_locked", locked}, {"may_lock", !locked}, {"is_asked", asked}};
    co_return given;
}

task<answer> cards(hop_context& hop) {
    answer given;
    if (!in_order(hop)) co_return given;
    for (const auto& one : co_await hop.rooms.wallet->holder.credentials(hop.person(), hop.group()))
        given.rows.push_back(row_of(hop, one));
    co_return given;
}

// load: the subject is the kind.
task<answer> card(hop_context& hop) {
    if (!in_order(hop)) co_return outcome("gone");
    auto& holder = hop.rooms.wallet->holder;
    const auto all = co_await holder.credentials(hop.person(), hop.group());
    const auto one = std::ranges::find(all, hop.asked.subject, &wallet::credential_card::kind);
    if (one == all.end()) co_return outcome("gone");
    answer given;
    given.values = row_of(hop, *one).values;
    given.values.set("until", one->valid_until);
    given.rows = fact_rows(hop, co_await holder.facts(hop.person(), hop.group(), {}, one->kind));
    co_return given;
}

// do: the subject is the kind. Both numbers stay in the sealed session as long as the screen can be shown.
task<answer> offer_smartphone(hop_context& hop) {
    if (!in_order(hop)) co_return outcome("gone");
    const auto standing = co_await standing_of(hop);
    const auto offered =
        co_await hop.rooms.wallet->issuance.offer(hop.person(), hop.group(), hop.asked.subject, standing, hop.hop);
    if (!offered) switch (offered.error()) {
            case wallet::issue_refusal::frozen:
                co_return outcome("locked");
            case wallet::issue_refusal::not_allowed:
                co_return outcome("not_allowed");
            case wallet::issue_refusal::gone:
                co_return outcome("gone");
        }
    answer given = outcome("done");
    given.values = {{"offer_number", in_groups(offered->number)},
                    {"tx_code", in_groups(offered->tx_code)},
                    {"minutes_left", std::to_string(offered->minutes)}};
    co_return given;
}

// load: only what the step before found.
task<answer> smartphone_code(hop_context& hop) {
    answer given;
    given.values.set("minutes", hop_context::number_in(hop.field("minutes_left")));
    co_return given;
}

task<answer> lock_wallet(hop_context& hop) {
    if (in_order(hop)) co_await hop.rooms.wallet->holder.freeze(hop.person(), hop.hop);
    co_return outcome("done");
}

// do: she gave her PIN; on a phone that may be somebody else's that is not enough.
task<answer> unlock_wallet(hop_context& hop) {
    if (!in_order(hop)) co_return outcome("desk");
    const auto standing = co_await standing_of(hop);
    const bool done = co_await hop.rooms.wallet->holder.unfreeze(hop.person(), standing, hop.hop);
    co_return outcome(done ? "done" : "desk");
}

// do: without a PIN, so the answer is the same whoever calls.
task<answer> lock_anyhow(hop_context& hop) {
    co_return co_await lock_wallet(hop);
}

task<answer> stop_anyhow(hop_context& hop) {
    if (in_order(hop)) co_await hop.rooms.wallet->holder.stop_all(hop.person(), hop.hop);
    co_return outcome("done");
}

task<answer> acting(hop_context& hop) {
    answer given;
    if (!in_order(hop)) co_return given;
    for (const auto& one : co_await hop.rooms.wallet->holder.delegations(hop.person(), hop.group()))
        given.rows.push_back({.id = id_of(one), .values = summary(one)});
    co_return given;
}

task<answer> acting_one(hop_context& hop) {
    if (!in_order(hop)) co_return outcome("gone");
    const auto one = co_await chosen_delegation(hop);
    if (!one) co_return outcome("gone");
    answer given;
    given.values = summary(*one);
    given.values.set("until", one->until);
    given.values.set("has_until", one->until.ok());
    given.values.set("may_end", static_cast<bool>(one->id));
    co_return given;
}

// do: either of the two may end it, whatever the phone.
task<answer> end_acting(hop_context& hop) {
    if (!in_order(hop)) co_return outcome("desk");
    const auto one = co_await chosen_delegation(hop);
    if (!one || !one->id) co_return outcome("desk");
    const bool ended = co_await hop.rooms.wallet->holder.end_delegation(hop.person(), one->id, hop.hop);
    co_return outcome(ended ? "done" : "desk");
}

}  // namespace mlango::handlers
