// Going on where a dropped session ended. What it had reached is kept under the number, sealed, for ten minutes.
#include <algorithm>
#include <string>

#include "handlers/subjects.hpp"

namespace mlango::handlers {

blind_key kept_form(blinder& blind, std::string_view e164) {
    return blind.blind("form", e164);
}

blind_key step_key(blinder& blind, const sessions::session& session, const templates::screen& step,
                   const wanted& asked) {
    std::string name(reinterpret_cast<const char*>(&session.form), sizeof(session.form));
    const auto add = [&](std::string_view part) { name.append(1, '\0').append(part); };
    add(std::to_string(session.person));
    add(step.name);
    add(asked.subject);
    add(asked.input);
    for (const auto& [field, value] : session.fields) {
        add(field);
        add(value);
    }
    return blind.blind("step", name);
}

// do: the session becomes what was kept, if it still belongs to somebody behind this number; the PIN is asked again
// where one had been given.
task<answer> continue_session(hop_context& hop) {
    auto loaded = co_await hop.rooms.sessions.load(kept_form(hop.rooms.blind, hop.from));
    if (!loaded) throw registry::registry_unavailable("the sessions are away");
    auto& session = hop.session;
    if (!*loaded || (*loaded)->value.menu_version != session.menu_version)
        co_return answer{.outcome = "gone", .values = {}, .rows = {}};
    sessions::session kept = std::move((*loaded)->value);
    // By SMS nobody proves who she is: only the one person of the number goes on with what was hers.
    if (hop.by_sms && kept.person != session.person) co_return answer{.outcome = "gone", .values = {}, .rows = {}};
    if (kept.person != 0) {
        const registry::callers found = co_await hop.rooms.registry.people.behind(hop.from);
        const auto one =
            std::ranges::find_if(found.people, [&](const auto& c) { return c.person.value == kept.person; });
        if (one == found.people.end()) co_return answer{.outcome = "gone", .values = {}, .rows = {}};
        remember(session, *one);
    }
    session.language = kept.language;
    session.stack = std::move(kept.stack);
    session.fields = std::move(kept.fields);
    session.form = kept.form;
    session.flags |= flag_resumable;
    session.authenticated_at = 0;
    answer given{.outcome = continued, .values = {}, .rows = {}};
    // On a shared phone somebody else may be holding it.
    given.values.set("pin", kept.authenticated_at != 0 || (kept.person != 0 && (session.flags & flag_several) != 0));
    co_return given;
}

// do: what was kept is forgotten.
task<answer> start_again(hop_context& hop) {
    co_await hop.rooms.sessions.remove(kept_form(hop.rooms.blind, hop.from));
    co_return answer{.outcome = first_screen(hop.session), .values = {}, .rows = {}};
}

}  // namespace mlango::handlers
