// A translator's table: out as CSV, back into the language's file, every fault with its row.
#include "templates/text_table.hpp"

#include <gtest/gtest.h>

#include "templates/catalogue.hpp"

namespace mlango::templates {
namespace {

const sources& two() {
    static const sources made{{"en.yaml", R"(# Comment
language: { code: en, own_name: English, locale: en, reviewed: true }

texts:
  a.ask: { text: "Type, please", note: "A \"quoted\" note; short", room: 20 }
  a.none: { text: "" }

  b.row: { text: "{name}: {state, select, ready {ready} other {coming}}\n{n, plural, one {# day} other {# days}}" }
  b.new: New
)"},
                              {"xx.yaml", R"(# Kept, word for word.
language: { code: xx, own_name: Xx, locale: sw, reviewed: true }  # by Asha

latin: { words: {} }
texts:
  b.row: "{name} {state, select, ready {tayari} other {bado}}\n{n, plural, one {siku #} other {siku #}}"
  a.ask: "Andika \u200E*1#"
)"}};
    return made;
}

std::string exported() {
    const auto out = export_table(
        two(), "en", "xx", [](std::string_view key) { return text_extent{.characters = key.size(), .segments = 1}; });
    return out ? *out : "";
}

std::string first_fault(std::string_view csv) {
    const auto made = import_table(two(), "en", "xx", csv);
    return made ? "none" : made.error().front();
}

TEST(text_table, holds_what_a_translator_needs) {
    EXPECT_EQ(
        exported(),
        "\xef\xbb\xbfkey,English,note,room,xx,longest,segments\r\n"
        "a.ask,\"Type, please\",\"A \"\"quoted\"\" note; short\",20,Andika \u200e*1#,5,1\r\n"
        "a.none,,,,,,\r\n"
        "b.row,\"{name}: {state, select, ready {ready} other {coming}}\n{n, plural, one {# day} other {# days}}\","
        ",,\"{name} {state, select, ready {tayari} other {bado}}\n{n, plural, one {siku #} other {siku #}}\",5,1"
        "\r\n"
        "b.new,New,,,,,\r\n");
}

TEST(text_table, comes_back_in_the_order_of_the_fallback_and_keeps_the_head) {
    const auto made = import_table(two(), "en", "xx", exported());
    ASSERT_TRUE(made) << made.error().front();
    EXPECT_EQ(made->file, R"(# Kept, word for word.
language: { code: xx, own_name: Xx, locale: sw, reviewed: true }  # by Asha

latin: { words: {} }
texts:
  a.ask: "Andika \u200E*1#"
  a.none: ""

  b.row: "{name} {state, select, ready {tayari} other {bado}}\n{n, plural, one {siku #} other {siku #}}"
)");
    EXPECT_EQ(made->changed, 1U);  // a.none was not in the file
    EXPECT_EQ(made->untranslated, std::vector<std::string>{"b.new"});
    const auto again = import_table({two()[0], {"xx.yaml", made->file}}, "en", "xx", exported());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->file, made->file);
    EXPECT_EQ(again->changed, 0U);
}

TEST(text_table, takes_what_spreadsheets_write) {
    for (const std::string_view csv : {
             "key,xx\r\nb.new,\"Mpya \"\"x\"\"\"\r\n",
             "\xef\xbb\xbfkey;note;xx\nb.new;a, b;Mpya \"x\"\n;;\n",
             "xx\tkey\nMpya \"x\"\tb.new",
         }) {
        const auto made = import_table(two(), "en", "xx", csv);
        ASSERT_TRUE(made) << csv << made.error().front();
        EXPECT_NE(made->file.find("  b.new: \"Mpya \\\"x\\\"\"\n"), std::string::npos) << made->file;
        EXPECT_NE(made->file.find("  a.ask: \"Andika \\u200E*1#\"\n"), std::string::npos) << made->file;
        EXPECT_EQ(made->untranslated, std::vector<std::string>{"a.none"});
    }
    const auto lines = import_table(two(), "en", "xx", "key,xx\nb.new,\"Moja\r\nmbili\"\n");
    ASSERT_TRUE(lines);
    EXPECT_NE(lines->file.find("  b.new: \"Moja\\nmbili\"\n"), std::string::npos);
    const auto cleared = import_table(two(), "en", "xx", "key,xx\na.ask,\n");
    ASSERT_TRUE(cleared);
    EXPECT_EQ(cleared->file.find("a.ask"), std::string::npos);
}

TEST(text_table, names_every_fault_with_its_row) {
    EXPECT_EQ(first_fault("key,xx\nc.other,x\n"), "row 2: there is no text c.other");
    EXPECT_EQ(first_fault("key,xx\nb.new,x\n\nb.new,y\n"), "row 4: b.new stands in row 2 already");
    EXPECT_EQ(first_fault("key,yy\nb.new,x\n"), "row 1: no column is named xx");
    EXPECT_EQ(first_fault("xx\nx\n"), "row 1: no column is named key");
    EXPECT_EQ(first_fault("key,xx\nb.new\n"), "row 2: it has 1 cells instead of 2");
    EXPECT_EQ(first_fault("key,xx\nb.new,\"x\n"), "a quotation mark is never closed");
    EXPECT_EQ(first_fault("key,xx\nb.new,\xe9\n"), "the table is not UTF-8: save it as \"CSV UTF-8\"");
    EXPECT_EQ(first_fault(""), "the table is empty");
    EXPECT_EQ(first_fault("key,xx\nb.new,{x}\n"), "row 2: b.new: the fallback's text has no argument x");
    EXPECT_TRUE(first_fault("key,xx\na.ask,x\nb.new,{x\n").starts_with("row 3: b.new: the pattern breaks"));
    EXPECT_EQ(first_fault("key,xx\nb.row,\"{name} {state, select, ready {a} other {b}}\"\n"),
              "row 2: b.row: {n} is missing");
    EXPECT_EQ(first_fault("key,xx\nb.row,\"{name} {state, select, tayari {a} other {b}} {n, plural, other {#}}\"\n"),
              "row 2: b.row: there is no case tayari (the names of cases are not translated)");
    const auto both = import_table(two(), "en", "xx", "key,xx\nc.x,1\nc.y,2\n");
    ASSERT_FALSE(both);
    EXPECT_EQ(both.error().size(), 2U);
}

TEST(text_table, says_which_file_is_missing) {
    const auto nothing = [](std::string_view) { return text_extent{}; };
    EXPECT_EQ(export_table(two(), "en", "yy", nothing).error().front(), "there is no yy.yaml");
    EXPECT_EQ(export_table(two(), "en", "en", nothing).error().front(), "en is what others are translated from");
    EXPECT_EQ(import_table({two()[1]}, "en", "xx", "").error().front(), "there is no en.yaml");
}

// The real files: out, back, and nothing was lost.
TEST(text_table, the_real_languages_come_back_as_they_were) {
    const auto from = read_sources(std::filesystem::path(MLANGO_SOURCE_DIR) / "templates" / "texts");
    ASSERT_TRUE(from);
    for (const std::string_view code : {"sw", "fr", "ar", "am", "so"}) {
        const auto out = export_table(*from, "en", code, [](std::string_view) { return text_extent{}; });
        ASSERT_TRUE(out) << code;
        const auto back = import_table(*from, "en", code, *out);
        ASSERT_TRUE(back) << code << ' ' << back.error().front();
        EXPECT_EQ(back->changed, 0U) << code;
        const std::string name = std::string(code) + ".yaml";
        sources again{from->at(0).name == name ? from->at(1) : from->at(0), {name, back->file}};
        for (const auto& one : *from)
            if (one.name == "en.yaml") again[0] = one;
        const auto before = catalogue::load(*from, {"en", std::string(code)});
        const auto after = catalogue::load(again, {"en", std::string(code)});
        ASSERT_TRUE(before && after) << code;
        for (text_id text = 0; text < before->size(); ++text)
            EXPECT_EQ(before->format(text, 1, {}), after->format(*after->find(before->key_of(text)), 1, {})) << code;
        EXPECT_EQ(after->languages()[1].reviewed, before->languages()[1].reviewed);
    }
}

}  // namespace
}  // namespace mlango::templates
