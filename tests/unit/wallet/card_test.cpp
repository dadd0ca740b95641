#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "wallet/card/card_page.hpp"
#include "wallet/card/qr_symbol.hpp"
#include "wallet/card/sheet.hpp"

namespace mlango::wallet {
namespace {

const std::filesystem::path words_folder = std::filesystem::path(MLANGO_SOURCE_DIR) / "wallet/card/words";
const std::vector<std::string> languages{"en", "fr", "ar", "sw", "am", "so"};

std::string file_of(const std::string& language) {
    std::ifstream file(words_folder / (language + ".yaml"));
    return std::string(std::istreambuf_iterator<char>(file), {});
}

card_words words_of(const std::string& language) {
    auto words = parse_card_words(file_of(language), language);
    if (!words) throw std::runtime_error(words.error());
    return std::move(*words);
}

printed_card some_card() {
    return {.service = "Mlango",
            .kind = "registration",
            .facts = {{"registered", true}, {"given_name", "Amina"}, {"family_name", "Yusuf"}},
            .order = {"registered", "given_name", "family_name"},
            .credential = std::string(900, 'a') + "~",
            .valid_until = "2027-11-28",
            .address = "id.example.org/verify",
            .dial = "*384#",
            .recovery_codes = std::vector<std::string>(8, "482913706")};
}

template <class Map>
std::vector<std::string> keys_of(const Map& map) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : map) keys.push_back(key);
    return keys;
}

TEST(card_words, say_the_same_in_every_language) {
    const card_words english = words_of("en");
    for (const std::string& language : languages) {
        const card_words words = words_of(language);
        EXPECT_EQ(keys_of(words.kinds), keys_of(english.kinds)) << language;
        EXPECT_EQ(keys_of(words.facts), keys_of(english.facts)) << language;
        EXPECT_NE(words.lost.find("{code}"), std::string::npos) << language;
        EXPECT_NE(words.codes_how.find("{code}"), std::string::npos) << language;
        EXPECT_NE(words.scan_to_check.find("{address}"), std::string::npos) << language;
    }
}

TEST(card_words, tell_what_is_missing) {
    std::string text = file_of("en");
    text.replace(text.find("codes_keep"), 10, "codes_kept");
    const auto words = parse_card_words(text, "en");
    ASSERT_FALSE(words);
    EXPECT_EQ(words.error(), "the card's words of en: codes_keep is missing, too long or no text");
    EXPECT_FALSE(parse_card_words("", "en"));
    EXPECT_FALSE(parse_card_words("- a\n- b", "en"));
    EXPECT_FALSE(parse_card_words("yes: [", "en"));
    EXPECT_FALSE(parse_card_words("yes: " + std::string(500, 'x'), "en"));
}

TEST(card_words, are_filled_without_filling_what_was_filled_in) {
    EXPECT_EQ(filled("Dial {code}, {code}.", "code", "*384#"), "Dial *384#, *384#.");
    EXPECT_EQ(filled("{code}", "code", "{code}"), "{code}");
    EXPECT_EQ(filled("no mark", "code", "x"), "no mark");
}

// ISO/IEC 18004 table 7: octets that a version holds.
TEST(qr_symbol, takes_the_strongest_correction_whose_modules_are_good) {
    const auto modules_of = [](std::size_t octets, double room) { return make_qr(std::string(octets, 'a'), room); };
    const auto small = modules_of(100, 51);
    ASSERT_TRUE(small);
    EXPECT_EQ(small->level, 'Q');
    EXPECT_EQ(small->side, 17 + 4 * 8);  // version 8 holds 108 octets at Q
    const auto middle = modules_of(997, 51);
    ASSERT_TRUE(middle);
    EXPECT_EQ(middle->level, 'M');
    EXPECT_EQ(middle->side, 17 + 4 * 25);
    const auto large = modules_of(998, 51);  // version 26 at M would have modules of 0.39 mm
    ASSERT_TRUE(large);
    EXPECT_EQ(large->level, 'L');
    EXPECT_EQ(large->side, 17 + 4 * 22);  // 1003 octets
    for (const auto& symbol : {*small, *middle, *large}) {
        EXPECT_GE(51 / (symbol.side + 2.0 * quiet_modules), least_module);
        EXPECT_EQ(symbol.dark.size(), static_cast<std::size_t>(symbol.side * symbol.side));
        EXPECT_TRUE(symbol.at(0, 0) && symbol.at(symbol.side - 1, 0) && symbol.at(0, symbol.side - 1));  // finders
        EXPECT_FALSE(symbol.at(7, 7));                                                                   // separator
    }
}

TEST(qr_symbol, refuses_what_paper_can_not_carry) {
    EXPECT_TRUE(make_qr(std::string(1840, 'a'), 51));  // version 31 at L
    EXPECT_FALSE(make_qr(std::string(1841, 'a'), 51));
    EXPECT_FALSE(make_qr(std::string(3000, 'a'), 500));
    EXPECT_FALSE(make_qr("", 51));
}

TEST(card_page, is_drawn_in_every_language) {
    for (const std::string& language : languages) {
        const auto pdf = draw_card(some_card(), words_of(language));
        ASSERT_TRUE(pdf) << language;
        EXPECT_TRUE(pdf->starts_with("%PDF-")) << language;
        EXPECT_NE(pdf->find("%%EOF"), std::string::npos) << language;
    }
}

TEST(card_page, takes_long_names_and_no_codes) {
    printed_card card = some_card();
    card.facts["given_name"] = std::string(200, 'W');
    card.service = std::string(60, 'M');
    card.recovery_codes.clear();
    EXPECT_TRUE(draw_card(card, words_of("en")));
    card.facts.clear();
    EXPECT_TRUE(draw_card(card, words_of("ar")));
}

TEST(card_page, says_what_hinders) {
    printed_card dense = some_card();
    dense.credential = std::string(2500, 'a');
    EXPECT_EQ(draw_card(dense, words_of("en")).error(), card_fault::too_long);
    printed_card foreign = some_card();
    foreign.service = "\uE000\uE001";  // private use: no font has them
    EXPECT_EQ(draw_card(foreign, words_of("en")).error(), card_fault::lacks_letters);
}

TEST(card_page, reads_numbers_from_the_left) {
    EXPECT_EQ(from_left("482 913 706"), "\u2066482 913 706\u2069");
    EXPECT_TRUE(runs_from_right("ar"));
    EXPECT_FALSE(runs_from_right("am"));
}

}  // namespace
}  // namespace mlango::wallet
