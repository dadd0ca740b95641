#include "proof/pseudo_language.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "gsm/text.hpp"
#include "proof/drawing.hpp"
#include "proof/uses.hpp"
#include "proof/worst_values.hpp"
#include "tests/unit/proof/real_menu.hpp"

namespace mlango::proof {
namespace {

templates::edition_sources with_pseudo() {
    templates::edition_sources from = real_sources();
    const auto english = std::ranges::find(from.texts, "en.yaml", &templates::source::name);
    const templates::source pseudo = pseudo_language(*english);
    from.texts.push_back(pseudo);
    std::erase_if(from.texts, [](const auto& one) { return one.name != "en.yaml" && one.name != "xa.yaml"; });
    from.languages = {"en", std::string(pseudo_code)};
    return from;
}

bool is_letter(std::string_view one) {
    const bool ascii = (one[0] >= 'a' && one[0] <= 'z') || (one[0] >= 'A' && one[0] <= 'Z');
    return ascii || one.size() > 1;
}

std::vector<std::string> letter_runs(std::string_view text) {
    std::vector<std::string> runs;
    bool within = false;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = at + 1;
        while (end < text.size() && (text[end] & 0xc0) == 0x80) ++end;
        const std::string_view one = text.substr(at, end - at);
        if (is_letter(one)) {
            if (!within) runs.emplace_back();
            runs.back() += one;
        }
        within = is_letter(one);
        at = end;
    }
    return runs;
}

TEST(pseudo_language, lengthens_and_marks_every_word_and_leaves_the_syntax) {
    EXPECT_EQ(pseudo_words("0 Back"), "0 Bàckø");
    EXPECT_EQ(pseudo_words("Somebody else"), "Sòmèbòdyøøø èlsèø");
    const templates::source english{
        "en.yaml",
        "language: { code: en, own_name: English, locale: en }\n"
        "texts:\n"
        "  a: \"It''s {n, plural, one {# man of {place}} other {# men}}: {d, date, ::dMMM}\"\n"
        "  b: { text: \"{s, select, true {Yes} other {}}\", room: 9 }\n"
        "  c: \"\"\n"};
    const auto made = templates::catalogue::load({english, pseudo_language(english)}, {"en", "xa"});
    ASSERT_TRUE(made) << made.error().front();
    const templates::values held{
        {"n", std::int64_t{2}}, {"place", std::string("Here")}, {"s", true}, {"d", std::chrono::year(2026) / 7 / 14}};
    EXPECT_EQ(made->format(*made->find("a"), 1, held), "<Itø'sø 2 mènø: Jul 14>");
    EXPECT_EQ(made->format(*made->find("a"), 1, {{"n", std::int64_t{1}}, {"place", std::string("Here")}}),
              "<Itø'sø 1 mànø òfø Here: >");
    EXPECT_EQ(made->format(*made->find("b"), 1, held), "<Yèsø>");
    EXPECT_EQ(made->format(*made->find("c"), 1, held), "");
}

// Every word that a screen shows comes from the texts, or is a value.
TEST(pseudo_language, no_screen_holds_words_of_its_own) {
    const templates::edition_sources from = with_pseudo();
    const auto made = templates::edition::load(from);
    ASSERT_TRUE(made) << made.error().front();
    const worst_values values((*made)->screens.declared(), (*made)->words, {.language = 1});
    const std::set<std::string> of_values{"Jan",  "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep",
                                          "Sept", "Oct", "Nov", "Dec", "KES", "UGX", "RWF", "SSP", "USD",
                                          "Sun",  "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "am",  "pm"};
    std::size_t words = 0;
    const auto& screens = (*made)->screens.screens();
    for (std::size_t i = 0; i < screens.size(); ++i) {
        if (!screens[i].act.empty()) continue;
        const screen_texts texts = texts_of(screens[i]);
        handlers::answer given;
        given.values = values.at(screens[i].name, texts.shown, texts.flags, lettering::own).front();
        if (screens[i].rows)
            given.rows.push_back(
                {.id = "1",
                 .values = values.at(screens[i].name + ".rows", {&screens[i].rows->text, 1}, {}, lettering::own)[0]});
        std::set<std::string> choices;  // a choice that is shown as it is
        for (const auto* held : {&given.values, given.rows.empty() ? &given.values : &given.rows[0].values})
            for (const auto& [name, value] : *held)
                if (const auto* text = std::get_if<std::string>(&value)) choices.insert(*text);
        const drawing drawn = draw(**made,
                                   {.screen = static_cast<templates::screen_index>(i),
                                    .language = 1,
                                    .size = {},
                                    .has_hash_key = true,
                                    .first = false,
                                    .refused = false},
                                   given);
        for (const std::string& page : drawn.pages)
            for (const std::string& run : letter_runs(page)) {
                ++words;
                const bool a_value =
                    run.find_first_not_of('W') == std::string::npos || of_values.contains(run) || choices.contains(run);
                EXPECT_TRUE(a_value || run.ends_with("ø")) << screens[i].name << ": " << run << " in\n" << page;
            }
    }
    EXPECT_GT(words, 200U);
}

// How much room translations have; what is over is told and is no fault of the menu.
TEST(pseudo_language, most_screens_have_room_for_it) {
    templates::edition_sources from = with_pseudo();
    std::set<std::string> tight, all;
    for (const proof_fault& one : prove(from, known_profiles()))
        if (one.language == pseudo_code && one.what.starts_with("takes") && tight.insert(one.screen).second)
            std::cout << told(one) << "\n";
    const auto made = templates::edition::load(from);
    ASSERT_TRUE(made);
    for (const auto& screen : (*made)->screens.screens())
        if (screen.act.empty()) all.insert(screen.name);
    EXPECT_LT(tight.size(), all.size() / 4);
}

}  // namespace
}  // namespace mlango::proof
