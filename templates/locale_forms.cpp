#include "templates/locale_forms.hpp"

#include <unicode/datefmt.h>
#include <unicode/decimfmt.h>
#include <unicode/numberformatter.h>
#include <unicode/plurrule.h>
#include <unicode/smpdtfmt.h>
#include <unicode/timezone.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace mlango::templates {
namespace {

constexpr std::size_t days_kept = 512;  // more than a year: days of one list never push each other out
constexpr std::size_t numbers_kept = 128;

// ISO 4217 list one; every other currency has two digits after the point. (CLDR, and so ICU, differs for some: it says
// what is customary, and amounts would be wrong by a hundred.)
int minor_digits(std::string_view currency) {
    constexpr std::array<std::string_view, 17> none{"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
                                                    "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"};
    constexpr std::array<std::string_view, 7> three{"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"};
    if (std::ranges::find(none, currency) != none.end()) return 0;
    return std::ranges::find(three, currency) != three.end() ? 3 : 2;
}

// What ICU wrote, without its direction marks.
std::string to_utf8(icu::UnicodeString text) {
    for (const char16_t mark : {u'\u200e', u'\u200f', u'\u061c'})
        text.findAndReplace(icu::UnicodeString(mark), icu::UnicodeString());
    std::string out;
    text.toUTF8String(out);
    return out;
}

struct date_form {
    struct kept {
        std::int32_t day = INT32_MIN;
        std::string text;
    };
    std::string style;
    std::unique_ptr<icu::DateFormat> format;
    std::vector<kept> days = std::vector<kept>(days_kept);
};

struct plural_rules {
    std::unique_ptr<icu::PluralRules> rules;
    std::array<std::uint8_t, numbers_kept> known{};  // category + 1; 0: not asked yet

    [[nodiscard]] plural_category ask(std::uint64_t number) const {
        const icu::UnicodeString name = rules->select(static_cast<double>(number));
        constexpr std::array<std::u16string_view, 5> names{u"zero", u"one", u"two", u"few", u"many"};
        for (std::size_t i = 0; i < names.size(); ++i)
            if (std::u16string_view(name.getBuffer(), static_cast<std::size_t>(name.length())) == names[i])
                return static_cast<plural_category>(i);
        return plural_category::other;
    }
    [[nodiscard]] plural_category select(std::uint64_t number) {
        if (number >= numbers_kept) return ask(number);
        if (known[number] == 0) known[number] = static_cast<std::uint8_t>(static_cast<unsigned>(ask(number)) + 1);
        return static_cast<plural_category>(known[number] - 1);
    }
};

}  // namespace

struct locale_forms::state {
    icu::Locale locale;
    letter_pairs letters;
    const transliterator* latin = nullptr;
    bool all_latin = false;
    std::string group, point, minus;
    std::size_t first_group = 3, next_group = 3, smallest_grouped = 4;  // digits
    std::vector<date_form> dates;
    plural_rules cardinal, ordinal;

    void append_grouped(std::string& out, std::uint64_t number) const {
        std::array<char, 20> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
        const std::string_view all(digits.data(), static_cast<std::size_t>(end - digits.data()));
        if (all.size() < smallest_grouped) {
            out += all;
            return;
        }
        for (std::size_t i = 0; i < all.size(); ++i) {
            const std::size_t left = all.size() - i;
            if (i > 0 && left >= first_group && (left - first_group) % next_group == 0) out += group;
            out += all[i];
        }
    }
};

locale_forms::locale_forms(std::unique_ptr<state> state) : state_(std::move(state)) {}
locale_forms::locale_forms(locale_forms&&) noexcept = default;
locale_forms& locale_forms::operator=(locale_forms&&) noexcept = default;
locale_forms::~locale_forms() = default;

