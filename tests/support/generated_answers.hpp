// What handler functions may answer, made up from the menu itself: every value that a screen's texts name, as the menu
// declares it; no, one or many rows; every outcome of `on:`. The same screen answers the same for the same subject, as
// a registry does, so that going back can be compared.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "handlers/engine.hpp"
#include "tests/support/lots.hpp"

namespace mlango::test {

// Stands in every private text, so that it is found on a screen that must not hold it.
inline constexpr std::string_view private_mark = "Qx";

struct answer_shape {
    std::uint64_t seed = 0;  // 0: everything as long as it can be
    std::size_t rows = 24;
    bool flags = true;  // lines that hang on a flag are there
};

class generated_answers {
public:
    generated_answers(const templates::menu& screens, const templates::catalogue& words)
        : screens_(screens), words_(words) {
        names_.resize(words.size());
        for (templates::text_id text = 0; text < words.size(); ++text) names_[text] = words.arguments_of(text, 0);
    }

    [[nodiscard]] handlers::answer loaded(const handlers::wanted& asked, templates::language_index language,
                                          const answer_shape& shape) const {
        const auto& screen = screens_.at(asked.screen);
        const auto key = std::hash<std::string>{}(screen.name + "\n" + asked.subject) ^ shape.seed;
        seeded_lots drawn(key);
        const bool longest = shape.seed == 0;
        handlers::answer given;
        if (screen.text) fill(given.values, *screen.text, screen.name, language, shape.flags, longest, drawn);
        for (const auto& option : screen.options) {
            fill(given.values, option.text, screen.name, language, shape.flags, longest, drawn);
            if (!option.when.empty()) given.values.set(option.when, longest ? shape.flags : drawn.below(2) == 0);
        }
        if (!screen.rows) return given;
        std::size_t rows = longest ? shape.rows : std::array<std::size_t, 4>{0, 1, 3, 24}[drawn.below(4)];
        // A list that has no words for nobody, and no other way on, always has somebody.
        if (!screen.rows->empty && screen.options.empty()) rows = std::max<std::size_t>(rows, 1);
        for (std::size_t i = 1; i <= rows; ++i) {
            handlers::row& one = given.rows.emplace_back(handlers::row{.id = std::to_string(i), .values = {}});
            fill(one.values, screen.rows->text, screen.name + ".rows", language, shape.flags, longest, drawn);
        }
        return given;
    }

    // Leads where the outcome says, with the texts that the screen there shows and nobody typed.
    [[nodiscard]] handlers::answer leads(const templates::screen& from, std::string_view outcome,
                                         const sessions::session& session) const {
        handlers::answer given;
        given.outcome = outcome;
        const auto to = from.outcome(outcome);
        if (to == templates::no_screen || !screens_.at(to).text) return given;
        const auto& screen = screens_.at(to);
        templates::values found;
        usual_course drawn;
        fill(found, *screen.text, screen.name, session.language, true, true, drawn);
        for (const auto& [name, value] : found) {
            const bool typed = std::ranges::any_of(session.fields, [&](const auto& one) { return one.first == name; });
            if (!typed && std::holds_alternative<std::string>(value)) given.values.set(name, value);
        }
        return given;
    }

    // The private values that the texts of a screen name; empty: anybody may see it.
    [[nodiscard]] std::string private_value_of(const templates::screen& screen) const {
        std::string found;
        const auto look = [&](templates::text_id text, const std::string& place) {
            for (const auto& name : names_[text]) {
                const auto* declared = screens_.declared().find(name);
                if (declared && declared->bounds_at(place).is_private) found = name;
            }
        };
        if (screen.text) look(*screen.text, screen.name);
        if (screen.rows) look(screen.rows->text, screen.name + ".rows");
        for (const auto& option : screen.options) look(option.text, screen.name);
        return found;
    }

private:
    void fill(templates::values& into, templates::text_id text, const std::string& place,
              templates::language_index language, bool flags, bool longest, lots& drawn) const {
        for (const auto& name : names_[text])
            if (!into.find(name)) into.set(name, value_of(name, place, language, flags, longest, drawn));
    }

    [[nodiscard]] templates::value value_of(const std::string& name, const std::string& place,
                                            templates::language_index language, bool flags, bool longest,
                                            lots& drawn) const {
        using templates::value_kind;
        const auto* declared = screens_.declared().find(name);
        const templates::value_bounds bounds = declared ? declared->bounds_at(place) : guessed(name);
        const auto some = [&](std::size_t most) { return longest ? most : drawn.below(most + 1); };
        switch (bounds.kind) {
            case value_kind::flag:
                return longest ? flags : drawn.below(2) == 0;
            case value_kind::number:
                return static_cast<std::int64_t>(some(static_cast<std::size_t>(bounds.largest)));
            case value_kind::money:
                return templates::money{
                    .minor = static_cast<std::int64_t>(some(static_cast<std::size_t>(bounds.largest))),
                    .currency = bounds.currencies.empty() ? "KES" : bounds.currencies.front()};
            case value_kind::date:
                return std::chrono::year(2026) /
                       std::chrono::month(static_cast<unsigned>(longest ? 9 : 1 + drawn.below(12))) /
                       std::chrono::day(28);
            case value_kind::choice:
                return bounds.words.empty() ? std::string()
                       : longest            ? bounds.words.back()
                                            : drawn.one_of(bounds.words);
            case value_kind::text:
                break;
        }
        return text_of(some(bounds.longest), bounds, language);
    }

    // Words of nine letters, in the script of the language.
    [[nodiscard]] std::string text_of(std::size_t letters, const templates::value_bounds& bounds,
                                      templates::language_index language) const {
        const auto& script = words_.languages()[language].script;
        const std::string_view letter = bounds.latin ? "8" : script == "Arab" ? "م" : script == "Ethi" ? "መ" : "m";
        std::string out;
        std::size_t count = 0;
        if (bounds.is_private && letters >= private_mark.size()) {
            out = private_mark;
            count = private_mark.size();
        }
        for (; count < letters; ++count) {
            if (count % 10 == 9 && count + 1 < letters)
                out += ' ';
            else
                out += letter;
        }
        return out;
    }

    // Of what the menu does not declare.
    static templates::value_bounds guessed(std::string_view name) {
        using templates::value_kind;
        templates::value_bounds bounds;
        bounds.longest = name == "reference" ? 4 : 24;
        if (name.starts_with("has_") || name.starts_with("can_") || name == "here") bounds.kind = value_kind::flag;
        if (name == "day" || name == "first" || name == "last") bounds.kind = value_kind::date;
        if (name == "amount") bounds.kind = value_kind::money;
        if (name == "size") bounds.kind = value_kind::number;
        bounds.largest = name == "amount" ? 12'850'000 : 30;
        return bounds;
    }

    const templates::menu& screens_;
    const templates::catalogue& words_;
    std::vector<std::vector<std::string>> names_;  // by text; values hold views of them
};

}  // namespace mlango::test
