#include "wallet/counter.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/bytes.hpp"
#include "base/iso_day.hpp"
#include "registry/wallet/agents.hpp"
#include "registry/wallet/redemptions.hpp"
#include "wallet/facts.hpp"
#include "wallet/mint.hpp"
#include "wallet/parts.hpp"
#include "wallet/share_code.hpp"
#include "wallet/share_keys.hpp"

namespace mlango::wallet {

namespace {

namespace json = boost::json;
using registry::taken_share;

constexpr std::size_t longest_nonce = 200;
constexpr std::size_t longest_name = 60;
constexpr std::size_t longest_password = 200;

registry::taker taker_of(const redeemer& by) {
    return {.verifier = by.verifier, .agent = by.program ? by.program.value : by.who.value, .channel = by.channel};
}

registry::agent_key agent_of(const redeemer& by) {
    return {.verifier = by.verifier, .agent = by.program ? by.program.value : by.who.value};
}

std::chrono::sys_seconds seconds_of(wall_time at) {
    return std::chrono::floor<std::chrono::seconds>(at);
}

redeem_refusal refusal_of(const registry::take_failure& why) {
    using kind = redeem_refusal::kind;
    const auto what = why.what == registry::take_refusal::wait        ? kind::wait
                      : why.what == registry::take_refusal::suspended ? kind::suspended
                                                                      : kind::not_found;
    return {.what = what, .wait = why.wait};
}

redemption frame_of(const taken_share& taken) {
    return {.receipt = taken.receipt,
            .kind = taken.kind,
            .preset = taken.preset,
            .facts = {},
            .credential = {},
            .issued_at = taken.taken_at,
            .expires_at = taken.valid_until};
}

// A credential of her facts as they are now. With a nonce it is bound to it by a key that is made for this and then
// forgotten: it proves that we answered this verifier's question, not that she holds a device.
redemption mint(const taken_share& taken, const std::optional<std::string>& nonce, const parts& house) {
    redemption out = frame_of(taken);
    // Until when her card is good, which is not until when this share is.
    const auto today = day_of(seconds_of(taken.taken_at));
    auto stated = stated_facts(taken.registered, today, house.record);
    if (const auto* const kind = house.kinds.find(taken.kind))
        stated["valid_until"] = iso_day(end_of(*kind, today, stated));
    out.facts = chosen_facts(stated, taken.facts);
    const std::string audience = verifier_audience(house.options.issuer, taken.verifier_number);
    const auto keys = house.keys.get();
    const auto holder = nonce ? std::optional(es256_key::generate()) : std::nullopt;
    const credential_order order{.issuer = house.options.issuer,
                                 .kind = taken.kind,
                                 .facts = as_claims(out.facts),
                                 .audience = audience,
                                 .issued_at = seconds_of(taken.taken_at),
                                 .expires_at = seconds_of(taken.valid_until),
                                 .status = status_reference{.uri = status_list_uri(house.options.issuer, taken.list),
                                                            .index = static_cast<std::uint64_t>(taken.index)},
                                 .holder = holder ? std::optional(holder->public_key()) : std::nullopt,
                                 .pin_at = seconds_of(taken.made_at)};
    out.credential = mint_credential(order, keys->current(house.time.now()), house.random);
    if (holder) out.credential = bind_sd_jwt(out.credential, *holder, audience, *nonce, house.time.now());
    return out;
}

std::string sealed_form(const redemption& what, registry::share_id share, const parts& house) {
    const json::object kept{{"facts", what.facts}, {"credential", what.credential}};
    return house.seal.seal(json::serialize(kept), presented_context(share));
}

std::optional<redemption> opened_form(const taken_share& taken, const parts& house) {
    const auto opened = house.seal.open(taken.presented_sealed, presented_context(taken.id));
    if (!opened) return std::nullopt;
    const json::object kept = json::parse(*opened).as_object();
    redemption out = frame_of(taken);
    out.facts = kept.at("facts").as_object();
    out.credential = kept.at("credential").as_string();
    return out;
}

}  // namespace

task<std::expected<redemption, redeem_refusal>> counter::redeem(redeemer by, std::string code,
                                                                std::optional<std::string> nonce) {
    const auto digits = read_share_code(code);
    if (!digits || (nonce && nonce->size() > longest_nonce)) co_return std::unexpected(redeem_refusal{});
    registry::take_key key{
        .code = code_key(house_.mac, by.verifier, *digits), .trace = code_trace(house_.mac, *digits), .ask = {}};
    co_return co_await take(std::move(by), std::move(key), std::move(nonce));
}

// What was taken is signed and kept. Of two deliveries at once one keeps first; the other finds that on its next turn.
task<std::expected<redemption, redeem_refusal>> counter::take(redeemer by, registry::take_key key,
                                                              std::optional<std::string> nonce) {
    registry::redemptions redemptions(house_.pool, house_.record, house_.blind, house_.time, house_.random);
    const registry::taker taker = taker_of(by);
    for (int turn = 0; turn < 2; ++turn) {
        const auto taken = co_await redemptions.take(taker, key);
        if (!taken) co_return std::unexpected(refusal_of(taken.error()));
        if (!taken->presented_sealed.empty()) {
            if (auto again = opened_form(*taken, house_)) co_return std::move(*again);
            break;
        }
        auto fresh = mint(*taken, nonce, house_);
        if (fresh.facts.empty()) break;
        if (co_await redemptions.keep(taken->id, sealed_form(fresh, taken->id, house_))) co_return fresh;
    }
    co_return std::unexpected(redeem_refusal{});
}

task<std::expected<redemption, redeem_refusal>> counter::receipt(redeemer by, std::string number) {
    const bool digits = number.size() == 10 && std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; });
    // A mistyped one is not looked up, as a mistyped code.
    if (!digits || damm_digit(std::string_view(number).substr(0, 9)) != number.back())
        co_return std::unexpected(redeem_refusal{});
    registry::redemptions redemptions(house_.pool, house_.record, house_.blind, house_.time, house_.random);
    const auto held = co_await redemptions.receipt(taker_of(by), number);
    if (!held) co_return std::unexpected(refusal_of(held.error()));
    if (!held->presented_sealed.empty()) {
        if (auto again = opened_form(*held, house_)) co_return std::move(*again);
        co_return std::unexpected(redeem_refusal{});
    }
    // It was taken, and the answer was lost before it was signed.
    auto fresh = mint(*held, std::nullopt, house_);
    if (fresh.facts.empty() || !co_await redemptions.keep(held->id, sealed_form(fresh, held->id, house_)))
        co_return std::unexpected(redeem_refusal{});
    co_return fresh;
}

