// The part of holder that makes a share, stops it, freezes.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "registry/recovery.hpp"
#include "registry/requests.hpp"
#include "registry/wallet/shares.hpp"
#include "registry/wallet/wallets.hpp"
#include "wallet/consent_record.hpp"
#include "wallet/consents.hpp"
#include "wallet/facts.hpp"
#include "wallet/holder.hpp"
#include "wallet/parts.hpp"
#include "wallet/share_code.hpp"
#include "wallet/share_keys.hpp"

namespace mlango::wallet {

namespace {

using namespace std::chrono_literals;
using registry::share_grounds;

constexpr std::chrono::seconds code_lives = 10min;
constexpr std::chrono::seconds answer_lives = 60min;  // an answer to a question, which no code bounds
constexpr int most_attempts = 10;
constexpr std::size_t longest_screen = 2'000;

// The same for every delivery of the hop, so that she reads the same reference.
std::string reference_of(blinder& mac, const blind_key& hop) {
    constexpr std::string_view letters = "ACDEFGHJKMNPQRTUVWXY234679";
    const blind_key drawn = mac.blind("wallet reference", as_string_view(hop));
    std::string out;
    for (std::size_t i = 0; i < 4; ++i) out += letters[std::to_integer<std::size_t>(drawn[i]) % letters.size()];
    return out;
}

bool lists(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

// Never within a character.
std::string cut(std::string_view text, std::size_t most) {
    if (text.size() <= most) return std::string(text);
    while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xc0) == 0x80) --most;
    return std::string(text.substr(0, most));
}

}  // namespace

task<std::vector<preset_choice>> holder::choices(person_id person, group_id, person_id about, std::string kind,
                                                 verifier_id verifier, session_standing standing) {
    std::vector<preset_choice> out;
    const auto* const which = house_.kinds.find(kind);
    const person_id subject = about ? about : person;
    if (which == nullptr) co_return out;
    registry::shares shares(house_.pool, house_.time);
    const auto grounds = co_await shares.grounds(person, subject, kind, verifier);
    if (!grounds || grounds->acts_as.empty() || !grounds->verifier_stands || grounds->country_refused) co_return out;
    const boost::json::object stated = co_await facts(person, {}, subject, kind);
    for (const auto& one : which->presets)
        if (lists(grounds->presets, one.name) && can_state(stated, one))
            out.push_back(
                {.preset = one.name,
                 .facts = one.facts,
                 .lacks = what_lacks(one, house_.kinds, static_cast<assurance_level>(grounds->assurance), standing)});
    co_return out;
}

task<bool> holder::country_refused(person_id person, person_id about, std::string kind, verifier_id verifier) {
    registry::shares shares(house_.pool, house_.time);
    const auto grounds = co_await shares.grounds(person, about ? about : person, kind, verifier);
    co_return grounds && !grounds->acts_as.empty() && grounds->country_refused;
}

namespace {

std::optional<share_refusal> why_not(const share_grounds& grounds, const preset* what, const credential_kinds& kinds,
                                     const session_standing& standing) {
    if (grounds.acts_as.empty() || !grounds.verifier_stands) return share_refusal::gone;
    if (grounds.frozen) return share_refusal::frozen;
    if (grounds.country_refused) return share_refusal::country;
    if (what == nullptr || !lists(grounds.presets, what->name) ||
        what_lacks(*what, kinds, static_cast<assurance_level>(grounds.assurance), standing))
        return share_refusal::not_allowed;
    if (grounds.waiting >= registry::most_waiting_codes) return share_refusal::too_many_live;
    return std::nullopt;
}

// A shown code is opened again for the hop that made it.
share_offer offer_of(const registry::made_share& made, const blind_key& hop, const parts& house) {
    share_offer out{.share = made.id, .code = {}, .minutes = 0, .reference = made.reference};
    if (!made.code_sealed.empty())
        out.code = house.seal.open(made.code_sealed, code_context(hop)).value_or(std::string());
    const auto left = made.expires_at - house.time.now();
    out.minutes = std::max(0, static_cast<int>(std::chrono::ceil<std::chrono::minutes>(left).count()));
    return out;
}

consent_facts consent_to(const share_wish& wish, const share_grounds& grounds, const preset& what, const parts& house) {
    return {.principal = {},
            .given_by = {},
            .acts_as = grounds.acts_as,
            .controller = grounds.operation_name,
            .controller_country = grounds.operation,
            .verifier_number = grounds.verifier_number,
            .verifier_name = grounds.verifier_name,
            .verifier_country = grounds.verifier_country,
            .verifier_contact = grounds.verifier_contact,
            .purpose = grounds.verifier_purpose,
            .retention_days = grounds.retention_days,
            .kind = wish.kind,
            .preset = wish.preset,
            .facts = what.facts,
            .given_at = house.time.now(),
            .lasts = what.lifetime,
            .privacy_notice = house.options.privacy_notice,
            .screen_text = wish.screen_text,
            .language = wish.language,
            .edition = wish.edition,
            .gateway = wish.gateway};
}

}  // namespace

