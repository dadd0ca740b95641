// Sharing: for whom, which card, what they will see, with whom; or the answer to a verifier that asked first. What she
// agrees to is what stood on the screen: its digest is kept until she has given her PIN, and its words go into her
// consent.
#include <algorithm>

#include "handlers/subjects.hpp"
#include "handlers/wallet_words.hpp"
#include "handlers/wishes.hpp"
#include "wallet/credential_kinds.hpp"
#include "wallet/holder.hpp"

namespace mlango::handlers {

namespace {

// Fields of the form.
constexpr std::string_view about_field = "share_about", kind_field = "share_kind", preset_field = "share_preset",
                           number_field = "verifier_number", shown_field = "shown";

registry::person_id about(const hop_context& hop) {
    return {hop_context::number_in(hop.field(about_field))};
}

// Who collects for her may show what is collected; which cards that are says usable_cards.
bool may_share_for(const wallet::delegation_view& one) {
    return one.mine && (one.kind == "child" || one.kind == "guardian" || one.kind == "collector");
}

task<std::vector<wallet::credential_card>> usable_cards(hop_context& hop) {
    auto all = co_await hop.rooms.wallet->holder.credentials(hop.person(), hop.group(), about(hop));
    std::erase_if(all, [](const auto& one) { return one.state != "valid" || one.facts == 0; });
    co_return all;
}

// Where there is one card there is nothing to choose.
task<answer> by_number_of_cards(hop_context& hop) {
    const auto all = co_await usable_cards(hop);
    if (all.empty()) co_return outcome("none");
    if (all.size() > 1) co_return outcome("several");
    hop.set_field(kind_field, all.front().kind);
    co_return outcome("one");
}

templates::values told(const hop_context& hop, const wallet::verifier_card& who, std::string_view preset) {
    return {
        {"verifier", who.name}, {"country", who.country}, {"purpose", who.purpose}, {"sees", sees_words(hop, preset)}};
}

// All that stands on the screen where she agrees, without the ways on.
std::string screen_text(const hop_context& hop, const templates::values& shown) {
    const auto& words = hop.words();
    const auto language = hop.latin ? words.in_latin(hop.session.language) : hop.session.language;
    const auto said = [&](std::string_view key) { return words.format(*words.find(key), language, shown); };
    return said("share.check") + "\n1 " + said("share.agree") + "\n2 " + said("share.refuse");
}

std::string digest_of(hop_context& hop, std::string_view text) {
    return to_hex(hop.rooms.blind.blind("screen she agreed to", text));
}

// A load that shows the question; she agrees to this and nothing else.
answer asking(hop_context& hop, const wallet::verifier_card& who, std::string_view preset) {
    answer given;
    given.values = told(hop, who, preset);
    hop.set_field(shown_field, digest_of(hop, screen_text(hop, given.values)));
    return given;
}

std::string_view outcome_of(wallet::share_refusal refusal) {
    switch (refusal) {
        case wallet::share_refusal::frozen:
            return "locked";
        case wallet::share_refusal::not_allowed:
            return "not_allowed";
        case wallet::share_refusal::too_many_live:
            return "many";
        case wallet::share_refusal::country:
            return "danger";
        case wallet::share_refusal::gone:
            break;
    }
    return "gone";
}

wallet::share_wish wish_for(hop_context& hop, const wallet::verifier_card& who, std::string kind, std::string preset) {
    wallet::share_wish wish;
    wish.person = hop.person();
    wish.group = hop.group();
    wish.kind = std::move(kind);
    wish.preset = std::move(preset);
    wish.verifier = who.id;
    wish.screen_text = screen_text(hop, told(hop, who, wish.preset));
    wish.language = hop.language();
    wish.edition = hop.edition.version;
    wish.gateway = hop.gateway;
    return wish;
}

bool stood_on_the_screen(hop_context& hop, const wallet::share_wish& wish) {
    return equal_in_constant_time(hop.field(shown_field), digest_of(hop, wish.screen_text));
}

task<std::optional<wallet::ask_view>> chosen_ask(hop_context& hop) {
    const std::int64_t chosen = hop_context::number_in(hop.asked.subject);
    for (auto& one : co_await hop.rooms.wallet->holder.asked(hop.person(), hop.language()))
        if (one.id.value == chosen) co_return std::move(one);
    co_return std::nullopt;
}

}  // namespace

// do: a new form.
task<answer> begin_share(hop_context& hop) {
    hop.set_field(about_field, {});
    if (!hop.rooms.wallet) co_return outcome("none");
    auto& holder = hop.rooms.wallet->holder;
    if (co_await holder.frozen(hop.person())) co_return outcome("locked");
    if (std::ranges::any_of(co_await holder.delegations(hop.person(), hop.group()), may_share_for))
        co_return outcome("whom");
    co_return co_await by_number_of_cards(hop);
}

// load: herself first.
task<answer> share_people(hop_context& hop) {
    const auto me = hop.words().find("share.me");
    answer given;
    given.rows.push_back(
        {.id = "0", .values = {{"name", me ? hop.words().format(*me, hop.session.language, {}) : std::string()}}});
    for (const auto& one : co_await hop.rooms.wallet->holder.delegations(hop.person(), hop.group()))
        if (may_share_for(one))
            given.rows.push_back({.id = std::to_string(one.other.value), .values = {{"name", one.given_name}}});
    co_return given;
}

// do: whether she may act for that person is looked at when the code is made.
task<answer> choose_share_person(hop_context& hop) {
    hop.set_field(about_field, hop.asked.subject == "0" ? std::string() : hop.asked.subject);
    co_return co_await by_number_of_cards(hop);
}

task<answer> share_cards(hop_context& hop) {
    answer given;
    for (const auto& one : co_await usable_cards(hop))
        given.rows.push_back(
            {.id = one.kind, .values = {{"card_name", kind_words(hop, one.kind)}, {"card_state", one.state}}});
    co_return given;
}

task<answer> choose_share_card(hop_context& hop) {
    const auto all = co_await usable_cards(hop);
    if (std::ranges::find(all, hop.asked.subject, &wallet::credential_card::kind) == all.end())
        co_return outcome("gone");
    hop.set_field(kind_field, hop.asked.subject);
    co_return outcome("chosen");
}

// load: what tells least comes first.
task<answer> share_presets(hop_context& hop) {
    answer given;
    if (const auto* kind = hop.rooms.wallet->kinds.find(hop.field(kind_field)))
        for (const auto& one : kind->presets)
            given.rows.push_back({.id = one.name, .values = {{"preset_name", preset_words(hop, one.name)}}});
    co_return given;
}

task<answer> choose_preset(hop_context& hop) {
    const auto* kind = hop.rooms.wallet->kinds.find(hop.field(kind_field));
    if (!kind || !kind->find_preset(hop.asked.subject)) co_return outcome("gone");
    hop.set_field(preset_field, hop.asked.subject);
    co_return outcome("chosen");
}

// load: who it is, where, what for; nothing exists yet.
task<answer> check_share(hop_context& hop) {
    auto& holder = hop.rooms.wallet->holder;
    const std::string kind(hop.field(kind_field)), preset(hop.field(preset_field));
    if (kind.empty() || preset.empty()) co_return outcome("gone");
    const auto who = co_await holder.verifier(std::string(hop.field(number_field)), hop.language());
    if (!who) co_return outcome("unknown");
    const auto standing = co_await standing_of(hop);
    const auto may = co_await holder.choices(hop.person(), hop.group(), about(hop), kind, who->id, standing);
    const auto chosen = std::ranges::find(may, preset, &wallet::preset_choice::preset);
    if (chosen == may.end()) {
        // There is nothing less to choose for who is refused whatever it is.
        const bool danger = co_await holder.country_refused(hop.person(), about(hop), kind, who->id);
        co_return outcome(danger ? "danger" : "not_allowed");
    }
    if (chosen->lacks) co_return outcome("not_now");
    co_return asking(hop, *who, preset);
}

// do: after the PIN. The code stays in the sealed session as long as the screen can be shown again.
task<answer> make_share(hop_context& hop) {
    auto& holder = hop.rooms.wallet->holder;
    const auto who = co_await holder.verifier(std::string(hop.field(number_field)), hop.language());
    if (!who) co_return outcome("gone");
    auto wish = wish_for(hop, *who, std::string(hop.field(kind_field)), std::string(hop.field(preset_field)));
    if (!stood_on_the_screen(hop, wish)) co_return outcome("changed");
    wish.about = about(hop);
    wish.standing = co_await standing_of(hop);
    const auto offer = co_await holder.share(std::move(wish), hop.hop);
    if (!offer) co_return outcome(outcome_of(offer.error()));
    answer given = outcome("done");
    given.values = {{"share_code", in_groups(offer->code)},
                    {"verifier", who->name},
                    {"minutes_left", std::to_string(offer->minutes)}};
    co_return given;
}

// load: only what the step before found.
task<answer> share_code_given(hop_context& hop) {
    answer given;
    given.values.set("minutes", hop_context::number_in(hop.field("minutes_left")));
    co_return given;
}

task<answer> asked(hop_context& hop) {
    answer given;
    if (!hop.rooms.wallet) co_return given;
    for (const auto& one : co_await hop.rooms.wallet->holder.asked(hop.person(), hop.language()))
        given.rows.push_back(
            {.id = std::to_string(one.id.value),
             .values = {{"verifier", one.verifier.name}, {"preset_name", preset_words(hop, one.preset)}}});
    co_return given;
}

task<answer> asked_one(hop_context& hop) {
    const auto one = co_await chosen_ask(hop);
    if (!one) co_return outcome("gone");
    co_return asking(hop, one->verifier, one->preset);
}

// do: they can fetch it now; no code is read aloud.
task<answer> agree_asked(hop_context& hop) {
    const auto one = co_await chosen_ask(hop);
    if (!one) co_return outcome("gone");
    auto wish = wish_for(hop, one->verifier, one->kind, one->preset);
    if (!stood_on_the_screen(hop, wish)) co_return outcome("changed");
    wish.ask = one->id;
    wish.standing = co_await standing_of(hop);
    const auto offer = co_await hop.rooms.wallet->holder.share(std::move(wish), hop.hop);
    co_return outcome(offer ? "done" : outcome_of(offer.error()));
}

task<answer> refuse_asked(hop_context& hop) {
    co_await hop.rooms.wallet->holder.refuse_ask(hop.person(), {hop_context::number_in(hop.asked.subject)}, hop.hop);
    co_return outcome("done");
}

}  // namespace mlango::handlers
