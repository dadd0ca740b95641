#include "proof/uses.hpp"

#include <algorithm>
#include <array>

namespace mlango::proof {
namespace {

using templates::no_screen;
using templates::screen_index;

// common: the engine's own words. sms: notices, named where they are recorded. late, sorry: the desk. who.person:
// somebody without a nickname, or with somebody else's. facts, kinds, presets: by the names in wallet/credentials.yaml.
// share.me: herself among those she acts for. A test looks for keys in the sources that are missing here.
constexpr auto named_in_code =
    std::to_array<std::string_view>({"common.", "facts.", "kinds.", "late.", "presets.", "share.me", "sms.", "sorry.",
                                     "who.person", "who.person_again"});

bool is_named_in_code(std::string_view key) {
    return std::ranges::any_of(named_in_code, [&](std::string_view known) {
        return known.ends_with('.') ? key.starts_with(known) : key == known;
    });
}

template <typename Visitor>
void for_each_target(const templates::screen& screen, const Visitor& visit) {
    for (const auto& option : screen.options) visit(option.to);
    if (screen.rows) visit(screen.rows->to);
    if (screen.input) visit(screen.input->to);
    for (const auto& [outcome, to] : screen.on) visit(to);
}

}  // namespace

std::string name_of(const text_use& use, const templates::edition& made) {
    return use.screen == no_screen ? "texts." + std::string(made.words.key_of(use.text))
                                   : made.screens.at(use.screen).name;
}

std::span<const std::string_view> texts_named_in_code() {
    return named_in_code;
}

screen_texts texts_of(const templates::screen& screen) {
    screen_texts found;
    if (screen.text) found.shown.push_back(*screen.text);
    for (const auto& option : screen.options) {
        found.shown.push_back(option.text);
        if (!option.when.empty()) found.flags.push_back(option.when);
    }
    return found;
}

std::vector<text_use> uses_of(const templates::edition& made) {
    std::vector<text_use> uses;
    const auto& screens = made.screens.screens();
    for (std::size_t i = 0; i < screens.size(); ++i) {
        const auto& screen = screens[i];
        const auto index = static_cast<screen_index>(i);
        for (const templates::text_id text : texts_of(screen).shown) uses.push_back({text, index, screen.name});
        if (screen.rows) {
            uses.push_back({screen.rows->text, index, screen.name + ".rows"});
            if (screen.rows->empty) uses.push_back({*screen.rows->empty, index, screen.name});
        }
        if (screen.input) uses.push_back({screen.input->invalid, index, screen.name});
    }
    for (std::size_t i = 0; i < made.words.size(); ++i) {
        const auto text = static_cast<templates::text_id>(i);
        if (const auto key = made.words.key_of(text); is_named_in_code(key))
            uses.push_back({text, no_screen, std::string(key)});
    }
    return uses;
}

std::vector<bool> open_screens(const templates::menu& screens) {
    std::vector<bool> open(screens.screens().size());
    std::vector<screen_index> waiting;
    const auto reach = [&](screen_index to) {
        if (to == no_screen || open[to] || screens.at(to).needs != templates::guard::open) return;
        open[to] = true;
        waiting.push_back(to);
    };
    for (const screen_index first : {screens.entry(), screens.pin(), screens.sorry(), screens.no_pin()}) reach(first);
    for (std::size_t i = 0; i < open.size(); ++i)
        if (screens.screens()[i].root) reach(static_cast<screen_index>(i));
    while (!waiting.empty()) {
        const auto& one = screens.at(waiting.back());
        waiting.pop_back();
        for_each_target(one, reach);
    }
    return open;
}

std::vector<bool> ussd_screens(const templates::menu& screens) {
    std::vector<bool> reached(screens.screens().size());
    std::vector<screen_index> waiting;
    const auto reach = [&](screen_index to) {
        if (to == no_screen || reached[to]) return;
        reached[to] = true;
        waiting.push_back(to);
    };
    for (const screen_index first : {screens.entry(), screens.pin(), screens.sorry(), screens.no_pin()}) reach(first);
    for (std::size_t i = 0; i < reached.size(); ++i)
        if (screens.screens()[i].root) reach(static_cast<screen_index>(i));
    while (!waiting.empty()) {
        const auto& one = screens.at(waiting.back());
        waiting.pop_back();
        reach(one.resume_at);
        for_each_target(one, reach);
    }
    return reached;
}

std::vector<bool> sms_screens(const templates::menu& screens) {
    std::vector<bool> opens;
    for (const auto& one : screens.screens())
        opens.push_back(one.sms == templates::sms_rule::open || one.sms == templates::sms_rule::ask);
    return opens;
}

std::vector<bool> first_screens(const templates::menu& screens) {
    std::vector<bool> passed(screens.screens().size()), first(passed.size());
    std::vector<screen_index> waiting{screens.entry()};
    while (!waiting.empty()) {
        const screen_index at = waiting.back();
        waiting.pop_back();
        if (at == no_screen || passed[at]) continue;
        passed[at] = true;
        const auto& screen = screens.at(at);
        // The PIN comes first, above the screen that wants it.
        if (screen.needs != templates::guard::open) {
            first[screens.pin()] = true;
            continue;
        }
        first[at] = screen.act.empty();
        for (const auto& [outcome, to] : screen.on) waiting.push_back(to);
    }
    return first;
}

}  // namespace mlango::proof
