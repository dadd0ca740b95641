#include "templates/text_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace mlango::templates {
namespace {

constexpr std::string_view small = R"(# Who reads this
language: { code: en, own_name: English }

texts:
  # the first
  home.title: { text: "Home", note: "Says: \"where\"", room: 10 }
  home.help: "Help"

  long.one:
    text: "First line\nsecond"
    note: "Over lines"
  # of the end
  last: Bye
)";

source file() {
    return {.name = "en.yaml", .content = std::string(small)};
}

TEST(text_file, other_words_leave_everything_around_as_it_is) {
    const auto made = with_words(file(), {{"home.help", "Ask us"}});
    ASSERT_TRUE(made) << made.error();
    std::string expected(small);
    expected.replace(expected.find("\"Help\""), 6, "\"Ask us\"");
    EXPECT_EQ(made->content, expected);
}

TEST(text_file, note_and_room_stay_and_an_entry_of_several_lines_becomes_one) {
    const auto made = with_words(file(), {{"long.one", "Short \"x\""}, {"home.title", "Start"}, {"last", ""}});
    ASSERT_TRUE(made) << made.error();
    const auto entries = entries_of(*made);
    ASSERT_EQ(entries.size(), 4U);
    EXPECT_EQ(entries[0], (text_entry{"home.title", "Start", "Says: \"where\"", "10"}));
    EXPECT_EQ(entries[2], (text_entry{"long.one", "Short \"x\"", "Over lines", ""}));
    EXPECT_EQ(entries[3].words, "");
    for (const char* comment : {"# Who reads this", "# the first", "# of the end"})
        EXPECT_NE(made->content.find(comment), std::string::npos) << comment;
}

TEST(text_file, a_key_that_is_not_there_comes_last) {
    const auto made = with_words(file(), {{"new.key", "\u200e*384#\n{x}"}});
    ASSERT_TRUE(made) << made.error();
    EXPECT_EQ(entries_of(*made).back(), (text_entry{"new.key", "\u200e*384#\n{x}", "", ""}));
    EXPECT_NE(made->content.find("\\u200E"), std::string::npos);
}

TEST(text_file, what_is_written_in_another_way_is_not_guessed_at) {
    EXPECT_FALSE(with_words({.name = "x.yaml", .content = "texts: { a: 1, b: 2 }\n"}, {{"a", "3"}}));
    EXPECT_FALSE(with_words({.name = "x.yaml", .content = "texts: [\n"}, {{"a", "3"}}));
}

// Every word of every real file replaced and put back: the entries are those that they were.
TEST(text_file, the_real_files_bear_it) {
    const auto read = read_sources(std::filesystem::path(MLANGO_SOURCE_DIR) / "templates/texts");
    ASSERT_TRUE(read);
    for (const auto& one : *read) {
        const auto before = entries_of(one);
        ASSERT_GT(before.size(), 100U);
        changed_words away, back;
        for (const auto& entry : before) {
            away.emplace_back(entry.key, "x" + entry.words);
            back.emplace_back(entry.key, entry.words);
        }
        const auto other = with_words(one, away);
        ASSERT_TRUE(other) << other.error();
        const auto again = with_words(*other, back);
        ASSERT_TRUE(again) << again.error();
        EXPECT_EQ(entries_of(*again), before);
        const std::string_view head = std::string_view(one.content).substr(0, one.content.find("\ntexts:"));
        EXPECT_TRUE(again->content.starts_with(head));
    }
}

}  // namespace
}  // namespace mlango::templates
