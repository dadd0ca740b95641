// How one language writes numbers, amounts, dates and plurals. ICU is asked at load or once for each day and number;
// what it said is kept. Caller: message and catalogue. One thread at a time: the caches are not guarded.
//
// Digits are always Western (nu=latn), as on her keypad. Spaces that ICU takes from beyond ASCII (U+00A0, U+202F)
// become plain ones and its direction marks are left out: each would turn a screen of 160 characters into one of 70.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "templates/transliterate.hpp"
#include "templates/value.hpp"

namespace mlango::templates {

// CLDR's categories, in its order.
enum class plural_category : std::uint8_t { zero, one, two, few, many, other };

// Letters that this language replaces by others (û by u), each a pair of UTF-8 strings.
using letter_pairs = std::vector<std::pair<std::string, std::string>>;

class locale_forms {
public:
    // `tag` is a BCP 47 tag ("ar", "fr-CD"). With `latin`, which must outlive it, what is filled in is folded to
    // letters that keep a screen of 160 characters; with `all` the words and days of the language are, too. The error
    // names what ICU does not know.
    [[nodiscard]] static std::expected<locale_forms, std::string> make(std::string_view tag, letter_pairs letters,
                                                                       const transliterator* latin = nullptr,
                                                                       bool all = false);
    locale_forms(locale_forms&&) noexcept;
    locale_forms& operator=(locale_forms&&) noexcept;
    ~locale_forms();

    [[nodiscard]] bool right_to_left() const;
    // ISO 15924, the likely one where the tag names none: Latn, Arab, Ethi.
    [[nodiscard]] std::string script() const;
    // Words of the language: its letters replaced, spaces made plain.
    [[nodiscard]] std::string plain(std::string_view text) const;

    // A word that comes from the registry or from her.
    void append_word(std::string& out, std::string_view word) const;
    void append_integer(std::string& out, std::int64_t number) const;
    // 4,500 KES; decimals only where they are not zero. The minor unit is that of ISO 4217, list one.
    void append_money(std::string& out, const money& amount) const;

    // `style` as in {day, date, style}: empty, short, medium, long, full, ::skeleton or a pattern. Gives the number by
    // which append_date knows it.
    static constexpr std::uint16_t plain_date_form = 0;  // of a date that the text does not style
    [[nodiscard]] std::expected<std::uint16_t, std::string> add_date_form(std::string_view style);
    // Nothing for a day that does not exist.
    void append_date(std::string& out, std::uint16_t form, std::chrono::year_month_day day) const;

    [[nodiscard]] plural_category category(std::int64_t number, bool ordinal) const;

private:
    struct state;
    explicit locale_forms(std::unique_ptr<state> state);
    std::unique_ptr<state> state_;
};

}  // namespace mlango::templates