std::expected<locale_forms, std::string> locale_forms::make(std::string_view tag, letter_pairs letters,
                                                            const transliterator* latin, bool all) {
    UErrorCode status = U_ZERO_ERROR;
    auto made = std::make_unique<state>();
    made->locale =
        icu::Locale::forLanguageTag(icu::StringPiece(tag.data(), static_cast<std::int32_t>(tag.size())), status);
    if (U_FAILURE(status) || made->locale.isBogus() || *made->locale.getLanguage() == '\0')
        return std::unexpected("no such locale: " + std::string(tag));
    made->locale.setKeywordValue("numbers", "latn", status);
    if (std::ranges::any_of(letters, [](const auto& pair) { return pair.first.empty(); }))
        return std::unexpected("letters: nothing to replace");
    made->letters = std::move(letters);
    made->latin = latin;
    made->all_latin = latin != nullptr && all;

    std::unique_ptr<icu::NumberFormat> numbers(icu::NumberFormat::createInstance(made->locale, status));
    made->cardinal.rules.reset(icu::PluralRules::forLocale(made->locale, UPLURAL_TYPE_CARDINAL, status));
    made->ordinal.rules.reset(icu::PluralRules::forLocale(made->locale, UPLURAL_TYPE_ORDINAL, status));
    const auto* decimal = dynamic_cast<const icu::DecimalFormat*>(numbers.get());
    if (U_FAILURE(status) || decimal == nullptr) return std::unexpected("ICU cannot format for " + std::string(tag));

    locale_forms forms(std::move(made));
    state& s = *forms.state_;
    const icu::DecimalFormatSymbols& symbols = *decimal->getDecimalFormatSymbols();
    s.group = forms.plain(to_utf8(symbols.getConstSymbol(icu::DecimalFormatSymbols::kGroupingSeparatorSymbol)));
    s.point = forms.plain(to_utf8(symbols.getConstSymbol(icu::DecimalFormatSymbols::kDecimalSeparatorSymbol)));
    s.minus = forms.plain(to_utf8(symbols.getConstSymbol(icu::DecimalFormatSymbols::kMinusSignSymbol)));
    s.first_group = static_cast<std::size_t>(std::max(1, decimal->getGroupingSize()));
    const int next = decimal->getSecondaryGroupingSize();
    s.next_group = next > 0 ? static_cast<std::size_t>(next) : s.first_group;
    // Some languages leave four digits together (CLDR minimumGroupingDigits).
    const icu::UnicodeString four =
        icu::number::NumberFormatter::withLocale(s.locale).formatInt(1000, status).toString(status);
    s.smallest_grouped = s.first_group + (four.length() == 4 ? 2 : 1);
    if (const auto plain_date = forms.add_date_form(""); !plain_date) return std::unexpected(plain_date.error());
    return forms;
}

std::string locale_forms::script() const {
    UErrorCode status = U_ZERO_ERROR;
    icu::Locale likely = state_->locale;
    likely.addLikelySubtags(status);
    return likely.getScript();
}

bool locale_forms::right_to_left() const {
    return state_->locale.isRightToLeft() != 0;
}

std::string locale_forms::plain(std::string_view text) const {
    static const letter_pairs always{{"\u00a0", " "}, {"\u202f", " "}, {"\u2009", " "}};
    std::string out;
    out.reserve(text.size());
    const auto replace = [&](const letter_pairs& pairs) {
        for (const auto& [from, to] : pairs)
            if (text.starts_with(from)) {
                out += to;
                text.remove_prefix(from.size());
                return true;
            }
        return false;
    };
    while (!text.empty()) {
        if (replace(state_->letters) || replace(always)) continue;
        out += text.front();
        text.remove_prefix(1);
    }
    return state_->all_latin && !transliterator::is_plain(out) ? state_->latin->latin(out) : out;
}

void locale_forms::append_word(std::string& out, std::string_view word) const {
    // The common case costs a look at each byte: the alphabet has all of ASCII but one.
    unsigned char seen = 0;
    bool tick = false;
    for (const char c : word) {
        seen |= static_cast<unsigned char>(c);
        tick |= c == '`';
    }
    if ((seen < 0x80 && !tick) || (state_->letters.empty() && state_->latin == nullptr)) {
        out += word;
        return;
    }
    const std::string replaced = state_->letters.empty() ? std::string(word) : plain(word);
    if (state_->latin == nullptr || transliterator::is_plain(replaced))
        out += replaced;
    else
        state_->latin->append(out, replaced);
}