task<std::optional<std::string>> counter::ask(redeemer by, std::string e164, std::string preset) {
    const auto* const kind = kind_of_preset(house_.kinds, preset);
    if (kind == nullptr) co_return std::nullopt;
    registry::redemptions redemptions(house_.pool, house_.record, house_.blind, house_.time, house_.random);
    co_return co_await redemptions.ask(taker_of(by), e164, kind->name, preset);
}

task<std::optional<ask_state>> counter::answer(redeemer by, std::string reference) {
    if (reference.size() != 22) co_return std::nullopt;
    registry::redemptions redemptions(house_.pool, house_.record, house_.blind, house_.time, house_.random);
    const auto now = co_await redemptions.asked(taker_of(by), reference);
    if (!now) co_return std::nullopt;
    if (now->is == registry::question::state::waiting) co_return ask_state{.state = "waiting", .taken = {}};
    if (now->is == registry::question::state::no_answer) co_return ask_state{.state = "no_answer", .taken = {}};
    std::optional<redemption> taken;
    if (!now->receipt.empty()) {
        auto got = co_await receipt(by, now->receipt);
        if (got) taken = std::move(*got);
    } else {
        registry::take_key key{.code = {}, .trace = {}, .ask = reference};
        auto got = co_await take(by, std::move(key), std::nullopt);
        if (got) taken = std::move(*got);
    }
    // What she answered and took back meanwhile reads as no answer.
    if (!taken) co_return ask_state{.state = "no_answer", .taken = {}};
    co_return ask_state{.state = "shared", .taken = std::move(taken)};
}

