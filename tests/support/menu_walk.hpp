// One person in the menu, hop by hop over the pure engine, and the rules that hold wherever she is: the screen fits, it
// can be left, back leads to where she was, 00 leads home, nothing private and no telltale word before the PIN or on
// the last screen, a step is asked for once, the session stays within its bounds, and what was dropped opens again.
// Choices come from lots, so the same walker explores everything, wanders by a seed, or obeys a fuzzer.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "handlers/sms_conversation.hpp"
#include "tests/support/generated_answers.hpp"
#include "tests/support/generated_inputs.hpp"
#include "tests/support/telltale_words.hpp"

namespace mlango::test {

// Where she is. It can be copied, so that every way on is tried from the same place.
struct walk_place {
    sessions::session session;
    std::string text;
    bool ends = false;
    bool spoke = false;  // the screen says something about her last input, or a part of us is away
    std::string way;     // how she came, for a report
};

class menu_walk {
public:
    using screen_index = templates::screen_index;

    menu_walk(const handlers::surroundings& around, const generated_answers& answers)
        : around(around), answers_(answers) {}

    handlers::surroundings around;
    answer_shape shape;
    std::uint16_t flags_of_person = 0;    // what the registry says of her, as session flags
    bool away_at_times = true;            // handler functions may find the registry away
    std::optional<screen_index> keyword;  // the next hop is an SMS that opens this screen, whatever its input

    // One hop; nullopt dials. The first rule that does not hold, empty when all do.
    std::string hop(walk_place& at, std::optional<std::string_view> input, lots& chosen,
                    const sessions::session* kept = nullptr) {
        const walk_place before = at;
        at.way += input ? " " + (input->size() > 60 ? std::string(input->substr(0, 60)) + "…" : std::string(*input))
                        : std::string(" dial");
        at.spoke = false;
        std::vector<screen_index> acted;
        handlers::conversation talk(around, at.session);
        const auto opens = std::exchange(keyword, std::nullopt);
        handlers::demand next = opens ? talk.visit(*opens, "1") : input ? talk.take(*input) : talk.dial();
        while (auto* asked = std::get_if<handlers::wanted>(&next)) {
            const auto& screen = around.screens.at(asked->screen);
            if (asked->act) {
                if (std::ranges::find(acted, asked->screen) != acted.end())
                    return told(at, "two effects of " + screen.name);
                acted.push_back(asked->screen);
            }
            auto given = answer_to(*asked, screen, at.session, chosen, kept, input && !at.session.stack.empty());
            at.spoke = at.spoke || !given;
            next = given ? talk.resume(std::move(*given)) : talk.apologise();
        }
        at.text = std::get<handlers::shown>(next).text;
        at.ends = std::get<handlers::shown>(next).ends;
        if (input && at.session.stack == before.session.stack) at.spoke = true;
        if (auto broken = rule_of_screens(at); !broken.empty()) return told(at, broken);
        if (input && handlers::plain_digits(*input) == "00")
            if (auto broken = rule_of_home(at); !broken.empty()) return told(at, broken);
        return {};
    }

    // After `input` led from one place to a deeper one: 0 leads back to the same screen.
    std::string leads_back(const walk_place& from, const walk_place& at, std::string_view input) {
        if (at.ends || at.session.stack.size() != from.session.stack.size() + 1 || is_sorry(at) || is_sorry(from))
            return {};
        if (asks_pin(from.session) || asks_pin(at.session)) return {};
        if (!std::equal(from.session.stack.begin(), from.session.stack.end(), at.session.stack.begin())) return {};
        const auto& left = top(from.session);
        if (!around.by_sms &&
            (left.needs == templates::guard::fresh_pin || !passed(from.session) || !passed(at.session)))
            return {};
        walk_place back = at;
        usual_course usual;
        if (auto broken = hop(back, "0", usual); !broken.empty()) return broken;
        if (back.session.stack != from.session.stack)
            return told(back, "0 after " + std::string(input) + " did not lead back to " + left.name);
        if (!from.spoke && back.text != from.text && back.session.fields == from.session.fields)
            return told(back,
                        "0 after " + std::string(input) + " shows " + left.name + " changed; it was:\n" + from.text);
        return {};
    }

