#include "templates/message.hpp"

#include <unicode/messagepattern.h>
#include <unicode/unistr.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace mlango::templates {
namespace {

using piece = message::piece;
using branch = message::branch;

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blank = " \t\n\r";
    const auto first = text.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

std::expected<plural_category, std::string> category_of(std::string_view name) {
    constexpr std::array<std::string_view, 6> names{"zero", "one", "two", "few", "many", "other"};
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::unexpected("no such plural form: " + std::string(name));
    return static_cast<plural_category>(found - names.begin());
}

piece make(piece::kind what, std::string text = {}) {
    piece made;
    made.what = what;
    made.text = std::move(text);
    return made;
}

// Walks the parts of a MessagePattern. Faults are thrown as reader::fault inside this file and never leave it.
class reader {
public:
    struct fault {
        std::string what;
    };

    reader(const icu::MessagePattern& pattern, locale_forms& forms)
        : pattern_(pattern), source_(pattern.getPatternString()), forms_(forms) {}

    // The message that starts at part `start` (a MSG_START).
    std::vector<piece> read(std::int32_t start) {
        std::vector<piece> pieces;
        std::int32_t from = pattern_.getPart(start).getLimit();
        for (std::int32_t i = start + 1;; ++i) {
            const auto& part = pattern_.getPart(i);
            add_words(pieces, from, part.getIndex());
            from = part.getLimit();
            if (part.getType() == UMSGPAT_PART_TYPE_MSG_LIMIT) return pieces;
            if (part.getType() == UMSGPAT_PART_TYPE_REPLACE_NUMBER) {
                pieces.push_back(make(piece::kind::count));
            } else if (part.getType() == UMSGPAT_PART_TYPE_ARG_START) {
                pieces.push_back(argument(i));
                i = pattern_.getLimitPartIndex(i);
                from = pattern_.getPart(i).getLimit();
            }
        }
    }

private:
    [[nodiscard]] std::string utf8(std::int32_t from, std::int32_t to) const {
        std::string out;
        source_.tempSubStringBetween(from, to).toUTF8String(out);
        return out;
    }
    [[nodiscard]] std::string utf8(const icu::MessagePattern::Part& part) const {
        return utf8(part.getIndex(), part.getLimit());
    }

    void add_words(std::vector<piece>& pieces, std::int32_t from, std::int32_t to) {
        if (from >= to) return;
        std::string words = forms_.plain(utf8(from, to));
        if (!pieces.empty() && pieces.back().what == piece::kind::words)
            pieces.back().text += words;
        else
            pieces.push_back(make(piece::kind::words, std::move(words)));
    }

    piece argument(std::int32_t i) {
        const UMessagePatternArgType type = pattern_.getPart(i).getArgType();
        const auto& name = pattern_.getPart(++i);
        if (name.getType() != UMSGPAT_PART_TYPE_ARG_NAME) throw fault{"an argument without a name: " + utf8(name)};
        piece made = make(piece::kind::argument, utf8(name));
        ++i;
        switch (type) {
            case UMSGPAT_ARG_TYPE_NONE:
                break;
            case UMSGPAT_ARG_TYPE_SIMPLE:
                simple(made, i);
                break;
            case UMSGPAT_ARG_TYPE_SELECT:
                select(made, i);
                break;
            case UMSGPAT_ARG_TYPE_PLURAL:
                plural(made, i, piece::kind::plural);
                break;
            case UMSGPAT_ARG_TYPE_SELECTORDINAL:
                plural(made, i, piece::kind::ordinal);
                break;
            default:
                throw fault{made.text + ": choice is not for our values"};
        }
        return made;
    }

    void simple(piece& made, std::int32_t i) {
        const std::string type = utf8(pattern_.getPart(i));
        const auto& next = pattern_.getPart(i + 1);
        const std::string style = next.getType() == UMSGPAT_PART_TYPE_ARG_STYLE ? utf8(next) : "";
        if (type == "date") {
            const auto form = forms_.add_date_form(trimmed(style));
            if (!form) throw fault{made.text + ": " + form.error()};
            made.what = piece::kind::date;
            made.date_form = *form;
        } else if (type == "number" && (trimmed(style).empty() || trimmed(style) == "integer")) {
            made.what = piece::kind::number;
        } else if (type == "verbatim" && style.empty()) {
            made.what = piece::kind::verbatim;
        } else {
            throw fault{made.text + ": " + type + (style.empty() ? "" : "," + style) + " is not for our values"};
        }
    }

