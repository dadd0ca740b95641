// The menu of the service passes; spoilt on purpose in each way that the proof looks for, it is named.
#include "proof/proof.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <sstream>

#include "proof/uses.hpp"
#include "tests/unit/proof/real_menu.hpp"

namespace mlango::proof {
namespace {

// A full screen and the smallest: enough to name what was spoilt.
std::vector<named_profile> two_profiles() {
    auto known = known_profiles();
    std::erase_if(known, [](const auto& one) { return one.name != "full" && one.name != "nalo"; });
    return known;
}

// English and one language more: each costs time, and a spoilt line is of one.
templates::edition_sources in_languages(templates::edition_sources from, std::string_view language) {
    from.languages = {"en"};
    if (language != "en") from.languages.emplace_back(language);
    std::erase_if(from.texts, [&](const auto& one) {
        return std::ranges::find(from.languages, one.name.substr(0, 2)) == from.languages.end();
    });
    return from;
}

const std::vector<proof_fault>& real_faults(std::string_view language) {
    static std::map<std::string, std::vector<proof_fault>> found;
    const auto [at, fresh] = found.try_emplace(std::string(language));
    if (fresh) at->second = prove(in_languages(real_sources(), language), two_profiles());
    return at->second;
}

// A copy of the real files, to be spoilt. What is not there to be spoilt fails the test.
class spoilt {
public:
    // Replaces the first occurrence in a file of the menu.
    spoilt& menu(std::string_view file, std::string_view from, std::string_view to) {
        std::string& content = in(sources_.menu, file);
        const auto at = content.find(from);
        EXPECT_NE(at, std::string::npos) << file << " does not hold " << from;
        if (at != std::string::npos) content.replace(at, from.size(), to);
        return *this;
    }
    spoilt& screen(std::string_view lines) {
        return menu("home.yaml", "screens:\n", "screens:\n" + std::string(lines));
    }
    spoilt& append(std::string_view file, std::string_view lines) {
        const bool of_menu = std::ranges::find(sources_.menu, file, &templates::source::name) != sources_.menu.end();
        in(of_menu ? sources_.menu : sources_.texts, file) += lines;
        return *this;
    }
    // The words of a text; a file's line beginning with the key, and those that belong to it.
    spoilt& text(std::string_view language, std::string_view key, std::string_view pattern) {
        return line(language, key, "  " + std::string(key) + ": \"" + std::string(pattern) + "\"\n");
    }
    spoilt& line(std::string_view language, std::string_view key, std::string_view with) {
        std::string& content = in(sources_.texts, std::string(language) + ".yaml");
        const auto at = content.find("\n  " + std::string(key) + ":");
        EXPECT_NE(at, std::string::npos) << language << " has no " << key;
        if (at == std::string::npos) return *this;
        auto end = content.find('\n', at + 1);
        while (end != std::string::npos && content.compare(end + 1, 4, "    ") == 0) end = content.find('\n', end + 1);
        content.replace(at + 1, (end == std::string::npos ? content.size() : end + 1) - at - 1, with);
        return *this;
    }

    // How a word is read in Latin letters.
    spoilt& reading(std::string_view language, std::string_view from, std::string_view to) {
        std::string& content = in(sources_.texts, std::string(language) + ".yaml");
        const auto at = content.find(from);
        EXPECT_NE(at, std::string::npos) << language << " does not hold " << from;
        if (at != std::string::npos) content.replace(at, from.size(), to);
        return *this;
    }

    // What the proof says of it beyond what it says of the real one.
    [[nodiscard]] std::vector<proof_fault> faults(std::string_view language) const {
        std::vector<proof_fault> fresh;
        for (proof_fault& one : prove(in_languages(sources_, language), two_profiles()))
            if (std::ranges::find(real_faults(language), one) == real_faults(language).end())
                fresh.push_back(std::move(one));
        return fresh;
    }

private:
    static std::string& in(templates::sources& all, std::string_view file) {
        const auto found = std::ranges::find(all, file, &templates::source::name);
        if (found == all.end()) throw std::invalid_argument("no such file: " + std::string(file));
        return found->content;
    }
    templates::edition_sources sources_ = real_sources();
};

struct spoilt_case {
    std::string_view name;
    std::function<void(spoilt&)> spoil;
    std::string_view screen, language, profile;  // language "*": each of them
    bool exceeds = false;
    std::string_view what;

