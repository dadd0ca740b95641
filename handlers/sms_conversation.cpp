#include "handlers/sms_conversation.hpp"

#include <algorithm>
#include <array>

#include "handlers/engine.hpp"
#include "templates/folding.hpp"

namespace mlango::handlers {

namespace {

struct keyword_word {
    std::string_view word;  // upper case where the script has case
    sms_keyword meaning;
    bool alone = false;  // as the first word of more it means something else: "Cancel my appointment"
};

constexpr auto keyword_words = std::to_array<keyword_word>({
    {"STOP", sms_keyword::stop},         {"UNSUBSCRIBE", sms_keyword::stop},
    {"ARRET", sms_keyword::stop},        {"ARRETER", sms_keyword::stop},
    {"ARRÊT", sms_keyword::stop},        {"قف", sms_keyword::stop},
    {"توقف", sms_keyword::stop},         {"إيقاف", sms_keyword::stop},
    {"አቁም", sms_keyword::stop},          {"አቁሙ", sms_keyword::stop},
    {"JOOJI", sms_keyword::stop},        {"END", sms_keyword::stop, true},
    {"QUIT", sms_keyword::stop, true},   {"CANCEL", sms_keyword::stop, true},
    {"ACHA", sms_keyword::stop, true},   {"SIMAMA", sms_keyword::stop, true},
    {"START", sms_keyword::start},       {"ابدأ", sms_keyword::start},
    {"ANZA", sms_keyword::start, true},  {"DEBUT", sms_keyword::start, true},
    {"DÉBUT", sms_keyword::start, true}, {"DEBUTER", sms_keyword::start, true},
    {"بدء", sms_keyword::start, true},
});

using templates::screen;

bool all_digits(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::size_t units(std::string_view text) {
    std::size_t count = 0;
    for (const char c : text) count += (c & 0xc0) == 0x80 ? 0 : static_cast<unsigned char>(c) >= 0xf0 ? 2 : 1;
    return count;
}

// "1.", "(1)", "１" and "١" are 1, "#" is more.
std::string short_answer(std::string_view text) {
    std::string digits = templates::plain_words(text);
    if (digits.empty() && text.contains('#')) return "#";
    return all_digits(digits) ? digits : std::string();
}

// PINs have 4 to 6 digits, codes 9. Spaces between do not hide them.
bool is_secret(std::string_view text) {
    std::string digits = templates::plain_words(text);
    std::erase(digits, ' ');
    return all_digits(digits) && ((digits.size() >= 4 && digits.size() <= 6) || digits.size() == 9);
}

// She wrote the line's words instead of its number.
std::string key_of_line(std::string_view text, const screen& here, const sessions::session& session,
                        const templates::edition& edition) {
    const std::string said = templates::plain_words(text);
    if (said.empty()) return {};
    const auto& words = edition.words;
    const auto is = [&](templates::text_id line) {
        return said == templates::plain_words(words.format(line, session.language, {})) ||
               said == templates::plain_words(words.format(line, words.in_latin(session.language), {}));
    };
    for (const auto& option : here.options) {
        const bool hidden = std::ranges::any_of(
            session.choices, [&](const auto& c) { return c.starts_with('!') && c.substr(1) == option.key; });
        if (!hidden && is(option.text)) return option.key;
    }
    // The way's own number stands before its word.
    const auto& common = edition.screens.common();
    const auto is_way = [&](templates::text_id line) {
        const std::string way = words.format(line, session.language, {});
        return said == templates::plain_words(std::string_view(way).substr(std::min(way.find(' '), way.size())));
    };
    if (is_way(common.back)) return "0";
    if (session.next_page != 0 && is_way(common.more)) return "#";
    return {};
}

}  // namespace

sms_keyword keyword_of(std::string_view text) {
    const auto is_space = [](char c) {
        return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '.' || c == '!';
    };
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    std::size_t length = 0;
    while (length < text.size() && !is_space(text[length])) ++length;
    if (length == 0 || length > 32) return sms_keyword::none;
    const bool alone = templates::plain_words(text.substr(length)).empty();
    std::string word(text.substr(0, length));
    for (char& c : word)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    // Accented capitals come as they are; small é and ê are the only others in the list.
    for (std::size_t at; (at = word.find("é")) != std::string::npos;) word.replace(at, 2, "É");
    for (std::size_t at; (at = word.find("ê")) != std::string::npos;) word.replace(at, 2, "Ê");
    const auto found = std::ranges::find(keyword_words, word, &keyword_word::word);
    return found == keyword_words.end() || (found->alone && !alone) ? sms_keyword::none : found->meaning;
}

sms_keyword keyword_of(std::string_view text, const templates::menu& screens) {
    if (const auto known = keyword_of(text); known != sms_keyword::none) return known;
    const auto* listed = screens.keywords().first_word_of(text);
    if (listed == nullptr || templates::plain_words(text) != listed->phrase) return sms_keyword::none;
    return listed->act == templates::keyword_act::stop ? sms_keyword::stop : sms_keyword::start;
}

bool says_more_than_a_word(std::string_view text) {
    const std::string words = templates::plain_words(text);
    const std::string_view first = std::string_view(words).substr(0, words.find(' '));
    for (std::string_view rest = words; !rest.empty();) {
        const auto end = std::min(rest.find(' '), rest.size());
        if (rest.substr(0, end) != first) return true;
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return false;
}

std::string one_line(std::string_view text) {
    std::string line(text);
    for (char& c : line)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
    line.erase(0, begin);
    line.erase(line.find_last_not_of(' ') + 1);
    return line;
}

sms_meaning meaning_of(std::string_view text, const templates::edition& edition, const sessions::session* session,
                       bool kept, const std::vector<std::string_view>& preferred) {
    using kind = sms_meaning::kind;
    const auto& screens = edition.screens;
    const auto means = [](kind what) { return sms_meaning{.what = what, .to = {}, .input = {}, .language = {}}; };
    if (screens.keywords().is_of_a_machine(text)) return means(kind::machine);
    if (const auto* word = screens.keywords().of(text, preferred)) {
        sms_meaning meant = means(word->act == templates::keyword_act::resume ? kind::resume : kind::visit);
        meant.language = word->language;
        if (meant.what == kind::visit) meant.to = screens.find(word->target);
        if (meant.to == screens.entry()) meant.what = kind::begin;
        return meant;
    }
    const screen* here =
        session != nullptr && !session->stack.empty() ? &screens.at(session->stack.back().screen) : nullptr;
    const auto answers = [&](std::string input) {
        sms_meaning meant = means(kind::answer);
        meant.input = std::move(input);
        return meant;
    };
    const std::string number = short_answer(text);
    if (here != nullptr && here->input) {
        const std::string typed = number.empty() ? one_line(text) : number;
        if (number == "0" || number == "00" || units(typed) <= here->input->max) return answers(typed);
        return means(kind::words);
    }
    if (is_secret(text)) return means(kind::pin);
    if (number.size() >= 1 && number.size() <= 3) {
        if (here != nullptr) return answers(number);
        return means(kept && number == "1" ? kind::resume : kind::begin);
    }
    if (here != nullptr)
        if (std::string key = key_of_line(text, *here, *session, edition); !key.empty()) return answers(std::move(key));
    return means(templates::plain_words(text).empty() ? kind::begin : kind::words);
}

std::string_view language_by_letters(std::string_view text, const templates::catalogue& words) {
    std::string_view script;
    for (std::size_t at = 0; at + 1 < text.size() && script.empty(); ++at) {
        const auto first = static_cast<unsigned char>(text[at]), second = static_cast<unsigned char>(text[at + 1]);
        if (first >= 0xd8 && first <= 0xdb) script = "Arab";                     // U+0600 … U+06FF
        if (first == 0xe1 && second >= 0x88 && second <= 0x8e) script = "Ethi";  // U+1200 … U+13BF
    }
    const auto found = std::ranges::find(words.languages(), script, &templates::language::script);
    return script.empty() || found == words.languages().end() ? std::string_view() : found->code;
}

bool continues_by_sms(const templates::menu& screens, const sessions::session& kept) {
    for (auto one = kept.stack.rbegin(); one != kept.stack.rend(); ++one) {
        const auto& reached = screens.at(one->screen);
        const bool asks_pin = reached.input && reached.input->kind == templates::input_kind::pin;
        if (!asks_pin && one->screen != screens.sorry()) return reached.sms != templates::sms_rule::no;
    }
    return false;
}

}  // namespace mlango::handlers