void locale_forms::append_integer(std::string& out, std::int64_t number) const {
    if (number < 0) out += state_->minus;
    state_->append_grouped(out,
                           number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number));
}

void locale_forms::append_money(std::string& out, const money& amount) const {
    const int digits = minor_digits(amount.currency);
    const std::uint64_t scale = digits == 0 ? 1 : digits == 2 ? 100 : 1000;
    const std::uint64_t minor =
        amount.minor < 0 ? 0 - static_cast<std::uint64_t>(amount.minor) : static_cast<std::uint64_t>(amount.minor);
    if (amount.minor < 0) out += state_->minus;
    state_->append_grouped(out, minor / scale);
    if (const std::uint64_t rest = minor % scale; rest != 0) {
        out += state_->point;
        for (std::uint64_t place = scale / 10; place > 0; place /= 10)
            out += static_cast<char>('0' + rest / place % 10);
    }
    if (!amount.currency.empty()) {
        out += ' ';
        out += amount.currency;
    }
}

std::expected<std::uint16_t, std::string> locale_forms::add_date_form(std::string_view style) {
    state& s = *state_;
    for (std::size_t i = 0; i < s.dates.size(); ++i)
        if (s.dates[i].style == style) return static_cast<std::uint16_t>(i);

    UErrorCode status = U_ZERO_ERROR;
    date_form form;
    form.style = style;
    const auto of_style = [&](icu::DateFormat::EStyle which) {
        return icu::DateFormat::createDateInstance(which, s.locale);
    };
    const auto unicode = [](std::string_view text) {
        return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
    };
    if (style.empty() || style == "medium")
        form.format.reset(of_style(icu::DateFormat::kMedium));
    else if (style == "short")
        form.format.reset(of_style(icu::DateFormat::kShort));
    else if (style == "long")
        form.format.reset(of_style(icu::DateFormat::kLong));
    else if (style == "full")
        form.format.reset(of_style(icu::DateFormat::kFull));
    else if (style.starts_with("::"))
        form.format.reset(icu::DateFormat::createInstanceForSkeleton(unicode(style.substr(2)), s.locale, status));
    else
        form.format = std::make_unique<icu::SimpleDateFormat>(unicode(style), s.locale, status);
    if (U_FAILURE(status) || form.format == nullptr) return std::unexpected("no such date style: " + form.style);

    form.format->adoptTimeZone(icu::TimeZone::getGMT()->clone());
    icu::UnicodeString probe;
    icu::FieldPosition nowhere;
    form.format->format(static_cast<UDate>(0), probe, nowhere);
    if (probe.isEmpty()) return std::unexpected("an empty date style: " + form.style);
    s.dates.push_back(std::move(form));
    return static_cast<std::uint16_t>(s.dates.size() - 1);
}

void locale_forms::append_date(std::string& out, std::uint16_t form, std::chrono::year_month_day day) const {
    if (!day.ok()) return;
    const auto number = static_cast<std::int32_t>(std::chrono::sys_days(day).time_since_epoch().count());
    date_form& dates = state_->dates[form];
    date_form::kept& kept = dates.days[static_cast<std::uint32_t>(number) % days_kept];
    if (kept.day != number) {
        icu::UnicodeString text;
        icu::FieldPosition nowhere;
        dates.format->format(static_cast<UDate>(number) * U_MILLIS_PER_DAY, text, nowhere);
        kept.text = plain(to_utf8(text));
        kept.day = number;
    }
    out += kept.text;
}

plural_category locale_forms::category(std::int64_t number, bool ordinal) const {
    const std::uint64_t size = number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
    return (ordinal ? state_->ordinal : state_->cardinal).select(size);
}

}  // namespace mlango::templates
