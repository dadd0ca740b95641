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
    text_checks(const templates::edition& made, fault_list& faults, const proof_part& only)
        : made_(made),
          words_(made.words),
          declared_(made.screens.declared()),
          uses_(uses_of(made)),
          faults_(faults),
          only_(only) {}

    void run() {
        check_used();
        check_complete();
        check_declared();
        for (const spelling& in : spellings_of(words_)) {
            if (only_.language && in.language != *only_.language) continue;
            for (const text_use& use : uses_)
                if ((!only_.text || use.text == *only_.text) && words_.has(use.text, in.language)) {
                    if (!in.latin) check_arguments(use, in.language);
                    check_words(use, in);
                }
        }
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
    void fault(const text_use& use, const spelling& in, std::string what, std::size_t excess = 0,
               std::string text = {}) {
        if (text.empty()) text = words_.key_of(use.text);
        fault(proof::name_of(use, made_), std::move(what), std::move(text), in.code(words_), excess);
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
                    fault(use, {.language = language}, "the text " + key + " is missing");
                    continue;
                }
                const auto has = words_.arguments_of(use.text, language);
                for (const std::string& name : wanted)
                    if (!std::ranges::binary_search(has, name))
                        fault(use, {.language = language}, "the text " + key + " lacks {" + name + "}");
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

    void check_arguments(const text_use& use, language_index language) {
        for (const argument_use& argument : words_.uses_of(use.text, language))
            if (const auto* value = declared_.find(argument.name))
                check_argument(use, {.language = language}, argument, value->bounds_at(use.place));
    }

    void check_words(const text_use& use, const spelling& in) {
        const worst_values values(declared_, words_, in);
        // A room is what the translator writes within, and Latin letters come of themselves.
        const std::size_t room = in.latin ? 0 : words_.room_of(use.text);
        const bool gsm_letters = in.in_gsm_letters(words_);
        for (const auto& held : values.at(use.place, {&use.text, 1}, {}, lettering::own)) {
            const std::string shown = words_.format(use.text, in.index(words_), held);
            if (const std::size_t long_by = characters(shown); room > 0 && long_by > room)
                fault(use, in, fmt::format("the line {} is over its room of {}", words_.key_of(use.text), room),
                      long_by - room, shown);
            if (gsm_letters && gsm::measure(shown).needs == gsm::alphabet::ucs2)
                fault(use, in,
                      fmt::format("the text {} has a letter beyond GSM-7 ({}): the screen holds 70 instead of 160",
                                  words_.key_of(use.text), beyond_gsm7(shown)),
                      0, shown);
            // What the transliterator puts for a word of which it knows no letter.
            if (in.latin && questions(shown) > questions(words_.format(use.text, in.language, held)))
                fault(
                    use, in,
                    fmt::format("the text {} has a word that nothing reads in Latin letters", words_.key_of(use.text)),
                    0, shown);
        }
    }

    static std::size_t questions(std::string_view text) {
        std::size_t found = 0;
        for (const std::string_view mark : {"?", "؟", "፧"})
            for (std::size_t at = text.find(mark); at != std::string_view::npos; at = text.find(mark, at + 1)) ++found;
        return found;
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

    void check_argument(const text_use& use, const spelling& in, const argument_use& argument,
                        const templates::value_bounds& bounds) {
        using as = argument_use::kind;
        const bool counts = argument.as == as::plural || argument.as == as::ordinal;
        const std::string named = fmt::format("{}: {{{}}}", words_.key_of(use.text), argument.name);
        if (argument.as == as::date && bounds.kind != value_kind::date)
            fault(use, in, named + " is written as a date and declared as something else");
        if ((counts || argument.as == as::number) && bounds.kind != value_kind::number)
            fault(use, in, named + " is written as a number and declared as something else");
        if ((argument.as == as::shown || argument.as == as::verbatim) && bounds.kind == value_kind::flag)
            fault(use, in, named + " is a flag and is shown as a word");
        if (argument.as == as::select) check_branches(use, in, argument, bounds, named);
        if (counts && bounds.kind == value_kind::number) check_plural(use, in, argument, bounds, named);
    }

    void check_branches(const text_use& use, const spelling& in, const argument_use& argument,
                        const templates::value_bounds& bounds, const std::string& named) {
        static const std::vector<std::string> states{"true", "false"};
        if (bounds.kind != value_kind::choice && bounds.kind != value_kind::flag)
            return fault(use, in, named + " is chosen from and declared as something else");
        const auto& words = bounds.kind == value_kind::flag ? states : bounds.words;
        for (const std::string& word : argument.words)
            if (std::ranges::find(words, word) == words.end()) fault(use, in, named + " is never " + word);
    }

    // The forms that the language takes for whole numbers up to the largest.
    void check_plural(const text_use& use, const spelling& in, const argument_use& argument,
                      const templates::value_bounds& bounds, const std::string& named) {
        for (const std::int64_t number : telling_numbers(bounds.largest)) {
            if (std::ranges::find(argument.exact, number) != argument.exact.end()) continue;
            const auto form =
                words_.category(in.language, number - argument.offset, argument.as == argument_use::kind::ordinal);
            if (std::ranges::find(argument.forms, form) == argument.forms.end())
                fault(use, in, fmt::format("{} lacks the plural form {}, as of {}", named, name_of(form), number));
        }
    }

    const templates::edition& made_;
    const templates::catalogue& words_;
    const templates::declarations& declared_;
    const std::vector<text_use> uses_;
    fault_list& faults_;
    const proof_part& only_;
    std::set<std::string> told_;
};

// Forbidden words are looked for behind the PIN, too: somebody may look over her shoulder.
class discretion_checks {
public:
    discretion_checks(const templates::edition& made, fault_list& faults, const proof_part& only)
        : made_(made),
          words_(made.words),
          declared_(made.screens.declared()),
          uses_(uses_of(made)),
          faults_(faults),
          only_(only) {}

    void run() {
        for (const spelling& in : spellings_of(words_)) {
            if (only_.language && in.language != *only_.language) continue;
            if (!in.latin) check_listed(in);
            check_forbidden(in);
        }
        check_private();
    }

private:
    void fault(std::string screen, const spelling& in, std::string what, std::string text) {
        const std::string code = in.code(words_);
        if (told_.insert(screen + "\n" + code + "\n" + what).second)
            faults_.push_back({.screen = std::move(screen),
                               .language = code,
                               .profile = {},
                               .excess = 0,
                               .what = std::move(what),
                               .text = std::move(text)});
    }

    void check_listed(const spelling& in) {
        const std::string code = in.code(words_);
        for (const auto& [lists, what] : {std::pair{&declared_.forbidden, "no forbidden words"},
                                          {&declared_.telling, "no words that tell of her (never_by_sms)"},
                                          {&declared_.secret, "no words for PIN and code (never_by_sms)"}})
            if (std::ranges::find(*lists, code, &templates::word_lists::value_type::first) == lists->end())
                fault("texts", in, std::string(what) + " are listed for this language", {});
    }

    // In small letters: of the language; in Latin ones as they are read there, and those of the languages that are
    // written so.
    [[nodiscard]] std::vector<std::string> forbidden_in(const spelling& in) const {
        std::vector<std::string> found;
        for (const auto& [code, list] : declared_.forbidden) {
            const auto language = words_.find_language(code);
            if (!language) continue;
            const bool own = *language == in.language;
            if (!own && !(in.latin && spelling{.language = *language}.in_gsm_letters(words_))) continue;
            for (const std::string& word : list)
                found.push_back(templates::without_case(own && in.latin ? words_.latin(word) : word));
        }
        std::erase(found, std::string());  // a word of marks alone
        return found;
    }

    // In Latin letters only where a word begins so: "laji" is in "ilaji", which is her treatment.
    static bool holds(std::string_view small, std::string_view word, bool at_beginning) {
        for (std::size_t at = small.find(word); at != std::string_view::npos; at = small.find(word, at + 1)) {
            if (!at_beginning || at == 0) return true;
            const auto before = static_cast<unsigned char>(small[at - 1]);
            if (before < 0x80 && before != '\'' && (before < 'a' || before > 'z')) return true;
        }
        return false;
    }

    void check_forbidden(const spelling& in) {
        const std::vector<std::string> forbidden = forbidden_in(in);
        const worst_values values(declared_, words_, in);
        for (const text_use& use : uses_) {
            if (only_.text && use.text != *only_.text) continue;
            std::set<std::string> searched;
            for (const auto& held : values.at(use.place, {&use.text, 1}, {}, lettering::own)) {
                const std::string shown = words_.format(use.text, in.index(words_), held);
                if (!searched.insert(shown).second) continue;
                const std::string small = templates::without_case(shown);
                for (const std::string& word : forbidden)
                    if (holds(small, word, in.latin))
                        fault(name_of(use, made_), in, "forbidden word \"" + word + "\"", shown);
            }
        }
    }

    void check_private() {
        const std::vector<bool> open = open_screens(made_.screens), on_sms = sms_screens(made_.screens);
        const bool speaks_sms = made_.screens.by_ussd() != templates::no_screen;
        for (const text_use& use : uses_) {
            if (only_.text && use.text != *only_.text) continue;
            const bool sms = use.screen == templates::no_screen && words_.key_of(use.text).starts_with("sms.");
            const bool shown_by_sms = use.screen != templates::no_screen && speaks_sms && on_sms[use.screen];
            const bool shown_before = use.screen != templates::no_screen && open[use.screen];
            if (!sms && !shown_by_sms && !shown_before) continue;
            for (const std::string& name : words_.arguments_of(use.text, 0))
                if (const auto* value = declared_.find(name);
                    value != nullptr && value->bounds_at(use.place).is_private)
                    fault(name_of(use, made_), {},
                          "private value {" + name + "} " + (shown_before ? "before the PIN" : "in an SMS"),
                          std::string(words_.key_of(use.text)));
        }
    }

    const templates::edition& made_;
    const templates::catalogue& words_;
    const templates::declarations& declared_;
    const std::vector<text_use> uses_;
    fault_list& faults_;
    const proof_part& only_;
    std::set<std::string> told_;
};

}  // namespace

void check_texts(const templates::edition& made, fault_list& faults, const proof_part& only) {
    text_checks(made, faults, only).run();
}

void check_discretion(const templates::edition& made, fault_list& faults, const proof_part& only) {
    discretion_checks(made, faults, only).run();
}

}  // namespace mlango::proof
