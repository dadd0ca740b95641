// Latin letters where no others can be shown: what the rules and word lists of the real languages give.
#include "templates/transliterate.hpp"

#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <set>

#include "gsm/text.hpp"
#include "templates/catalogue.hpp"

namespace mlango::templates {
namespace {

const catalogue& words() {
    static const catalogue loaded = [] {
        auto made = catalogue::load(std::filesystem::path(MLANGO_SOURCE_DIR) / "templates" / "texts");
        if (!made) throw std::invalid_argument(made.error().front());
        return std::move(*made);
    }();
    return loaded;
}

// A value as it is filled into a text of the language where only Latin letters can be shown.
std::string in_latin(std::string_view code, std::string_view value) {
    return words().format(*words().find("who.row"), words().in_latin(*words().find_language(code)),
                          {{"name", std::string(value)}});
}
std::string in(std::string_view code, std::string_view value) {
    return words().format(*words().find("who.row"), *words().find_language(code), {{"name", std::string(value)}});
}

TEST(transliterator, keeps_exactly_what_the_gsm_alphabet_has) {
    for (char32_t c = 1; c < 0x3000; ++c) {
        if (c >= 0xd800 && c < 0xe000) continue;
        std::string one;
        if (c < 0x80) {
            one = {static_cast<char>(c)};
        } else if (c < 0x800) {
            one = {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))};
        } else {
            one = {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3f)),
                   static_cast<char>(0x80 | (c & 0x3f))};
        }
        EXPECT_EQ(transliterator::is_plain(one), gsm::measure(one).needs == gsm::alphabet::gsm7) << std::hex << int(c);
    }
    EXPECT_TRUE(transliterator::is_plain("€"));
    EXPECT_TRUE(transliterator::is_plain(""));
    EXPECT_FALSE(transliterator::is_plain("\xff"));
    EXPECT_FALSE(transliterator::is_plain("a\xc3"));
}

TEST(transliterator, writes_names_as_papers_do) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"محمد", "Mohamed"},
        {"عبد الرحمن", "Abd al-Rahman"},
        {"فاطمة", "Fatima"},
        {"رمضان", "ramdan"},  // not in the list: by the rules
        {"جبريل", "jabril"},
        {"مروة", "marwa"},
        {"عواطف", "awatf"},
        {"كالوبيي ١", "Kalobeyei 1"},
        {"السوق، بيت 7؟", "as-suq, bayt 7?"},
        {"አበበ በቀለ", "abebe bekele"},
        {"ገብረሥላሴ", "gebreslase"},
        {"ጥሩነሽ", "tirunesh"},
        {"ኃይለ ማርያም።", "hayle maryam."},
    };
    for (const auto& [name, expected] : rows) {
        EXPECT_EQ(in_latin("ar", name), expected);
        EXPECT_EQ(in_latin("am", name), expected);
        EXPECT_EQ(in("en", name), expected);  // one such letter would halve the screen
    }
    EXPECT_EQ(in("ar", "محمد"), "محمد");
    EXPECT_EQ(in("am", "አበበ"), "አበበ");
}

TEST(transliterator, folds_only_the_letters_that_are_too_many) {
    for (const std::string_view code : {"en", "sw", "so"}) {
        EXPECT_EQ(in(code, "Şükrü Đoğan"), "Sükrü Dogan") << code;
        EXPECT_EQ(in(code, "Zoë à Kampala"), "Zoe à Kampala") << code;
        EXPECT_EQ(in(code, "Ngũgĩ"), "Ngugi") << code;
        EXPECT_EQ(in(code, "N’Djamena – “Est”…"), "N'Djamena - \"Est\"...") << code;
        EXPECT_EQ(in(code, "`"), "'") << code;
        EXPECT_EQ(in(code, "Møller Ñame"), "Møller Ñame") << code;
    }
    EXPECT_EQ(in("fr", "Bœuf à Gênes, Żywiec"), "Boeuf à Genes, Zywiec");
}

TEST(transliterator, says_something_for_everything) {
    EXPECT_EQ(in("en", "\xf0\x9f\x99\x82"), "?");
    EXPECT_EQ(in("en", "a\xff z"), "a? z");
    EXPECT_EQ(in("en", "\u200e+254\u200f"), "+254");
    EXPECT_EQ(in("en", "e\u0301"), "e");
    EXPECT_EQ(in("en", "北京 Москва"), "bei jing Moskva");
    EXPECT_EQ(in("en", ""), "");
}

