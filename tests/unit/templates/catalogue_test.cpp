#include <gtest/gtest.h>

#include <algorithm>

#include "templates/catalogue.hpp"
#include "tests/support/folder_of_files.hpp"

namespace mlango::templates {
namespace {

constexpr std::string_view english = R"(
language: { code: en, own_name: English, locale: en, reviewed: true }
texts:
  greet: { text: "Hello {name}", note: "name: hers", room: 20 }
  bye: "Bye"
)";
constexpr std::string_view arabic = R"(
language: { code: ar, own_name: العربية, locale: ar }
texts:
  greet: "أهلا {name}"
)";

// All faults in one string, a line each; empty where the folder loads.
std::string faults_of(std::string_view en, std::string_view ar = arabic) {
    const test::folder_of_files folder;
    folder.write("en.yaml", en);
    if (!ar.empty()) folder.write("ar.yaml", ar);
    const auto loaded = catalogue::load(folder.path());
    if (loaded) return "";
    std::string all;
    for (const std::string& fault : loaded.error()) all += fault + "\n";
    return all;
}

TEST(catalogue, speaks_every_language_and_falls_back) {
    const test::folder_of_files folder;
    folder.write("en.yaml", english);
    folder.write("ar.yaml", arabic);
    folder.write("notes.txt", "not a language");
    const auto words = catalogue::load(folder.path());
    ASSERT_TRUE(words) << words.error().front();
    ASSERT_EQ(words->languages().size(), 2U);
    EXPECT_EQ(words->languages()[0].code, "en");
    EXPECT_TRUE(words->languages()[0].reviewed);
    EXPECT_FALSE(words->languages()[0].right_to_left);
    EXPECT_EQ(words->languages()[1].own_name, "العربية");
    EXPECT_TRUE(words->languages()[1].right_to_left);
    EXPECT_FALSE(words->languages()[1].reviewed);
    EXPECT_EQ(words->find_language("ar"), language_index{1});
    EXPECT_EQ(words->find_language("xx"), std::nullopt);

    ASSERT_EQ(words->size(), 2U);
    const auto greet = words->find("greet"), bye = words->find("bye");
    ASSERT_TRUE(greet && bye);
    EXPECT_EQ(words->find("gree"), std::nullopt);
    EXPECT_EQ(words->key_of(*greet), "greet");
    EXPECT_EQ(words->key_of(99), "");
    const values her{{"name", std::string("Amina")}};
    EXPECT_EQ(words->format(*greet, 0, her), "Hello Amina");
    EXPECT_EQ(words->format(*greet, 1, her), "أهلا Amina");
    EXPECT_EQ(words->format(*bye, 1, her), "Bye");
    EXPECT_EQ(words->format(*greet, 9, her), "Hello Amina");
    EXPECT_EQ(words->format(99, 0, her), "");
    std::string screen = "> ";
    words->append(screen, *bye, 0, {});
    EXPECT_EQ(screen, "> Bye");
    EXPECT_TRUE(words->has(*greet, 1));
    EXPECT_FALSE(words->has(*bye, 1));
    EXPECT_FALSE(words->has(*bye, 9));
    EXPECT_EQ(words->arguments_of(*greet, 1), std::vector<std::string>{"name"});
    EXPECT_TRUE(words->arguments_of(*bye, 1).empty());
}

TEST(catalogue, languages_stand_in_the_order_given_then_by_code) {
    const test::folder_of_files folder;
    for (const std::string_view code : {"am", "so", "sw", "en"})
        folder.write(std::string(code) + ".yaml", "language: { code: " + std::string(code) + ", own_name: x, locale: " +
                                                      std::string(code) + " }\ntexts: { a: b }\n");
    const auto words = catalogue::load(folder.path(), {"en", "sw"});
    ASSERT_TRUE(words) << words.error().front();
    std::vector<std::string> codes;
    for (const auto& one : words->languages()) codes.push_back(one.code);
    EXPECT_EQ(codes, (std::vector<std::string>{"en", "sw", "am", "so"}));
}

