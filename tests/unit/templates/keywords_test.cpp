// What counts of a word that she typed, and which keyword it is.
#include "templates/keywords.hpp"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include "templates/folding.hpp"

namespace mlango::templates {
namespace {

struct folded_row {
    const char* name;
    std::string_view typed, plain;
};

class plain : public testing::TestWithParam<folded_row> {};

TEST_P(plain, is_what_is_left) {
    EXPECT_EQ(plain_words(GetParam().typed), GetParam().plain);
    EXPECT_EQ(plain_words(GetParam().plain), GetParam().plain) << "once more changes nothing";
}

INSTANTIATE_TEST_SUITE_P(
    table, plain,
    testing::Values(folded_row{"case", "MeNu", "menu"}, folded_row{"accents", "  Arrêt! ", "arret"},
                    folded_row{"apart", "re\u0301clamation", "reclamation"},
                    folded_row{"punctuation", "«rendez-vous»?", "rendez vous"},
                    folded_row{"inside", "call…me,back", "call me back"}, folded_row{"fullwidth_digit", "１２", "12"},
                    folded_row{"fullwidth_letters", "ＭＥＮＵ", "menu"}, folded_row{"arabic_digits", "٣", "3"},
                    folded_row{"persian_digits", "۱۲", "12"}, folded_row{"arabic_alef", "إيقاف", "ايقاف"},
                    folded_row{"arabic_hamza", "ابدأ", "ابدا"}, folded_row{"arabic_vowels", "قِفْ", "قف"},
                    folded_row{"arabic_teh", "قائمة", "قايمه"}, folded_row{"arabic_tatweel", "قـــف", "قف"},
                    folded_row{"arabic_yeh", "شكوى", "شكوي"}, folded_row{"arabic_presentation", "ﻗﻒ", "قف"},
                    folded_row{"amharic_alike", "ሠላም", "ሰላም"}, folded_row{"amharic_stop", "ሰላም።", "ሰላም"},
                    folded_row{"direction_marks", "\u200Fقف\u200E", "قف"}, folded_row{"apostrophe", "ra'yi", "ra yi"},
                    folded_row{"emoji", "👍🏽", ""}, folded_row{"nothing", "", ""},
                    folded_row{"broken", "a\xff\xfe", "a"}),
    [](const auto& info) { return std::string(info.param.name); });

keyword_list read(const char* yaml, std::vector<std::string>* faults = nullptr) {
    keyword_list made;
    const YAML::Node root = YAML::Load(yaml);
    const auto sink = [&](const std::string& where, const std::string& what) {
        if (faults == nullptr)
            ADD_FAILURE() << where << ": " << what;
        else
            faults->push_back(where + ": " + what);
    };
    if (root["keywords"]) made.read(root["keywords"], sink);
    if (root["machines"]) made.read_machines(root["machines"], sink);
    return made;
}

TEST(keywords, are_whole_messages_in_the_language_that_is_preferred) {
    const auto list = read(R"(
keywords:
  home: { en: [menu, start page], fr: [menu] }
  help: { en: [help], fr: [aide], sw: [habari] }
  info: { sw: [menu] }
  continue: { en: [continue] }
)");
    ASSERT_NE(list.of(" HELP. ", {}), nullptr);
    EXPECT_EQ(list.of("help", {})->target, "help");
    EXPECT_EQ(list.of("Start  Page", {})->target, "home");
    EXPECT_EQ(list.of("help me", {}), nullptr) << "more stands in it";
    EXPECT_EQ(list.of("", {}), nullptr);
    EXPECT_EQ(list.of("menu", {})->language, "en");
    EXPECT_EQ(list.of("menu", {"fr"})->language, "fr");
    EXPECT_EQ(list.of("menu", {"am", "sw"})->target, "info");
    EXPECT_EQ(list.of("aide", {"en"})->language, "fr") << "hers is preferred, not needed";
    EXPECT_EQ(list.of("continue", {})->act, keyword_act::resume);
    EXPECT_EQ(list.of(std::string(4'000, 'x'), {}), nullptr);
    EXPECT_EQ(list.first_word_of("menu"), nullptr) << "of stop and start only";
}

TEST(keywords, of_stop_and_start_are_the_first_word) {
    const auto list = read("keywords: { stop: { en: [stop], so: [jooji] }, start: { en: [start] } }");
    EXPECT_EQ(list.first_word_of("Jooji fadlan")->act, keyword_act::stop);
    EXPECT_EQ(list.first_word_of("START!")->act, keyword_act::start);
    EXPECT_EQ(list.first_word_of("please stop"), nullptr);
    EXPECT_EQ(list.first_word_of("stopping"), nullptr);
}

TEST(keywords, of_machines_are_found_inside) {
    const auto list = read("machines: [could not be delivered, 'n''a pas pu être remis']");
    EXPECT_TRUE(list.is_of_a_machine("Your message COULD NOT  be delivered to 384"));
    EXPECT_TRUE(list.is_of_a_machine("Le message n'a pas pu etre remis."));
    EXPECT_FALSE(list.is_of_a_machine("The food was not delivered"));
    EXPECT_FALSE(list.is_of_a_machine(""));
}

TEST(keywords, that_can_not_be_read_are_named) {
    for (const auto& [yaml, fault] : std::vector<std::pair<const char*, std::string>>{
             {"keywords: [menu]", "keywords: are no map"},
             {"keywords: { home: menu }", "keywords.home: is no map of languages"},
             {"keywords: { home: { en: menu } }", "keywords.home.en: is no list of words"},
             {"keywords: { home: { en: ['!?'] } }", "keywords.home.en: no word of 1 to 80 bytes: !?"},
             {"keywords: { stop: { en: [stop it] } }",
              "keywords.stop.en: stop and start are one word each: stop it is two"},
             {"machines: [auto]", "machines: too short to tell a machine by: auto"},
             {"machines: no", "machines: are no list of words"}}) {
        std::vector<std::string> faults;
        (void)read(yaml, &faults);
        EXPECT_EQ(faults, std::vector{fault}) << yaml;
    }
}

}  // namespace
}  // namespace mlango::templates
