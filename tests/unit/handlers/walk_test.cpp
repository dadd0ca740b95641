// Every screen that can be reached in the real menu, breadth first, in every language and on the screens of three
// profiles, with long values in the records: each fits, can be left, and back leads to where she was.
#include <deque>
#include <set>

#include "tests/unit/handlers/spoken.hpp"

namespace mlango::handlers {
namespace {

using namespace std::chrono;

constexpr int longest_list = 24;

// Values near the longest that a registry holds, in the script of the language.
std::string long_name(std::size_t language) {
    const auto& code = real_words().languages()[language].code;
    return code == "ar" ? "عبدالرحمن" : code == "fr" ? "Marie-Emmanuelle" : "Nyirahabimana";
}
std::string long_place(std::size_t language) {
    return real_words().languages()[language].code == "ar" ? "مخيم كالوبيي القرية الثالثة مركز ب"
                                                           : "Kalobeyei Village 3, Distribution Centre B";
}

// What a handler function may answer: its screen's own values, and each outcome that the menu knows of it.
struct world {
    std::size_t language = 0;
    int rows = longest_list;
    bool flags = true;  // whether lines that hang on a flag are there

    [[nodiscard]] templates::values values() const {
        return {{"programme", long_place(language).substr(0, 24)},
                {"kind", "cash"},
                {"amount", templates::money{.minor = 123'456'700, .currency = "KES"}},
                {"state", "partial"},
                {"day", year(2026) / September / day(28)},
                {"first", year(2026) / September / day(28)},
                {"last", year(2026) / September / day(30)},
                {"has_last", true},
                {"place", long_place(language)},
                {"has_place", true},
                {"hours", "08:00-16:30"},
                {"has_hours", true},
                {"collector", long_name(language)},
                {"has_collector", true},
                {"order", "123456789"},
                {"has_order", true},
                {"can_confirm", flags},
                {"can_report", flags},
                {"has_items", flags},
                {"name", long_name(language)},
                {"quantity", "1234.56"},
                {"unit", "pc"},
                {"number", "+254711000001"},
                {"old", "...001"},
                {"here", true},
                {"answers", "shared"},
                {"born", "1988"},
                {"card", "***0011"},
                {"size", std::int64_t{11}},
                {"line", "Block 12, shelter 1234, near the third water tap"},
                {"has_line", true},
                {"address", "Block 12, shelter 1234, near the third water tap"},
                {"relation", "MTH"},
                {"reference", "WWWW"},
                {"kind_of", "phone_replace"}};
    }
    [[nodiscard]] answer shows(const templates::screen& screen) const {
        answer given;
        given.values = values();
        // A list that has no words for nobody always has somebody.
        const bool never_empty = screen.rows && !screen.rows->empty && screen.options.empty();
        for (int i = 1; i <= std::max(rows, never_empty ? 1 : 0); ++i)
            given.rows.push_back({.id = std::to_string(i), .values = values()});
        return given;
    }
    // Where its outcome is the one that was asked for.
    [[nodiscard]] answer leads(std::string_view outcome) const {
        answer given;
        given.outcome = outcome;
        if (outcome == "done") given.values = {{"reference", "WWWW"}};
        return given;
    }
};

// A session that can be copied, so that every way on is tried from the same place.
struct place {
    sessions::session session;
    std::vector<std::string> way;
    std::string text;
};

class walker {
public:
    walker(std::size_t language, gsm::screen_size screen, int rows, bool flags)
        : facts_{.language = language, .rows = rows, .flags = flags},
          around_{.screens = real_menu(),
                  .words = real_words(),
                  .screen = screen,
                  .has_hash_key = screen.septets == 160,
                  .view_needs_pin = true,
                  .now = 1'000,
                  .pin_lasts = 180,
                  .region = "KE"} {}

