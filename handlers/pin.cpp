// The PIN: checking it, and choosing a new one. What she typed lives in `wanted::input` for this hop only.
#include <algorithm>
#include <string>

#include "handlers/subjects.hpp"

namespace mlango::handlers {

namespace {

std::int64_t seconds_now(const house& rooms) {
    return std::chrono::duration_cast<std::chrono::seconds>(rooms.time.now().time_since_epoch()).count();
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

// PINs that a stranger would try first: one digit repeated, runs up or down, years, and halves repeated (1212).
bool too_easy(std::string_view pin) {
    if (std::ranges::all_of(pin, [&](char c) { return c == pin.front(); })) return true;
    bool up = true, down = true;
    for (std::size_t i = 1; i < pin.size(); ++i) {
        up = up && pin[i] == pin[i - 1] + 1;
        down = down && pin[i] == pin[i - 1] - 1;
    }
    if (up || down) return true;
    if (pin.size() == 4 && (pin.starts_with("19") || pin.starts_with("20"))) return true;
    if (pin.size() % 2 == 0 && pin.substr(0, pin.size() / 2) == pin.substr(pin.size() / 2)) return true;
    // Columns and corners of the keypad.
    static constexpr std::string_view shapes[] = {"2580", "0852", "1470", "0741", "3690", "1397", "7931", "1590"};
    return std::ranges::find(shapes, pin) != std::end(shapes);
}

// The first typing of a new PIN is remembered only as this digest, inside the sealed session.
std::string digest_of_new(hop_context& hop, std::string_view pin) {
    const std::string person = std::to_string(hop.session.person);
    const blind_key digest = hop.rooms.blind.blind("new pin", person + ":" + std::string(pin));
    return to_hex(digest);
}

}  // namespace

// do: the attempt is counted before it is hashed, and costs one hash whatever comes out. A wrong PIN, a locked person
// and one who must wait get the same screen.
task<answer> check_pin(hop_context& hop) {
    // Before counting: who can not be checked now has not failed.
    if (hop.rooms.hashing.full()) throw house_busy();
    const registry::pin_attempt attempt = co_await hop.rooms.registry.pins.count_attempt(hop.person(), hop.hop);
    const std::string stored = attempt.may_try ? attempt.verifier : std::string();
    const auto checked = co_await verify(hop, stored);
    if (!checked.right) co_return answer{.outcome = "wrong", .values = {}, .rows = {}};
    co_await hop.rooms.registry.pins.succeeded(hop.person(), checked.upgraded);
    hop.session.authenticated_at = seconds_now(hop.rooms);
    co_return answer{.outcome = returned, .values = {}, .rows = {}};
}

task<answer> check_new_pin(hop_context& hop) {
    if (too_easy(hop.asked.input)) co_return answer{.outcome = "weak", .values = {}, .rows = {}};
    hop.set_field("new_pin", digest_of_new(hop, hop.asked.input));
    co_return answer{.outcome = "good", .values = {}, .rows = {}};
}

task<answer> set_pin(hop_context& hop) {
    const bool same = equal_in_constant_time(hop.field("new_pin"), digest_of_new(hop, hop.asked.input));
    if (hop.asked.input.empty() || !same) co_return answer{.outcome = "differs", .values = {}, .rows = {}};
    std::string made;
    const auto& verifier = hop.rooms.verifier;
    const auto person = hop.person();
    const std::string& pin = hop.asked.input;
    const auto done = co_await hop.rooms.hashing.run([&] { made = verifier.make(person, pin); });
    if (!done) throw house_busy();
    co_await hop.rooms.registry.pins.set(person, made, hop.hop);
    hop.session.flags &= static_cast<std::uint16_t>(~flag_no_pin);
    co_return answer{.outcome = "done", .values = {}, .rows = {}};
}

}  // namespace mlango::handlers
