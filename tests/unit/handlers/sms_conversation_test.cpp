#include "handlers/sms_conversation.hpp"

#include <gtest/gtest.h>

#include <array>

#include "tests/unit/handlers/spoken.hpp"

namespace mlango::handlers {
namespace {

struct message {
    const char* name;
    std::string_view text;
    sms_keyword means;
};

class keywords : public testing::TestWithParam<message> {};

TEST_P(keywords, are_the_first_word_or_all_of_it_whatever_its_case) {
    EXPECT_EQ(keyword_of(GetParam().text), GetParam().means);
}

constexpr auto stop = sms_keyword::stop, start = sms_keyword::start, none = sms_keyword::none;

INSTANTIATE_TEST_SUITE_P(
    table, keywords,
    testing::Values(message{"english_stop", "STOP", stop}, message{"lower_case", "stop", stop},
                    message{"mixed_case", "sToP", stop}, message{"spaces_around", "  Stop \r\n", stop},
                    message{"with_a_full_stop", "Stop.", stop}, message{"with_more_words", "stop sms please", stop},
                    message{"end", "End", stop}, message{"quit", "quit", stop}, message{"cancel", "CANCEL", stop},
                    message{"unsubscribe", "unsubscribe", stop}, message{"french_stop", "ARRET", stop},
                    message{"french_stop_accent", "arrêt", stop}, message{"french_stop_capital_accent", "ARRÊT!", stop},
                    message{"french_stop_verb", "Arreter", stop}, message{"swahili_stop", "Acha", stop},
                    message{"swahili_stop_other", "simama", stop}, message{"arabic_stop", "قف", stop},
                    message{"arabic_stop_longer", "توقف من فضلك", stop}, message{"arabic_stop_noun", "إيقاف", stop},
                    message{"english_start", "Start", start}, message{"swahili_start", "anza", start},
                    message{"french_start", "debut", start}, message{"french_start_accent", "Début", start},
                    message{"arabic_start", "ابدأ", start}, message{"arabic_start_noun", "بدء", start},
                    message{"nothing", "", none}, message{"only_spaces", " \n ", none},
                    message{"another_word", "Hello", none}, message{"longer_word", "stopping", none},
                    message{"stop_later", "please stop", none}, message{"a_number", "4826", none},
                    message{"appointment", "Cancel my appointment", none},
                    message{"end_of_month", "End of month and no food, please call", none},
                    message{"swahili_leave_it", "Acha nikuulize: chakula lini?", none},
                    message{"swahili_stand", "simama hapa", none}, message{"swahili_begin", "Anza lini?", none},
                    message{"french_beginning", "Début du mois, rien", none},
                    message{"arabic_beginning", "بدء الدراسة", none}, message{"alone_with_signs", " cancel !! ", stop},
                    message{"somali_stop", "jooji fariimaha", stop}, message{"amharic_stop", "አቁም እባክዎ", stop},
                    message{"half_a_letter", "\xd9", none},
                    message{"a_very_long_word", "stopstopstopstopstopstopstopstopstopstop", none}),
    [](const auto& info) { return std::string(info.param.name); });

TEST(words_after_a_keyword, are_more_than_it) {
    for (const auto& [text, more] : {std::pair("STOP", false), std::pair(" stop. STOP!", false), std::pair("", false),
                                     std::pair("stop sms", true), std::pair("قف من فضلك", true)})
        EXPECT_EQ(says_more_than_a_word(text), more) << text;
}

// Whoever was told "Send START" or "Send STOP" in her language is understood when she does.
TEST(sms_texts, name_keywords_that_are_understood) {
    const auto& words = real_words();
    for (const auto& [key, word, means] :
         {std::tuple("sms.stopped", "START", start), std::tuple("sms.started", "STOP", stop)})
        for (std::size_t language = 0; language < words.languages().size(); ++language) {
            const auto text = words.format(*words.find(key), static_cast<templates::language_index>(language), {});
            EXPECT_NE(text.find(word), std::string::npos) << text;
            EXPECT_EQ(keyword_of(word), means);
        }
}

}  // namespace
}  // namespace mlango::handlers

#include "handlers/sms_wording.hpp"

