// One text, ready to be filled in: an ICU MessageFormat pattern, read by ICU's own MessagePattern once at load and kept
// as a tree, so that formatting parses nothing. Caller: catalogue.
//
// What the pattern may hold: {name}, {name, number}, {name, date, style}, select, plural, selectordinal, nested, and
// {name, verbatim}: a word that keeps letters which the language does not have, such as another language's own name.
// What no value of ours can fill (time, spellout, ordinal, duration, choice, number styles, numbered arguments) is a
// fault.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "templates/locale_forms.hpp"
#include "templates/value.hpp"

namespace mlango::templates {

// One place of a pattern where an argument stands: what the pattern makes of it.
struct argument_use {
    enum class kind : std::uint8_t { shown, verbatim, number, date, select, plural, ordinal };
    std::string name;
    kind as = kind::shown;
    std::vector<std::string> words;      // the branches of a select, without other
    std::vector<plural_category> forms;  // the branches of a plural
    std::vector<std::int64_t> exact;     // its numbers (=1)
    std::int64_t offset = 0;
};

class message {
public:
    // Date styles that the pattern names are added to `forms`, which must be the one that append is given.
    [[nodiscard]] static std::expected<message, std::string> compile(std::string_view pattern, locale_forms& forms);

    // A missing argument is an empty string. An integer stands as its digits, without grouping (a year, a count); with
    // grouping in {n, number} and for #. A bool reads true or false, for select.
    // `latin`: nothing is verbatim, because other letters can not be shown.
    void append(std::string& out, const values& arguments, const locale_forms& forms, bool latin = false) const;

    // Every name it uses, once, sorted.
    [[nodiscard]] std::vector<std::string> arguments() const;
    // Every place, in the pattern's order.
    [[nodiscard]] std::vector<argument_use> uses() const;

    struct branch;
    struct piece {
        enum class kind : std::uint8_t { words, argument, verbatim, number, date, select, plural, ordinal, count };
        kind what = kind::words;
        std::uint16_t date_form = 0;
        std::int64_t offset = 0;  // of a plural
        std::string text;         // the words, or the argument's name
        std::vector<branch> branches;
    };
    struct branch {
        std::string name;    // of a select
        bool exact = false;  // "=1" of a plural
        std::int64_t number = 0;
        plural_category category = plural_category::other;
        std::vector<piece> pieces;
    };

private:
    std::vector<piece> pieces_;
};

}  // namespace mlango::templates