    void walk() {
        for (const char* first : {"home", "several", "stranger", "language"})
            for (const int flags : {0, +flag_no_pin, +flag_sim_changed}) begin(first, static_cast<std::uint8_t>(flags));
        while (!waiting_.empty() && !testing::Test::HasFailure()) {
            const place at = std::move(waiting_.front());
            waiting_.pop_front();
            go_on(at);
        }
    }
    [[nodiscard]] const std::set<templates::screen_index>& seen() const { return seen_; }
    [[nodiscard]] std::size_t places() const { return known_.size(); }

private:
    // The outcomes that the first step of this hop could have had.
    std::vector<std::string> run(place& at, const std::function<demand(conversation&)>& begin,
                                 std::string_view outcome) {
        conversation talk(around_, at.session);
        std::vector<std::string> outcomes;
        demand next = begin(talk);
        while (auto* asked = std::get_if<wanted>(&next)) {
            const auto& screen = around_.screens.at(asked->screen);
            if (!asked->act) {
                next = talk.resume(facts_.shows(screen));
                continue;
            }
            if (screen.act == "check_pin") {
                const bool right = asked->input == "4826";
                if (right) at.session.authenticated_at = around_.now;
                next = talk.resume(facts_.leads(right ? returned : "wrong"));
                continue;
            }
            std::string_view chosen = screen.on.front().first;
            if (outcomes.empty()) {
                for (const auto& [name, to] : screen.on) outcomes.push_back(name);
                if (!outcome.empty()) chosen = outcome;
            } else if (screen.outcome(outcome) != templates::no_screen) {
                chosen = outcome;
            }
            if (screen.act == "identify") at.session.person = chosen == "stranger" ? 0 : 7;
            next = talk.resume(facts_.leads(chosen));
        }
        at.text = std::get<shown>(next).text;
        check(at, at.text, std::get<shown>(next).ends);
        return outcomes;
    }

    void check(const place& at, const std::string& text, bool ends) {
        const auto where = [&] {
            std::string out = real_words().languages()[facts_.language].code + ", screen " +
                              around_.screens.at(at.session.stack.back().screen).name + ", by";
            for (const auto& input : at.way) out += " " + input;
            return out + ":\n" + text;
        };
        ASSERT_FALSE(at.session.stack.empty());
        ASSERT_TRUE(around_.screen.fits(text)) << where();
        ASSERT_FALSE(text.empty()) << where();
        ASSERT_EQ(text.find('{'), std::string::npos) << where();
        ASSERT_TRUE(sessions::within_bounds(at.session)) << where();
        const auto& screen = around_.screens.at(at.session.stack.back().screen);
        const bool way_on = ends || at.session.stack.size() > 1 || !screen.options.empty() || screen.input ||
                            !at.session.choices.empty();
        ASSERT_TRUE(way_on) << "a dead end: " << where();
        seen_.insert(at.session.stack.back().screen);
    }

    void begin(std::string_view first, std::uint8_t flags) {
        place at;
        at.session.language = static_cast<templates::language_index>(facts_.language);
        at.session.flags = flags;
        at.way.push_back("*384# (" + std::string(first) + ")");
        run(at, [](conversation& talk) { return talk.dial(); }, first);
        remember(std::move(at));
    }

    // Places with the same two last screens look alike to what follows, and are walked from once.
    void remember(place at) {
        std::string key = std::to_string(at.session.flags) + (at.session.authenticated_at != 0 ? "+" : "-");
        const auto& stack = at.session.stack;
        key += std::to_string(std::min<std::size_t>(stack.size(), 3));
        for (std::size_t i = stack.size() - std::min<std::size_t>(stack.size(), 2); i < stack.size(); ++i)
            key += " " + std::to_string(stack[i].screen) + "." + std::to_string(stack[i].page);
        if (known_.insert(std::move(key)).second) waiting_.push_back(std::move(at));
    }

