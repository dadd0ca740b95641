#include <gtest/gtest.h>

#include <limits>

#include "templates/locale_forms.hpp"
#include "templates/message.hpp"

namespace mlango::templates {
namespace {

using std::chrono::year;

locale_forms forms_of(std::string_view tag, letter_pairs letters = {}) {
    auto made = locale_forms::make(tag, std::move(letters));
    if (!made) throw std::invalid_argument(made.error());
    return std::move(*made);
}

std::string filled(std::string_view tag, std::string_view pattern, const values& arguments) {
    locale_forms forms = forms_of(tag);
    const auto text = message::compile(pattern, forms);
    if (!text) return "fault: " + text.error();
    std::string out;
    text->append(out, arguments, forms);
    return out;
}

std::string words(std::string text) {
    return text;
}

TEST(message, fills_in) {
    struct row {
        std::string_view tag, pattern;
        values arguments;
        std::string_view expected;
    };
    const std::int64_t one = 1, two = 2, year_of_birth = 1994, million = 1'234'567;
    const row rows[] = {
        {"en", "", {}, ""},
        {"en", "Yes", {}, "Yes"},
        {"en", "Person {number}", {{"number", two}}, "Person 2"},
        {"en", "{a}{b}", {{"a", words("x")}, {"b", words("y")}}, "xy"},
        {"en", "Born: {born}", {{"born", year_of_birth}}, "Born: 1994"},
        {"en", "{n}", {{"n", std::numeric_limits<std::int64_t>::min()}}, "-9223372036854775808"},
        {"en", "{n, number}", {{"n", million}}, "1,234,567"},
        {"en", "{n, number, integer}", {{"n", -million}}, "-1,234,567"},
        {"fr", "{n, number}", {{"n", million}}, "1 234 567"},
        {"sw", "{n, number}", {{"n", million}}, "1,234,567"},
        {"ar", "{n, number}", {{"n", million}}, "1,234,567"},
        {"es", "{n, number}", {{"n", std::int64_t{1234}}}, "1234"},  // groups from five digits on
        {"es", "{n, number}", {{"n", std::int64_t{12345}}}, "12.345"},
        {"hi", "{n, number}", {{"n", million}}, "12,34,567"},
        {"en", "{gone}.", {}, "."},
        {"en", "{yes}", {{"yes", true}}, "true"},
        {"en", "It''s {n}", {{"n", one}}, "It's 1"},
        {"fr", "L'aide d'{n}", {{"n", one}}, "L'aide d{n}"},  // an apostrophe before a brace quotes, as in ICU
        {"fr", "L'aide", {}, "L'aide"},
        {"en", "'{'{n}'}'", {{"n", one}}, "{1}"},
        {"en", "{  n  }", {{"n", one}}, "1"},
        {"en", "{v}", {{"v", words("{n}")}}, "{n}"},  // a value is never read as a pattern
    };
    for (const row& r : rows) EXPECT_EQ(filled(r.tag, r.pattern, r.arguments), r.expected) << r.tag << ' ' << r.pattern;
}

TEST(message, selects) {
    constexpr std::string_view state =
        "{s, select, ready {Ready{p, select, true {: {place}} other {}}} other {Coming}}";
    EXPECT_EQ(filled("en", state, {{"s", words("ready")}, {"p", true}, {"place", words("Ifo")}}), "Ready: Ifo");
    EXPECT_EQ(filled("en", state, {{"s", words("ready")}, {"p", false}, {"place", words("Ifo")}}), "Ready");
    EXPECT_EQ(filled("en", state, {{"s", words("unheard of")}}), "Coming");
    EXPECT_EQ(filled("en", state, {}), "Coming");
    EXPECT_EQ(filled("en", "{n, select, 2 {two} other {more}}", {{"n", std::int64_t{2}}}), "two");
    EXPECT_EQ(filled("en", "{s, select, other {o} b {B}}", {{"s", words("b")}}), "B");
    EXPECT_EQ(filled("en", "{m, select, KES {k} other {o}}", {{"m", money{100, "KES"}}}), "o");
}

TEST(message, takes_the_plural_of_the_language) {
    constexpr std::string_view arabic =
        "{n, plural, zero {لا أحد} one {شخص واحد} two {شخصان} few {# أشخاص} many {# شخصا} other {# شخص}}";
    constexpr std::string_view english = "{n, plural, =0 {nobody} one {# person} other {# persons}}";
    struct row {
        std::string_view tag, pattern;
        std::int64_t count;
        std::string_view expected;
    };
    const row rows[] = {
        {"ar", arabic, 0, "لا أحد"},
        {"ar", arabic, 1, "شخص واحد"},
        {"ar", arabic, 2, "شخصان"},
        {"ar", arabic, 3, "3 أشخاص"},
        {"ar", arabic, 10, "10 أشخاص"},
        {"ar", arabic, 11, "11 شخصا"},
        {"ar", arabic, 99, "99 شخصا"},
        {"ar", arabic, 100, "100 شخص"},
        {"ar", arabic, 103, "103 أشخاص"},
        {"ar", arabic, 1111, "1,111 شخصا"},  // beyond what is kept
        {"en", english, 0, "nobody"},
        {"en", english, 1, "1 person"},
        {"en", english, 2, "2 persons"},
        {"en", english, -1, "-1 person"},
        {"en", english, std::numeric_limits<std::int64_t>::min(), "-9,223,372,036,854,775,808 persons"},
        {"fr", "{n, plural, one {# an} other {# ans}}", 0, "0 an"},
        {"fr", "{n, plural, one {# an} other {# ans}}", 1500, "1 500 ans"},
        {"sw", "{n, plural, one {mtu #} other {watu #}}", 1, "mtu 1"},
        {"sw", "{n, plural, one {mtu #} other {watu #}}", 4, "watu 4"},
        {"am", "{n, plural, one {# ሰው} other {# ሰዎች}}", 0, "0 ሰው"},  // Amharic counts nobody as one
        {"am", "{n, plural, one {# ሰው} other {# ሰዎች}}", 1, "1 ሰው"},
        {"am", "{n, plural, one {# ሰው} other {# ሰዎች}}", 2, "2 ሰዎች"},
        {"am", "{n, plural, one {# ሰው} other {# ሰዎች}}", 1200, "1,200 ሰዎች"},
        {"so", "{n, plural, one {qof #} other {# qof}}", 0, "0 qof"},
        {"so", "{n, plural, one {qof #} other {# qof}}", 1, "qof 1"},
        {"so", "{n, plural, one {qof #} other {# qof}}", 11, "11 qof"},
        {"en", "{n, plural, offset:1 =1 {you} one {you and # other} other {you and # others}}", 1, "you"},
        {"en", "{n, plural, offset:1 =1 {you} one {you and # other} other {you and # others}}", 2, "you and 1 other"},
        {"en", "{n, plural, offset:1 =1 {you} one {you and # other} other {you and # others}}", 5, "you and 4 others"},
        {"en", "{n, plural, offset:1 other {#}}", std::numeric_limits<std::int64_t>::min(),
         "9,223,372,036,854,775,807"},
        {"en", "{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}", 22, "22nd"},
        {"en", "{n, selectordinal, one {#st} two {#nd} few {#rd} other {#th}}", 13, "13th"},
        {"en", "{n, plural, other {'#'#}}", 7, "#7"},
    };
    for (const row& r : rows)
        for (int again = 0; again < 2; ++again)
            EXPECT_EQ(filled(r.tag, r.pattern, {{"n", r.count}}), r.expected) << r.tag << ' ' << r.count;
    EXPECT_EQ(filled("en", "{n, plural, one {1} other {many}}", {{"n", words("1")}}), "many");
    EXPECT_EQ(filled("en", "# {n}", {{"n", std::int64_t{3}}}), "# 3");
}

TEST(message, writes_days) {
    const auto august = year(2026) / 8 / 14, september = year(2026) / 9 / 30;
    struct row {
        std::string_view tag, pattern;
        std::chrono::year_month_day day;
        std::string_view expected;
    };
    const row rows[] = {
        {"en-KE", "{d, date, ::dMMM}", august, "14 Aug"},
        {"en-US", "{d, date, ::dMMM}", august, "Aug 14"},
        {"sw", "{d, date, ::dMMM}", august, "14 Ago"},
        {"fr", "{d, date, ::dMMM}", september, "30 sept."},
        {"ar", "{d, date, ::dMMM}", august, "14 أغسطس"},
        {"am", "{d, date, d MMM}", september, "30 ሴፕቴ"},  // Gregorian months, Western digits
        {"am", "{d, date, ::dMMMy}", august, "14 ኦገስ 2026"},
        {"so", "{d, date, d MMM}", september, "30 Seb"},
        {"ar", "{d, date, ::dM}", august, "14/8"},           // without ICU's direction mark
        {"ar-EG", "{d, date, ::dMMM}", august, "14 أغسطس"},  // Western digits there too
        {"ar", "{d, date, d/M}", august, "14/8"},
        {"en-KE", "{d, date, long}", august, "14 August 2026"},
        {"en-KE", "{d, date}", august, "14 Aug 2026"},
        {"en-KE", "{d}", august, "14 Aug 2026"},
        {"en-KE", "{d, date, yyyy-MM-dd}", year(1900) / 2 / 28, "1900-02-28"},
        {"en-KE", "{d, date, yyyy-MM-dd}", year(2024) / 2 / 29, "2024-02-29"},
        {"en-KE", "{d, date, yyyy-MM-dd}", year(2026) / 2 / 29, ""},  // no such day
        {"en-KE", "{d, date, yyyy-MM-dd}", std::chrono::year_month_day(), ""},
    };
    for (const row& r : rows) EXPECT_EQ(filled(r.tag, r.pattern, {{"d", r.day}}), r.expected) << r.tag << r.pattern;
    EXPECT_EQ(filled("en", "{d, date, ::dMMM}", {{"d", words("soon")}}), "soon");
    EXPECT_EQ(filled("en", "{d, date, ::dMMM}", {}), "");
}

TEST(message, days_that_share_a_place_in_the_cache_stay_apart) {
    locale_forms forms = forms_of("en-KE");
    const auto form = forms.add_date_form("yyyy-MM-dd");
    ASSERT_TRUE(form);
    const std::chrono::sys_days first = year(2026) / 1 / 1;
    for (int round = 0; round < 2; ++round)
        for (const int shift : {0, 512, -512, 1024}) {
            const std::chrono::year_month_day day(first + std::chrono::days(shift));
            std::string out;
            forms.append_date(out, *form, day);
            const std::string expected = std::to_string(static_cast<int>(day.year())) + "-";
            EXPECT_EQ(out.substr(0, 5), expected);
        }
}

TEST(message, writes_amounts) {
    struct row {
        std::string_view tag;
        money amount;
        std::string_view expected;
    };
    const row rows[] = {
        {"en", {450'000, "KES"}, "4,500 KES"},
        {"en", {450'050, "KES"}, "4,500.50 KES"},
        {"en", {450'005, "KES"}, "4,500.05 KES"},
        {"en", {0, "KES"}, "0 KES"},
        {"en", {5, "KES"}, "0.05 KES"},
        {"en", {-450'000, "KES"}, "-4,500 KES"},
        {"en", {45'000, "UGX"}, "45,000 UGX"},  // no minor unit
        {"en", {100'000, "SOS"}, "1,000 SOS"},  // two by ISO 4217, though CLDR shows none
        {"en", {1'234'567, "KWD"}, "1,234.567 KWD"},
        {"en", {1'230'000, "KWD"}, "1,230 KWD"},
        {"en", {100, ""}, "1"},
        {"en", {std::numeric_limits<std::int64_t>::min(), "UGX"}, "-9,223,372,036,854,775,808 UGX"},
        {"fr", {450'050, "CDF"}, "4 500,50 CDF"},
        {"sw", {450'050, "TZS"}, "4,500.50 TZS"},
        {"ar", {450'050, "SYP"}, "4,500.50 SYP"},
        {"am", {450'050, "ETB"}, "4,500.50 ETB"},
        {"so", {450'050, "SOS"}, "4,500.50 SOS"},
    };
    for (const row& r : rows) EXPECT_EQ(filled(r.tag, "{a}", {{"a", r.amount}}), r.expected) << r.tag;
}

TEST(message, replaces_letters_in_words_days_and_values) {
    locale_forms forms = forms_of("fr", {{"û", "u"}, {"ê", "e"}, {"œ", "oe"}});
    const auto text = message::compile("Prêt le {d, date, ::dMMM} : {what}\u00a0!", forms);
    ASSERT_TRUE(text) << text.error();
    std::string out;
    text->append(out, {{"d", year(2026) / 8 / 14}, {"what", std::string("bœuf à Nairobi")}}, forms);
    EXPECT_EQ(out, "Pret le 14 aout : boeuf à Nairobi !");
}

TEST(message, keeps_letters_only_where_the_text_says_so) {
    const auto latin = transliterator::make({{"ar", "", {{"العربية", "Arabi"}}}});
    ASSERT_TRUE(latin);
    auto forms = locale_forms::make("en", {}, &*latin);
    ASSERT_TRUE(forms);
    const auto text = message::compile("{a} {a, verbatim}", *forms);
    ASSERT_TRUE(text) << text.error();
    const values held{{"a", words("العربية")}};
    std::string shown, in_latin;
    text->append(shown, held, *forms);
    text->append(in_latin, held, *forms, true);
    EXPECT_EQ(shown, "Arabi العربية");
    EXPECT_EQ(in_latin, "Arabi Arabi");
    EXPECT_FALSE(message::compile("{a, verbatim, short}", *forms));
}

TEST(message, names_its_arguments) {
    locale_forms forms = forms_of("en");
    const auto text = message::compile("{b}{a, select, x {{c, date}} other {{b}}}{d, plural, other {#{e}}}", forms);
    ASSERT_TRUE(text) << text.error();
    EXPECT_EQ(text->arguments(), (std::vector<std::string>{"a", "b", "c", "d", "e"}));
}

TEST(message, refuses_what_is_broken_or_not_for_our_values) {
    const std::string_view patterns[] = {
        "{",
        "}{",
        "{a",
        "{a, select}",
        "{a, select, x {y}}",
        "{a, plural, one {x}}",
        "{a, plural, some {x} other {y}}",
        "{0}",
        "{a, time}",
        "{a, number, percent}",
        "{a, number, ::compact-short}",
        "{a, choice, 0#x}",
        "{a, spellout}",
        "{a, nonsense}",
        "{a, date, ::}",
        "{a, plural, =1.5 {x} other {y}}",
        "{a, plural, offset:x other {y}}",
        "{a b}",
        "{a, select, x {{} other {}}",
    };
    for (const std::string_view pattern : patterns) {
        locale_forms forms = forms_of("en");
        const auto text = message::compile(pattern, forms);
        EXPECT_FALSE(text) << pattern;
        if (!text) EXPECT_FALSE(text.error().empty()) << pattern;
    }
}

TEST(locale_forms, knows_what_it_can_speak) {
    EXPECT_FALSE(locale_forms::make("", {}));
    EXPECT_FALSE(locale_forms::make("no such tag!", {}));
    EXPECT_TRUE(forms_of("ar").right_to_left());
    EXPECT_FALSE(forms_of("am").right_to_left());
    EXPECT_TRUE(locale_forms::make("so", {}));
}

TEST(values, replace_find_and_flag) {
    values held{{"a", words("x")}};
    held.set("yes", true);
    held.set("no", false);
    held.set("a", std::int64_t{3});
    ASSERT_NE(held.find("a"), nullptr);
    EXPECT_EQ(*held.find("a"), value(std::int64_t{3}));
    EXPECT_EQ(held.find("b"), nullptr);
    EXPECT_TRUE(held.flag("yes"));
    EXPECT_FALSE(held.flag("no"));
    EXPECT_FALSE(held.flag("a"));
    EXPECT_FALSE(held.flag("b"));
    EXPECT_EQ(std::distance(held.begin(), held.end()), 3);
}

}  // namespace
}  // namespace mlango::templates
