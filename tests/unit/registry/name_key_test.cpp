#include "registry/staff/name_key.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "registry/population/names.hpp"
#include "registry/staff/name_letters.hpp"

namespace mlango::registry {
namespace {

bool finds(std::string_view typed, std::string_view given, std::string_view family = {}) {
    const name_key key = name_key_of(given, family);
    const sought_name sought = sought_name_of(typed);
    return !sought.words.empty() && std::ranges::all_of(sought.words, [&](const auto& keys) {
        return std::ranges::any_of(keys,
                                   [&](const std::string& one) { return std::ranges::binary_search(key.sounds, one); });
    });
}

struct spelling {
    std::string_view typed, given, family;
};

TEST(name_key, a_name_is_found_in_every_spelling_and_script) {
    for (const spelling& one : std::initializer_list<spelling>{
             // Latin among themselves: English, French, Somali, Swahili, Sudanese, Turkish.
             {"mohamed", "Muhammad", ""},
             {"Maxamed", "Mohammed", ""},
             {"mouhamadou", "Mohamadu", ""},
             {"Yusuf", "Youssouf", ""},
             {"Joseph", "Yusuf", ""},
             {"Yousif", "Joseph", ""},
             {"Cabdi", "Abdi", ""},
             {"abdi", "Cabdi", ""},
             {"Axmed", "Ahmed", ""},
             {"Cali", "Ali", ""},
             {"Caasha", "Aisha", ""},
             {"Aicha", "Aïsha", ""},
             {"Sheikh", "Cheikh", ""},
             {"Rashid", "Rachid", ""},
             {"Zeynab", "Saynab", ""},
             {"Sahra", "Zahra", ""},
             {"Jamal", "Gamal", ""},
             {"Djibril", "Jibril", ""},
             {"Gasim", "Qasim", ""},
             {"Yagoub", "Yaqub", ""},
             {"Uthman", "Osman", ""},
             {"Othman", "Usman", ""},
             {"Ramazan", "Ramadhan", ""},
             {"Nadhir", "Nazir", ""},
             {"Halid", "Khalid", ""},
             {"Kalid", "Khalid", ""},
             {"Sara", "Sarah", ""},
             {"Fatimah", "Fatma", ""},
             {"Abdulahi", "Abdullah", ""},
             {"Abdalla", "Abdullahi", ""},
             {"Abdirahman", "Abdulrahman", ""},
             {"Abderrahmane", "Abdel Rahman", ""},
             {"Abdul Rahman", "Abdurahman", ""},
             {"Elsadig", "Al-Sadiq", ""},
             {"Sadiq", "Elsadig", ""},
             {"Al Ahmad", "Al-Ahmad", ""},
             {"Ahmad", "Rami", "Al-Ahmad"},
             {"Wattara", "Ouattara", ""},
             {"Mikael", "Michael", ""},
             {"Ghebremedhin", "Gebre Medhin", ""},
             {"Gebre Medhin", "Gebremedhin", ""},
             {"haile selassie", "Hailé", "Sellassie"},
             {"Şükran", "Shukran", ""},
             {"N’Guessan", "Nguessan", ""},
             {"Zoë", "ZOE", ""},
             // Arabic.
             {"محمد", "Mohamed", ""},
             {"Maxamed", "محمد", ""},
             {"محمد أحمد", "Mohammed", "Ahmad"},
             {"مُحَمَّد", "محمد", ""},
             {"أحمد", "احمد", ""},
             {"فاطمة", "Fatma", ""},
             {"فاطمه", "فاطمة", ""},
             {"عبد الرحمن", "Abdulrahman", ""},
             {"عبدالرحمن", "Abdirahman", ""},
             {"Abdullahi", "عبد الله", ""},
             {"عبد العزيز", "Abdelaziz", ""},
             {"عبد اللطيف", "Abdilatif", ""},
             {"يوسف", "Joseph", ""},
             {"عثمان", "Osman", ""},
             {"عثمان", "Uthman", ""},
             {"يعقوب", "Yagoub", ""},
             {"الصديق", "Elsadig", ""},
             {"الياس", "Elias", ""},
             {"عمر", "Omar", ""},
             {"Umar", "عمر", ""},
             {"إبراهيم", "Ibrahim", ""},
             {"حسين", "Hussein", ""},
             {"خالد", "Khaled", ""},
             {"خالد", "Halid", ""},
             {"رمضان", "Ramazan", ""},
             {"جمال", "Gamal", ""},
             {"حياة", "Hayat", ""},
             {"داود", "Daoud", ""},
             {"زينب", "Saynab", ""},
             {"ﻣﺤﻤﺪ", "محمد", ""},
             {"گل", "Gul", ""},
             {"پروین", "Parvin", ""},
             // Ethiopic.
             {"ትዕግስት", "Tigist", ""},
             {"Tigist", "ትዕግስት", ""},
             {"አበበ", "Abebe", ""},
             {"አልማዝ", "Almaz", ""},
             {"ዳዊት", "Dawit", ""},
             {"ብሩክ", "Biruk", ""},
             {"ኃይሌ", "Haile", ""},
             {"ፀሐይ", "Tsehay", ""},
             {"ጌታቸው", "Getachew", ""},
             {"ተስፋዬ", "Tesfaye", ""},
             {"ገብረ መድኅን", "Ghebremedhin", ""},
             {"ዮሐንስ", "Johannes", ""},
             {"መሐመድ", "محمد", ""},
             {"ሥላሴ", "ስላሴ", ""},
             // Cyrillic, and a script without a table.
             {"Олександр", "Oleksandr", ""},
             {"Мохаммед", "محمد", ""},
             {"အောင်", "အောင်", ""},
         })
        EXPECT_TRUE(finds(one.typed, one.given, one.family))
            << one.typed << " → " << sought_name_of(one.typed).spelled << ", " << one.given << " " << one.family
            << " → " << name_key_of(one.given, one.family).spelled;
}

TEST(name_key, other_names_are_not_found) {
    for (const spelling& one : std::initializer_list<spelling>{{"Mohamed", "Hamid", "Salah"},
                                                               {"Ahmed", "Hamdi", ""},
                                                               {"Tigist", "Tsehay", ""},
                                                               {"Ali", "Omar", ""},
                                                               {"Fatima", "Halima", ""},
                                                               {"محمد", "Omar", ""},
                                                               {"Mohamed Ali", "Mohamed", "Omar"},
                                                               {"Dawit", "ብሩክ", ""}})
        EXPECT_FALSE(finds(one.typed, one.given, one.family)) << one.typed << " found " << one.given;
}

TEST(name_key, what_is_spelled_is_plain) {
    EXPECT_EQ(name_key_of("Abdel-Rahman", "Al-Ḥusaynī").spelled, "abdel rahman husayni");
    EXPECT_EQ(name_key_of("ትዕግስት", "").spelled, "tgst");
    EXPECT_EQ(name_key_of("محمد", "الصديق").spelled, "mhmd sdyq");
    EXPECT_EQ(name_key_of("Al", "").spelled, "al");
    EXPECT_EQ(sounds_of("mohammed"), (std::vector<std::string>{"mhmd"}));
    EXPECT_EQ(sounds_of("jusuf"), (std::vector<std::string>{"gsf", "jsf", "ysf"}));
    EXPECT_EQ(sounds_of("qadir"), (std::vector<std::string>{"gdr", "kdr"}));
    EXPECT_EQ(sounds_of("aia"), (std::vector<std::string>{"a"}));
}

TEST(name_key, every_name_of_the_population_finds_itself) {
    for (const auto& book : population::name_books())
        for (const auto& list : {book.women, book.men, book.second})
            for (const std::string_view name : list) EXPECT_TRUE(finds(name, "Anna", name)) << name;
}

// Keys are found by their equality and go into an index: bounded and in plain characters whatever comes in.
TEST(name_key, whatever_is_typed_stays_in_bounds) {
    std::mt19937 random(7);
    const std::vector<std::string> pieces = {"a",
                                             "j",
                                             "q",
                                             "c",
                                             "x",
                                             "th",
                                             "kh",
                                             "dh",
                                             "ة",
                                             "ق",
                                             "ጸ",
                                             "-",
                                             " ",
                                             "'",
                                             "\xff",
                                             "\xe1\x88",
                                             "\xf4\x90\x80\x80",
                                             "\xed\xa0\x80",
                                             "😀",
                                             "မ",
                                             "1",
                                             "\"",
                                             "\\",
                                             "{",
                                             ","};
    for (int round = 0; round < 3'000; ++round) {
        std::string text;
        for (int i = 0; i < 40; ++i) text += pieces[random() % pieces.size()];
        const name_key key = name_key_of(text, text);
        EXPECT_LE(key.sounds.size(), 400u);
        for (const std::string& one : key.sounds) {
            EXPECT_FALSE(one.empty());
            EXPECT_LE(one.size(), 72u);
            EXPECT_EQ(one.find_first_of("\"\\{},' "), std::string::npos) << one;
        }
        EXPECT_LE(sought_name_of(text).words.size(), 5u);
    }
    EXPECT_TRUE(sought_name_of("").words.empty());
    EXPECT_TRUE(sought_name_of("123 -- 4").words.empty());
    EXPECT_TRUE(sought_name_of("😀").words.size() <= 1);
}

}  // namespace
}  // namespace mlango::registry
