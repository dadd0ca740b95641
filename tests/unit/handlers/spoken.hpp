// Drives the engine over the real menu and texts with handler functions that a test answers itself. Each screen is also
// checked to fit.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>

#include "handlers/engine.hpp"

namespace mlango::handlers {

// Loaded once: parsing is the slow part.
inline const templates::catalogue& real_words() {
    static const auto words = templates::catalogue::load(MLANGO_SOURCE_DIR "/templates/texts");
    if (!words) throw std::runtime_error(words.error().front());
    return *words;
}
inline const templates::menu& real_menu() {
    static const auto screens = templates::menu::load(MLANGO_SOURCE_DIR "/templates/menus/main", real_words());
    if (!screens) throw std::runtime_error(screens.error().front());
    return *screens;
}

class spoken {
public:
    spoken() {
        around.now = 1'000;
        answers["identify"] = [this](const wanted&) {
            session.person = 7;
            session.group = 3;
            return answer{.outcome = "home", .values = {}, .rows = {}};
        };
        answers["reference_given"] = [](const wanted&) {
            return answer{.outcome = {}, .values = {{"due", std::chrono::year(2026) / 12 / 6}}, .rows = {}};
        };
        answers["check_pin"] = [this](const wanted& asked) {
            if (asked.input != "4826") return answer{.outcome = "wrong", .values = {}, .rows = {}};
            session.authenticated_at = around.now;
            return answer{.outcome = returned, .values = {}, .rows = {}};
        };
    }

    std::string dial() {
        return run([](conversation& talk) { return talk.dial(); });
    }
    std::string type(std::string_view input) {
        return run([&](conversation& talk) { return talk.take(input); });
    }

    std::map<std::string, std::function<answer(const wanted&)>> answers;
    std::vector<std::string> called;
    sessions::session session;
    surroundings around{.screens = real_menu(),
                        .words = real_words(),
                        .screen = {},
                        .has_hash_key = true,
                        .view_needs_pin = true,
                        .now = 0,
                        .pin_lasts = 180,
                        .region = "KE"};

private:
    std::string run(const std::function<demand(conversation&)>& begin) {
        called.clear();
        conversation talk(around, session);
        demand next = begin(talk);
        while (auto* asked = std::get_if<wanted>(&next)) {
            const auto& screen = around.screens.at(asked->screen);
            const std::string& name = asked->act ? screen.act : screen.load;
            called.push_back(name);
            const auto found = answers.find(name);
            if (found == answers.end()) {
                ADD_FAILURE() << "no answer for " << name;
                return {};
            }
            next = talk.resume(found->second(*asked));
        }
        const auto& screen = std::get<shown>(next);
        EXPECT_TRUE(around.screen.fits(screen.text)) << screen.text;
        EXPECT_FALSE(screen.text.empty());
        return screen.text;
    }
};

inline answer leads_to(std::string_view outcome) {
    return {.outcome = outcome, .values = {}, .rows = {}};
}

}  // namespace mlango::handlers