    void select(piece& made, std::int32_t i) {
        made.what = piece::kind::select;
        while (pattern_.getPartType(i) == UMSGPAT_PART_TYPE_ARG_SELECTOR) {
            branch one;
            one.name = utf8(pattern_.getPart(i));
            one.pieces = read(i + 1);
            made.branches.push_back(std::move(one));
            i = pattern_.getLimitPartIndex(i + 1) + 1;
        }
        // The way out stands last, so that walking the branches ends at it.
        std::ranges::partition(made.branches, [](const branch& b) { return b.name != "other"; });
    }

    void plural(piece& made, std::int32_t i, piece::kind what) {
        made.what = what;
        if (icu::MessagePattern::Part::hasNumericValue(pattern_.getPartType(i))) made.offset = whole(i++);
        while (pattern_.getPartType(i) == UMSGPAT_PART_TYPE_ARG_SELECTOR) {
            branch one;
            one.name = utf8(pattern_.getPart(i));
            ++i;
            if (icu::MessagePattern::Part::hasNumericValue(pattern_.getPartType(i))) {
                one.exact = true;
                one.number = whole(i++);
            } else if (const auto category = category_of(one.name)) {
                one.category = *category;
            } else {
                throw fault{made.text + ": " + category.error()};
            }
            one.pieces = read(i);
            made.branches.push_back(std::move(one));
            i = pattern_.getLimitPartIndex(i) + 1;
        }
        std::ranges::partition(made.branches,
                               [](const branch& b) { return b.exact || b.category != plural_category::other; });
    }

    [[nodiscard]] std::int64_t whole(std::int32_t i) const {
        const double number = pattern_.getNumericValue(pattern_.getPart(i));
        if (std::trunc(number) != number || std::abs(number) > 1e15) throw fault{"a plural of a part of one"};
        return static_cast<std::int64_t>(number);
    }

    const icu::MessagePattern& pattern_;
    const icu::UnicodeString source_;
    locale_forms& forms_;
};

// What an append carries down the tree.
struct filling {
    std::string& out;
    const values& arguments;
    const locale_forms& forms;
    bool latin;

    static void add_digits(std::string& to, std::int64_t number) {
        std::array<char, 20> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        to.append(digits.data(), end);
    }

    void add_value(const value& what, bool grouped) const {
        if (const auto* text = std::get_if<std::string>(&what))
            forms.append_word(out, *text);
        else if (const auto* number = std::get_if<std::int64_t>(&what)) {
            if (grouped)
                forms.append_integer(out, *number);
            else
                add_digits(out, *number);
        } else if (const auto* flag = std::get_if<bool>(&what))
            out += *flag ? "true" : "false";
        else if (const auto* amount = std::get_if<money>(&what))
            forms.append_money(out, *amount);
        else
            forms.append_date(out, locale_forms::plain_date_form, std::get<std::chrono::year_month_day>(what));
    }

    void select(const piece& one, const value* what, std::int64_t count) const {
        std::string digits;
        std::string_view word;
        if (what != nullptr) {
            if (const auto* text = std::get_if<std::string>(what))
                word = *text;
            else if (const auto* flag = std::get_if<bool>(what))
                word = *flag ? "true" : "false";
            else if (const auto* number = std::get_if<std::int64_t>(what)) {
                add_digits(digits, *number);
                word = digits;
            }
        }
        const auto found = std::ranges::find(one.branches, word, &branch::name);
        all((found != one.branches.end() ? *found : one.branches.back()).pieces, count);
    }

