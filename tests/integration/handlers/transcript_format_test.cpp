#include "tests/integration/handlers/transcript_format.hpp"

#include <gtest/gtest.h>

namespace mlango::test {
namespace {

struct faulty {
    std::string name, text;
    int line;
};

class transcript_faults : public testing::TestWithParam<faulty> {};

TEST_P(transcript_faults, name_the_line) {
    const auto parsed = parse_transcript(GetParam().text);
    ASSERT_FALSE(parsed.faults.empty());
    EXPECT_EQ(parsed.faults.front().line, GetParam().line) << parsed.faults.front().what;
}

INSTANTIATE_TEST_SUITE_P(
    table, transcript_faults,
    testing::Values(
        faulty{"unknown_command", "as +254700000001\nwave\n", 2}, faulty{"input_without_a_caller", "> *384#\n< a\n", 1},
        faulty{"input_without_a_session", "as +254700000001\n> 1\n< a\n", 2},
        faulty{"another_caller_has_no_session", "as +254700000001\n> *384#\n< a\nas +254700000002\n> 1\n", 5},
        faulty{"expectation_without_a_screen", "as +254700000001\n< a\n", 2},
        faulty{"both_kinds_of_expectation", "as +254700000001\n> *384#\n< a\n<* b\n", 4},
        faulty{"part_without_words", "as +254700000001\n> *384#\n<*\n", 3},
        faulty{"check_without_a_value", "as +254700000001\n> *384#\n< a\n! select 1\n", 4},
        faulty{"number_without_plus", "as 0711\n", 1}, faulty{"profile_without_units", "profile tiny\n", 1},
        faulty{"time_without_a_unit", "clock +200\n", 1}, faulty{"time_backwards", "clock -1s\n", 1},
        faulty{"a_verifier_asks_nobody", "asks 41003 over_18\n", 1}, faulty{"again_without_a_session", "again\n", 1},
        faulty{"every_language_too_late", "as +254700000001\nin every language\n", 2},
        faulty{"every_language_on_one_profile", "in every language\nprofile small\n", 2}),
    [](const auto& info) { return info.param.name; });

TEST(transcript_format, a_whole_one_is_read) {
    const auto parsed = parse_transcript(
        "# words\nas +254711000004\nprofile small\nclock +5min\n\n> *384#\n<  1  a \n<\n> 1\n<* part\nagain\nhang up\n"
        "registry away\nview_guard open\nasks 41003 over_18 +254711000001\n! select 1 = 1 = t\n");
    EXPECT_TRUE(parsed.faults.empty()) << parsed.faults.front().what;
    EXPECT_TRUE(parsed.expects);
    EXPECT_FALSE(parse_transcript("as +254700000001\n> *384#\n").expects) << "it could not fail";
    using kind = transcript_step::kind;
    const std::vector<kind> wanted{kind::as,       kind::profile,    kind::clock, kind::type,  kind::line,
                                   kind::line,     kind::type,       kind::part,  kind::again, kind::hang_up,
                                   kind::registry, kind::view_guard, kind::asks,  kind::check};
    std::vector<kind> found;
    for (const auto& step : parsed.steps) found.push_back(step.what);
    EXPECT_EQ(found, wanted);
    EXPECT_EQ(parsed.steps[1].ucs2_units, 63u);
    EXPECT_FALSE(parsed.steps[1].has_hash_key);
    EXPECT_EQ(parsed.steps[2].time, std::chrono::minutes(5));
    EXPECT_EQ(parsed.steps[4].text, " 1  a ") << "spaces of a screen's line count";
    EXPECT_EQ(parsed.steps[5].text, "");
    EXPECT_EQ(parsed.steps[12].text, "41003");
    EXPECT_EQ(parsed.steps[12].expected, "over_18");
    EXPECT_EQ(parsed.steps[12].whom, "+254711000001");
    EXPECT_EQ(parsed.steps[13].text, "select 1 = 1");
    EXPECT_EQ(parsed.steps[13].expected, "t");
    EXPECT_EQ(parsed.steps[3].line, 6);
}

TEST(transcript_format, one_in_every_language_names_texts) {
    const auto parsed = parse_transcript("# words\nin every language\nas +254700000001\n> *384#\n< 1 [home.help]\n");
    EXPECT_TRUE(parsed.faults.empty()) << parsed.faults.front().what;
    EXPECT_TRUE(parsed.everywhere);
    EXPECT_FALSE(parse_transcript("as +254700000001\n").everywhere);
}

TEST(transcript_format, three_points_stand_for_anything) {
    EXPECT_TRUE(line_matches("Reference … now", "Reference AB3K now"));
    EXPECT_TRUE(line_matches("…", ""));
    EXPECT_TRUE(line_matches("a…b…c", "a1b2bc"));
    EXPECT_TRUE(line_matches("…b", "ab"));
    EXPECT_FALSE(line_matches("a…", "ba"));
    EXPECT_FALSE(line_matches("a…b", "a"));
    EXPECT_FALSE(line_matches("ab…ba", "aba"));
    EXPECT_FALSE(line_matches("a", "ab"));
    EXPECT_TRUE(line_matches("1 a", "1 a"));
}

}  // namespace
}  // namespace mlango::test
