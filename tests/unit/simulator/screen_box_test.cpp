#include "simulator/screen_box.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mlango::simulator {
namespace {

using lines = std::vector<std::string>;

TEST(columns_of, counts_what_a_terminal_shows) {
    struct {
        const char* name;
        std::string_view text;
        std::size_t columns;
    } const table[] = {
        {"empty", "", 0},
        {"ascii", "Home", 4},
        {"accent", "é", 1},
        {"combining", "e\u0301", 1},
        {"arabic", "مرحبا", 5},
        {"harakat", "مَ", 1},
        {"amharic", "ሰላም", 3},
        {"wide", "日本", 4},
        {"right-to-left mark", "\u200F1", 1},
        {"malformed", "a\xFF", 2},
        {"cut", "\xD9", 1},
    };
    for (const auto& row : table) EXPECT_EQ(columns_of(row.text), row.columns) << row.name;
}

TEST(wrap, breaks_as_a_phone_does) {
    struct {
        const char* name;
        std::string_view text;
        std::size_t columns;
        lines expected;
    } const table[] = {
        {"empty", "", 10, {""}},
        {"fits", "0123456789", 10, {"0123456789"}},
        {"line feeds", "a\n\nb\n", 10, {"a", "", "b"}},
        {"at the last space", "one two three", 9, {"one two", "three"}},
        {"at the space that does not fit", "one two three", 7, {"one two", "three"}},
        {"a long word is broken", "abcdefgh ij", 5, {"abcde", "fgh", "ij"}},
        {"wide characters are not halved", "日本語", 5, {"日本", "語"}},
        {"a mark stays with its letter", "abcde\u0301f", 5, {"abcde\u0301", "f"}},
        {"escape codes are disarmed", "a\033[2Jb", 10, {"a [2Jb"}},
        {"malformed bytes are replaced", "a\xFFz", 10, {"a\uFFFDz"}},
    };
    for (const auto& row : table) EXPECT_EQ(wrap(row.text, row.columns), row.expected) << row.name;
}

TEST(wrap, keeps_every_line_within_its_columns_for_any_cut) {
    const std::string text = "Karibu مرحبا بك 日本語日本語 abcdefghijklmnop e\u0301e\u0301 ሰላም";
    for (std::size_t length = 0; length <= text.size(); ++length) {
        for (std::size_t columns = 2; columns < 20; ++columns) {
            for (const std::string& line : wrap(text.substr(0, length), columns)) {
                EXPECT_LE(columns_of(line), columns) << length << ' ' << columns;
            }
        }
    }
}

TEST(usage, names_the_alphabet_that_counts) {
    EXPECT_EQ(usage(gsm::measure("Home €"), {160, 70}), "7/160 septets");
    EXPECT_EQ(usage(gsm::measure("مرحبا"), {160, 70}), "5/70 UCS-2 units");
}

TEST(draw_box, is_straight_whatever_the_script) {
    for (const std::string_view text : {"Home\n1 My assistance", "مرحبا بك\n1 اللغة", "日本語", "e\u0301"}) {
        const lines box = draw_box(text, {160, 70}, "*384#");
        for (const std::string& line : box) EXPECT_EQ(columns_of(line), columns_of(box.front())) << line;
    }
    const lines box = draw_box("Home", {160, 70}, "*384#");
    EXPECT_EQ(box.size(), 7U);  // 160 septets are five lines of 32
    EXPECT_NE(box.front().find("*384#"), std::string::npos);
    EXPECT_NE(box.back().find("4/160 septets"), std::string::npos);
    EXPECT_EQ(draw_box("Home", {120, 50}, "").size(), 6U);
    EXPECT_EQ(draw_box("1\n2\n3\n4\n5\n6\n7", {160, 70}, "").size(), 9U);
}

}  // namespace
}  // namespace mlango::simulator
