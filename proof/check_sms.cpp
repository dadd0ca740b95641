#include <algorithm>
#include <set>

#include "handlers/sms_wording.hpp"
#include "proof/check.hpp"

namespace mlango::proof {
namespace {

using templates::keyword;
using templates::keyword_act;
using templates::sms_rule;

class sms_checks {
public:
    sms_checks(const templates::edition& made, fault_list& faults) : made_(made), faults_(faults) {}

    void run() {
        check_keywords();
        if (made_.screens.by_ussd() == templates::no_screen) {
            if (!made_.screens.keywords().all().empty())
                fault("keywords", {}, "there are keywords, and no screen by_ussd for what does not open by SMS");
            return;
        }
        check_needed();
        for (const auto& screen : made_.screens.screens()) check_instead(screen);
        check_sent();
    }

private:
    void fault(std::string screen, std::string language, std::string what, std::string text = {}) {
        faults_.push_back({.screen = std::move(screen),
                           .language = std::move(language),
                           .profile = {},
                           .excess = 0,
                           .what = std::move(what),
                           .text = std::move(text)});
    }

    static bool speaks_at_once(const keyword& one) {
        return one.act == keyword_act::stop || one.act == keyword_act::start;
    }

    // STOP and START hold in every language, so no language may mean something else by them.
    void check_keywords() {
        const auto& all = made_.screens.keywords().all();
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (std::ranges::all_of(all[i].phrase, [](char c) { return c >= '0' && c <= '9'; }))
                fault("keywords", all[i].language, "a number is an answer and no keyword", all[i].written);
            for (std::size_t j = 0; j < i; ++j) {
                if (all[j].phrase != all[i].phrase) continue;
                const bool same_language = all[j].language == all[i].language;
                if (same_language && all[j].target == all[i].target)
                    fault("keywords", all[i].language, "stands twice for " + all[i].target, all[i].written);
                else if (all[j].target != all[i].target &&
                         (same_language || speaks_at_once(all[i]) || speaks_at_once(all[j])))
                    fault("keywords", all[i].language, "means both " + all[j].target + " and " + all[i].target,
                          all[i].written);
            }
        }
        if (all.empty()) return;
        for (const auto& language : made_.words.languages())
            for (const std::string_view target : {"entry", "stop", "start"})
                if (std::ranges::none_of(
                        all, [&](const keyword& one) { return one.language == language.code && one.target == target; }))
                    fault("keywords", language.code, "no word for " + std::string(target));
    }

    // Opens for everybody: it is what is said in place of all else.
    void check_needed() {
        for (const std::string_view name :
             {"by_ussd", "by_sms_pin", "by_sms_words", "by_sms_words_go", "resume_continue"}) {
            const auto index = made_.screens.find(name);
            if (index == templates::no_screen)
                fault(std::string(name), {}, "SMS needs this screen");
            else if (made_.screens.at(index).sms != sms_rule::open)
                fault(std::string(name), {}, "does not open by SMS, and stands in place of what does not");
        }
    }

    // At the end of "another screen instead" stands one that opens, or the word that it goes by USSD.
    void check_instead(const templates::screen& screen) {
        std::set<templates::screen_index> passed;
        const templates::screen* at = &screen;
        while (at->sms == sms_rule::instead) {
            if (!passed.insert(at->sms_at).second)
                return fault(screen.name, {}, "what opens by SMS in its place leads in a circle");
            at = &made_.screens.at(at->sms_at);
        }
    }

    // What the sender would refuse in its words: she would be answered by silence.
    void check_sent() {
        const auto opens = sms_screens(made_.screens);
        for (const text_use& use : uses_of(made_)) {
            if (use.screen == templates::no_screen || !opens[use.screen]) continue;
            for (const spelling& in : spellings_of(made_.words)) {
                const std::string shown = made_.words.format(use.text, in.index(made_.words), {});
                if (shown.empty()) continue;
                if (const auto found = handlers::fault_in(shown, made_.screens.declared()))
                    fault(name_of(use, made_), in.code(made_.words),
                          "is not sent by SMS: holds " + std::string(handlers::name_of(*found)), shown);
            }
        }
    }

    const templates::edition& made_;
    fault_list& faults_;
};

}  // namespace

void check_sms(const templates::edition& made, fault_list& faults) {
    sms_checks(made, faults).run();
}

}  // namespace mlango::proof
