#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "gsm/text.hpp"
#include "proof/check.hpp"
#include "templates/folding.hpp"

namespace mlango::proof {
namespace {

using templates::argument_use;
using templates::language_index;
using templates::text_id;
using templates::value_kind;

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

std::string_view name_of(templates::plural_category form) {
    constexpr std::string_view names[]{"zero", "one", "two", "few", "many", "other"};
    return names[static_cast<std::size_t>(form)];
}

class text_checks {
public:
    text_checks(const templates::edition& made, fault_list& faults)
        : made_(made), words_(made.words), declared_(made.screens.declared()), uses_(uses_of(made)), faults_(faults) {}

    void run() {
        check_used();
        check_complete();
        check_declared();
        for (const text_use& use : uses_)
            for (std::size_t language = 0; language < words_.languages().size(); ++language)
                if (words_.has(use.text, static_cast<language_index>(language)))
                    check_use(use, static_cast<language_index>(language));
    }

private:
    void fault(std::string screen, std::string what, std::string text = {}, std::string language = {},
               std::size_t excess = 0) {
        if (!told_.insert(screen + "\n" + language + "\n" + what).second) return;
        faults_.push_back({.screen = std::move(screen),
                           .language = std::move(language),
                           .profile = {},
                           .excess = excess,
                           .what = std::move(what),
                           .text = std::move(text)});
    }
    void fault(const text_use& use, language_index language, std::string what, std::size_t excess = 0,
               std::string text = {}) {
        if (text.empty()) text = words_.key_of(use.text);
        fault(proof::name_of(use, made_), std::move(what), std::move(text), words_.languages()[language].code, excess);
    }

    void check_used() {
        std::vector<bool> used(words_.size());
        for (const text_use& use : uses_) used[use.text] = true;
        for (std::size_t text = 0; text < used.size(); ++text)
            if (!used[text]) {
                const std::string key(words_.key_of(static_cast<text_id>(text)));
                fault("texts." + key, "nothing uses this text", words_.format(static_cast<text_id>(text), 0, {}));
            }
    }

    void check_complete() {
        for (const text_use& use : uses_) {
            const std::string key(words_.key_of(use.text));
            const auto wanted = words_.arguments_of(use.text, 0);
            for (std::size_t i = 1; i < words_.languages().size(); ++i) {
                const auto language = static_cast<language_index>(i);
                if (!words_.has(use.text, language)) {
                    fault(use, language, "the text " + key + " is missing");
                    continue;
                }
                const auto has = words_.arguments_of(use.text, language);
                for (const std::string& name : wanted)
                    if (!std::ranges::binary_search(has, name))
                        fault(use, language, "the text " + key + " lacks {" + name + "}");
            }
        }
    }

    void check_declared() {
        std::map<std::string, std::set<std::string>> places;  // of a value's name
        for (const text_use& use : uses_)
            for (const std::string& name : words_.arguments_of(use.text, 0)) {
                places[name].insert(use.place);
                if (declared_.find(name) == nullptr)
                    fault(proof::name_of(use, made_), "unknown placeholder {" + name + "}: values.yaml lacks it",
                          std::string(words_.key_of(use.text)));
            }
        for (const auto& screen : made_.screens.screens())
            for (const auto& option : screen.options) {
                if (option.when.empty()) continue;
                places[option.when].insert(screen.name);
                const auto* value = declared_.find(option.when);
                if (value == nullptr || value->bounds.kind != value_kind::flag)
                    fault(screen.name, "unknown flag " + option.when + ": values.yaml lacks it",
                          std::string(words_.key_of(option.text)));
            }
        for (const templates::declared_value& value : declared_.values) {
            const auto found = places.find(value.name);
            if (found == places.end()) {
                fault("values." + value.name, "nothing shows this value");
                continue;
            }
            for (const auto& [place, bounds] : value.at)
                if (!found->second.contains(place)) fault("values." + value.name, "is not shown at " + place);
        }
    }

    void check_use(const text_use& use, language_index language) {
        for (const argument_use& argument : words_.uses_of(use.text, language))
            if (const auto* value = declared_.find(argument.name))
                check_argument(use, language, argument, value->bounds_at(use.place));
        const worst_values values(declared_, words_, language);
        const std::size_t room = words_.room_of(use.text);
        const bool latin = words_.languages()[language].script == "Latn";
        for (const auto& held : values.at(use.place, {&use.text, 1}, {}, lettering::own)) {
            const std::string shown = words_.format(use.text, language, held);
            if (const std::size_t long_by = characters(shown); room > 0 && long_by > room)
                fault(use, language, fmt::format("the line {} is over its room of {}", words_.key_of(use.text), room),
                      long_by - room, shown);
            if (latin && gsm::measure(shown).needs == gsm::alphabet::ucs2)
                fault(use, language,
                      fmt::format("the text {} has a letter beyond GSM-7 ({}): the screen holds 70 instead of 160",
                                  words_.key_of(use.text), beyond_gsm7(shown)),
                      0, shown);
        }
    }

    static std::string beyond_gsm7(std::string_view text) {
        std::string found;
        for (std::size_t at = 0; at < text.size();) {
            std::size_t end = at + 1;
            while (end < text.size() && (text[end] & 0xc0) == 0x80) ++end;
            const std::string one(text.substr(at, end - at));
            if (gsm::measure(one).needs == gsm::alphabet::ucs2 && found.find(one) == std::string::npos) found += one;
            at = end;
        }
        return found;
    }

