#include "wallet/holder.hpp"

#include <algorithm>

#include "registry/wallet/shares.hpp"
#include "registry/wallet/wallets.hpp"
#include "wallet/consents.hpp"
#include "wallet/facts.hpp"
#include "wallet/parts.hpp"

namespace mlango::wallet {

namespace {

using registry::wallet_content;

verifier_card card_of(registry::verifier_entry entry) {
    return {.id = entry.id,
            .number = std::move(entry.number),
            .name = std::move(entry.name),
            .purpose = std::move(entry.purpose),
            .country = std::move(entry.country),
            .country_code = std::move(entry.country_code),
            .presets = std::move(entry.presets)};
}

// Of which kinds this person may see something: who collects for another sees the entitlement alone.
bool may_see(const wallet_content& content, const credential_kind& kind) {
    return !(kind.name == assistance_kind ? content.acts_for_assistance : content.acts_as).empty();
}

}  // namespace

task<std::vector<credential_card>> holder::credentials(person_id person, group_id, person_id about) {
    registry::wallets wallets(house_.pool, house_.time);
    const auto content = co_await wallets.content(person, about ? about : person);
    std::vector<credential_card> cards;
    if (!content) co_return cards;
    const auto stated = stated_facts(content->registered, day_named(content->today), house_.record);
    const bool registered = stated.contains("registered");
    for (const auto& kind : house_.kinds.all()) {
        const bool about_registration = std::ranges::find(kind.facts, "registered") != kind.facts.end();
        const bool ended = about_registration && !registered;
        const bool holds = std::ranges::any_of(kind.presets, [&](const auto& one) { return can_state(stated, one); });
        if (!may_see(*content, kind) || (!holds && !ended)) continue;
        cards.push_back({.kind = kind.name,
                         .valid_until = end_of(kind, day_named(content->today), stated),
                         .state = ended             ? "ended"
                                  : content->frozen ? "frozen"
                                                    : "valid",
                         .facts = ended ? 0 : static_cast<int>(chosen_facts(stated, kind.facts).size())});
    }
    co_return cards;
}

task<boost::json::object> holder::facts(person_id person, group_id, person_id about, std::string kind) {
    const auto* const which = house_.kinds.find(kind);
    if (which == nullptr) co_return boost::json::object{};
    registry::wallets wallets(house_.pool, house_.time);
    const auto content = co_await wallets.content(person, about ? about : person);
    if (!content || !may_see(*content, *which)) co_return boost::json::object{};
    const auto stated = stated_facts(content->registered, day_named(content->today), house_.record);
    const auto until = end_of(*which, day_named(content->today), stated);
    co_return chosen_facts(stated_facts(content->registered, until, house_.record), which->facts);
}

task<std::optional<verifier_card>> holder::verifier(std::string number, std::string language) {
    registry::agents agents(house_.pool, house_.blind, house_.time);
    auto found = co_await agents.verifier(number, language);
    if (!found) co_return std::nullopt;
    co_return card_of(std::move(*found));
}

task<std::vector<share_view>> holder::shares(person_id person, std::string language, int limit) {
    registry::shares shares(house_.pool, house_.time);
    std::vector<share_view> out;
    for (auto& each : co_await shares.of(person, language, limit))
        out.push_back({.id = each.id,
                       .reference = std::move(each.reference),
                       .verifier = each.verifier,
                       .verifier_name = std::move(each.verifier_name),
                       .kind = std::move(each.kind),
                       .preset = std::move(each.preset),
                       .made_at = each.made_at,
                       .state = std::move(each.state),
                       .seen_at = each.seen_at,
                       .valid_until = each.valid_until,
                       .about = std::move(each.about),
                       .by_other = each.by_other});
    co_return out;
}

task<std::vector<look_view>> holder::looks(person_id person, std::string language, int limit) {
    registry::wallets wallets(house_.pool, house_.time);
    std::vector<look_view> out;
    for (auto& each : co_await wallets.looks(person, language, limit))
        out.push_back({.at = each.at,
                       .who = std::move(each.who),
                       .what = std::move(each.what),
                       .preset = std::move(each.preset),
                       .channel = std::move(each.channel)});
    co_return out;
}

task<std::vector<ask_view>> holder::asked(person_id person, std::string language) {
    registry::wallets wallets(house_.pool, house_.time);
    std::vector<ask_view> out;
    for (auto& each : co_await wallets.questions(person, language))
        out.push_back({.id = each.id,
                       .verifier = card_of(std::move(each.verifier)),
                       .kind = std::move(each.kind),
                       .preset = std::move(each.preset),
                       .asked_at = each.asked_at,
                       .expires_at = each.expires_at});
    co_return out;
}

// Saying no twice is saying it once, so the hop is not needed.
task<void> holder::refuse_ask(person_id person, ask_id ask, blind_key) {
    registry::wallets wallets(house_.pool, house_.time);
    co_await wallets.refuse(person, ask);
}

task<std::vector<delegation_view>> holder::delegations(person_id person, group_id) {
    registry::wallets wallets(house_.pool, house_.time);
    std::vector<delegation_view> out;
    for (auto& each : co_await wallets.delegations(person))
        out.push_back({.id = each.id,
                       .other = each.other,
                       .given_name = std::move(each.given_name),
                       .kind = std::move(each.kind),
                       .mine = each.mine,
                       .until = day_named(each.until)});
    co_return out;
}

task<bool> holder::end_delegation(person_id person, delegation_id which, blind_key) {
    registry::wallets wallets(house_.pool, house_.time);
    co_return co_await wallets.end_delegation(person, which);
}

task<std::optional<std::string>> holder::consent(person_id person, share_id share) {
    registry::shares shares(house_.pool, house_.time);
    const auto kept = co_await shares.consent(person, share);
    if (!kept) co_return std::nullopt;
    co_return opened_consent(*kept, house_.seal);
}

}  // namespace mlango::wallet