    // A session that was dropped here and is kept opens again, behind the PIN where one had been given.
    std::string opens_again(const walk_place& at) {
        const auto ask = around.screens.find("resume_ask");
        if (ask == templates::no_screen || at.ends || !handlers::resumable(around.screens, at.session)) return {};
        walk_place again;
        again.way = at.way + " (dropped)";
        again.session.language = at.session.language;
        again.session.person = at.session.person;
        again.session.flags = flags_of_person;
        again.session.stack = {{.screen = ask, .page = 0, .subject = {}}};
        usual_course usual;
        const sessions::session kept = at.session;
        if (auto broken = hop(again, "1", usual, &kept); !broken.empty()) return broken;
        const bool had_pin = kept.authenticated_at != 0;
        if (had_pin && (flags_of_person & handlers::flag_no_pin) == 0) {
            if (!asks_pin(again.session)) return told(again, "continues without a PIN");
            walk_place declined = again;
            if (auto broken = hop(declined, "0", usual); !broken.empty()) return broken;
            for (const auto& [name, value] : kept.fields)
                if (is_typed(name) && declined.text.find(value) != std::string::npos)
                    return told(declined, "shows what was typed (" + name + ") to whoever declined to give the PIN");
        }
        if (asks_pin(again.session))
            if (auto broken = hop(again, right_pin, usual); !broken.empty()) return broken;
        if ((flags_of_person & handlers::flag_no_pin) != 0 && !again.session.stack.empty() &&
            again.session.stack.back().screen == around.screens.no_pin())
            return {};
        const auto reached = reached_in(kept);
        const auto& screen = around.screens.at(reached);
        // A step that only acts leads on to what its outcome names.
        const bool here = screen.act.empty() && (screen.resume == templates::resume_rule::here ||
                                                 screen.resume == templates::resume_rule::unstated);
        if (again.session.stack.empty() || (here && again.session.stack.back().screen != reached))
            return told(again, "does not open again at " + screen.name);
        if (again.session.stack.back().screen == around.screens.sorry())
            return told(again, "continues with an apology");
        return {};
    }

    // The same by SMS, where no PIN is asked: every rule of a screen before the PIN holds there, and 0 does not lead
    // into what does not open.
    std::string goes_on_by_sms(const walk_place& at) {
        const auto ask = around.screens.find("resume_ask");
        if (ask == templates::no_screen || at.ends || !handlers::resumable(around.screens, at.session)) return {};
        const auto by_ussd = around;
        around.by_sms = true;
        around.screen = handlers::sms_screen;
        walk_place again;
        again.way = at.way + " (dropped, by SMS)";
        again.session.language = at.session.language;
        again.session.person = at.session.person;
        again.session.flags = handlers::flag_may_ask;
        again.session.stack = {{.screen = ask, .page = 0, .subject = {}}};
        usual_course usual;
        const sessions::session kept = at.session;
        std::string broken = hop(again, "1", usual, &kept);
        if (broken.empty() && asks_pin(again.session)) broken = told(again, "asks for a PIN by SMS");
        if (broken.empty()) broken = hop(again, "0", usual);
        around.by_sms = by_ussd.by_sms;
        around.screen = by_ussd.screen;
        return broken;
    }

    [[nodiscard]] const templates::screen& top(const sessions::session& session) const {
        return around.screens.at(session.stack.back().screen);
    }
    [[nodiscard]] bool asks_pin(const sessions::session& session) const {
        return asks_pin(session.stack.back().screen);
    }
    [[nodiscard]] bool passed(const sessions::session& session) const {
        return session.authenticated_at != 0 && around.now - session.authenticated_at < around.pin_lasts;
    }

private:
    [[nodiscard]] bool asks_pin(screen_index screen) const {
        const auto& input = around.screens.at(screen).input;
        return input && input->kind == templates::input_kind::pin && input->field == "pin";
    }
    [[nodiscard]] bool is_typed(std::string_view field) const {
        return std::ranges::any_of(around.screens.screens(),
                                   [&](const auto& one) { return one.input && one.input->field == field; });
    }
    [[nodiscard]] bool is_sorry(const walk_place& at) const {
        return at.session.stack.back().screen == around.screens.sorry();
    }
    [[nodiscard]] screen_index reached_in(const sessions::session& kept) const {
        for (auto one = kept.stack.rbegin(); one != kept.stack.rend(); ++one)
            if (!asks_pin(one->screen) && one->screen != around.screens.sorry()) return one->screen;
        return around.screens.root();
    }

    std::string told(const walk_place& at, const std::string& what) const {
        return fmt::format("{}: {}, screen {}, by{}:\n{}", what, around.words.languages()[at.session.language].code,
                           at.session.stack.empty() ? "?" : top(at.session).name, at.way, at.text);
    }

