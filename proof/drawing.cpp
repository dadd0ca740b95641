#include "proof/drawing.hpp"

#include <utility>

namespace mlango::proof {
namespace {

constexpr std::size_t most_pages = 100;
constexpr int most_answers = 8;  // handler functions asked for one screen
constexpr std::int64_t now = 1'000'000;

bool asks_pin(const templates::screen& screen) {
    return screen.input && screen.input->kind == templates::input_kind::pin && screen.input->field == "pin";
}

// Answers what the engine wants until it shows something: the PIN is right, the screen's own function gives `given`.
std::string shown_by(handlers::conversation& talk, handlers::demand next, const handlers::answer& given) {
    for (int asked = 0; asked < most_answers; ++asked) {
        const auto* wanted = std::get_if<handlers::wanted>(&next);
        if (wanted == nullptr) return std::move(std::get<handlers::shown>(next).text);
        const bool acts = wanted->act;
        next = talk.resume(acts ? handlers::answer{.outcome = handlers::returned, .values = {}, .rows = {}} : given);
    }
    return {};
}

// A session that stands before the screen, one step from it: a fresh PIN is typed on the PIN's own screen, every other
// screen is come back to.
sessions::session standing_before(const templates::edition& made, const drawing_place& where, bool by_pin,
                                  const handlers::answer& given) {
    const auto& screens = made.screens;
    const auto& screen = screens.at(where.screen);
    sessions::session session;
    session.language = where.language;
    session.person = session.group = 1;
    session.authenticated_at = now;
    const auto stand = [&](templates::screen_index at) {
        session.stack.push_back({.screen = at, .page = 0, .subject = {}});
    };
    if (!screen.root && !where.first) {
        stand(screens.root());
        // A result forgets the way: only the root is below it.
        if (!screen.result) stand(screens.root());
    }
    stand(where.screen);
    if (!where.refused) stand(by_pin ? screens.pin() : screens.sorry());
    if (screen.load.empty())
        for (const auto& [name, held] : given.values)
            if (const auto* text = std::get_if<std::string>(&held)) handlers::keep_field(session, name, *text);
    return session;
}

}  // namespace

drawing draw(const templates::edition& made, const drawing_place& where, const handlers::answer& given) {
    const auto& screen = made.screens.at(where.screen);
    const bool by_pin = screen.needs == templates::guard::fresh_pin && !asks_pin(screen) && !where.refused;
    sessions::session session = standing_before(made, where, by_pin, given);
    handlers::surroundings around{.screens = made.screens,
                                  .words = made.words,
                                  .screen = where.size,
                                  .has_hash_key = where.has_hash_key,
                                  .view_needs_pin = true,
                                  .now = now,
                                  .pin_lasts = 180,
                                  .region = "KE",
                                  .latin = where.latin};
    drawing drawn;
    const auto take = [&](std::string_view input) {
        handlers::conversation talk(around, session);
        drawn.pages.push_back(shown_by(talk, talk.take(input), given));
    };
    take(where.refused ? "" : by_pin ? "1234" : "0");
    while (session.next_page != 0 && drawn.pages.size() < most_pages) take(where.has_hash_key ? "#" : "98");
    drawn.complete = session.next_page == 0;
    return drawn;
}

}  // namespace mlango::proof