    void go_on(const place& from) {
        const auto& screen = around_.screens.at(from.session.stack.back().screen);
        std::vector<std::string> inputs{"0", "00", "77"};
        if (from.session.next_page != 0) inputs.emplace_back("#");
        for (const auto& option : screen.options) inputs.push_back(option.key);
        if (screen.rows && screen.rows->to != templates::no_screen && !from.session.choices.empty()) {
            inputs.emplace_back("1");
            inputs.push_back(std::to_string(from.session.choices.size()));
        }
        if (screen.input) {
            switch (screen.input->kind) {
                case templates::input_kind::pin:
                    inputs = {"0", "00", "1", "4826", "7305"};
                    break;
                case templates::input_kind::msisdn:
                    inputs.emplace_back("0711 000 096");
                    break;
                default:
                    inputs.push_back(std::string("Block 12, shelter 1234, near the third water tap and the school")
                                         .substr(0, screen.input->max));
            }
        }
        for (const auto& input : inputs) take(from, input, {});
    }

    void take(const place& from, const std::string& input, const std::string& outcome) {
        place at = from;
        at.way.push_back(input + (outcome.empty() ? "" : " (" + outcome + ")"));
        const auto outcomes = run(at, [&](conversation& talk) { return talk.take(input); }, outcome);
        if (testing::Test::HasFatalFailure()) return;
        if (input == "00") leads_home(at);
        if (input != "0" && input != "00") leads_back(from, at, input);
        if (outcome.empty())
            for (std::size_t i = 1; i < outcomes.size(); ++i) take(from, input, outcomes[i]);
        remember(std::move(at));
    }

    void leads_home(const place& at) {
        EXPECT_EQ(at.session.stack.size(), 1u) << around_.screens.at(at.session.stack.back().screen).name;
        EXPECT_TRUE(at.session.fields.empty());
    }

    // Whatever deepened the way by one screen is taken back by 0, unless a step or a PIN came between.
    void leads_back(const place& from, const place& at, const std::string& input) {
        if (at.session.stack.size() != from.session.stack.size() + 1) return;
        const auto is_pin = [&](const place& where) {
            const auto& asks = around_.screens.at(where.session.stack.back().screen).input;
            return asks && asks->kind == templates::input_kind::pin;
        };
        if (is_pin(from) || is_pin(at)) return;
        if (!std::equal(from.session.stack.begin(), from.session.stack.end(), at.session.stack.begin())) return;
        const auto& before = around_.screens.at(from.session.stack.back().screen);
        if (before.needs == templates::guard::fresh_pin) return;
        place back = at;
        back.way.emplace_back("0");
        run(back, [](conversation& talk) { return talk.take("0"); }, {});
        EXPECT_EQ(back.session.stack, from.session.stack) << "0 after " << input << " on " << before.name;
        EXPECT_EQ(back.text, from.text);
    }

    world facts_;
    surroundings around_;
    std::deque<place> waiting_;
    std::set<std::string> known_;
    std::set<templates::screen_index> seen_;
};

struct walked {
    std::size_t language;
    gsm::screen_size screen;
    const char* profile;
};

class walks : public testing::TestWithParam<walked> {};

TEST_P(walks, reach_every_screen_and_never_get_stuck) {
    std::set<templates::screen_index> seen;
    for (const auto& [rows, flags] : {std::pair(longest_list, true), std::pair(1, false), std::pair(0, true)}) {
        walker one(GetParam().language, GetParam().screen, rows, flags);
        one.walk();
        seen.insert(one.seen().begin(), one.seen().end());
        EXPECT_GT(one.places(), 100u) << "hardly walked";
        if (HasFailure()) return;
    }
    for (templates::screen_index i = 0; i < real_menu().screens().size(); ++i) {
        const auto& screen = real_menu().at(i);
        if (!screen.act.empty() || screen.name == "sorry") continue;
        EXPECT_TRUE(seen.contains(i)) << screen.name << " was never shown";
    }
}

std::vector<walked> all_walks() {
    std::vector<walked> all;
    for (std::size_t language = 0; language < real_words().languages().size(); ++language) {
        all.push_back({language, {.septets = 160, .ucs2_units = 70}, "160"});
        all.push_back({language, {.septets = 140, .ucs2_units = 63}, "140"});
    }
    return all;
}

INSTANTIATE_TEST_SUITE_P(menu, walks, testing::ValuesIn(all_walks()), [](const auto& info) {
    return real_words().languages()[info.param.language].code + "_" + info.param.profile;
});

}  // namespace
}  // namespace mlango::handlers