namespace mlango::handlers {
namespace {

using kind = sms_meaning::kind;

const templates::edition& real_edition() {
    static const auto made =
        templates::edition::load({.menu = *templates::read_sources(MLANGO_SOURCE_DIR "/templates/menus/main"),
                                  .texts = *templates::read_sources(MLANGO_SOURCE_DIR "/templates/texts"),
                                  .languages = {"en", "sw", "fr", "ar", "am", "so"}});
    return **made;
}

sessions::session on(std::string_view screen, std::string_view language = "en") {
    sessions::session session;
    session.language = *real_edition().words.find_language(language);
    session.stack = {{.screen = real_edition().screens.root(), .page = 0, .subject = {}},
                     {.screen = real_edition().screens.find(screen), .page = 0, .subject = {}}};
    return session;
}

std::string meant(std::string_view text, const sessions::session* session = nullptr, bool kept = false,
                  std::vector<std::string_view> preferred = {"en"}) {
    const auto found = meaning_of(text, real_edition(), session, kept, preferred);
    switch (found.what) {
        case kind::begin:
            return "begin";
        case kind::visit:
            return "visit " + real_edition().screens.at(found.to).name;
        case kind::resume:
            return "resume";
        case kind::answer:
            return "answer " + found.input;
        case kind::pin:
            return "pin";
        case kind::words:
            return "words";
        case kind::machine:
            break;
    }
    return "machine";
}

TEST(an_sms, without_a_session) {
    for (const auto& [text, what] :
         std::vector<std::pair<std::string, std::string>>{{"MENU", "begin"},
                                                          {"hello", "begin"},
                                                          {"Habari!", "begin"},
                                                          {"السلام عليكم", "begin"},
                                                          {"ሠላም", "begin"},
                                                          {"1", "begin"},
                                                          {"99", "begin"},
                                                          {"#", "begin"},
                                                          {"", "begin"},
                                                          {"?", "begin"},
                                                          {"help", "visit help"},
                                                          {"Réclamation", "visit complaint"},
                                                          {"CALL ME BACK", "visit call_me"},
                                                          {"lugha", "visit language"},
                                                          {"continue", "resume"},
                                                          {"4826", "pin"},
                                                          {"48 26", "pin"},
                                                          {"٤٨٢٦", "pin"},
                                                          {"482615", "pin"},
                                                          {"123456789", "pin"},
                                                          {"0711000001", "words"},
                                                          {"803-23-00011", "words"},
                                                          {"help me please", "words"},
                                                          {"My PIN is 4826", "words"},
                                                          {"Your message could not be delivered", "machine"}})
        EXPECT_EQ(meant(text), what) << text;
    EXPECT_EQ(meant("1", nullptr, true), "resume") << "something waits to be continued";
    EXPECT_EQ(meant("2", nullptr, true), "begin");
}

TEST(an_sms, answers_the_screen_she_was_sent_last) {
    const auto menu = on("call_me");
    for (const auto& [text, what] : std::vector<std::pair<std::string, std::string>>{{"1", "answer 1"},
                                                                                     {" 1. ", "answer 1"},
                                                                                     {"(2)", "answer 2"},
                                                                                     {"２", "answer 2"},
                                                                                     {"٣", "answer 3"},
                                                                                     {"0", "answer 0"},
                                                                                     {"00", "answer 00"},
                                                                                     {"#", "answer #"},
                                                                                     {"98", "answer 98"},
                                                                                     {"my assistance", "answer 1"},
                                                                                     {"Back", "answer 0"},
                                                                                     {"4826", "pin"},
                                                                                     {"I lost my card", "words"},
                                                                                     {"menu", "begin"},
                                                                                     {"STATUS", "visit own_reference"}})
        EXPECT_EQ(meant(text, &menu), what) << text;
    const auto arabic = on("call_me", "ar");
    EXPECT_EQ(meant("مساعداتي", &arabic, false, {"ar"}), "visit assistance") << "a keyword counts before a line";
    auto hidden = on("settings");
    hidden.choices = {"!5"};
    EXPECT_EQ(meant("Letters", &hidden), "words") << "a line that is not there";
}

TEST(an_sms, is_typed_where_she_was_asked_to_write) {
    const auto date = on("report_date");
    EXPECT_EQ(meant("05/06/2019", &date), "answer 05/06/2019");
    EXPECT_EQ(meant("٠٥٠٦٢٠١٩", &date), "answer 05062019");
    EXPECT_EQ(meant("it was the day before yesterday", &date), "words");
    EXPECT_EQ(meant("menu", &date), "begin") << "a keyword leads out of everything";
    const auto code = on("look_up_code");
    EXPECT_EQ(meant("4826", &code), "answer 4826") << "four digits are what it asks for";
    const auto complaint = on("complaint_words_sms");
    EXPECT_EQ(meant("He said:\r\n\"pay me\"", &complaint), "answer He said:  \"pay me\"");
    EXPECT_EQ(meant(std::string(801, 'x'), &complaint), "words");
    EXPECT_EQ(meant("0", &complaint), "answer 0");
}

TEST(an_sms, tells_a_language_by_its_letters) {
    const auto& words = real_edition().words;
    EXPECT_EQ(language_by_letters("أين الماء؟", words), "ar");
    EXPECT_EQ(language_by_letters("384: ውሃ የለም", words), "am");
    EXPECT_EQ(language_by_letters("Où est l'eau ?", words), "");
    EXPECT_EQ(language_by_letters("\xd8", words), "");
}

TEST(an_sms, continues_what_opens_by_sms) {
    for (const auto& [screen, goes] : std::vector<std::pair<std::string_view, bool>>{{"report_date", true},
                                                                                     {"birth_name", true},
                                                                                     {"report_check", true},
                                                                                     {"link_number", true},
                                                                                     {"phone_add", false},
                                                                                     {"address_type", false},
                                                                                     {"nickname_type", false}}) {
        auto kept = on(screen);
        EXPECT_EQ(continues_by_sms(real_menu(), kept), goes) << screen;
        kept.stack.push_back({.screen = real_menu().pin(), .page = 0, .subject = {}});
        EXPECT_EQ(continues_by_sms(real_menu(), kept), goes) << screen << " below the PIN";
    }
}

// Whoever reads the keyword in her language is understood, and so is every line that the menu lists.
TEST(an_sms, is_understood_by_every_keyword_of_every_language) {
    for (const auto& word : real_menu().keywords().all()) {
        if (word.act == templates::keyword_act::stop || word.act == templates::keyword_act::start) {
            EXPECT_NE(keyword_of(word.written + " .", real_menu()), sms_keyword::none) << word.written;
            continue;
        }
        EXPECT_EQ(keyword_of(word.written, real_menu()), sms_keyword::none) << word.written;
        const std::string wanted = word.act == templates::keyword_act::resume ? "resume"
                                   : word.target == "entry"                   ? "begin"
                                                                              : "visit " + word.target;
        EXPECT_EQ(meant(word.written, nullptr, false, {word.language}), wanted) << word.language << " " << word.written;
    }
}

TEST(what_may_be_sent, is_no_number_no_link_and_no_word_that_tells) {
    const auto& declared = real_menu().declared();
    for (const auto& [text, fault] :
         std::vector<std::pair<std::string, std::string_view>>{{"Thank you. Your reference is 7K2M.", ""},
                                                               {"For this, dial *384#.", ""},
                                                               {"Type day, month and year, like 05062019", ""},
                                                               {"", "no text"},
                                                               {std::string(1'601, 'x'), "no text"},
                                                               {"Your code is 123456789", "a long number"},
                                                               {"Call 254711000001", "a long number"},
                                                               {"See HTTPS://example.org", ""},
                                                               {"See HTTPS://example.org/?t=1", "a link with a token"},
                                                               {"see www.example.org/aB3dE6gH9", "a link with a token"},
                                                               {"Your PIN is 4826", "a PIN or code"},
                                                               {"803-22-00011 is ready", "a registration number"},
                                                               {"As a REFUGEE you", "a forbidden word"},
                                                               {"Vous êtes Réfugié", "a forbidden word"},
                                                               {"أنت لاجئ", "a forbidden word"}}) {
        const auto found = fault_in(text, declared);
        EXPECT_EQ(found ? name_of(*found) : std::string_view(), fault) << text;
    }
}

}  // namespace
}  // namespace mlango::handlers