    // nullopt: a part of us is away.
    std::optional<handlers::answer> answer_to(const handlers::wanted& asked, const templates::screen& screen,
                                              sessions::session& session, lots& chosen, const sessions::session* kept,
                                              bool may_be_away) const {
        if (asked.act && screen.act == "continue_session" && kept) return continues(session, *kept);
        const bool right = asked.act && screen.act == "check_pin" && asked.input == right_pin;
        const std::size_t usual = !asked.act || right ? 1 : 0;  // the outcome without a name
        const std::size_t outcomes = usual + screen.on.size();
        const std::size_t drawn = chosen.below(outcomes + (may_be_away && away_at_times ? 1 : 0));
        if (drawn == outcomes) return std::nullopt;
        if (drawn < usual) {
            if (!right) return answers_.loaded(asked, session.language, shape);
            session.authenticated_at = around.now;
            return handlers::answer{.outcome = handlers::returned, .values = {}, .rows = {}};
        }
        const std::string_view outcome = screen.on[drawn - usual].first;
        if (asked.act && screen.act == "identify") {
            session.authenticated_at = 0;
            session.person = outcome == "stranger" || outcome == "several" || outcome == "language" ? 0 : 7;
            session.flags = outcome == "several" ? std::uint16_t{handlers::flag_several} : flags_of_person;
        }
        if (asked.act && screen.act == "choose_person") {
            session.authenticated_at = 0;
            session.person = 7;
            session.flags |= flags_of_person;
        }
        return answers_.leads(screen, outcome, session);
    }

    static handlers::answer continues(sessions::session& session, const sessions::session& kept) {
        session.stack = kept.stack;
        session.fields = kept.fields;
        session.form = kept.form;
        session.flags |= handlers::flag_resumable;
        session.authenticated_at = 0;
        handlers::answer given{.outcome = handlers::continued, .values = {}, .rows = {}};
        given.values.set("pin", kept.authenticated_at != 0);
        return given;
    }

    [[nodiscard]] std::string rule_of_screens(const walk_place& at) const {
        const auto& session = at.session;
        if (at.text.empty()) return "an empty screen";
        if (session.stack.empty()) return "the way is lost";
        if (!around.screen.fits(at.text)) return "does not fit";
        const auto& screen = top(session);
        const bool typed_braces = std::ranges::any_of(
            session.fields, [](const auto& one) { return one.second.find_first_of("{}") != std::string::npos; });
        if (!typed_braces && at.text.find_first_of("{}") != std::string::npos) return "braces";
        auto stored = session;
        stored.last_reply = at.text;
        if (!sessions::within_bounds(stored)) return "the session is out of its bounds";
        const auto decoded = sessions::decode(sessions::encode(stored));
        if (!decoded || *decoded != stored) return "the stored form is another session";

        const bool offers =
            !screen.options.empty() || screen.input || !session.choices.empty() || session.next_page != 0;
        if (!at.ends && session.stack.size() == 1 && !offers) return "a dead end";
        const auto& common = around.screens.common();
        const auto back = around.words.format(common.back, session.language, {});
        // A notice may take its place on a full screen.
        if (!at.ends && !at.spoke && session.stack.size() > 1 && session.next_page == 0 &&
            at.text.find(back) == std::string::npos)
            return "no way back is shown";

        if (around.by_sms &&
            (asks_pin(session) || (screen.sms != templates::sms_rule::open && screen.sms != templates::sms_rule::ask)))
            return "opened by SMS";
        // The last screen stays on the phone when she hands it back.
        if (passed(session) && !at.ends) return {};
        const char* const when = at.ends ? " on a last screen" : " before the PIN";
        if (const auto word = telltale_in(at.text); !word.empty()) return "\"" + std::string(word) + "\"" + when;
        const bool seen_freely = screen.needs == templates::guard::view && !around.view_needs_pin;
        if (seen_freely && !at.ends) return {};
        if (const auto value = answers_.private_value_of(screen); !value.empty()) return "{" + value + "}" + when;
        if (at.text.find(private_mark) != std::string::npos) return std::string("a private text") + when;
        return {};
    }

    [[nodiscard]] std::string rule_of_home(const walk_place& at) const {
        if (is_sorry(at)) return {};
        if (at.session.stack.size() != 1) return "00 did not lead home";
        return at.session.fields.empty() ? "" : "home still holds what was typed";
    }

    const generated_answers& answers_;
};

}  // namespace mlango::test
