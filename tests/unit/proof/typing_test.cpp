// What is typed is told as publishing would tell it, for that text alone, and soon.
#include "proof/typing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <set>

#include "templates/text_file.hpp"
#include "tests/unit/proof/real_menu.hpp"

namespace mlango::proof {
namespace {

templates::edition_sources with(std::string_view language, std::string_view key, std::string_view words) {
    auto from = real_sources();
    for (auto& file : from.texts) {
        if (file.name != std::string(language) + ".yaml") continue;
        auto made = templates::with_words(file, {{std::string(key), std::string(words)}});
        EXPECT_TRUE(made) << made.error();
        if (made) file = std::move(*made);
    }
    return from;
}

std::string all_of(const std::vector<proof_fault>& faults) {
    std::string out;
    for (const auto& one : faults) out += told(one) + "\n";
    return out;
}

TEST(typing, good_words_have_no_fault_and_a_picture_on_each_gateway) {
    const auto profiles = known_profiles();
    const auto proven = prove_text(with("fr", "home.help", "Aide"), "home.help", "fr", profiles);
    EXPECT_EQ(all_of(proven.faults), "");
    ASSERT_FALSE(proven.screens.empty());
    EXPECT_EQ(proven.pictures.size(), proven.screens.size() * profiles.size());
    for (const auto& one : proven.pictures) {
        ASSERT_FALSE(one.pages.empty());
        EXPECT_NE(one.pages.front().text.find("Aide"), std::string::npos) << one.pages.front().text;
        for (const auto& page : one.pages) EXPECT_LE(page.units, page.room) << page.text;
    }
    EXPECT_EQ(proven.characters, 4U);
    EXPECT_EQ(proven.room, 20U);
}

TEST(typing, words_over_their_room_are_told_with_how_much) {
    const auto proven =
        prove_text(with("fr", "home.help", "Une aide de longueur"), "home.help", "fr", known_profiles());
    EXPECT_EQ(all_of(proven.faults), "");
    const auto over =
        prove_text(with("fr", "home.help", "Une aide de longueur!!"), "home.help", "fr", known_profiles());
    ASSERT_FALSE(over.faults.empty());
    EXPECT_NE(all_of(over.faults).find("+2 the line home.help is over its room of 20"), std::string::npos)
        << all_of(over.faults);
}

TEST(typing, a_screen_that_does_not_fit_is_told_with_its_gateway) {
    const std::string much(300, 'x');
    const auto proven = prove_text(with("en", "sorry.end", much), "sorry.end", "en", known_profiles());
    EXPECT_NE(all_of(proven.faults).find("does not fit, and has no next page"), std::string::npos)
        << all_of(proven.faults);
}

TEST(typing, a_broken_pattern_is_told_and_nothing_else) {
    const auto proven =
        prove_text(with("ar", "receipt.thanks", "{x, select,"), "receipt.thanks", "ar", known_profiles());
    ASSERT_FALSE(proven.faults.empty());
    EXPECT_EQ(proven.faults.front().language, "ar");
    EXPECT_TRUE(proven.pictures.empty());
}

TEST(typing, what_others_wrote_badly_is_not_told_at_this_text) {
    auto from = with("fr", "home.settings", "Un texte beaucoup trop long pour cette place");
    for (auto& file : from.texts)
        if (file.name == "fr.yaml") file = templates::with_words(file, {{"pin.wrong", "Non"}}).value();
    const auto proven = prove_text(from, "pin.wrong", "fr", known_profiles());
    EXPECT_EQ(all_of(proven.faults), "");
}

TEST(typing, a_forbidden_word_is_told_in_whichever_letters) {
    const auto proven = prove_text(with("ar", "help.title", "لاجئ"), "help.title", "ar", known_profiles());
    EXPECT_NE(all_of(proven.faults).find("help ar  +0 forbidden word \"لاجئ\""), std::string::npos)
        << all_of(proven.faults);
    EXPECT_NE(all_of(proven.faults).find("help ar-Latn  +0 forbidden word \"laji\""), std::string::npos)
        << all_of(proven.faults);
    // Of another text on the same screen it is told there.
    EXPECT_EQ(all_of(prove_text(with("ar", "help.title", "لاجئ"), "help.topics", "ar", known_profiles()).faults), "");
}

TEST(typing, a_gateway_without_ucs2_shows_latin_letters) {
    for (const std::string_view key : {"home.help", "sorry.end"}) {
        bool own = false, latin = false;
        for (const auto& one : prove_text(real_sources(), key, "ar", known_profiles()).pictures) {
            const bool plain = one.profile == "full_no_ucs2";
            for (const auto& page : one.pages) EXPECT_EQ(page.gsm7, plain) << one.profile << "\n" << page.text;
            (plain ? latin : own) = true;
        }
        EXPECT_TRUE(own && latin) << key;
    }
}

TEST(typing, what_stands_on_every_screen_is_proven_on_all) {
    const auto proven =
        prove_text(with("sw", "common.back", "0 " + std::string(110, 'r')), "common.back", "sw", known_profiles());
    std::set<std::string> screens;
    for (const auto& one : proven.faults)
        if (one.profile == "nalo") screens.insert(one.screen);
    EXPECT_GT(screens.size() * 2, proven.screens.size()) << all_of(proven.faults).substr(0, 1'000);
}

TEST(typing, a_notice_by_sms_is_drawn_as_one) {
    const auto proven = prove_text(real_sources(), "sms.request", "sw", known_profiles());
    EXPECT_EQ(all_of(proven.faults), "");
    ASSERT_EQ(proven.pictures.size(), 1U);
    EXPECT_EQ(proven.pictures.front().profile, "sms");
}

TEST(typing, a_file_of_the_menu_is_drawn_screen_by_screen) {
    const auto proven = prove_file(real_sources(), "home.yaml", "en", known_profiles());
    EXPECT_EQ(all_of(proven.faults), "");
    ASSERT_FALSE(proven.screens.empty());
    auto spoilt = real_sources();
    for (auto& file : spoilt.menu)
        if (file.name == "home.yaml") file.content.replace(file.content.find("home.help"), 9, "home.hulp");
    const auto broken = prove_file(spoilt, "home.yaml", "en", known_profiles());
    ASSERT_FALSE(broken.faults.empty());
    EXPECT_NE(broken.faults.front().what.find("home.hulp"), std::string::npos);
}

// Processor time, so that a busy machine does not change it. What sanitizers make of it is some twenty times what a
// release takes; the bound there is 200 ms.
TEST(typing, answers_between_two_key_strokes) {
    const auto profiles = known_profiles();
    double longest = 0, all = 0;
    std::string slowest;
    const char* keys[]{"home.help", "assistance.row", "entitlement.body", "pin.wrong", "sms.request", "common.back"};
    for (const char* key : keys) {
        const std::clock_t began = std::clock();
        (void)prove_text(real_sources(), key, "ar", profiles);
        const double took = 1000.0 * static_cast<double>(std::clock() - began) / CLOCKS_PER_SEC;
        all += took;
        if (took > longest) {
            longest = took;
            slowest = key;
        }
    }
    std::printf("[ typing   ] mean %.0f ms, longest %.0f ms (%s)\n", all / static_cast<double>(std::size(keys)),
                longest, slowest.c_str());
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
    constexpr double bound = 15'000;  // not a figure: that it ends
#else
    constexpr double bound = 200;
#endif
#else
    constexpr double bound = 200;
#endif
    EXPECT_LT(longest, bound) << slowest;
}

}  // namespace
}  // namespace mlango::proof