TEST(transliterator, says_which_rules_are_broken) {
    const auto broken = transliterator::make({{"xx.yaml", "a > b > c ;", {}}});
    ASSERT_FALSE(broken);
    EXPECT_TRUE(broken.error().starts_with("xx.yaml: latin: the rules break")) << broken.error();
    const auto beyond = transliterator::make({{"xx.yaml", "", {{"ب", "ḅ"}}}});
    ASSERT_FALSE(beyond);
    EXPECT_EQ(beyond.error(), "xx.yaml: latin: ḅ is not all Latin letters");
}

TEST(words_in_latin, are_of_the_gsm_alphabet_in_every_text) {
    const values none;
    for (language_index language = 0; language < words().languages().size(); ++language)
        for (text_id text = 0; text < words().size(); ++text) {
            const std::string shown = words().format(text, words().in_latin(language), none);
            EXPECT_TRUE(transliterator::is_plain(shown)) << words().key_of(text) << ": " << shown;
        }
}

TEST(words_in_latin, read_as_the_language_is_spoken) {
    const auto text = [](std::string_view code, std::string_view key) {
        return words().format(*words().find(key), words().in_latin(*words().find_language(code)), {});
    };
    EXPECT_EQ(text("ar", "pin.ask"), "ar-raja kitabat ar-raqm as-sirri");
    EXPECT_EQ(text("ar", "common.back"), "0 ruju'");
    EXPECT_EQ(text("am", "settings.language"), "kwankwa");
    EXPECT_EQ(text("am", "topic.cash_title"), "genzeb");
    EXPECT_EQ(text("en", "pin.ask"), words().format(*words().find("pin.ask"), 0, {}));
    const auto arabic = *words().find_language("ar");
    EXPECT_EQ(words().in_latin(words().in_latin(arabic)), words().in_latin(arabic));
    EXPECT_EQ(words().format(*words().find("who.person"), words().in_latin(arabic), {{"number", std::int64_t{2}}}),
              "shakhs 2");
}

// Arabic writes no short vowels: a word that is not in the list is read letter by letter.
TEST(words_in_latin, nearly_every_arabic_word_of_ours_is_in_the_list) {
    const auto file = YAML::LoadFile(MLANGO_SOURCE_DIR "/templates/texts/ar.yaml");
    std::set<std::string> listed, used, missing;
    for (const auto& word : file["latin"]["words"]) listed.insert(word.first.as<std::string>());
    for (const auto& text : file["texts"]) {
        const auto pattern = (text.second.IsMap() ? text.second["text"] : text.second).as<std::string>();
        std::string word;
        for (std::size_t i = 0; i <= pattern.size(); ++i) {
            const auto byte = i < pattern.size() ? static_cast<unsigned char>(pattern[i]) : 0U;
            const auto next = i + 1 < pattern.size() ? static_cast<unsigned char>(pattern[i + 1]) : 0U;
            const bool letter = (byte == 0xd8 && next >= 0xa0 && next != 0xbf) || byte == 0xd9;
            if (letter) {
                word += pattern[i];
                word += pattern[++i];
            } else if (!word.empty()) {
                used.insert(std::exchange(word, {}));
            }
        }
    }
    ASSERT_GT(used.size(), 200U);
    std::string all;
    for (const auto& word : used)
        if (!listed.contains(word)) {
            missing.insert(word);
            all += word + " ";
        }
    EXPECT_LT(missing.size() * 20, used.size()) << "not in ar.yaml's latin words: " << all;
}

TEST(language_choice, shows_each_language_in_its_own_letters_or_in_latin_ones) {
    const text_id row = *words().find("language.row");
    std::string own, latin;
    for (const auto& language : words().languages()) {
        words().append(own, row, 0, {{"name", language.own_name}});
        words().append(latin, row, words().in_latin(0), {{"name", language.own_name}});
        own += ' ';
        latin += ' ';
    }
    EXPECT_EQ(own, "English Kiswahili Français العربية አማርኛ Soomaali ");
    EXPECT_EQ(latin, "English Kiswahili Francais Arabi Amarigna Soomaali ");
}

}  // namespace
}  // namespace mlango::templates
