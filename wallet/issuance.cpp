#include "wallet/issuance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "base/bytes.hpp"
#include "registry/recovery.hpp"
#include "registry/wallet/credentials.hpp"
#include "registry/wallet/wallets.hpp"
#include "wallet/facts.hpp"
#include "wallet/mint.hpp"
#include "wallet/parts.hpp"

namespace mlango::wallet {

namespace {

constexpr std::size_t number_digits = 10;  // the last a check digit
constexpr std::size_t tx_digits = 6;

bool is_digits(std::string_view text, std::size_t size) {
    return text.size() == size && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// Number and tx_code follow from the hop, so that a repeated one shows the same and nothing readable is stored.
std::string digits_of(const blind_key& from, std::size_t count) {
    std::uint64_t drawn = 0;
    std::memcpy(&drawn, from.data(), sizeof drawn);
    std::string out(count, '0');
    for (char& each : out) {
        each = static_cast<char>('0' + drawn % 10);
        drawn /= 10;
    }
    return out;
}

std::string offer_number(blinder& mac, const blind_key& hop) {
    const std::string digits = digits_of(mac.blind("offer number", as_string_view(hop)), number_digits - 1);
    return digits + registry::check_digit(digits);
}
blind_key number_key(blinder& mac, std::string_view number) {
    return mac.blind("offer", number);
}
// What a telephone's wallet presents: 128 bits that follow from the number by key.
std::string pre_authorized(blinder& mac, std::string_view number) {
    return to_base64url(mac.blind("offer code", number));
}
blind_key code_key_of(blinder& mac, std::string_view code) {
    return mac.blind("pre-authorised code", code);
}
blind_key tx_key(blinder& mac, std::string_view code, std::string_view tx) {
    return mac.blind("offer tx", std::string(code) + ":" + std::string(tx));
}
blind_key grant_key(blinder& mac, std::string_view grant) {
    return mac.blind("offer grant", grant);
}

bool may_issue(const credential_kind& kind, const credential_kinds& kinds, const registry::wallet_content& content,
               const session_standing& standing) {
    // It holds all that the kind's presets would show: what any of them lacks, it lacks.
    return std::ranges::none_of(kind.presets, [&](const preset& one) {
        return what_lacks(one, kinds, static_cast<assurance_level>(content.assurance), standing).has_value();
    });
}

// What some preset of the kind shows; a fact that no preset shows leaves the house in no other way either.
std::vector<std::string> facts_of(const credential_kind& kind) {
    std::vector<std::string> out;
    for (const auto& name : kind.facts) {
        const bool shown = std::ranges::any_of(
            kind.presets, [&](const preset& one) { return std::ranges::find(one.facts, name) != one.facts.end(); });
        if (shown || name == "valid_until") out.push_back(name);
    }
    return out;
}

assurance_level level_of(const credential_kind& kind) {
    return std::ranges::max(kind.presets, {}, &preset::level).level;
}

issued_credential sign(const registry::credential_place& place, const credential_kind& kind,
                       std::span<const std::string> names, const std::optional<es256_public_key>& holder,
                       const parts& house) {
    const auto until = std::chrono::floor<std::chrono::seconds>(place.valid_until);
    issued_credential out{.id = place.id,
                          .kind = kind.name,
                          .facts = chosen_facts(stated_facts(place.registered, day_of(until), house.record), names),
                          .credential = {},
                          .expires_at = place.valid_until};
    const auto keys = house.keys.get();
    const credential_order order{.issuer = house.options.issuer,
                                 .kind = kind.name,
                                 .facts = as_claims(out.facts),
                                 .audience = {},
                                 .issued_at = std::chrono::floor<std::chrono::seconds>(place.issued_at),
                                 .expires_at = until,
                                 .status = status_reference{.uri = status_list_uri(house.options.issuer, place.list),
                                                            .index = static_cast<std::uint64_t>(place.index)},
                                 .holder = holder,
                                 .pin_at = {}};
    out.credential = mint_credential(order, keys->current(house.time.now()), house.random);
    return out;
}

}  // namespace

task<std::expected<issued_credential, issue_refusal>> issuance::print(person_id person, std::string kind,
                                                                      std::string preset_name) {
    const auto* const which = house_.kinds.find(kind);
    const preset* const what = which == nullptr ? nullptr : which->find_preset(preset_name);
    registry::wallets wallets(house_.pool, house_.time);
    const auto content = co_await wallets.content(person, person);
    if (what == nullptr || !content) co_return std::unexpected(issue_refusal::gone);
    if (content->frozen) co_return std::unexpected(issue_refusal::frozen);
    // Staff hand it to her: what the phone would have to prove, they see.
    const session_standing at_desk{.phone_trust = 3, .sim = sim_answer::same};
    if (what_lacks(*what, house_.kinds, static_cast<assurance_level>(content->assurance), at_desk))
        co_return std::unexpected(issue_refusal::not_allowed);
    if (!can_state(stated_facts(content->registered, day_named(content->today), house_.record), *what))
        co_return std::unexpected(issue_refusal::gone);
    registry::credentials credentials(house_.pool, house_.record, house_.time, house_.random);
    const registry::new_credential wanted{.kind = kind,
                                          .medium = "card",
                                          .facts = what->facts,
                                          .lasts = which->lifetime,
                                          .needs = static_cast<int>(what->level)};
    const auto place = co_await credentials.place(person, wanted);
    if (!place) co_return std::unexpected(issue_refusal::frozen);
    co_return sign(*place, *which, what->facts, std::nullopt, house_);
}

task<std::expected<phone_offer, issue_refusal>> issuance::offer(person_id person, group_id, std::string kind,
                                                                session_standing standing, blind_key hop) {
    const auto* const which = house_.kinds.find(kind);
    registry::wallets wallets(house_.pool, house_.time);
    const auto content = co_await wallets.content(person, person);
    if (which == nullptr || !content) co_return std::unexpected(issue_refusal::gone);
    if (content->frozen) co_return std::unexpected(issue_refusal::frozen);
    if (!may_issue(*which, house_.kinds, *content, standing)) co_return std::unexpected(issue_refusal::not_allowed);
    const std::string number = offer_number(house_.mac, hop);
    const std::string code = pre_authorized(house_.mac, number);
    const std::string tx = digits_of(house_.mac.blind("offer tx digits", as_string_view(hop)), tx_digits);
    const registry::new_offer made{.person = person,
                                   .kind = kind,
                                   .number = number_key(house_.mac, number),
                                   .code = code_key_of(house_.mac, code),
                                   .tx = tx_key(house_.mac, code, tx),
                                   .trust = std::clamp(standing.phone_trust, 0, 3)};
    registry::credentials credentials(house_.pool, house_.record, house_.time, house_.random);
    if (!co_await credentials.offer(made, hop)) co_return std::unexpected(issue_refusal::not_allowed);
    co_return phone_offer{.number = number, .tx_code = tx, .minutes = static_cast<int>(registry::offer_lives.count())};
}

task<std::optional<issuance::offered>> issuance::offered_as(std::string number) {
    if (!is_digits(number, number_digits) || registry::check_digit(number.substr(0, 9)) != number.back())
        co_return std::nullopt;
    registry::credentials credentials(house_.pool, house_.record, house_.time, house_.random);
    std::string kind = co_await credentials.offered(number_key(house_.mac, number));
    if (kind.empty()) co_return std::nullopt;
    co_return offered{.kind = std::move(kind), .pre_authorized_code = pre_authorized(house_.mac, number)};
}

task<std::expected<std::string, grant_refusal>> issuance::exchange(std::string pre_authorized_code,
                                                                   std::string tx_code) {
    if (tx_code.empty()) co_return std::unexpected(grant_refusal::invalid_request);
    if (pre_authorized_code.size() > 100 || tx_code.size() > 20)
        co_return std::unexpected(grant_refusal::invalid_grant);
    std::array<std::byte, 32> drawn;
    house_.random.fill(drawn);
    std::string grant = to_base64url(drawn);
    registry::credentials credentials(house_.pool, house_.record, house_.time, house_.random);
    const bool given =
        co_await credentials.exchange(code_key_of(house_.mac, pre_authorized_code),
                                      tx_key(house_.mac, pre_authorized_code, tx_code), grant_key(house_.mac, grant));
    if (!given) co_return std::unexpected(grant_refusal::invalid_grant);
    co_return grant;
}

task<std::expected<issued_credential, issue_refusal>> issuance::issue(std::string grant,
                                                                      boost::json::object holder_jwk) {
    const auto holder = es256_public_key::from_jwk(holder_jwk);
    if (!holder || grant.size() > 100) co_return std::unexpected(issue_refusal::not_allowed);
    const blind_key key = grant_key(house_.mac, grant);
    registry::credentials credentials(house_.pool, house_.record, house_.time, house_.random);
    const std::string kind = co_await credentials.kind_of_grant(key);
    const auto* const which = house_.kinds.find(kind);
    if (which == nullptr) co_return std::unexpected(issue_refusal::gone);
    const registry::new_credential wanted{.kind = kind,
                                          .medium = "phone",
                                          .facts = facts_of(*which),
                                          .lasts = which->lifetime,
                                          .needs = static_cast<int>(level_of(*which))};
    const auto place = co_await credentials.place_for_grant(key, wanted);
    if (!place) co_return std::unexpected(issue_refusal::gone);
    co_return sign(*place, *which, wanted.facts, holder, house_);
}

}  // namespace mlango::wallet