task<std::vector<erasure>> counter::erasures(redeemer by, int limit) {
    registry::redemptions redemptions(house_.pool, house_.record, house_.blind, house_.time, house_.random);
    std::vector<erasure> out;
    for (auto& each : co_await redemptions.erasures(taker_of(by), std::clamp(limit, 1, 1'000)))
        out.push_back({.receipt = std::move(each.receipt), .asked_at = each.asked_at});
    co_return out;
}

// The same work whatever is known: an unknown or waiting operator is checked against nothing.
task<std::expected<redeemer, sign_in_refusal>> counter::check(registry::agent_attempt attempt, std::string secret,
                                                              std::string channel) {
    bool right = false;
    const auto done = co_await house_.hashing.run([&] {
        right = house_.secrets.check(attempt.subject, secret, attempt.may_try ? attempt.stored : std::string());
    });
    if (!done) co_return std::unexpected(sign_in_refusal{.what = sign_in_refusal::kind::busy});
    if (!right) co_return std::unexpected(sign_in_refusal{});
    registry::agents agents(house_.pool, house_.blind, house_.time);
    co_await agents.succeeded(attempt.agent);
    if (!attempt.stands) co_return std::unexpected(sign_in_refusal{.what = sign_in_refusal::kind::suspended});
    co_return redeemer{
        .verifier = attempt.verifier, .who = operator_id{attempt.agent}, .program = {}, .channel = std::move(channel)};
}

task<std::expected<redeemer, sign_in_refusal>> counter::sign_in(std::string verifier_number, std::string operator_name,
                                                                std::string password) {
    if (operator_name.size() > longest_name || password.size() > longest_password || verifier_number.size() > 5)
        co_return std::unexpected(sign_in_refusal{});
    if (house_.hashing.full()) co_return std::unexpected(sign_in_refusal{.what = sign_in_refusal::kind::busy});
    registry::agents agents(house_.pool, house_.blind, house_.time);
    auto attempt = co_await agents.count_password(verifier_number, operator_name);
    co_return co_await check(std::move(attempt), std::move(password), "web");
}

task<std::expected<redeemer, sign_in_refusal>> counter::operator_by_phone(std::string e164, std::string pin,
                                                                          blind_key hop) {
    if (pin.size() > longest_password) co_return std::unexpected(sign_in_refusal{});
    if (house_.hashing.full()) co_return std::unexpected(sign_in_refusal{.what = sign_in_refusal::kind::busy});
    registry::agents agents(house_.pool, house_.blind, house_.time);
    auto attempt = co_await agents.count_pin(e164, hop);
    co_return co_await check(std::move(attempt), std::move(pin), "ussd");
}

task<std::optional<redeemer>> counter::client(std::string id, std::string secret, std::string certificate_sha256) {
    if (id.size() > longest_name || secret.size() > longest_password) co_return std::nullopt;
    std::string certificate;
    if (!certificate_sha256.empty()) {
        const auto raw = from_hex(certificate_sha256);
        if (!raw || raw->size() != 32) co_return std::nullopt;
        certificate = as_string_view(*raw);
    }
    registry::agents agents(house_.pool, house_.blind, house_.time);
    const auto known = co_await agents.program(id, secret, certificate);
    if (!known) co_return std::nullopt;
    co_return redeemer{.verifier = known->verifier, .who = {}, .program = client_id{known->agent}, .channel = "api"};
}

namespace {

verifier_face face_of(registry::verifier_entry entry) {
    return {.verifier = entry.id,
            .number = std::move(entry.number),
            .name = std::move(entry.name),
            .purpose = std::move(entry.purpose),
            .country = std::move(entry.country),
            .presets = std::move(entry.presets),
            .operator_name = std::move(entry.agent_name)};
}

}  // namespace

task<std::optional<verifier_face>> counter::operator_behind(std::string e164, std::string language) {
    registry::agents agents(house_.pool, house_.blind, house_.time);
    auto found = co_await agents.behind(e164, language);
    if (!found) co_return std::nullopt;
    co_return face_of(std::move(*found));
}

task<std::optional<verifier_face>> counter::face(redeemer by, std::string language, wall_time signed_in_at) {
    registry::agents agents(house_.pool, house_.blind, house_.time);
    auto found = co_await agents.face(agent_of(by), language, signed_in_at);
    if (!found) co_return std::nullopt;
    verifier_face out = face_of(std::move(*found));
    if (by.program) out.operator_name.clear();
    co_return out;
}

task<void> counter::sign_out(redeemer by) {
    registry::agents agents(house_.pool, house_.blind, house_.time);
    co_await agents.sign_out(agent_of(by));
}

}  // namespace mlango::wallet
