#include "handlers/duress.hpp"

#include <fmt/chrono.h>

#include <algorithm>

#include "handlers/subjects.hpp"

namespace mlango::handlers {

namespace {

// Who is calling and in which language; the PIN, whose functions keep to the flag themselves; what the card in her hand
// says anyway; the wallet's front, which keeps to the flag itself; and checks of what was typed that store nothing.
constexpr handler_function as_ever[] = {identify,        languages,        choose_language, persons,
                                        choose_person,   enter_home,       other_person,    check_pin,
                                        begin_change,    begin_second,     check_new_pin,   give_pin,
                                        check_given_pin, set_pin,          recorded,        may_change_numbers,
                                        settings,        sms_settings,     reference_given, wallet_home,
                                        stop_given,      share_code_given, smartphone_code, forgot_pin};

// What an outcome of success is called, the likeliest first.
constexpr std::string_view successes[] = {"done", "asked", "yes", "good", "choose", "thanks", "sent"};

std::string_view likely(const templates::screen& screen) {
    for (const auto name : successes)
        for (const auto& [outcome, to] : screen.on)
            if (outcome == name) return outcome;
    return screen.on.front().first;
}

}  // namespace

task<answer> in_duress(hop_context& hop, handler_function function) {
    if (std::ranges::find(as_ever, function) != std::end(as_ever)) co_return co_await function(hop);
    answer given;
    if (!hop.asked.act) co_return given;
    given.outcome = likely(hop.edition.screens.at(hop.asked.screen));
    given.values.set("reference", registry::new_reference(hop.rooms.random));
    // As long as most messages take.
    const auto due = std::chrono::floor<std::chrono::days>(hop.rooms.time.now()) + std::chrono::days(14);
    given.values.set("due_on", fmt::format("{:%Y-%m-%d}", due));
    given.values.set("code", fmt::format("{:04}", hop.rooms.random.below(10'000)));
    co_return given;
}

}  // namespace mlango::handlers
