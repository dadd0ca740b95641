#include "handlers/operation_settings.hpp"

#include <gtest/gtest.h>

#include "handlers/number_prefixes.hpp"

namespace mlango::handlers {
namespace {

const operation_settings of_three_countries{
    .service_code = "*384#",
    .default_language = "sw",
    .local = {{.prefixes = {"+256"}, .service_code = "*165*7#", .default_language = "en"},
              {.prefixes = {"+25677", "+25678"}, .service_code = "*185#", .default_language = {}},
              {.prefixes = {"+252"}, .service_code = {}, .default_language = "so"}},
};

struct place_case {
    const char* e164;
    const char* code;
    const char* language;
};

class where_she_is : public testing::TestWithParam<place_case> {};

TEST_P(where_she_is, another_code_is_dialled_and_another_language_spoken_first) {
    EXPECT_EQ(of_three_countries.code_for(GetParam().e164), GetParam().code);
    EXPECT_EQ(of_three_countries.language_for(GetParam().e164), GetParam().language);
}

INSTANTIATE_TEST_SUITE_P(numbers, where_she_is,
                         testing::Values(place_case{"+254711000001", "*384#", "sw"},    // of no entry
                                         place_case{"+256701000001", "*165*7#", "en"},  // of a country
                                         place_case{"+256771000001", "*185#",
                                                    "sw"},  // a company: its entry alone counts
                                         place_case{"+252611000001", "*384#", "so"},  // only the language
                                         place_case{"", "*384#", "sw"}));

TEST(operation_settings, what_takes_most_room_is_the_longest_code) {
    EXPECT_EQ(of_three_countries.longest_code(), "*165*7#");
    EXPECT_EQ(operation_settings{}.longest_code(), "*384#");
}

TEST(operation_settings, a_service_code_is_what_a_network_hands_on) {
    for (const char* code : {"*384#", "*165*7#", "*#06#", "#31#", "**21#", "*1234567890#"})
        EXPECT_TRUE(is_service_code(code)) << code;
    for (const char* code : {"", "*#", "384", "*384", "384#", "*38a#", "*384# ", "*12345678901#"})
        EXPECT_FALSE(is_service_code(code)) << code;
}

TEST(number_prefixes, faults_are_told_all_at_once) {
    EXPECT_TRUE(faults_of_prefixes("t", {{"+254"}, {"+2547", "+256"}, {}}).empty());
    EXPECT_EQ(faults_of_prefixes("t", {{}, {"254"}, {"+25x", "+"}, {"+12345678901234567"}, {"+1"}, {"+1"}, {}}),
              (std::vector<std::string>{"t[1].prefixes: \"254\" should be + and digits",
                                        "t[2].prefixes: \"+25x\" should be + and digits",
                                        "t[2].prefixes: \"+\" should be + and digits",
                                        "t[3].prefixes: \"+12345678901234567\" should be + and digits",
                                        "t[5].prefixes: \"+1\" stands twice", "t: only one may be without prefixes"}));
}

}  // namespace
}  // namespace mlango::handlers
