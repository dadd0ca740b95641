// Her inputs and the answers of handler functions, cut from the bytes, walk the real menu: any language, screen, moment
// and outcome that the menu names. A tame registry answers what the menu declares, and every rule of
// tests/support/menu_walk.hpp must hold. A wild one answers anything: every screen fits, every session stays within its
// bounds and survives its stored form, and nothing throws.
#include <array>
#include <cstdio>
#include <cstdlib>

#include "tests/support/menu_walk.hpp"
#include "tests/support/profiles.hpp"

namespace {

using namespace mlango;
using handlers::answer;

const templates::catalogue& words() {
    static const auto loaded = templates::catalogue::load(MLANGO_SOURCE_DIR "/templates/texts");
    if (!loaded) std::abort();
    return *loaded;
}
const templates::menu& screens() {
    static const auto loaded = templates::menu::load(MLANGO_SOURCE_DIR "/templates/menus/main", words());
    if (!loaded) std::abort();
    return *loaded;
}

using choices = test::lots_of_bytes;

// Gateways deliver UTF-8 only, so bytes stand for characters: of the GSM alphabet, its extension, beyond it, two
// units long, and what no text should hold.
std::string text_from(choices& from, std::size_t longest) {
    static constexpr std::array<std::string_view, 24> characters = {"a", "Z",      "7", " ",  "0",  "*",  "#", "-",
                                                                    ".", "'",      "{", "|",  "€",  "é",  "ç", "م",
                                                                    "ي", "\u200E", "…", "💧", "\n", "\t", "٣", "\x01"};
    std::string out;
    for (std::size_t left = from.below(longest + 1); left > 0; --left) {
        const auto each = characters[from.below(characters.size())];
        for (std::size_t times = from.chance(8) ? from.below(30) : 1; times > 0; --times) out += each;
    }
    return out;
}

// Whatever a registry may hold: mostly words, sometimes of another type than the text expects.
templates::value value_from(choices& from) {
    switch (from.below(8)) {
        case 0:
            return from.below(2) == 0;
        case 1:
            return static_cast<std::int64_t>(from.below(256)) * 1'234'567'890'123;
        case 2:
            return templates::money{.minor = static_cast<std::int64_t>(from.below(256)) * 98'765'432'109,
                                    .currency = from.chance(4) ? text_from(from, 4) : "KES"};
        case 3:
            return std::chrono::year(static_cast<int>(1900 + from.below(256))) /
                   std::chrono::month(static_cast<unsigned>(from.below(16))) /
                   std::chrono::day(static_cast<unsigned>(from.below(40)));
        default:
            return text_from(from, 40);
    }
}

templates::values values_from(choices& from) {
    static constexpr std::array<std::string_view, 32> names = {
        "programme",  "kind",  "amount",      "state",     "day",       "first",    "last",          "has_last",
        "place",      "hours", "has_place",   "has_hours", "collector", "order",    "has_collector", "has_order",
        "can_report", "name",  "can_confirm", "has_items", "quantity",  "unit",     "number",        "old",
        "here",       "born",  "card",        "size",      "answers",   "relation", "reference",     "line"};
    templates::values out;
    for (std::size_t left = from.below(names.size()); left > 0; --left) {
        const auto name = names[from.below(names.size())];
        const bool flag = name.starts_with("has_") || name.starts_with("can_") || name == "here";
        out.set(name, flag && !from.chance(8) ? templates::value(from.below(2) == 0) : value_from(from));
    }
    return out;
}

answer answer_from(choices& from, const handlers::wanted& asked, sessions::session& session, std::int64_t now) {
    const auto& screen = screens().at(asked.screen);
    answer given;
    if (asked.act && screen.act == "check_pin" && from.below(3) != 0) {
        session.authenticated_at = now;
        given.outcome = handlers::returned;
        return given;
    }
    if (asked.act || (!screen.on.empty() && from.chance(6))) {
        given.outcome = screen.on[from.below(screen.on.size())].first;
        // What a step finds out is a reference or the like; a session holds no more of it than this.
        given.values.set("reference", text_from(from, 1).substr(0, sessions::session_bounds::field_bytes));
        if (screen.act == "identify" || screen.act == "choose_person") {
            session.person = static_cast<std::int64_t>(from.below(3));
            session.flags = static_cast<std::uint16_t>(from.below(8) | (from.chance(2) ? handlers::flag_may_ask : 0));
        }
        if (screen.act == "choose_language")
            session.language = static_cast<templates::language_index>(from.below(words().languages().size()));
        return given;
    }
    given.values = values_from(from);
    for (std::size_t left = from.below(26); left > 0; --left)
        given.rows.push_back({.id = std::string(from.below(33), 'i'), .values = values_from(from)});
    return given;
}

std::string input_from(choices& from) {
    static constexpr std::array<std::string_view, 20> likely = {
        "1",       "2", "3",  "4", "5",  "6",    "7",    "8",          "9",
        "0",       "0", "00", "#", "98", "4826", "7305", "0711000096", "+254711000001",
        "Block 7", "٣"};
    if (from.chance(6)) return text_from(from, 80);
    return std::string(likely[from.below(likely.size())]);
}

void require(bool holds, const char* what, const std::string& text) {
    if (holds) return;
    std::fprintf(stderr, "%s:\n%s\n", what, text.c_str());
    std::abort();
}

void check(const handlers::surroundings& around, sessions::session& session, const handlers::shown& screen) {
    require(around.screen.fits(screen.text), "does not fit", screen.text);
    require(!session.stack.empty(), "the way is lost", screen.text);
    require(session.stack.size() <= sessions::session_bounds::stack, "the way is too long", screen.text);
    require(session.choices.size() <= sessions::session_bounds::choices, "too many choices", screen.text);
    require(session.fields.size() <= sessions::session_bounds::fields, "too many fields", screen.text);
    session.last_reply = screen.text;
    require(sessions::within_bounds(session), "the session is out of its bounds", screen.text);
    const auto again = sessions::decode(sessions::encode(session));
    require(again && *again == session, "the stored form is another session", screen.text);
}

void walk_wild(choices& from) {
    static constexpr std::array<gsm::screen_size, 3> sizes = {gsm::screen_size{.septets = 160, .ucs2_units = 70},
                                                              gsm::screen_size{.septets = 140, .ucs2_units = 63},
                                                              gsm::screen_size{.septets = 182, .ucs2_units = 91}};
    sessions::session session;
    session.language = static_cast<templates::language_index>(from.below(words().languages().size()));
    handlers::surroundings around{.screens = screens(),
                                  .words = words(),
                                  .screen = sizes[from.below(sizes.size())],
                                  .has_hash_key = from.below(2) == 0,
                                  .view_needs_pin = from.below(2) == 0,
                                  .now = 1'000,
                                  .pin_lasts = 180,
                                  .region = "KE",
                                  .latin = false,
                                  .by_sms = from.chance(4)};
    if (around.by_sms) around.screen = handlers::sms_screen;
    for (bool dials = true; dials || from.more(); dials = from.chance(64)) {
        if (from.chance(8)) around.now += static_cast<std::int64_t>(from.below(256));
        handlers::conversation talk(around, session);
        handlers::demand next = dials ? talk.dial() : talk.take(input_from(from));
        while (auto* asked = std::get_if<handlers::wanted>(&next)) {
            // A part of us is away: the desk shows it only where there is a way back.
            if (from.chance(16) && !session.stack.empty()) {
                next = talk.apologise();
                continue;
            }
            const handlers::wanted of = *asked;
            next = talk.resume(answer_from(from, of, session, around.now));
        }
        check(around, session, std::get<handlers::shown>(next));
    }
}

void walk_tame(choices& from) {
    static const test::generated_answers answers(screens(), words());
    const auto& profile = from.one_of(test::test_profiles);
    test::menu_walk walk({.screens = screens(),
                          .words = words(),
                          .screen = profile.screen,
                          .has_hash_key = profile.has_hash_key,
                          .view_needs_pin = from.below(4) != 3,
                          .now = 1'000,
                          .pin_lasts = 180,
                          .region = "KE"},
                         answers);
    walk.shape = {.seed = from.below(256), .rows = from.below(25), .flags = from.below(2) == 0};
    walk.flags_of_person =
        from.one_of(std::array<std::uint16_t, 3>{0, handlers::flag_sim_changed, handlers::flag_no_pin});
    if (from.chance(4)) {
        walk.around.by_sms = true;
        walk.around.screen = handlers::sms_screen;
        walk.flags_of_person = from.chance(2) ? handlers::flag_may_ask : 0;
    }
    test::walk_place at;
    at.session.language = static_cast<templates::language_index>(from.below(words().languages().size()));
    const auto holds = [&](const std::string& broken) { require(broken.empty(), broken.c_str(), at.text); };
    holds(walk.hop(at, std::nullopt, from));
    while (from.more() && !at.ends) {
        if (from.chance(8)) walk.around.now += static_cast<std::int64_t>(from.below(256));
        const auto& screen = walk.top(at.session);
        const std::string input = from.chance(8) ? text_from(from, 80)
                                  : from.chance(4)
                                      ? from.one_of(test::odd_inputs(screen))
                                      : from.one_of(test::offered_inputs(screen, at.session, profile.has_hash_key));
        const auto before = at;
        holds(walk.hop(at, input, from));
        if (input != "0" && input != "00") holds(walk.leads_back(before, at, input));
        if (from.chance(4)) holds(walk.around.by_sms ? std::string() : walk.opens_again(at));
        if (from.chance(4)) holds(walk.goes_on_by_sms(at));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    choices from(data, size);
    from.chance(4) ? walk_wild(from) : walk_tame(from);
    return 0;
}
