#include "console/words/drafted.hpp"

#include <gtest/gtest.h>

namespace mlango::console {
namespace {

templates::edition_sources small() {
    return {.menu = {{.name = "home.yaml", .content = "screens: {}\n"}},
            .texts = {{.name = "en.yaml", .content = "language: { code: en }\ntexts:\n  a.b: \"Old\"\n  c: \"See\"\n"}},
            .languages = {"en"}};
}

registry::word_draft draft(std::string language, std::string name, std::string words,
                           std::optional<std::string> was = std::nullopt) {
    return {.language = std::move(language),
            .name = std::move(name),
            .words = std::move(words),
            .was = std::move(was),
            .revision = 1,
            .edited_by = {},
            .editor = {},
            .edited_at = {}};
}

TEST(drafted, lies_over_what_is_published_and_touches_nothing_else) {
    const auto made = with_drafts(small(), {draft("en", "a.b", "New"), draft("", "home.yaml", "screens: { x: }\n"),
                                            draft("", "new.yaml", "screens: {}\n")});
    ASSERT_TRUE(made) << made.error();
    EXPECT_EQ(made->texts[0].content, "language: { code: en }\ntexts:\n  a.b: \"New\"\n  c: \"See\"\n");
    ASSERT_EQ(made->menu.size(), 2U);
    EXPECT_EQ(made->menu[0].content, "screens: { x: }\n");
    EXPECT_EQ(made->menu[1].name, "new.yaml");
}

TEST(drafted, a_language_without_a_file_is_told) {
    EXPECT_FALSE(with_drafts(small(), {draft("fr", "a.b", "x")}));
}

TEST(drafted, conflicts_where_other_words_were_published_since) {
    EXPECT_FALSE(conflicts(draft("en", "a", "mine", "old"), "old"));
    EXPECT_TRUE(conflicts(draft("en", "a", "mine", "old"), "theirs"));
    EXPECT_FALSE(conflicts(draft("en", "a", "same", "old"), "same"));
    EXPECT_FALSE(conflicts(draft("en", "a", "mine"), std::nullopt));
    EXPECT_TRUE(conflicts(draft("en", "a", "mine"), "theirs"));
    EXPECT_TRUE(conflicts(draft("en", "a", "mine", "old"), std::nullopt));
}

TEST(drafted, the_digest_is_sha_256) {
    EXPECT_EQ(words_digest("abc").substr(0, 4), std::string("\xba\x78\x16\xbf"));
    EXPECT_EQ(words_digest("abc").size(), 32U);
}

}  // namespace
}  // namespace mlango::console