TEST(catalogue, names_each_fault) {
    struct row {
        std::string_view what, en, ar, fault;
    };
    const std::string_view good_en = english;
    const row rows[] = {
        {"broken YAML", "language: { code: en", arabic, "en.yaml: yaml-cpp: error at line"},
        {"no map", "- a\n", arabic, "en.yaml: holds no map"},
        {"not UTF-8", "texts: { a: \"\xff\" }", arabic, "en.yaml: is not UTF-8"},
        {"unknown part", "language: { code: en, own_name: E, locale: en }\ntexts: { greet: \"{name}\" }\nmore: 1\n",
         arabic, "en.yaml: unknown field more"},
        {"no language", "texts: { greet: \"{name}\" }", arabic, "en.yaml: language: is missing or no map"},
        {"no texts", "language: { code: en, own_name: E, locale: en }", "", "en.yaml: texts: is missing or no map"},
        {"no locale", "language: { code: en, own_name: E }\ntexts: { greet: \"{name}\" }", arabic,
         "en.yaml: language: locale is missing"},
        {"bad locale", "language: { code: en, own_name: E, locale: \"!\" }\ntexts: { greet: \"{name}\" }", arabic,
         "en.yaml: language: no such locale: !"},
        {"unknown language field",
         "language: { code: en, own_name: E, locale: en, colour: red }\ntexts: { greet: \"{name}\" }", arabic,
         "en.yaml: language: unknown field colour"},
        {"other name", "language: { code: sw, own_name: E, locale: en }\ntexts: { greet: \"{name}\" }", arabic,
         "en.yaml: language: the code differs from the file's name"},
        {"broken pattern", good_en, "language: { code: ar, own_name: A, locale: ar }\ntexts: { greet: \"x {name\" }",
         "ar.yaml: greet: the pattern breaks after"},
        {"refused type", good_en, "language: { code: ar, own_name: A, locale: ar }\ntexts: { greet: \"{name, time}\" }",
         "ar.yaml: greet: name: time is not for our values"},
        {"foreign key", good_en, "language: { code: ar, own_name: A, locale: ar }\ntexts: { gruss: \"x\" }",
         "ar.yaml: gruss: the fallback language does not have it"},
        {"foreign argument", good_en, "language: { code: ar, own_name: A, locale: ar }\ntexts: { greet: \"{nom}\" }",
         "ar.yaml: greet: the fallback's text has no argument nom"},
        {"text twice", good_en, "language: { code: ar, own_name: A, locale: ar }\ntexts:\n  bye: a\n  bye: b\n",
         "ar.yaml: bye: stands twice"},
        {"no words", good_en, "language: { code: ar, own_name: A, locale: ar }\ntexts: { bye: { note: x } }",
         "ar.yaml: bye: has no text"},
        {"a list", good_en, "language: { code: ar, own_name: A, locale: ar }\ntexts: { bye: [a] }",
         "ar.yaml: bye: is neither words nor a map"},
        {"unknown text field", good_en,
         "language: { code: ar, own_name: A, locale: ar }\ntexts: { bye: { text: x, rom: 3 } }",
         "ar.yaml: bye: unknown field rom"},
        {"empty letter", good_en,
         "language: { code: ar, own_name: A, locale: ar, letters: { \"\": a } }\ntexts: { bye: x }",
         "ar.yaml: language: letters: nothing to replace"},
        {"reviewed is no flag", good_en,
         "language: { code: ar, own_name: A, locale: ar, reviewed: 7 }\ntexts: { bye: x }", "ar.yaml: "},
    };
    ASSERT_EQ(faults_of(english), "");
    for (const row& r : rows) {
        const std::string faults = faults_of(r.en, r.ar);
        EXPECT_NE(faults.find(r.fault), std::string::npos) << r.what << ":\n" << faults;
    }
}

TEST(catalogue, tells_all_faults_at_once) {
    const std::string faults =
        faults_of("language: { code: en, own_name: E, locale: en }\ntexts: { a: \"{\", b: \"{0}\" }",
                  "language: { code: ar, own_name: A, locale: ar }\ntexts: { c: x, a: \"{z\" }");
    for (const std::string_view part : {"en.yaml: a:", "en.yaml: b:", "ar.yaml: c:", "ar.yaml: a:"})
        EXPECT_NE(faults.find(part), std::string::npos) << part << "\n" << faults;
    EXPECT_EQ(std::ranges::count(faults, '\n'), 4) << faults;
}

TEST(catalogue, needs_its_fallback) {
    const test::folder_of_files folder;
    EXPECT_FALSE(catalogue::load(folder.path()));
    EXPECT_FALSE(catalogue::load(folder.path() / "nowhere"));
    folder.write("ar.yaml", arabic);
    const auto words = catalogue::load(folder.path());
    ASSERT_FALSE(words);
    EXPECT_NE(words.error().front().find("the fallback language en is missing"), std::string::npos);
    EXPECT_TRUE(catalogue::load(folder.path(), {"ar"}));
}

}  // namespace
}  // namespace mlango::templates