task<std::expected<share_offer, share_refusal>> holder::share(share_wish wish, blind_key hop) {
    registry::shares shares(house_.pool, house_.time);
    if (const auto made = co_await shares.made_by_hop(wish.person, hop)) co_return offer_of(*made, hop, house_);
    const person_id subject = wish.about ? wish.about : wish.person;
    const auto* const kind = house_.kinds.find(wish.kind);
    const preset* const what = kind == nullptr ? nullptr : kind->find_preset(wish.preset);
    const auto grounds = co_await shares.grounds(wish.person, subject, wish.kind, wish.verifier);
    if (!grounds) co_return std::unexpected(share_refusal::gone);
    if (const auto refusal = why_not(*grounds, what, house_.kinds, wish.standing)) co_return std::unexpected(*refusal);
    // Who was not shown what she agrees to has agreed to nothing.
    if (wish.screen_text.empty()) co_return std::unexpected(share_refusal::not_allowed);
    // The facts are taken when the code is redeemed; what can not be stated now is not consented to.
    if (!can_state(co_await facts(wish.person, {}, subject, wish.kind), *what))
        co_return std::unexpected(share_refusal::gone);

    wish.screen_text = cut(wish.screen_text, longest_screen);
    const std::string principal = fmt::format("individual:{}", subject.value);
    const std::string giver = fmt::format("individual:{}", wish.person.value);
    consent_facts consented = consent_to(wish, *grounds, *what, house_);
    consented.principal = principal;
    consented.given_by = giver;
    const std::string record = consent_record(consented, house_.random);
    registry::new_share fresh{
        .about = subject,
        .made_by = wish.person,
        .verifier = wish.verifier,
        .kind = wish.kind,
        .preset = wish.preset,
        .facts = what->facts,
        .reference = registry::new_reference(house_.random),
        .trust = std::clamp(wish.standing.phone_trust, 0, 3),
        .ask = wish.ask,
        .code = {},
        .trace = {},
        .code_sealed = {},
        .code_lives = wish.ask ? answer_lives : code_lives,
        .lasts = what->lifetime,
        .consent_digest = sha256_of(record),
        .consent_sealed = house_.seal.seal(record, consent_context(subject, as_string_view(hop)))};
    for (int left = most_attempts;; --left) {
        if (!wish.ask) {
            const std::string code = new_share_code(house_.random, static_cast<std::size_t>(grounds->crowd) + 1);
            fresh.code = code_key(house_.mac, wish.verifier, code);
            fresh.trace = code_trace(house_.mac, code);
            fresh.code_sealed = house_.seal.seal(code, code_context(hop));
        }
        try {
            if (const auto made = co_await shares.make(fresh, hop)) co_return offer_of(*made, hop, house_);
            break;
        } catch (const registry::statement_refused& refused) {
            if (refused.constraint == "wallet_share_ask_key") co_return std::unexpected(share_refusal::gone);
            // Another live code of this verifier is the same.
            if (refused.constraint != "wallet_share_code_blind_key" || left == 1) throw;
        }
    }
    // Of two deliveries at once the second finds what the first made; else the grounds changed meanwhile.
    if (const auto made = co_await shares.made_by_hop(wish.person, hop)) co_return offer_of(*made, hop, house_);
    const auto now = co_await shares.grounds(wish.person, subject, wish.kind, wish.verifier);
    if (!now) co_return std::unexpected(share_refusal::gone);
    co_return std::unexpected(why_not(*now, what, house_.kinds, wish.standing).value_or(share_refusal::gone));
}

task<stopped> holder::stop_share(person_id person, share_id share, blind_key hop) {
    registry::shares shares(house_.pool, house_.time);
    const registry::stop_choice which{.why = "share", .share = share, .verifier = {}};
    const int count = co_await shares.stop(person, which, hop);
    co_return stopped{.shares = count, .reference = reference_of(house_.mac, hop)};
}

task<stopped> holder::stop_verifier(person_id person, verifier_id verifier, blind_key hop) {
    registry::shares shares(house_.pool, house_.time);
    const registry::stop_choice which{.why = "verifier", .share = {}, .verifier = verifier};
    const int count = co_await shares.stop(person, which, hop);
    co_return stopped{.shares = count, .reference = reference_of(house_.mac, hop)};
}

task<stopped> holder::stop_all(person_id person, blind_key hop) {
    registry::shares shares(house_.pool, house_.time);
    const registry::stop_choice which{.why = "all", .share = {}, .verifier = {}};
    const int count = co_await shares.stop(person, which, hop);
    co_return stopped{.shares = count, .reference = reference_of(house_.mac, hop)};
}

task<stopped> holder::freeze(person_id person, blind_key hop) {
    registry::shares shares(house_.pool, house_.time);
    const int count = co_await shares.freeze(person, hop);
    co_return stopped{.shares = count, .reference = reference_of(house_.mac, hop)};
}

task<bool> holder::unfreeze(person_id person, session_standing standing, blind_key hop) {
    const bool another_sim = standing.sim == sim_answer::swapped || standing.sim == sim_answer::recycled;
    if (standing.doubtful || standing.recovered || another_sim) co_return false;
    registry::shares shares(house_.pool, house_.time);
    co_return co_await shares.unfreeze(person, hop);
}

task<bool> holder::frozen(person_id person) {
    registry::shares shares(house_.pool, house_.time);
    co_return co_await shares.frozen(person);
}

}  // namespace mlango::wallet
