#include <algorithm>
#include <set>

#include "proof/check.hpp"
#include "sessions/session.hpp"

namespace mlango::proof {
namespace {

using templates::value_kind;

class shape_checks {
public:
    shape_checks(const templates::edition& made, fault_list& faults)
        : made_(made), first_(first_screens(made.screens)), on_ussd_(ussd_screens(made.screens)), faults_(faults) {
        for (const auto& screen : made.screens.screens())
            if (screen.input && screen.input->kind != templates::input_kind::pin) typed_.insert(screen.input->field);
    }

    void run() {
        for (std::size_t i = 0; i < made_.screens.screens().size(); ++i) {
            const auto& screen = made_.screens.screens()[i];
            if (!screen.act.empty()) continue;
            check_way_on(screen, first_[i]);
            check_form(screen);
            if (screen.input) check_input(screen, *screen.input);
        }
    }

private:
    void fault(const templates::screen& screen, std::string what, std::string text = {}) {
        faults_.push_back({.screen = screen.name,
                           .language = {},
                           .profile = {},
                           .excess = 0,
                           .what = std::move(what),
                           .text = std::move(text)});
    }

    // Where there is no way back, something that is always there must lead on.
    void check_way_on(const templates::screen& screen, bool first) {
        if (screen.end || (!screen.root && !first)) return;
        const bool always = std::ranges::any_of(screen.options, [](const auto& option) { return option.when.empty(); });
        const bool leads = screen.input || (screen.rows && screen.rows->to != templates::no_screen &&
                                            (!screen.rows->empty || !screen.root));
        if (!always && !leads)
            fault(screen, screen.options.empty() ? "dead end: a session can begin here, and there is no way on or back"
                                                 : "dead end: every way on hangs on a flag, and there is no way back");
    }

    // A screen without a handler function shows what the session keeps of the form, and of what a step found out.
    void check_form(const templates::screen& screen) {
        std::set<std::string> shown;
        for (const templates::text_id text : texts_of(screen).shown)
            for (const std::string& name : made_.words.arguments_of(text, 0)) shown.insert(name);
        const bool types = screen.input && screen.input->kind != templates::input_kind::pin;
        const bool shows_typed = std::ranges::any_of(shown, [&](const auto& name) { return typed_.contains(name); });
        if (screen.resume == templates::resume_rule::unstated && (types || (screen.load.empty() && shows_typed)))
            fault(screen,
                  types ? "asks for typed words and states no resume" : "shows what was typed and states no resume");
        if (!screen.load.empty()) return;
        for (const std::string& name : shown)
            if (const auto* value = made_.screens.declared().find(name))
                if (const auto kind = value->bounds_at(screen.name).kind;
                    kind != value_kind::text && kind != value_kind::choice)
                    fault(screen, "shows {" + name + "}, which is no word, and nothing loads it");
        for (const auto& option : screen.options)
            if (!option.when.empty()) fault(screen, "nothing loads the flag " + option.when);
        if (shown.size() > sessions::session_bounds::fields) fault(screen, "shows more fields than a session keeps");
        if (screen.rows) fault(screen, "nothing loads its rows");
    }

    void check_input(const templates::screen& screen, const templates::input_field& input) {
        if (input.kind == templates::input_kind::pin) return;
        // By SMS more than a session keeps may go to the step that follows, and no screen shows it.
        const auto index = static_cast<std::size_t>(&screen - made_.screens.screens().data());
        const bool handed_on = !on_ussd_[index] && input.to != templates::no_screen &&
                               !made_.screens.at(input.to).act.empty() &&
                               made_.screens.declared().find(input.field) == nullptr;
        if (input.max > sessions::session_bounds::field_bytes && !handed_on)
            fault(screen, "takes more characters than a session keeps");
        const auto* value = made_.screens.declared().find(input.field);
        if (value == nullptr || input.kind == templates::input_kind::msisdn) return;
        for (const auto& other : made_.screens.screens()) {
            const auto texts = texts_of(other);
            const bool shows = std::ranges::any_of(texts.shown, [&](templates::text_id text) {
                return std::ranges::binary_search(made_.words.arguments_of(text, 0), input.field);
            });
            if (shows && other.load.empty() && value->bounds_at(other.name).longest < input.max)
                fault(screen, "takes " + std::to_string(input.max) + " characters of {" + input.field + "}, and " +
                                  other.name + " is declared to show fewer");
        }
    }

    const templates::edition& made_;
    const std::vector<bool> first_, on_ussd_;
    std::set<std::string> typed_;
    fault_list& faults_;
};

}  // namespace

void check_shape(const templates::edition& made, fault_list& faults) {
    shape_checks(made, faults).run();
}

}  // namespace mlango::proof
