// The proof over the real menu and the real words: every screen in every language, with values as long as the registry
// gives them, fits a phone page by page; every language is complete; every line keeps to its room; no word tells
// anybody who looks over her shoulder what this service is.
#include <gtest/gtest.h>
#include <yaml-cpp/yaml.h>

#include <fstream>
#include <sstream>

#include "gsm/text.hpp"
#include "templates/menu.hpp"
#include "tests/support/fit_pages.hpp"

namespace mlango::templates {
namespace {

using std::chrono::year;

const std::filesystem::path folder = std::filesystem::path(MLANGO_SOURCE_DIR) / "templates";

const catalogue& words() {
    static const catalogue loaded = [] {
        auto made = catalogue::load(folder / "texts");
        if (!made) throw std::invalid_argument(made.error().front());
        return std::move(*made);
    }();
    return loaded;
}

const menu& screens() {
    static const menu loaded = [] {
        auto made = menu::load(folder / "menus" / "main", words());
        if (!made) throw std::invalid_argument(made.error().front());
        return std::move(*made);
    }();
    return loaded;
}

std::string in(std::string_view code, std::string_view latin, std::string_view arabic) {
    return std::string(code == "ar" ? arabic : latin);
}

// What a language writes longest: values that the registry and the engine give, none shortened.
values long_values(std::string_view code) {
    return {
        {"programme", code == "fr" ? std::string("Articles ménagers") : in(code, "Household items", "لوازم منزلية")},
        {"kind", std::string("cash")},
        {"amount", money{12'850'000, "KES"}},
        {"day", year(2026) / 9 / 30},
        {"first", year(2026) / 9 / 29},
        {"last", year(2026) / 9 / 30},
        {"state", std::string("partial")},
        {"has_place", true},
        {"place", in(code, "Kalobeyei 1 Centre A", "كالوبيي 1 مركز أ")},
        {"has_last", true},
        {"has_hours", true},
        {"hours", std::string("08:00-16:00")},
        {"has_collector", true},
        {"collector", in(code, "Nyabenda Uwimana", "عبد الرحمن محمد")},
        {"has_order", true},
        {"order", std::string("387420489")},
        {"can_confirm", true},
        {"can_report", true},
        {"has_items", true},
        {"name", in(code, "Ndayishimiye", "عبد الرحمن")},
        {"quantity", std::string("64.8")},
        {"unit", std::string("pc")},
        {"born", std::string("1994")},
        {"card", std::string("***0011")},
        {"size", std::int64_t{14}},
        {"number", std::string("+254700000001")},
        {"old", std::string("...002")},
        {"here", true},
        {"answers", std::string("shared")},
        {"has_line", true},
        {"line", in(code, "Block 12, house 7, behind the big market", "قطاع 12، بيت 7، خلف السوق الكبير")},
        {"address",
         in(code, "Kakuma 1, Zone 3, block 12, house 7, behind the market", "كاكوما 1، منطقة 3، قطاع 12، بيت 7")},
        {"relation", std::string("MTH")},
        {"reference", std::string("7K2M")},
        {"code", std::string("*384*96#")},
        {"decided", year(2026) / 9 / 30},
        {"has_decided", true},
        {"reason", std::string("words")},
        {"words", in(code, "the paper of the hospital is not readable", "ورقة المستشفى غير واضحة")},
        {"may_cancel", true},
        {"report", std::string("birth")},
        {"who", in(code, "Ndayishimiye", "عبد الرحمن")},
        {"called", in(code, "Nyabenda Ndayishimiye", "عبد الرحمن محمد علي")},
        {"sex", std::string("F")},
        {"nickname", in(code, "Mama Ndayishimiye wa", "أم عبد الرحمن محمد")},
        {"has_nickname", true},
        {"has_letters", true},
        {"sms", std::string("day")},
        {"sms_on", true},
        {"sms_off", true},
        {"phones", std::int64_t{4}},
        {"items", std::int64_t{120}},
        {"asked", std::int64_t{40}},
        {"entries", std::int64_t{1'250}},
        {"office", in(code, "Democratic Republic", "جمهورية كينيا")},
    };
}

// The values of a select, so that each branch is tried; every other value stays long.
const std::vector<std::pair<std::string_view, std::vector<std::string>>>& choices() {
    static const std::vector<std::pair<std::string_view, std::vector<std::string>>> all{
        {"kind",
         {"cash", "in_kind", "voucher", "phone_add", "address", "link_number", "call_back", "problem", "birth",
          "departure", "birth_date", "data_delete", "data_object", "data_copy", "?"}},
        {"report", {"birth", "death", "marriage", "departure", "name", "birth_date"}},
        {"sex", {"F", "M"}},
        {"sms", {"off", "any", "day", "asked"}},
        {"reason", {"evidence_missing", "duplicate", "words", "none"}},
        {"state",
         {"available", "redeemed", "partial", "not_collected", "expired", "error", "pending", "applied", "closed",
          "rejected", "cancelled", "?"}},
        {"unit", {"kg", "l", "pc", "m", "kit", "?"}},
        {"answers", {"self", "household", "neighbour", "shared", "unknown"}},
        {"relation", {"PA", "HUS", "WIF", "SON", "DAU", "MTH", "FTH", "BRO", "SIS", "?"}},
    };
    return all;
}

// Lines are shown with shorter values than whole texts: a programme of one word beside an amount, a masked number.
values line_values(std::string_view code, std::string_view key) {
    values made = long_values(code);
    if (key == "assistance.row") {
        made.set("programme", in(code, "Food", "قسيمة"));
        made.set("amount", money{1'285'000, "KES"});
    }
    if (key == "phones.row" || key == "phone.body") made.set("number", std::string("...001"));
    if (key == "who.person_again") made.set("number", std::int64_t{2});
    if (key == "who.person" || key == "who.person_again") made.set("number", std::int64_t{12});
    if (key == "items.row") made.set("name", in(code, "Mosquito net", "دقيق ذرة"));
    return made;
}

using branch_visitor = std::function<void(const values&)>;
void for_each_branch(const values& from, const std::vector<std::string>& arguments, const branch_visitor& visit,
                     std::size_t at = 0) {
    if (at == choices().size()) return visit(from);
    const auto& [name, options] = choices()[at];
    if (std::ranges::find(arguments, name) == arguments.end()) return for_each_branch(from, arguments, visit, at + 1);
    values tried = from;
    for (const std::string& option : options) {
        tried.set(name, option);
        for_each_branch(tried, arguments, visit, at + 1);
    }
}

std::size_t characters(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

// Keys and rooms as en.yaml states them.
std::vector<std::pair<std::string, std::size_t>> rooms() {
    std::vector<std::pair<std::string, std::size_t>> found;
    for (const auto& entry : YAML::LoadFile((folder / "texts" / "en.yaml").string())["texts"])
        if (entry.second["room"])
            found.emplace_back(entry.first.as<std::string>(), entry.second["room"].as<std::size_t>());
    return found;
}

constexpr gsm::screen_size phone{};

sheet sheet_of(const screen& one, language_index language, bool rows) {
    const std::string_view code = words().languages()[language].code;
    const values held = long_values(code);
    const auto text = [&](std::string_view key) { return words().format(*words().find(key), language, held); };
    sheet made;
    if (one.rows && !rows && one.rows->empty)
        made.head = words().format(*one.rows->empty, language, held);
    else if (one.text)
        made.head = words().format(*one.text, language, held);
    if (one.rows && rows) {
        const values of_line = line_values(code, words().key_of(one.rows->text));
        for (int i = 0; i < 14; ++i) made.lines.push_back({"", words().format(one.rows->text, language, of_line)});
    }
    for (const option& o : one.options) {
        made.lines.push_back({o.key, words().format(o.text, language, held)});
        if (o.key.size() == 1) made.rows_a_page = std::min(made.rows_a_page, o.key[0] - '1');
    }
    if (!one.root) made.back = text("common.back");
    if (!one.root) made.home = text("common.home");
    made.more = text("common.more");
    return made;
}

TEST(words, every_language_is_complete_and_takes_the_same_arguments) {
    ASSERT_EQ(words().languages().size(), 6U);
    for (text_id text = 0; text < words().size(); ++text)
        for (language_index language = 1; language < words().languages().size(); ++language) {
            const std::string where = words().languages()[language].code + " " + std::string(words().key_of(text));
            EXPECT_TRUE(words().has(text, language)) << where;
            EXPECT_EQ(words().arguments_of(text, language), words().arguments_of(text, 0)) << where;
        }
}

TEST(words, every_argument_has_a_long_value_here) {
    const values held = long_values("en");
    for (text_id text = 0; text < words().size(); ++text)
        for (const std::string& name : words().arguments_of(text, 0))
            EXPECT_NE(held.find(name), nullptr) << words().key_of(text) << " " << name;
}

TEST(words, every_line_keeps_to_its_room) {
    const auto all = rooms();
    ASSERT_GT(all.size(), 80U);
    for (const auto& [key, room] : all) {
        const auto text = words().find(key);
        ASSERT_TRUE(text);
        for (language_index language = 0; language < words().languages().size(); ++language) {
            const std::string& code = words().languages()[language].code;
            for_each_branch(line_values(code, key), words().arguments_of(*text, language), [&](const values& held) {
                const std::string shown = words().format(*text, language, held);
                EXPECT_LE(characters(shown), room) << code << " " << key << ": " << shown;
            });
        }
    }
}

TEST(words, latin_texts_keep_a_screen_of_160) {
    for (language_index language = 0; language < words().languages().size(); ++language) {
        if (words().languages()[language].script != "Latn") continue;
        values held = long_values(words().languages()[language].code);
        for (text_id text = 0; text < words().size(); ++text)
            for (unsigned month = 1; month <= 12; ++month) {
                for (const std::string_view name : {"day", "first", "last"}) held.set(name, year(2026) / month / 28);
                const std::string shown = words().format(text, language, held);
                EXPECT_EQ(gsm::measure(shown).needs, gsm::alphabet::gsm7)
                    << words().languages()[language].code << " " << words().key_of(text) << ": " << shown;
            }
    }
}

// They end the session or go out as one SMS: there is no next page.
TEST(words, what_cannot_page_fits_at_once) {
    for (const std::string_view key : {"sorry.end", "late.sms", "sms.request", "sms.cancelled", "sms.problem",
                                       "sms.call", "sms.how", "sms.stopped", "sms.started"})
        for (language_index language = 0; language < words().languages().size(); ++language) {
            const std::string& code = words().languages()[language].code;
            const std::string shown = words().format(*words().find(key), language, long_values(code));
            EXPECT_TRUE(phone.fits(shown)) << code << " " << key << ": " << shown;
        }
}

TEST(words, nothing_tells_what_the_service_is) {
    const std::string_view forbidden[] = {
        "refugee",  "asylum",     "unhcr",        "wfp",      "unicef",    "displaced",  "stateless",
        "persecut", "beneficiar", "vulnerab",     "réfugi",   "refugi",    "asile",      "hcr",
        "déplacé",  "apatride",   "bénéficiaire", "mkimbizi", "wakimbizi", "kimbizi",    "hifadhi ya kisiasa",
        "mnufaika", "ስደተኛ",       "ጥገኝነት",        "ተፈናቃይ",    "qaxooti",   "magangelyo", "barakac",
        "لاجئ",     "لجوء",       "لاجئين",       "اللاجئ",   "نازح",      "المفوضية",   "مستفيد",
    };
    for (const auto& one : words().languages()) {
        std::ifstream file(folder / "texts" / (one.code + ".yaml"));
        std::ostringstream content;
        content << file.rdbuf();
        ASSERT_GT(content.view().size(), 5'000U) << one.code;
        std::string text = content.str();
        std::ranges::transform(text, text.begin(),
                               [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
        for (const std::string_view word : forbidden)
            EXPECT_EQ(text.find(word), std::string::npos) << one.code << ": " << word;
    }
}

TEST(menu_of_the_service, every_screen_fits_in_every_language) {
    const test::measure fits = [](std::string_view text) { return phone.fits(text); };
    std::size_t pages = 0;
    for (const screen& one : screens().screens())
        for (language_index language = 0; language < words().languages().size(); ++language)
            for (const bool rows : {true, false}) {
                const sheet what = sheet_of(one, language, rows);
                const std::string where = words().languages()[language].code + " " + one.name;
                const test::walked_pages walked = test::walk_pages(what, fits);
                EXPECT_EQ(walked.broken, "") << where;
                for (const page& shown : walked.pages) EXPECT_TRUE(shown.fits) << where << ":\n" << shown.text;
                pages += walked.pages.size();
            }
    EXPECT_GT(pages, screens().screens().size() * 4);
}

// A menu that turns a page hides what stands on the next one; these are where everybody passes.
TEST(menu_of_the_service, the_first_choices_stand_on_one_page) {
    const test::measure fits = [](std::string_view text) { return phone.fits(text); };
    for (const std::string_view name : {"language", "stranger", "home", "pin", "pin_again", "details", "help",
                                        "settings", "call_me", "problem", "phone", "receipt_thanks", "sorry"})
        for (language_index language = 0; language < words().languages().size(); ++language) {
            const screen_index found = screens().find(name);
            ASSERT_NE(found, no_screen) << name;
            sheet what = sheet_of(screens().at(found), language, false);
            if (name == "phone")
                what.head = words().format(*words().find("phone.body"), language,
                                           line_values(words().languages()[language].code, "phone.body"));
            const auto walked = test::walk_pages(what, fits);
            EXPECT_EQ(walked.pages.size(), 1U) << words().languages()[language].code << " " << name << ":\n"
                                               << walked.pages.front().text;
        }
}

}  // namespace
}  // namespace mlango::templates