    void plural(const piece& one, const value* what) const {
        const auto* number = what == nullptr ? nullptr : std::get_if<std::int64_t>(what);
        if (number == nullptr) return all(one.branches.back().pieces, 0);
        const auto count =
            static_cast<std::int64_t>(static_cast<std::uint64_t>(*number) - static_cast<std::uint64_t>(one.offset));
        for (const branch& b : one.branches)
            if (b.exact && b.number == *number) return all(b.pieces, count);
        const plural_category category = forms.category(count, one.what == piece::kind::ordinal);
        for (const branch& b : one.branches)
            if (!b.exact && b.category == category) return all(b.pieces, count);
        all(one.branches.back().pieces, count);
    }

    void all(const std::vector<piece>& pieces, std::int64_t count) const {
        for (const piece& one : pieces) {
            if (one.what == piece::kind::words) {
                out += one.text;
                continue;
            }
            if (one.what == piece::kind::count) {
                forms.append_integer(out, count);
                continue;
            }
            const value* what = arguments.find(one.text);
            if (one.what == piece::kind::select)
                select(one, what, count);
            else if (one.what == piece::kind::plural || one.what == piece::kind::ordinal)
                plural(one, what);
            else if (what == nullptr)
                continue;
            else if (const auto* day = std::get_if<std::chrono::year_month_day>(what);
                     day != nullptr && one.what == piece::kind::date)
                forms.append_date(out, one.date_form, *day);
            else if (const auto* word = std::get_if<std::string>(what);
                     word != nullptr && one.what == piece::kind::verbatim && !latin)
                out += *word;
            else
                add_value(*what, one.what == piece::kind::number);
        }
    }
};

void names_of(const std::vector<piece>& pieces, std::vector<std::string>& names) {
    for (const piece& one : pieces) {
        if (one.what != piece::kind::words && one.what != piece::kind::count) names.push_back(one.text);
        for (const branch& b : one.branches) names_of(b.pieces, names);
    }
}

void uses_of(const std::vector<piece>& pieces, std::vector<argument_use>& uses) {
    using kind = argument_use::kind;
    for (const piece& one : pieces) {
        if (one.what == piece::kind::words || one.what == piece::kind::count) continue;
        argument_use use{.name = one.text,
                         .as = one.what == piece::kind::verbatim  ? kind::verbatim
                               : one.what == piece::kind::number  ? kind::number
                               : one.what == piece::kind::date    ? kind::date
                               : one.what == piece::kind::select  ? kind::select
                               : one.what == piece::kind::plural  ? kind::plural
                               : one.what == piece::kind::ordinal ? kind::ordinal
                                                                  : kind::shown,
                         .words = {},
                         .forms = {},
                         .exact = {},
                         .offset = one.offset};
        for (const branch& b : one.branches) {
            if (one.what == piece::kind::select) {
                if (b.name != "other") use.words.push_back(b.name);
            } else if (b.exact) {
                use.exact.push_back(b.number);
            } else {
                use.forms.push_back(b.category);
            }
        }
        uses.push_back(std::move(use));
        for (const branch& b : one.branches) uses_of(b.pieces, uses);
    }
}

}  // namespace

std::expected<message, std::string> message::compile(std::string_view pattern, locale_forms& forms) {
    UErrorCode status = U_ZERO_ERROR;
    UParseError where{};
    icu::MessagePattern parsed(status);
    parsed.parse(
        icu::UnicodeString::fromUTF8(icu::StringPiece(pattern.data(), static_cast<std::int32_t>(pattern.size()))),
        &where, status);
    if (U_FAILURE(status)) {
        std::string near;
        icu::UnicodeString(where.preContext).toUTF8String(near);
        return std::unexpected("the pattern breaks after \"" + near + "\" (" + u_errorName(status) + ")");
    }
    message made;
    try {
        made.pieces_ = reader(parsed, forms).read(0);
    } catch (const reader::fault& fault) {
        return std::unexpected(fault.what);
    }
    return made;
}

void message::append(std::string& out, const values& arguments, const locale_forms& forms, bool latin) const {
    filling{out, arguments, forms, latin}.all(pieces_, 0);
}

std::vector<std::string> message::arguments() const {
    std::vector<std::string> names;
    names_of(pieces_, names);
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    return names;
}

std::vector<argument_use> message::uses() const {
    std::vector<argument_use> uses;
    uses_of(pieces_, uses);
    return uses;
}

}  // namespace mlango::templates
