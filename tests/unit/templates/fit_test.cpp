#include <gtest/gtest.h>

#include <random>

#include "templates/fit.hpp"
#include "tests/support/fit_pages.hpp"

namespace mlango::templates {
namespace {

auto at_most(std::size_t characters) {
    return [characters](std::string_view text) { return text.size() <= characters; };
}

sheet of(std::string head, std::vector<line> lines, std::string back, std::string more) {
    sheet made;
    made.head = std::move(head);
    made.lines = std::move(lines);
    made.back = std::move(back);
    made.more = std::move(more);
    return made;
}

sheet home() {
    return {.head = "My assistance",
            .lines = {{"", "Cash 4,500 KES"}, {"", "Food"}, {"", "Soap"}},
            .back = "0 Back",
            .home = "00 Home",
            .more = "# More"};
}

TEST(fit, shows_all_where_all_fits) {
    const page shown = fit(home(), 0, at_most(160));
    EXPECT_EQ(shown.text, "My assistance\n1 Cash 4,500 KES\n2 Food\n3 Soap\n0 Back 00 Home");
    EXPECT_EQ(shown.next, 0);
    EXPECT_EQ(shown.first_row, 0);
    EXPECT_EQ(shown.rows, 3);
    EXPECT_TRUE(shown.fits);
}

TEST(fit, asks_the_measure_once_where_all_fits) {
    int asked = 0;
    (void)fit(home(), 0, [&](std::string_view) { return ++asked > 0; });
    EXPECT_EQ(asked, 1);
}

TEST(fit, asks_a_handful_of_times_where_it_pages) {
    sheet long_one = home();
    for (int i = 0; i < 60; ++i) long_one.head += " word";
    int asked = 0;
    const page shown = fit(long_one, 0, [&](std::string_view text) { return ++asked > 0 && text.size() <= 160; });
    EXPECT_NE(shown.next, 0);
    EXPECT_LE(asked, 11);
}

TEST(fit, leaves_home_out_before_it_pages) {
    const page shown = fit(home(), 0, at_most(55));
    EXPECT_EQ(shown.text, "My assistance\n1 Cash 4,500 KES\n2 Food\n3 Soap\n0 Back");
    EXPECT_EQ(shown.next, 0);
}

TEST(fit, pages_lines_and_numbers_rows_anew) {
    const page first = fit(home(), 0, at_most(50));
    EXPECT_EQ(first.text, "My assistance\n1 Cash 4,500 KES\n0 Back # More");
    EXPECT_EQ(first.next, 3);
    EXPECT_EQ(first.rows, 1);
    const page second = fit(home(), first.next, at_most(50));
    EXPECT_EQ(second.text, "1 Food\n2 Soap\n0 Back 00 Home");
    EXPECT_EQ(second.next, 0);
    EXPECT_EQ(second.first_row, 1);
    EXPECT_EQ(second.rows, 2);
}

TEST(fit, rows_that_nobody_chooses_stand_without_a_number) {
    sheet what = home();
    what.numbers_rows = false;
    const page first = fit(what, 0, at_most(44));
    EXPECT_EQ(first.text, "My assistance\nCash 4,500 KES\n0 Back # More");
    const page second = fit(what, first.next, at_most(44));
    EXPECT_EQ(second.text, "Food\nSoap\n0 Back 00 Home");
    EXPECT_EQ(second.first_row, 1);
    EXPECT_EQ(second.rows, 2);
}

TEST(fit, pages_a_head_between_words_and_keeps_line_breaks_inside) {
    const sheet what = of("one two\nthree four", {{"1", "Yes"}}, "0 Back", "# More");
    const page first = fit(what, 0, at_most(27));
    EXPECT_EQ(first.text, "one two\nthree\n0 Back # More");
    const page second = fit(what, first.next, at_most(27));
    EXPECT_EQ(second.text, "four\n1 Yes\n0 Back");
    EXPECT_EQ(second.next, 0);
}

TEST(fit, a_number_in_groups_stays_on_one_page) {
    const sheet what = of("vous avez 4 500 KES ici", {}, "", "#");
    const page first = fit(what, 0, at_most(13));  // "vous avez 4" and the way on would fit
    EXPECT_EQ(first.text, "vous avez\n#");
    EXPECT_EQ(fit(what, first.next, at_most(12)).text, "4 500 KES\n#");
}

TEST(fit, nothing_but_a_number_in_groups_is_divided) {
    const sheet what = of("1 2 3 4 5 6 7 8 9", {}, "", "#");
    EXPECT_EQ(fit(what, 0, at_most(7)).text, "1 2 3\n#");
}

TEST(fit, stops_at_the_digits_there_are) {
    sheet many = of("Who?", {}, "0", "#");
    many.rows_a_page = 3;
    for (int i = 1; i <= 7; ++i) many.lines.push_back({"", "p" + std::to_string(i)});
    many.lines.push_back({"8", "Add"});
    EXPECT_EQ(fit(many, 0, at_most(160)).text, "Who?\n1 p1\n2 p2\n3 p3\n0 #");
    const page second = fit(many, 4, at_most(160));
    EXPECT_EQ(second.text, "1 p4\n2 p5\n3 p6\n0 #");
    EXPECT_EQ(second.first_row, 3);
    EXPECT_EQ(fit(many, second.next, at_most(160)).text, "1 p7\n8 Add\n0");
}

TEST(fit, an_impossible_start_shows_the_first_page) {
    EXPECT_EQ(fit(home(), 5, at_most(160)).text, fit(home(), 0, at_most(160)).text);
    EXPECT_EQ(fit(home(), 65535, at_most(160)).text, fit(home(), 0, at_most(160)).text);
    EXPECT_EQ(fit(home(), 4, at_most(160)).text, "1 Soap\n0 Back 00 Home");
}

TEST(fit, the_way_back_gives_its_place_to_a_long_line) {
    const sheet what = of("", {{"1", "a line of twenty six letters"}, {"2", "b"}}, "0 Back", "#");
    const page shown = fit(what, 0, at_most(33));
    EXPECT_EQ(shown.text, "1 a line of twenty six letters\n#");
    EXPECT_TRUE(shown.fits);
}

TEST(fit, says_when_a_single_word_is_too_large) {
    const sheet what = of("antidisestablishmentarianism", {{"1", "Yes"}}, "0", "#");
    const page shown = fit(what, 0, at_most(20));
    EXPECT_FALSE(shown.fits);
    EXPECT_EQ(shown.text, "antidisestablishmentarianism\n0 #");  // not cut
    EXPECT_EQ(shown.next, 1);
    EXPECT_TRUE(fit(what, shown.next, at_most(20)).fits);
}

TEST(fit, an_empty_sheet_is_its_ways_on) {
    EXPECT_EQ(fit(of(" \n ", {}, "0 Back", "# More"), 0, at_most(160)).text, "0 Back");
    EXPECT_EQ(fit({}, 0, at_most(160)).text, "");
    EXPECT_FALSE(fit(of("", {}, "0 Back", "# More"), 0, at_most(3)).fits);
}

TEST(fit, arabic_stays_in_logical_order) {
    const sheet what = of("مساعداتي", {{"", "نقد 4,500 KES"}}, "0 رجوع", "# المزيد");
    EXPECT_EQ(fit(what, 0, at_most(160)).text, "مساعداتي\n1 نقد 4,500 KES\n0 رجوع");
}

sheet random_sheet(std::mt19937& dice) {
    const auto below = [&](unsigned n) { return static_cast<std::size_t>(dice() % n); };
    const auto word = [&] {
        static constexpr std::array<std::string_view, 8> letters{"a", "b", "7", "é", "ض", "{", "'", "0"};
        std::string made;
        for (std::size_t left = 1 + below(below(9) == 0 ? 60 : 9); left > 0; --left)
            made += letters[below(letters.size())];
        return made;
    };
    sheet made;
    for (std::size_t left = below(60); left > 0; --left)
        made.head += word() + (below(6) == 0 ? "\n" : below(9) == 0 ? "  " : " ");
    for (std::size_t left = below(25); left > 0; --left) {
        std::string text;
        for (std::size_t words = below(6); words > 0; --words) text += (text.empty() ? "" : " ") + word();
        made.lines.push_back({below(3) == 0 ? std::to_string(1 + below(97)) : "", std::move(text)});
    }
    if (below(5) != 0) made.back = "0 Back";
    if (below(3) != 0) made.home = below(4) == 0 ? "00 Home and a long way" : "00 Home";
    made.more = below(9) == 0 ? "" : "# More";
    made.rows_a_page = static_cast<int>(below(10));
    return made;
}

TEST(fit, every_rule_holds_for_random_sheets) {
    const auto seed = static_cast<unsigned>(::testing::UnitTest::GetInstance()->random_seed());
    SCOPED_TRACE("--gtest_random_seed=" + std::to_string(seed));
    std::mt19937 dice(seed);
    std::size_t pages = 0;
    for (int turn = 0; turn < 1'500; ++turn) {
        const sheet what = random_sheet(dice);
        const std::size_t narrow = 20 + dice() % 90;
        const std::size_t wide = narrow + dice() % 120;
        // As on a phone: one letter beyond the small alphabet, and the screen holds less.
        const test::measure fits = [=](std::string_view text) {
            const bool plain = std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
            return text.size() <= (plain ? wide : narrow);
        };
        const test::walked_pages walked = test::walk_pages(what, fits);
        ASSERT_EQ(walked.broken, "") << "turn " << turn << ", page " << walked.pages.size();
        pages += walked.pages.size();
    }
    EXPECT_GT(pages, 3'000U);  // else the sheets are too small to prove anything
}

}  // namespace
}  // namespace mlango::templates