    void check_argument(const text_use& use, language_index language, const argument_use& argument,
                        const templates::value_bounds& bounds) {
        using as = argument_use::kind;
        const bool counts = argument.as == as::plural || argument.as == as::ordinal;
        const std::string named = fmt::format("{}: {{{}}}", words_.key_of(use.text), argument.name);
        if (argument.as == as::date && bounds.kind != value_kind::date)
            fault(use, language, named + " is written as a date and declared as something else");
        if ((counts || argument.as == as::number) && bounds.kind != value_kind::number)
            fault(use, language, named + " is written as a number and declared as something else");
        if (argument.as == as::shown && bounds.kind == value_kind::flag)
            fault(use, language, named + " is a flag and is shown as a word");
        if (argument.as == as::select) check_branches(use, language, argument, bounds, named);
        if (counts && bounds.kind == value_kind::number) check_plural(use, language, argument, bounds, named);
    }

    void check_branches(const text_use& use, language_index language, const argument_use& argument,
                        const templates::value_bounds& bounds, const std::string& named) {
        static const std::vector<std::string> states{"true", "false"};
        if (bounds.kind != value_kind::choice && bounds.kind != value_kind::flag)
            return fault(use, language, named + " is chosen from and declared as something else");
        const auto& words = bounds.kind == value_kind::flag ? states : bounds.words;
        for (const std::string& word : argument.words)
            if (std::ranges::find(words, word) == words.end()) fault(use, language, named + " is never " + word);
    }

    // The forms that the language takes for whole numbers up to the largest.
    void check_plural(const text_use& use, language_index language, const argument_use& argument,
                      const templates::value_bounds& bounds, const std::string& named) {
        for (const std::int64_t number : telling_numbers(bounds.largest)) {
            if (std::ranges::find(argument.exact, number) != argument.exact.end()) continue;
            const auto form =
                words_.category(language, number - argument.offset, argument.as == argument_use::kind::ordinal);
            if (std::ranges::find(argument.forms, form) == argument.forms.end())
                fault(use, language,
                      fmt::format("{} lacks the plural form {}, as of {}", named, name_of(form), number));
        }
    }

    const templates::edition& made_;
    const templates::catalogue& words_;
    const templates::declarations& declared_;
    const std::vector<text_use> uses_;
    fault_list& faults_;
    std::set<std::string> told_;
};

}  // namespace

void check_texts(const templates::edition& made, fault_list& faults) {
    text_checks(made, faults).run();
}

// Forbidden words are looked for behind the PIN, too: somebody may look over her shoulder.
void check_discretion(const templates::edition& made, fault_list& faults) {
    const auto& declared = made.screens.declared();
    const std::vector<bool> open = open_screens(made.screens), on_sms = sms_screens(made.screens);
    const bool speaks_sms = made.screens.by_ussd() != templates::no_screen;
    std::set<std::string> told;
    const auto uses = uses_of(made);
    const auto fault = [&](const text_use& use, std::size_t language, std::string what, std::string text) {
        const std::string code = made.words.languages()[language].code;
        if (told.insert(name_of(use, made) + "\n" + code + "\n" + what).second)
            faults.push_back({.screen = name_of(use, made),
                              .language = code,
                              .profile = {},
                              .excess = 0,
                              .what = std::move(what),
                              .text = std::move(text)});
    };
    for (std::size_t i = 0; i < made.words.languages().size(); ++i) {
        const auto language = static_cast<language_index>(i);
        const std::string& code = made.words.languages()[i].code;
        const auto list =
            std::ranges::find(declared.forbidden, code, &std::pair<std::string, std::vector<std::string>>::first);
        if (list == declared.forbidden.end()) {
            faults.push_back({.screen = "texts",
                              .language = code,
                              .profile = {},
                              .excess = 0,
                              .what = "no forbidden words are listed for this language",
                              .text = {}});
            continue;
        }
        for (const auto* lists : {&declared.telling, &declared.secret})
            if (std::ranges::find(*lists, code, &templates::word_lists::value_type::first) == lists->end())
                faults.push_back({.screen = "texts",
                                  .language = code,
                                  .profile = {},
                                  .excess = 0,
                                  .what = lists == &declared.telling
                                              ? "no words that tell of her (never_by_sms) are listed for this language"
                                              : "no words for PIN and code (never_by_sms) are listed for this language",
                                  .text = {}});
        std::vector<std::string> words;
        for (const std::string& word : list->second) words.push_back(templates::without_case(word));
        const worst_values values(declared, made.words, language);
        for (const text_use& use : uses) {
            std::set<std::string> searched;
            for (const auto& held : values.at(use.place, {&use.text, 1}, {}, lettering::own)) {
                const std::string shown = made.words.format(use.text, language, held);
                if (!searched.insert(shown).second) continue;
                const std::string small = templates::without_case(shown);
                for (std::size_t word = 0; word < words.size(); ++word)
                    if (small.find(words[word]) != std::string::npos)
                        fault(use, i, "forbidden word \"" + list->second[word] + "\"", shown);
            }
        }
    }
    for (const text_use& use : uses) {
        const bool sms = use.screen == templates::no_screen && made.words.key_of(use.text).starts_with("sms.");
        const bool shown_by_sms = use.screen != templates::no_screen && speaks_sms && on_sms[use.screen];
        const bool shown_before = use.screen != templates::no_screen && open[use.screen];
        if (!sms && !shown_by_sms && !shown_before) continue;
        for (const std::string& name : made.words.arguments_of(use.text, 0))
            if (const auto* value = declared.find(name); value != nullptr && value->bounds_at(use.place).is_private)
                fault(use, 0, "private value {" + name + "} " + (shown_before ? "before the PIN" : "in an SMS"),
                      std::string(made.words.key_of(use.text)));
    }
}

}  // namespace mlango::proof