    friend void PrintTo(const spoilt_case& one, std::ostream* out) { *out << one.name; }
};

const std::string long_words =
    "These are words, and words again, that nobody could ever read on a telephone's small "
    "screen, and which go on and on until the last of them is behind its edge for good.";

const std::vector<spoilt_case>& cases() {
    static const std::vector<spoilt_case> all{
        {"a_screen_too_long_for_a_page", [](spoilt& s) { s.text("en", "help.title", long_words); }, "help", "en",
         "full", true, "takes 2 pages, at most 1"},
        {"in_another_script",
         [](spoilt& s) { s.text("ar", "problem.ask", "معلومات عن كل شيء يمكن أن يكتب هنا ولا يسع"); }, "problem", "ar",
         "full", true, "takes 2 pages, at most 1"},
        {"only_on_the_smallest_screens", [](spoilt& s) { s.text("en", "pin.ask", std::string(250, 'w')); }, "pin", "en",
         "nalo", true, "a word is longer than a screen"},
        {"a_row_longer_than_a_screen",
         [](spoilt& s) { s.menu("values.yaml", "assistance.rows: 11", "assistance.rows: 190"); }, "assistance", "en",
         "full", true, "a line is longer than a screen"},
        {"an_sms_of_two_parts", [](spoilt& s) { s.text("fr", "sms.how", long_words + "{code}"); }, "texts.sms.how",
         "fr", "sms", true, "is longer than one SMS"},
        {"an_apology_that_cannot_page", [](spoilt& s) { s.text("sw", "sorry.end", long_words); }, "texts.sorry.end",
         "sw", "full", true, "does not fit, and has no next page"},
        {"a_refused_input_too_long", [](spoilt& s) { s.text("en", "link.invalid", long_words); }, "link_number", "en",
         "full", true, "takes 2 pages, at most 1"},
        {"a_declared_value_too_long",
         [](spoilt& s) {
             s.menu("values.yaml", "reference: { kind: text, longest: 4,", "reference: { kind: text, longest: 150,");
         },
         "texts.sms.call", "en", "sms", true, "is longer than one SMS"},

        {"a_screen_that_nothing_leads_to", [](spoilt& s) { s.screen("  lonely: { text: help.title }\n"); }, "lonely",
         "", "", false, "nothing leads here"},
        {"a_dead_end", [](spoilt& s) { s.menu("dialling.yaml", "stranger: stranger", "stranger: topic_cash"); },
         "topic_cash", "", "", false, "dead end"},
        {"every_way_on_hangs_on_a_flag",
         [](spoilt& s) {
             s.screen(
                 "  lonely:\n    root: true\n    load: phone\n    text: help.title\n    options:\n"
                 "      - { key: 1, text: help.topics, to: topics, when: has_items }\n");
         },
         "lonely", "", "", false, "every way on hangs on a flag"},
        {"two_options_of_one_key",
         [](spoilt& s) { s.menu("help.yaml", "{ key: 2, text: topic.food_title", "{ key: 1, text: topic.food_title"); },
         "topics", "", "", false, "another option has this key"},
        {"two_screens_of_one_name", [](spoilt& s) { s.screen("  topics: { text: topics.title }\n"); }, "topics", "", "",
         false, "stands twice"},
        {"two_texts_of_one_key", [](spoilt& s) { s.append("sw.yaml", "\n  common.yes: \"Ndiyo\"\n"); },
         "texts.common.yes", "sw", "", false, "stands twice"},
        {"two_declarations_of_one_value", [](spoilt& s) { s.append("values.yaml", "\n  day: { kind: date }\n"); },
         "values.day", "", "", false, "stands twice"},
        {"a_text_that_is_missing", [](spoilt& s) { s.line("so", "topics.title", ""); }, "topics", "so", "", false,
         "the text topics.title is missing"},
        {"a_text_that_nothing_uses", [](spoilt& s) { s.append("en.yaml", "\n  nobody.reads: \"This\"\n"); },
         "texts.nobody.reads", "", "", false, "nothing uses this text"},
        {"a_text_that_does_not_exist",
         [](spoilt& s) { s.menu("help.yaml", "text: topics.title", "text: topics.titel"); }, "topics", "", "", false,
         "unknown text topics.titel"},
        {"a_target_that_does_not_exist", [](spoilt& s) { s.menu("help.yaml", "to: topic_cash", "to: topic_kash"); },
         "topics", "", "", false, "unknown target topic_kash"},
        {"a_placeholder_that_nobody_declared", [](spoilt& s) { s.text("en", "topics.title", "About {nobody}"); },
         "topics", "", "", false, "unknown placeholder {nobody}"},
        {"a_value_that_nothing_shows", [](spoilt& s) { s.append("values.yaml", "\n  nobody: { kind: date }\n"); },
         "values.nobody", "", "", false, "nothing shows this value"},
        {"a_value_declared_where_it_is_not_shown",
         [](spoilt& s) { s.menu("values.yaml", "assistance.rows: 11", "assistance.rows: 11, help: 3"); },
         "values.programme", "", "", false, "is not shown at help"},
        {"a_translation_without_the_argument", [](spoilt& s) { s.text("sw", "call.done", "Tutakupigia."); },
         "call_done", "sw", "", false, "lacks {reference}"},
        {"a_translation_with_an_argument_of_its_own", [](spoilt& s) { s.text("fr", "topics.title", "Pour {name}"); },
         "texts.topics.title", "fr", "", false, "the fallback's text has no argument name"},
        {"a_branch_that_is_never_taken",
         [](spoilt& s) { s.text("sw", "phone.body", "{number} {answers, select, myself {x} other {}}"); }, "phone",
         "sw", "", false, "is never myself"},
        {"a_plural_without_a_form_of_its_language",
         [](spoilt& s) {
             s.text("ar", "recorded.body",
                    "{name} {born} {card} {place} {size, plural, zero {0} one {1} two {2} many {#} other {#}}");
         },
         "recorded", "ar", "", false, "lacks the plural form few"},
        {"a_form_without_a_resume_rule",
         [](spoilt& s) {
             s.screen(
                 "  lonely:\n    root: true\n    text: topics.title\n"
                 "    input: { field: address, max: 60, invalid: link.invalid, to: topics }\n");
         },
         "lonely", "", "", false, "states no resume"},
        {"a_resume_rule_that_leads_nowhere",
         [](spoilt& s) {
             s.menu("help.yaml", "    text: topics.title\n", "    text: topics.title\n    resume: nowhere\n");
         },
         "topics", "", "", false, "unknown target nowhere"},
        {"a_forbidden_word_before_the_pin", [](spoilt& s) { s.text("en", "stranger.title", "Welcome, Refugees"); },
         "stranger", "en", "", false, "forbidden word \"refugee\""},
        {"a_forbidden_word_in_an_sms", [](spoilt& s) { s.text("ar", "sms.call", "لاجئ {reference}"); },
         "texts.sms.call", "ar", "", false, "forbidden word"},
        {"a_forbidden_word_in_one_branch",
         [](spoilt& s) { s.text("sw", "phone.body", "{number} {answers, select, self {mkimbizi} other {}}"); }, "phone",
         "sw", "", false, "forbidden word \"mkimbizi\""},
        {"a_language_without_forbidden_words", [](spoilt& s) { s.menu("forbidden.yaml", "  so: [", "  xx: ["); },
         "texts", "so", "", false, "no forbidden words are listed"},
        {"a_language_without_words_that_tell_of_her",
         [](spoilt& s) { s.menu("forbidden.yaml", "    so: [jinsiyad", "    xx: [jinsiyad"); }, "texts", "so", "",
         false, "no words that tell of her"},
        {"a_language_without_words_for_pin",
         [](spoilt& s) { s.menu("forbidden.yaml", "    so: [furaha", "    xx: [furaha"); }, "texts", "so", "", false,
         "no words for PIN and code"},
        {"a_private_value_before_the_pin", [](spoilt& s) { s.text("en", "topics.title", "For {card}"); }, "topics",
         "en", "", false, "private value {card} before the PIN"},
        {"a_private_value_in_an_sms", [](spoilt& s) { s.text("en", "sms.call", "{card} {reference}"); },
         "texts.sms.call", "en", "", false, "private value {card} in an SMS"},
        {"a_line_over_its_room", [](spoilt& s) { s.text("fr", "topic.pin_title", "Tout sur mon code PIN et plus"); },
         "topics", "fr", "", true, "over its room of 20"},
        {"a_letter_beyond_gsm7", [](spoilt& s) { s.text("sw", "topics.title", "Habari — zote"); }, "topics", "sw", "",
         false, "a letter beyond GSM-7 (—)"},
        {"a_value_that_nothing_loads", [](spoilt& s) { s.text("en", "receipt.thanks", "{day, date, ::dMMM}"); },
         "receipt_thanks", "", "", false, "shows {day}, which is no word, and nothing loads it"},
        {"a_flag_that_nobody_declared",
         [](spoilt& s) { s.menu("assistance.yaml", "when: has_items", "when: has_itmes"); }, "entitlement", "", "",
         false, "unknown flag has_itmes"},
        {"a_keyword_of_two_meanings",
         [](spoilt& s) { s.menu("keywords.yaml", "sw: [nisaidie, msaada]", "sw: [nisaidie, Lughá]"); }, "keywords",
         "sw", "", false, "means both help and language"},
        {"a_keyword_twice", [](spoilt& s) { s.menu("keywords.yaml", "so: [cabasho]", "so: [cabasho, CABASHO]"); },
         "keywords", "so", "", false, "stands twice for complaint"},
        {"a_stop_that_means_something_else_in_another_language",
         [](spoilt& s) { s.menu("keywords.yaml", "ar: [ربط]", "ar: [stop]"); }, "keywords", "en", "", false,
         "means both link_number and stop"},
        {"a_keyword_for_a_screen_that_does_not_exist",
         [](spoilt& s) { s.menu("keywords.yaml", "  link_number:\n", "  link_nomber:\n"); }, "link_nomber", "", "",
         false, "there is no such screen"},
        {"a_keyword_that_is_a_number", [](spoilt& s) { s.menu("keywords.yaml", "am: [ለውጥ]", "am: ['12']"); },
         "keywords", "am", "", false, "a number is an answer"},
        {"a_language_without_a_word_for_stop",
         [](spoilt& s) { s.menu("keywords.yaml", "    so: [jooji, joogso]\n", ""); }, "keywords", "so", "", false,
         "no word for stop"},
        {"a_private_value_behind_the_pin_that_opens_by_sms",
         [](spoilt& s) {
             s.menu("details.yaml", "  recorded:\n    guard: pin\n", "  recorded:\n    guard: pin\n    sms: ask\n");
         },
         "recorded", "en", "", false, "private value {name} in an SMS"},
        {"a_pin_asked_by_sms",
         [](spoilt& s) {
             s.menu("pin.yaml", "  pin_second_ask:\n", "  pin_second_ask:\n    guard: pin\n    sms: ask\n");
         },
         "pin_second_ask", "", "", false, "asks for a PIN, which never comes by SMS"},
        {"a_fresh_pin_waived_by_sms",
         [](spoilt& s) { s.menu("my_data.yaml", "    guard: fresh_pin\n", "    guard: fresh_pin\n    sms: ask\n"); },
         "data_delete", "", "", false, "asks for the PIN anew"},
        {"a_screen_longer_than_three_sms",
         [](spoilt& s) { s.text("en", "by_sms.words_ask", long_words + long_words + long_words); }, "by_sms_words",
         "en", "sms", true, "takes"},
        {"a_circle_of_screens_instead",
         [](spoilt& s) {
             s.menu("by_sms.yaml", "  appointments_sms:\n    guard: pin\n    sms: ask\n",
                    "  appointments_sms:\n    guard: pin\n    sms: appointments\n");
         },
         "appointments", "", "", false, "leads in a circle"},
        {"sms_without_the_words_for_what_does_not_open",
         [](spoilt& s) { s.menu("by_sms.yaml", "  by_ussd:\n", "  by_ussd:\n    sms: no\n"); }, "by_ussd", "", "",
         false, "does not open by SMS"},
        {"a_card_number_in_an_sms", [](spoilt& s) { s.text("en", "by_sms.link_invalid", "Like 803-23-00011"); },
         "link_number_sms", "en", "", false, "is not sent by SMS: holds a registration number"},
        {"more_pages_than_the_screen_may_take",
         [](spoilt& s) {
             s.menu("help.yaml", "topic_cash: { text: topic.cash }", "topic_cash: { text: topic.cash, pages: 1 }");
         },
         "topic_cash", "ar", "full", true, "at most 1"},

        {"a_reading_too_long_for_a_page",
         [](spoilt& s) { s.reading("ar", "المشكلة: al-mushkila", "المشكلة: \"" + long_words + "\""); }, "problem",
         "ar-Latn", "full", true, "takes 2 pages, at most 1"},
        {"a_reading_longer_than_a_screen",
         [](spoilt& s) { s.reading("ar", "المشكلة: al-mushkila", "المشكلة: " + std::string(155, 'w')); }, "problem",
         "ar-Latn", "nalo", true, "a word is longer than a screen"},
        {"a_row_that_is_too_long_as_it_is_read",
         [](spoilt& s) { s.reading("ar", "جاهز: jahiz", "جاهز: " + std::string(120, 'w')); }, "assistance", "ar-Latn",
         "full", true, "a line is longer than a screen"},
        {"a_way_back_that_does_not_fit_as_it_is_read",
         [](spoilt& s) { s.reading("ar", "رجوع: \"ruju'\"", "رجوع: " + std::string(155, 'w')); }, "topics", "ar-Latn",
         "full", true, "no way back fits"},
        {"an_apology_that_cannot_page_as_it_is_read",
         [](spoilt& s) { s.reading("ar", "دقائق: daqayiq", "دقائق: " + std::string(130, 'w')); }, "texts.sorry.end",
         "ar-Latn", "full", true, "does not fit, and has no next page"},
        {"rules_that_lengthen_her_name",
         [](spoilt& s) { s.reading("am", "ñ > gn ;", "ñ > gn ; m > mmmmmmmmmmmmmmmmm ;"); }, "share_preset", "am-Latn",
         "full", true, "a line is longer than a screen"},
        {"a_forbidden_word_as_it_is_read", [](spoilt& s) { s.reading("ar", "معلومات: \"ma'lumat\"", "معلومات: laji"); },
         "stranger", "ar-Latn", "", false, "forbidden word \"laji\""},
        {"a_forbidden_word_of_another_language_as_it_is_read",
         [](spoilt& s) { s.reading("ar", "معلومات: \"ma'lumat\"", "معلومات: li-refugee"); }, "stranger", "ar-Latn", "",
         false, "forbidden word \"refugee\""},
        {"letters_that_nothing_reads", [](spoilt& s) { s.reading("am", ":: Ethiopic-Latin ;", "[:Ethi:] > ;"); },
         "topics", "am-Latn", "", false, "has a word that nothing reads in Latin letters"},
    };
    return all;
}

TEST(the_menu_of_the_service, passes) {
    for (const proof_fault& one : prove(real_sources(), known_profiles())) ADD_FAILURE() << told(one);
}

class spoilt_menu : public testing::TestWithParam<spoilt_case> {};

TEST_P(spoilt_menu, is_named) {
    const spoilt_case& one = GetParam();
    spoilt menu;
    one.spoil(menu);
    // Without -Latn, which is of its language's file.
    const auto faults = menu.faults(one.language.empty() ? "sw" : one.language.substr(0, 2));
    const auto expected = [&](const proof_fault& f) {
        return f.screen == one.screen && f.language == one.language && f.profile == one.profile &&
               (f.excess > 0) == one.exceeds && f.what.find(one.what) != std::string::npos;
    };
    EXPECT_TRUE(std::ranges::any_of(faults, expected)) << one.screen << " " << one.what;
    if (!std::ranges::any_of(faults, expected))
        for (const proof_fault& other : faults) ADD_FAILURE() << told(other);
}

INSTANTIATE_TEST_SUITE_P(each, spoilt_menu, testing::ValuesIn(cases()),
                         [](const auto& one) { return std::string(one.param.name); });

// What she may type is as long as what a later screen is declared to show.
TEST(spoilt_forms, an_input_longer_than_what_the_next_screen_was_proven_with) {
    spoilt menu;
    menu.menu("details.yaml", "kind: text, min: 3, max: 60", "kind: text, min: 3, max: 120");
    const auto faults = menu.faults("sw");
    ASSERT_FALSE(faults.empty());
    EXPECT_EQ(faults.front().screen, "address_type") << told(faults.front());
}

// Keys that C++ code names by itself are known to the proof, or they would be taken for unused.
TEST(texts_named_in_code, are_those_that_the_sources_name) {
    const auto made = templates::edition::load(real_sources());
    ASSERT_TRUE(made) << made.error().front();
    std::set<std::string> used;
    for (const text_use& use : uses_of(**made)) used.insert(std::string((*made)->words.key_of(use.text)));
    const std::regex literal("\"([a-z_]+\\.[a-z_]+)\"");
    std::size_t found = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(MLANGO_SOURCE_DIR) / "handlers")) {
        if (entry.path().extension() != ".cpp") continue;
        std::ifstream file(entry.path());
        std::ostringstream content;
        content << file.rdbuf();
        const std::string source = std::move(content).str();
        for (std::sregex_iterator at(source.begin(), source.end(), literal), end; at != end; ++at) {
            const std::string key = (*at)[1];
            if (!(*made)->words.find(key)) continue;  // a kind of request, not a text
            ++found;
            EXPECT_TRUE(used.contains(key)) << entry.path().filename() << " names " << key;
        }
    }
    EXPECT_GT(found, 4U);
}

