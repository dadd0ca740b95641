#include <gtest/gtest.h>

#include <algorithm>

#include "templates/edition.hpp"
#include "tests/support/folder_of_files.hpp"

namespace mlango::templates {
namespace {

constexpr std::string_view good = R"(menu: main
screens:
  entry:
    do: identify
    on: { home: home, stranger: stranger }
  pin:
    text: ask
    input: { field: pin, kind: pin, min: 4, max: 6, invalid: bad, to: checked }
  checked:
    do: check
    on: { again: pin }
  pin_none: { text: none }
  sorry: { text: sorry }
  stranger:
    root: true
    text: hello
    options:
      - { key: 1, text: yes, to: home }
  home:
    root: true
    text: hello
    options:
      - { key: 1, text: yes, to: list }
      - { key: 22, text: no, to: back, when: can_go, subject: soap }
      - { key: 3, text: no, to: home }
  list:
    guard: fresh_pin
    load: all_of_it
    on: { gone: home }
    text: hello
    rows: { text: row, to: list, empty: none }
    options:
      - { key: 8, text: yes, to: bye }
  bye: { text: bye, end: true, result: true }
)";

sources texts() {
    return {{"en.yaml",
             "language: { code: en, own_name: English, locale: en }\n"
             "texts: { ask: a, bad: b, none: n, sorry: s, hello: h, 'yes': y, 'no': n, row: r, bye: b }\n"}};
}

const catalogue& words() {
    static const catalogue loaded = std::move(catalogue::load(texts(), {"en"}).value());
    return loaded;
}

std::expected<menu, std::vector<std::string>> loaded(std::string_view content) {
    const test::folder_of_files folder;
    return menu::load(folder.write("main.yaml", content), words());
}

// The good menu with one part of it replaced.
std::string with(std::string_view from, std::string_view to) {
    std::string content(good);
    const auto at = content.find(from);
    if (at == std::string::npos) throw std::logic_error("the part to spoil is not there");
    return content.replace(at, from.size(), to);
}

TEST(menu, reads_every_field) {
    const auto read = loaded(good);
    ASSERT_TRUE(read) << read.error().front();
    EXPECT_EQ(read->screens().size(), 9U);
    EXPECT_EQ(read->at(read->entry()).name, "entry");
    EXPECT_EQ(read->at(read->root()).name, "home");  // though stranger stands first
    EXPECT_EQ(read->at(read->pin()).name, "pin");
    EXPECT_EQ(read->at(read->no_pin()).name, "pin_none");
    EXPECT_EQ(read->at(read->sorry()).name, "sorry");
    EXPECT_EQ(read->find("nowhere"), no_screen);
    EXPECT_EQ(read->handler_names(), (std::vector<std::string>{"all_of_it", "check", "identify"}));

    const screen& entry = read->at(read->entry());
    EXPECT_EQ(entry.act, "identify");
    EXPECT_EQ(entry.needs, guard::open);
    EXPECT_FALSE(entry.text);
    EXPECT_EQ(entry.outcome("stranger"), read->find("stranger"));
    EXPECT_EQ(entry.outcome("other"), no_screen);

    const screen& home = read->at(read->root());
    EXPECT_TRUE(home.root);
    ASSERT_EQ(home.options.size(), 3U);
    EXPECT_EQ(home.options[0].key, "1");
    EXPECT_EQ(home.options[0].text, words().find("yes"));
    EXPECT_EQ(home.options[0].to, read->find("list"));
    EXPECT_EQ(home.options[0].special, option::special_target::none);
    EXPECT_EQ(home.options[1].special, option::special_target::back);
    EXPECT_EQ(home.options[1].to, no_screen);
    EXPECT_EQ(home.options[1].when, "can_go");
    EXPECT_EQ(home.options[1].subject, "soap");
    EXPECT_EQ(home.options[2].special, option::special_target::home);

    const screen& list = read->at(read->find("list"));
    EXPECT_EQ(list.needs, guard::fresh_pin);
    EXPECT_EQ(list.load, "all_of_it");
    ASSERT_TRUE(list.rows);
    EXPECT_EQ(list.rows->text, words().find("row"));
    EXPECT_EQ(list.rows->to, read->find("list"));
    EXPECT_EQ(list.rows->empty, words().find("none"));

    const screen& pin = read->at(read->pin());
    ASSERT_TRUE(pin.input);
    EXPECT_EQ(pin.input->field, "pin");
    EXPECT_EQ(pin.input->kind, input_kind::pin);
    EXPECT_EQ(pin.input->min, 4);
    EXPECT_EQ(pin.input->max, 6);
    EXPECT_EQ(pin.input->invalid, words().find("bad"));
    EXPECT_EQ(pin.input->to, read->find("checked"));

    const screen& bye = read->at(read->find("bye"));
    EXPECT_TRUE(bye.end);
    EXPECT_TRUE(bye.result);
    EXPECT_FALSE(bye.root);
}

TEST(edition, the_version_is_that_of_the_content) {
    const edition_sources from{.menu = {{"main.yaml", std::string(good)}}, .texts = texts(), .languages = {"en"}};
    edition_sources other = from;
    other.menu.front().content += "# a remark\n";
    const auto one = edition::load(from), same = edition::load(from), changed = edition::load(other);
    ASSERT_TRUE(one && same && changed);
    EXPECT_EQ((*one)->version, (*same)->version);
    EXPECT_NE((*one)->version, (*changed)->version);
    EXPECT_GE((*one)->version, 0x80000000U);
    EXPECT_EQ((*edition::load(from, 7))->version, 7U);
}

TEST(menu, reads_several_files_as_one) {
    const std::string all(good);
    const auto cut = all.find("  list:");
    const auto read = menu::load({{"a.yaml", all.substr(0, cut)}, {"b.yaml", "screens:\n" + all.substr(cut)}}, words());
    ASSERT_TRUE(read) << read.error().front();
    EXPECT_EQ(read->screens().size(), 9U);
    const auto spoilt =
        menu::load({{"a.yaml", all.substr(0, cut)}, {"b.yaml", "screens:\n  entry: { text: hello }\n"}}, words());
    ASSERT_FALSE(spoilt);
    EXPECT_NE(std::ranges::find(spoilt.error(), "b.yaml: entry: stands twice"), spoilt.error().end());
    EXPECT_NE(std::ranges::find(spoilt.error(), "a.yaml: home.options.1: unknown target list"), spoilt.error().end());
}

TEST(menu, reads_how_a_dropped_session_goes_on) {
    const auto read = loaded(with("guard: fresh_pin\n", "guard: fresh_pin\n    resume: home\n"));
    ASSERT_TRUE(read) << read.error().front();
    EXPECT_EQ(read->at(read->find("list")).resume, resume_rule::screen);
    EXPECT_EQ(read->at(read->find("list")).resume_at, read->find("home"));
    EXPECT_EQ(read->at(read->find("bye")).resume, resume_rule::unstated);
    EXPECT_EQ(loaded(with("text: bye,", "text: bye, resume: here,"))->at(8).resume, resume_rule::here);
    EXPECT_FALSE(loaded(with("text: bye,", "text: bye, resume: nowhere,")));
}

TEST(menu, names_each_fault) {
    struct row {
        std::string content;
        std::string_view fault;
    };
    const row rows[] = {
        {"screens: {", "main.yaml: yaml-cpp: error at line"},
        {"- a", "main.yaml: holds no map"},
        {"menu: main", "main.yaml: holds no screens"},
        {"screens: { a: \"\xff\" }", "main.yaml: is not UTF-8"},
        {with("menu: main", "menus: main"), "main.yaml: unknown field menus"},
        {with("  bye: {", "  By-e: {"), "main.yaml: By-e: a name is small letters"},
        {with("  bye: {", "  sorry: { text: sorry }\n  bye: {"), "main.yaml: sorry: stands twice"},
        {with("  bye: { text: bye, end: true, result: true }", "  bye: 7"), "main.yaml: bye: is no map"},
        {with("text: bye,", "txt: bye,"), "main.yaml: bye: unknown field txt"},
        {with("text: bye,", "text: bye, text: bye,"), "main.yaml: bye: field text stands twice"},
        {with("text: bye,", "text: by,"), "main.yaml: bye: unknown text by"},
        {with("text: bye,", "text: [],"), "main.yaml: bye: text is empty or no plain word"},
        {with("end: true", "end: maybe"), "main.yaml: bye: end is true or false"},
        {with("guard: fresh_pin", "guard: dog"), "main.yaml: list: unknown guard dog"},
        {with("do: identify", "do: Identify!"), "main.yaml: entry: do: no name: Identify!"},
        {with("{ home: home, str", "{ home: hme, str"), "main.yaml: entry.on.home: unknown target hme"},
        {with("{ home: home, str", "{ stranger: home, str"), "main.yaml: entry: outcome stranger stands twice"},
        {with("to: list }", "to: lst }"), "main.yaml: home.options.1: unknown target lst"},
        {with("text: yes, to: list", "text: yeah, to: list"), "main.yaml: home.options.1: unknown text yeah"},
        {with("text: yes, to: list", "to: list"), "main.yaml: home.options.1: text is missing"},
        {with("text: yes, to: list", "text: yes, too: list"), "main.yaml: home.options.1: unknown field too"},
        {with("text: yes, to: list", "text: yes"), "main.yaml: home.options.1: leads nowhere: to is missing"},
        {with("key: 22", "key: 1"), "main.yaml: home.options.1: another option has this key"},
        {with("key: 22", "key: 1234"), "main.yaml: home.options.1234: a key is 1 to 3 digits"},
        {with("key: 22", "key: a"), "main.yaml: home.options.a: a key is 1 to 3 digits"},
        {with("key: 22", "key: 98"), "main.yaml: home.options.98: 0, 00 and 98 are back, home and more"},
        {with("key: 8", "key: 1"), "main.yaml: list.options.1: leaves no number to the rows"},
        {with("{ text: row,", "{"), "main.yaml: list.rows: text is missing"},
        {with("text: row, to: list", "text: row, to: lst"), "main.yaml: list.rows: unknown target lst"},
        {with("empty: none", "empty: nun"), "main.yaml: list.rows: unknown text nun"},
        {with("    load: all_of_it\n", ""), "main.yaml: list.rows: nothing loads them"},
        {with("field: pin, ", ""), "main.yaml: pin.input: field is missing"},
        {with("kind: pin", "kind: pine"), "main.yaml: pin.input: unknown kind pine"},
        {with("kind: pin", "kind: text"), "main.yaml: pin: does not ask a PIN"},
        {with("min: 4", "min: 7"), "main.yaml: pin.input: no length is allowed"},
        {with("min: 4", "min: -4"), "main.yaml: pin.input: min is no number"},
        {with("invalid: bad, ", ""), "main.yaml: pin.input: invalid is missing"},
        {with("to: checked }", "to: chequed }"), "main.yaml: pin.input: unknown target chequed"},
        {with("{ text: sorry }", "{ guard: open }"), "main.yaml: sorry: has neither text nor do"},
        {with("{ text: sorry }", "{ text: sorry, do: x, on: { a: home } }"), "main.yaml: sorry: has both text and do"},
        {with("do: identify", "do: identify\n    load: x"), "main.yaml: entry: a step that acts shows nothing"},
        {with("    on: { again: pin }\n", ""), "main.yaml: checked: no way on: do without an outcome"},
        {with("{ text: sorry }", "{ text: sorry, on: { a: home } }"),
         "main.yaml: sorry: outcomes, but neither load nor do"},
        {with("end: true", "end: true, options: [{ key: 1, text: yes, to: home }]"),
         "main.yaml: bye: ends the session and yet asks"},
        {with("end: true", "options: 3"), "main.yaml: bye: options are no list"},
        {with("    text: ask\n", "    text: ask\n    options: [{ key: 12, text: yes, to: home }]\n"),
         "main.yaml: pin: an answer cannot be both typed words and a choice"},
        {with("    options:\n      - { key: 1, text: yes, to: home }\n", ""),
         "main.yaml: stranger: no way on, and a root has no way back"},
        {with("    options:\n      - { key: 8, text: yes, to: bye }\n", ""), "main.yaml: bye: nothing leads here"},
        {with("  entry:\n", "  begin:\n"), "main.yaml: the screen entry is missing"},
        {with("  pin:\n", "  pins:\n"), "main.yaml: the screen pin is missing"},
        {with("  pin_none:", "  pin_not:"), "main.yaml: the screen pin_none is missing"},
        {with("  sorry:", "  sad:"), "main.yaml: the screen sorry is missing"},
        {"screens: { entry: { text: ask } }", "main.yaml: no screen is root"},
    };
    for (const row& r : rows) {
        const auto read = loaded(r.content);
        ASSERT_FALSE(read) << r.fault;
        std::string faults;
        for (const std::string& fault : read.error()) faults += fault + "\n";
        EXPECT_NE(faults.find(r.fault), std::string::npos) << "expected " << r.fault << "\nfound:\n" << faults;
    }
}

TEST(menu, a_pin_is_told_from_a_line_of_one_digit) {
    EXPECT_TRUE(loaded(with("    text: ask\n", "    text: ask\n    options: [{ key: 1, text: yes, to: home }]\n")));
}

TEST(menu, tells_all_faults_at_once) {
    const auto read = loaded("screens: { entry: { do: a }, x: { text: nope } }");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().size(), 7U);  // no outcome, unknown text, nothing leads, pin, pin_none, sorry, root
}

TEST(menu, a_file_that_is_not_there_is_a_fault) {
    const auto read = menu::load("/nowhere/main.yaml", words());
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().front(), "main.yaml: cannot be read");
}

}  // namespace
}  // namespace mlango::templates
