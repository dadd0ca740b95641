#include "handlers/sms_desk.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/unit/handlers/spoken.hpp"

namespace mlango::handlers {
namespace {

struct message {
    const char* name;
    std::string_view text;
    sms_keyword means;
};

class keywords : public testing::TestWithParam<message> {};

TEST_P(keywords, are_the_first_word_whatever_its_case) {
    EXPECT_EQ(keyword_of(GetParam().text), GetParam().means);
}

constexpr auto stop = sms_keyword::stop, start = sms_keyword::start, none = sms_keyword::none;

INSTANTIATE_TEST_SUITE_P(
    table, keywords,
    testing::Values(message{"english_stop", "STOP", stop}, message{"lower_case", "stop", stop},
                    message{"mixed_case", "sToP", stop}, message{"spaces_around", "  Stop \r\n", stop},
                    message{"with_a_full_stop", "Stop.", stop}, message{"with_more_words", "stop sms please", stop},
                    message{"end", "End", stop}, message{"quit", "quit", stop}, message{"cancel", "CANCEL", stop},
                    message{"unsubscribe", "unsubscribe", stop}, message{"french_stop", "ARRET", stop},
                    message{"french_stop_accent", "arrêt", stop}, message{"french_stop_capital_accent", "ARRÊT!", stop},
                    message{"french_stop_verb", "Arreter", stop}, message{"swahili_stop", "Acha", stop},
                    message{"swahili_stop_other", "simama", stop}, message{"arabic_stop", "قف", stop},
                    message{"arabic_stop_longer", "توقف من فضلك", stop}, message{"arabic_stop_noun", "إيقاف", stop},
                    message{"english_start", "Start", start}, message{"swahili_start", "anza", start},
                    message{"french_start", "debut", start}, message{"french_start_accent", "Début", start},
                    message{"arabic_start", "ابدأ", start}, message{"arabic_start_noun", "بدء", start},
                    message{"nothing", "", none}, message{"only_spaces", " \n ", none},
                    message{"another_word", "Hello", none}, message{"longer_word", "stopping", none},
                    message{"stop_later", "please stop", none}, message{"a_number", "4826", none},
                    message{"half_a_letter", "\xd9", none},
                    message{"a_very_long_word", "stopstopstopstopstopstopstopstopstopstop", none}),
    [](const auto& info) { return std::string(info.param.name); });

// Whoever was told "Send START" or "Send STOP" in her language is understood when she does.
TEST(sms_texts, name_keywords_that_are_understood) {
    const auto& words = real_words();
    for (const auto& [key, word, means] :
         {std::tuple("sms.stopped", "START", start), std::tuple("sms.started", "STOP", stop)})
        for (std::size_t language = 0; language < words.languages().size(); ++language) {
            const auto text = words.format(*words.find(key), static_cast<templates::language_index>(language), {});
            EXPECT_NE(text.find(word), std::string::npos) << text;
            EXPECT_EQ(keyword_of(word), means);
        }
}

}  // namespace
}  // namespace mlango::handlers
