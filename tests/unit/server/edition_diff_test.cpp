#include "server/edition_diff.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "server/editions.hpp"

namespace mlango::server {
namespace {

using namespace std::chrono_literals;

templates::edition_sources version() {
    return {.menu = {{"home.yaml", "screens:\n  home: { root: true, text: hello }\n"},
                     {"help.yaml", "screens:\n  help: { text: help, options: [{ key: 1, to: home }] }\n"}},
            .texts = {{"en.yaml", "language: { code: en, locale: en }\ntexts: { hello: h, help: \"a\\nb\" }\n"},
                      {"sw.yaml", "language: { code: sw, locale: sw }\ntexts: { hello: h }\n"}},
            .languages = {"en", "sw"}};
}

TEST(edition_diff, nothing_differs_between_a_version_and_itself_however_its_files_are_cut) {
    EXPECT_TRUE(changes_between(version(), version()).empty());
    auto otherwise = version();
    otherwise.menu = {{"all.yaml",
                       "# moved\nscreens:\n  help:\n    text: help\n    options:\n      - { key: 1, to: home }\n"
                       "  home: { root: true, text: hello }\n"}};
    EXPECT_TRUE(changes_between(version(), otherwise).empty());
}

TEST(edition_diff, says_what_is_new_gone_and_other) {
    auto next = version();
    next.menu[0].content = "screens:\n  home: { root: true, text: hello }\n  more: { text: help }\n";
    next.menu[1].content = "screens: {}\nvalues: { amount: { longest: 9 } }\n";
    next.texts[0].content = "language: { code: en, locale: en_KE }\ntexts: { hello: Hello, help: \"a\\nb\" }\n";
    next.languages = {"sw", "en"};
    using enum change_kind;
    const std::vector<edition_change> expected{
        {.kind = changed, .what = "en language locale", .was = "en", .is = "en_KE"},
        {.kind = changed, .what = "en texts hello", .was = "h", .is = "Hello"},
        {.kind = changed, .what = "languages", .was = "en, sw", .is = "sw, en"},
        {.kind = removed, .what = "screens help", .was = "{ text: help, options: [{ key: 1, to: home }] }", .is = {}},
        {.kind = added, .what = "screens more", .was = {}, .is = "{ text: help }"},
        {.kind = added, .what = "values amount", .was = {}, .is = "{ longest: 9 }"},
    };
    const auto found = changes_between(version(), next);
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i], expected[i]) << found[i].what;
}

TEST(edition_diff, shows_a_text_of_several_lines_on_one) {
    auto next = version();
    next.texts[0].content = "language: { code: en, locale: en }\ntexts: { hello: h }\n";
    const auto found = changes_between(version(), next);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].was, "a\\nb");
}

TEST(edition_diff, names_the_file_and_line_that_is_not_yaml) {
    auto broken = version();
    broken.menu[1].content = "screens:\n  help: { text: [\n";
    try {
        (void)changes_between(version(), broken);
        FAIL() << "it was read";
    } catch (const std::runtime_error& fault) {
        EXPECT_EQ(std::string(fault.what()).substr(0, 16), "help.yaml: line ") << fault.what();
    }
}

TEST(editions, content_and_sources_are_the_same_thing) {
    const auto there_and_back = sources_of(content_of(version()));
    EXPECT_EQ(templates::edition::version_of(there_and_back), templates::edition::version_of(version()));
}

TEST(editions, a_superseded_version_outlives_the_longest_session_and_the_one_that_continues_it) {
    config settings;
    settings.gateways.resize(2);
    settings.gateways[0].profile.session_time = 180s;
    settings.gateways[1].profile.session_time = 90s;
    EXPECT_EQ(longest_pinned(settings), 180s + 10min + 180s + 1min);
}

}  // namespace
}  // namespace mlango::server
