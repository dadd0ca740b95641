// The PIN: checking it, and setting one. What she typed lives in `wanted::input` for this hop only. Who may set a PIN
// has a right for it in her session: by the PIN before, by a code, by her guardians, by what is known of her.
#include <algorithm>
#include <charconv>
#include <string>

#include "base/log.hpp"
#include "base/unix_seconds.hpp"
#include "handlers/subjects.hpp"
#include "handlers/weak_pin.hpp"

namespace mlango::handlers {

namespace {

constexpr std::string_view right_field = "right";
constexpr std::string_view new_pin_field = "new_pin";
constexpr int given_digits = 4;

std::int64_t seconds_now(const house& rooms) {
    return unix_seconds(rooms.time.now());
}

answer outcome(std::string_view name) {
    return {.outcome = name, .values = {}, .rows = {}};
}

registry::pin_caller caller_of(const hop_context& hop) {
    return {.person = hop.person(), .phone = {hop.session.phone}, .e164 = hop.from};
}

// Runs on the hashing pool; everything it needs was copied or outlives the wait.
task<registry::pin_verifier::checked> verify(hop_context& hop, const std::string& stored) {
    registry::pin_verifier::checked result;
    const auto& verifier = hop.rooms.verifier;
    const auto person = hop.person();
    const std::string& pin = hop.asked.input;
    const auto done = co_await hop.rooms.hashing.run([&] { result = verifier.check(person, pin, stored); });
    if (!done) throw house_busy();
    co_return result;
}

// Whether PINs may be tried through this gateway at all. Nothing is counted against her while they may not.
task<void> pass_breaker(hop_context& hop) {
    using state = registry::pin_breaker::state;
    const state now = co_await hop.rooms.registry.breaker.look(hop.gateway);
    if (now == state::closed) co_return;
    if (now == state::opened) {
        hop.rooms.numbers
            .count("pin_breaker_openings_total", "Times that no PIN could be tried through a gateway for a while")
            .add();
        log_error("pin_breaker_opened", {{"gateway", hop.gateway}});
    }
    throw house_busy();
}

struct held_right {
    char kind = 0;  // p: the PIN before; s: the same, for a second PIN; c, g, f: of registry::pin_right
    std::int64_t record = 0;
};

std::string_view next_part(std::string_view& text) {
    const std::size_t end = std::min(text.find(' '), text.size());
    const auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return part;
}

// What the session holds, if it is hers and fresh.
std::optional<held_right> right_of(const hop_context& hop) {
    std::string_view text = hop.field(right_field);
    if (text.empty()) return std::nullopt;
    const auto kind = next_part(text);
    held_right held{.kind = kind.empty() ? '\0' : kind.front(), .record = hop_context::number_in(next_part(text))};
    const std::int64_t person = hop_context::number_in(next_part(text));
    const std::int64_t since = hop_context::number_in(next_part(text));
    const bool fresh = seconds_now(hop.rooms) - since < 2 * hop.rooms.operation.pin_seconds;
    return person == hop.session.person && person != 0 && fresh ? std::optional(held) : std::nullopt;
}

// The first typing of a new PIN is remembered only as this digest, inside the sealed session.
std::string digest_of_new(hop_context& hop, std::string_view pin) {
    const std::string person = std::to_string(hop.session.person);
    const blind_key digest = hop.rooms.blind.blind("new pin", person + ":" + std::string(pin));
    return to_hex(digest);
}

bool is_typed_before(hop_context& hop) {
    return !hop.asked.input.empty() &&
           equal_in_constant_time(hop.field(new_pin_field), digest_of_new(hop, hop.asked.input));
}

task<registry::person_record> record_of(hop_context& hop) {
    const auto found = co_await hop.rooms.registry.people.record_of(hop.person(), hop.language());
    if (!found) throw std::runtime_error("the session's person is not in the registry");
    co_return *found;
}

bool is_hers(const hop_context& hop, const registry::person_record& known, std::string_view pin) {
    const std::string_view numbers[] = {hop.from, known.registration_number, known.individual_number};
    return is_of_person(pin, known.birth_date, numbers);
}

}  // namespace

void give_right(hop_context& hop, char kind, std::int64_t record) {
    hop.set_field(right_field, std::string(1, kind) + " " + std::to_string(record) + " " +
                                   std::to_string(hop.session.person) + " " + std::to_string(seconds_now(hop.rooms)));
}

// do: the attempt is counted before it is hashed, and costs one hash whatever comes out. A wrong PIN, a locked person,
// one who must wait and a number or gateway that tried too often get the same screen after the same work.
task<answer> check_pin(hop_context& hop) {
    if ((hop.session.flags & flag_partner) != 0) co_return co_await check_partner_pin(hop);
    // Before counting: who can not be checked now has not failed.
    if (hop.rooms.hashing.full()) throw house_busy();
    co_await pass_breaker(hop);
    auto& registry = hop.rooms.registry;
    const registry::pin_caller who = caller_of(hop);
    const registry::pin_attempt attempt = co_await registry.pins.count_attempt(who, hop.hop);
    const std::string stored = attempt.may_try ? attempt.verifier : std::string();
    const auto checked = co_await verify(hop, stored);
    if (!attempt.duplicate) registry.breaker.count(hop.gateway, hop.asked.input, checked.right);
    if (!checked.right) co_return outcome("wrong");
    auto& flags = hop.session.flags;
    if (checked.duress) {
        co_await registry.pins.succeeded_in_duress(who, checked.upgraded, hop.hop);
        flags |= flag_duress;
        // What she was doing when the session dropped is not for whoever forces her to go on.
        if ((flags & flag_pin_first) != 0 && !hop.session.stack.empty()) {
            hop.session.stack.resize(1);
            hop.session.fields.clear();
            hop.session.form = 0;
        }
    } else {
        co_await registry.pins.succeeded(who, checked.upgraded);
        flags &= static_cast<std::uint16_t>(~flag_duress);
    }
    hop.session.authenticated_at = seconds_now(hop.rooms);
    co_return outcome(returned);
}

// do: she gave her PIN a moment ago.
task<answer> begin_change(hop_context& hop) {
    give_right(hop, 'p', 0);
    co_return outcome("choose");
}

task<answer> begin_second(hop_context& hop) {
    give_right(hop, 's', 0);
    co_return outcome("choose");
}

// load: a PIN drawn for her; shown this once.
task<answer> give_pin(hop_context& hop) {
    if (!right_of(hop)) co_return outcome("gone");
    const auto known = co_await record_of(hop);
    std::string pin;
    do {
        pin.clear();
        for (int i = 0; i < given_digits; ++i) pin += static_cast<char>('0' + hop.rooms.random.below(10));
    } while (is_common_pin(pin) || is_hers(hop, known, pin));
    hop.set_field(new_pin_field, digest_of_new(hop, pin));
    answer given;
    given.values.set("pin", std::move(pin));
    co_return given;
}

task<answer> check_given_pin(hop_context& hop) {
    if (!right_of(hop)) co_return outcome("gone");
    co_return outcome(is_typed_before(hop) ? "good" : "differs");
}

task<answer> check_new_pin(hop_context& hop) {
    if (!right_of(hop)) co_return outcome("gone");
    const std::string& pin = hop.asked.input;
    const bool weak = is_common_pin(pin) || is_date_pin(pin) || is_hers(hop, co_await record_of(hop), pin);
    if (weak) co_return outcome("weak");
    hop.set_field(new_pin_field, digest_of_new(hop, pin));
    co_return outcome("good");
}

task<answer> set_pin(hop_context& hop) {
    const auto held = right_of(hop);
    if (!held) co_return outcome("gone");
    if (!is_typed_before(hop)) co_return outcome("differs");
    auto& registry = hop.rooms.registry;
    const auto& verifier = hop.rooms.verifier;
    const auto person = hop.person();
    const std::string& pin = hop.asked.input;
    const std::string before = co_await registry.pins.verifier_of(person);
    std::optional<std::string> made;
    const auto done = co_await hop.rooms.hashing.run([&] {
        made = held->kind == 's' ? verifier.make_duress(person, pin, before) : verifier.make(person, pin, before);
    });
    if (!done) throw house_busy();
    // It looks done to whoever forced her.
    if ((hop.session.flags & flag_duress) != 0) co_return outcome("done");
    // Her two PINs can not be the same one.
    if (!made) co_return outcome("weak");
    if (held->kind == 'p' || held->kind == 's') {
        co_await registry.pins.set(person, *made, hop.hop);
        co_return outcome("done");
    }
    using kind = registry::pin_right::kind;
    const registry::pin_right by{.what = held->kind == 'c'   ? kind::code
                                         : held->kind == 'g' ? kind::guardians
                                                             : kind::facts,
                                 .record = held->record};
    if (!co_await registry.recovery.set(caller_of(hop), by, *made, hop.hop)) co_return outcome("gone");
    auto& flags = hop.session.flags;
    if ((flags & flag_no_pin) == 0) flags |= flag_cooling;
    flags &= static_cast<std::uint16_t>(~flag_no_pin);
    hop.session.authenticated_at = 0;
    co_return outcome("done");
}

}  // namespace mlango::handlers