// What she never sees there is no fault there.
TEST(a_gateway_without_ucs2, is_proven_with_what_it_shows) {
    auto known = known_profiles();
    std::erase_if(known, [](const auto& one) { return one.name != "full" && one.name != "full_no_ucs2"; });
    ASSERT_EQ(known.size(), 2u);
    auto from = in_languages(real_sources(), "ar");
    const auto faulty = [&](std::string_view what, std::string_view with) {
        auto broken = from;
        for (auto& file : broken.texts)
            if (const auto at = file.content.find(what); file.name == "ar.yaml" && at != std::string::npos)
                file.content.replace(at, what.size(), with);
        std::set<std::string> found;
        for (const proof_fault& one : prove(broken, known))
            if (one.screen == "problem") found.insert(one.language + " " + one.profile);
        return found;
    };
    // 70 of these letters are too many, and 160 Latin ones are not.
    EXPECT_EQ(faulty("problem.ask: \"ما المشكلة؟\"", "problem.ask: \"ما المشكلة ما المشكلة ما المشكلة؟\""),
              std::set<std::string>{"ar full"});
    const auto read = faulty("المشكلة: al-mushkila", "المشكلة: \"" + long_words + "\"");
    EXPECT_TRUE(read.contains("ar-Latn full") && read.contains("ar-Latn full_no_ucs2"));
    EXPECT_FALSE(read.contains("ar full"));
}

// Her second language is proven as itself.
TEST(a_language_that_is_not_read, needs_no_reading) {
    spoilt menu;
    menu.reading("am", "reviewed: false }", "reviewed: false, without_script: en }");
    menu.reading("am", ":: Ethiopic-Latin ;", "[:Ethi:] > ;");
    for (const proof_fault& one : menu.faults("am")) ADD_FAILURE() << told(one);
}

TEST(known_profiles, are_each_of_another_kind) {
    const auto known = known_profiles();
    for (const named_profile& one : known)
        EXPECT_EQ(std::ranges::count(known, one.name, &named_profile::name), 1) << one.name;
}

}  // namespace
}  // namespace mlango::proof
