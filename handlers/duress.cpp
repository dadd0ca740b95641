#include "handlers/duress.hpp"

#include <fmt/chrono.h>

#include <algorithm>
#include <optional>
#include <span>

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
                                        stop_given,      share_code_given, smartphone_code, forgot_pin,
                                        take_sex,        take_day,         read_day,        report_check};

// What an outcome of success is called, the likeliest first.
constexpr std::string_view successes[] = {"done", "asked", "yes", "good", "choose", "thanks", "sent"};

// Where nothing could be done, there is nothing to be found.
constexpr std::string_view failures[] = {"wrong", "gone"};

std::string_view likely(const templates::screen& screen) {
    for (const auto names : std::initializer_list<std::span<const std::string_view>>{successes, failures})
        for (const auto name : names)
            for (const auto& [outcome, to] : screen.on)
                if (outcome == name) return outcome;
    return screen.on.front().first;
}

// What is recorded of everybody, and nothing of what an account gathers.
task<std::optional<answer>> with_nothing_gathered(hop_context& hop, handler_function function) {
    if (function == address) {
        answer given = co_await address(hop);
        given.values.set("line", std::string());
        given.values.set("has_line", false);
        co_return given;
    }
    if (function == data_held) {
        answer given = co_await data_held(hop);
        for (const auto name : {"phones", "items", "asked", "entries"}) given.values.set(name, std::int64_t{0});
        co_return given;
    }
    co_return std::nullopt;
}

}  // namespace

task<answer> in_duress(hop_context& hop, handler_function function) {
    if (std::ranges::find(as_ever, function) != std::end(as_ever)) co_return co_await function(hop);
    if (auto given = co_await with_nothing_gathered(hop, function)) co_return std::move(*given);
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
