// Where only Latin letters can be shown (a gateway without UCS-2, or a handset that she said so of), every screen of
// the real menu is of the GSM 7-bit alphabet, in the languages of other scripts and whatever the records hold.
#include <set>

#include "tests/unit/handlers/spoken.hpp"

namespace mlango::handlers {
namespace {

using namespace std::chrono;

// Every value that the menu declares, names in letters that no GSM alphabet has.
templates::values hard_values(std::string_view name) {
    templates::values given;
    for (const auto& one : real_menu().declared().values) {
        using kind = templates::value_kind;
        switch (one.bounds.kind) {
            case kind::text:
                given.set(one.name, std::string(one.bounds.latin ? "7K2M" : name));
                break;
            case kind::number:
                given.set(one.name, std::int64_t{12});
                break;
            case kind::money:
                given.set(one.name, templates::money{.minor = 1'285'000, .currency = "KES"});
                break;
            case kind::date:
                given.set(one.name, year(2026) / September / day(30));
                break;
            case kind::choice:
                given.set(one.name, one.bounds.words.empty() ? std::string() : one.bounds.words.back());
                break;
            case kind::flag:
                given.set(one.name, true);
                break;
        }
    }
    return given;
}

struct shown_screen {
    std::string name, text;
};

// What she sees on the screen, and after a wrong input on it.
std::vector<shown_screen> seen_on(templates::screen_index index, std::string_view language, std::string_view name,
                                  bool by_gateway) {
    std::vector<shown_screen> seen;
    for (const std::string_view input : {"0", "?", "#"}) {
        surroundings around{.screens = real_menu(),
                            .words = real_words(),
                            .screen = {},
                            .has_hash_key = true,
                            .view_needs_pin = true,
                            .now = 1'000,
                            .pin_lasts = 180,
                            .region = "KE",
                            .latin = by_gateway};
        sessions::session session;
        session.language = *real_words().find_language(language);
        session.authenticated_at = 999;
        session.person = 7;
        session.flags = by_gateway ? 0 : flag_latin;
        session.stack.push_back({.screen = real_menu().root(), .page = 0, .subject = {}});
        if (index != real_menu().root()) session.stack.push_back({.screen = index, .page = 0, .subject = "1"});
        // Back to it from another screen.
        if (input == "0") session.stack.push_back({.screen = real_menu().sorry(), .page = 0, .subject = {}});
        conversation talk(around, session);
        demand next = talk.take(input);
        for (int steps = 0; std::holds_alternative<wanted>(next) && steps < 8; ++steps) {
            const auto& asked = std::get<wanted>(next);
            const auto& screen = real_menu().at(asked.screen);
            answer given;
            if (asked.act) {
                given.outcome = screen.on.front().first;
            } else {
                given.values = hard_values(name);
                for (int i = 1; i <= 12; ++i) given.rows.push_back({.id = std::to_string(i), .values = given.values});
            }
            next = talk.resume(std::move(given));
        }
        if (const auto* screen = std::get_if<shown>(&next))
            seen.push_back({real_menu().at(session.stack.back().screen).name, screen->text});
    }
    return seen;
}

TEST(latin_screens, hold_only_letters_that_every_handset_shows) {
    for (const bool by_gateway : {true, false})
        for (const auto& [language, name] : {std::pair<std::string_view, std::string_view>{"ar", "عبد الرحمن محمد"},
                                             {"am", "ወልደ ገብርኤል"},
                                             {"en", "Şükrü 李"}}) {
            std::set<std::string> names;
            for (templates::screen_index i = 0; i < real_menu().screens().size(); ++i)
                for (const auto& screen : seen_on(i, language, name, by_gateway)) {
                    names.insert(screen.name);
                    EXPECT_EQ(gsm::measure(screen.text).needs, gsm::alphabet::gsm7)
                        << language << ' ' << screen.name << ":\n"
                        << screen.text;
                    EXPECT_LE(gsm::measure(screen.text).units, 160u) << language << ' ' << screen.name;
                }
            for (const auto& screen : real_menu().screens())
                if (screen.act.empty() && screen.needs != templates::guard::fresh_pin && !screen.end)
                    EXPECT_TRUE(names.contains(screen.name)) << screen.name << " was never shown";
        }
}

TEST(latin_screens, are_those_of_the_language_and_not_of_another) {
    spoken arabic;
    arabic.answers["identify"] = [&](const wanted&) {
        arabic.session.person = 7;
        arabic.session.language = *real_words().find_language("ar");
        return leads_to("home");
    };
    const std::string own = arabic.dial();
    EXPECT_NE(own.find("1 مساعداتي"), std::string::npos) << own;
    arabic.around.latin = true;
    const std::string latin = arabic.dial();
    EXPECT_NE(latin.find("1 musa'adati"), std::string::npos) << latin;
    EXPECT_EQ(gsm::measure(latin).needs, gsm::alphabet::gsm7);
    // Her handset, not the gateway: the same.
    arabic.around.latin = false;
    arabic.answers["identify"] = [&](const wanted&) {
        arabic.session.flags |= flag_latin;
        return leads_to("home");
    };
    EXPECT_EQ(arabic.dial(), latin);
}

TEST(latin_screens, name_each_language_in_letters_that_can_be_read) {
    spoken her;
    her.around.latin = true;
    her.answers["identify"] = [](const wanted&) { return leads_to("language"); };
    her.answers["languages"] = [](const wanted&) {
        answer given;
        for (const auto& language : real_words().languages())
            given.rows.push_back({.id = language.code, .values = {{"name", language.own_name}}});
        return given;
    };
    EXPECT_EQ(her.dial(), "1 English\n2 Kiswahili\n3 Francais\n4 Arabi\n5 Amarigna\n6 Soomaali");
    her.around.latin = false;
    EXPECT_EQ(her.dial(), "1 English\n2 Kiswahili\n3 Français\n4 العربية\n5 አማርኛ\n6 Soomaali");
}

}  // namespace
}  // namespace mlango::handlers
