#include "registry/staff/name_key.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "registry/staff/name_letters.hpp"

namespace mlango::registry {

namespace {

constexpr std::size_t most_words = 8;         // of a stored name
constexpr std::size_t most_sought_words = 5;  // of a typed one
constexpr std::size_t most_variants = 12;
constexpr std::size_t longest_key = 24;

bool is_vowel(char c) {
    return std::string_view("aeiou").contains(c);
}
bool is_front_vowel(char c) {
    return c == 'e' || c == 'i' || c == 'y';
}

// Spellings of one sound, side by side: each way that a letter may be heard doubles them.
class variants {
public:
    void add(std::initializer_list<std::string_view> ways) {
        std::vector<std::string> next;
        for (const std::string& before : all_)
            for (const std::string_view way : ways) {
                if (next.size() >= most_variants) break;
                std::string one = before;
                // What is doubled in one script is written once in another.
                for (const char c : way)
                    if ((one.empty() || one.back() != c) && one.size() < longest_key) one += c;
                if (std::ranges::find(next, one) == next.end()) next.push_back(std::move(one));
            }
        all_ = std::move(next);
    }
    [[nodiscard]] std::vector<std::string> take() { return std::move(all_); }

private:
    std::vector<std::string> all_{""};
};

struct digraph {
    std::string_view letters, heard;
    std::string_view or_heard = {}, or_else = {};  // empty: no further way
};
// Longer ones first. ث is Osman's s and Uthman's th; ذ, ض and ظ are d or z; خ is k, kh or h.
constexpr digraph digraphs[] = {
    {"tsch", "x"},    {"sch", "x"},           {"tch", "x"},     {"sh", "x"}, {"ch", "x", "k"},
    {"th", "t", "s"}, {"dh", "d", "s", "dh"}, {"kh", "k", "h"}, {"gh", "g"}, {"ph", "f"},
    {"zh", "s", "j"}, {"dj", "j", "g"},       {"ts", "s"},      {"tz", "s"}, {"ck", "k"}};

// How one letter may be heard. `first`: nothing of the word was heard yet.
void add_letter(variants& to, char c, char next, bool first, bool last) {
    switch (c) {
        case 'b':
        case 'p':
            return to.add({"b"});
        case 'f':
            return to.add({"f"});
        case 'v':  // Persian writes it as the Arabic w
            return first ? to.add({"f", "w"}) : to.add({"f", ""});
        case 'c':  // s or k; in Somali the ayn
            return is_front_vowel(next) ? to.add({"s", first ? "a" : ""}) : to.add({"k", first ? "a" : ""});
        case 'q':  // g in Sudan and Yemen
            return to.add({"k", "g"});
        case 'g':
            return is_front_vowel(next) ? to.add({"g", "j"}) : to.add({"g"});
        case 'j':  // g in Egypt, y in Johannes
            return first ? to.add({"j", "g", "y"}) : to.add({"j", "g"});
        case 's':
        case 'z':  // Somali has no z
            return to.add({"s"});
        case 'x':  // in Somali the h of Axmed
            return to.add({"h", "k"});
        case 'h':
            return last ? void() : to.add({"h"});
        case 'w':
        case 'y':  // inside a word the Arabic script has them for vowels
            return first ? to.add({std::string_view(&c, 1)}) : void();
        case ayn_mark:
            return first ? to.add({"a"}) : void();
        case end_mark:
            return to.add({"", "t"});
        default:
            if (c >= 'a' && c <= 'z') to.add({std::string_view(&c, 1)});
    }
}

// Abdulrahman, Abdirahman, Abderrahmane and عبد الرحمن: the article within is heard or not.
std::string without_inner_article(std::string key) {
    if (key.starts_with("abdl") && key.size() > 4) key.erase(3, 1);
    return key;
}

bool is_silent_h(std::string_view letters, std::size_t at) {
    const std::string_view rest = letters.substr(at + 1);
    // Sarah, Abdullah; and Abdullahi.
    return rest.empty() || ((rest == "i" || rest == "y") && at > 0 && letters.substr(0, at).ends_with("la"));
}

std::vector<std::string> heard_in(std::string_view letters) {
    variants heard;
    bool first = true;
    for (std::size_t at = 0; at < letters.size();) {
        const char c = letters[at];
        const char next = at + 1 < letters.size() ? letters[at + 1] : '\0';
        if (is_vowel(c)) {
            // Ouattara and Wattara; all other vowels at the beginning are one: Omar, Umar, عمر.
            const bool as_w =
                first && letters.substr(at).starts_with("ou") && at + 2 < letters.size() && is_vowel(letters[at + 2]);
            if (first) heard.add({as_w ? "w" : "a"});
            at += as_w ? 2 : 1;
        } else if (const auto* pair = std::ranges::find_if(
                       digraphs, [&](const digraph& d) { return letters.substr(at).starts_with(d.letters); });
                   pair != std::end(digraphs)) {
            if (pair->or_heard.empty())
                heard.add({pair->heard});
            else if (pair->or_else.empty())
                heard.add({pair->heard, pair->or_heard});
            else
                heard.add({pair->heard, pair->or_heard, pair->or_else});
            at += pair->letters.size();
        } else {
            add_letter(heard, c, next, first, c == 'h' && is_silent_h(letters, at));
            ++at;
        }
        first = first && c == apart_mark;
    }
    return heard.take();
}

bool is_particle(std::string_view word) {
    constexpr std::array<std::string_view, 5> particles = {"al", "el", "bin", "ibn", "bint"};
    return std::ranges::find(particles, word) != particles.end();
}

struct word {
    std::string letters;  // without the article of the Arabic script
    std::string also;     // with it, or without one that Latin letters have joined; empty: neither
};

std::vector<word> words_of(std::string_view name, std::size_t most) {
    std::vector<word> words;
    for (latin_word& each : latin_words(name, most)) {
        std::string& letters = each.letters;
        if (each.arabic && letters.starts_with("al") && letters.size() >= 5)
            words.push_back({letters.substr(2), letters});
        else if (letters.size() >= 6 && (letters.starts_with("al") || letters.starts_with("el")) &&
                 !is_vowel(letters[2]))
            words.push_back({letters, letters.substr(2)});
        else
            words.push_back({std::move(letters), {}});
    }
    if (std::ranges::all_of(words, [](const word& one) { return is_particle(one.letters); })) return words;
    std::erase_if(words, [](const word& one) { return is_particle(one.letters); });
    return words;
}

void append_sounds(std::vector<std::string>& to, std::string_view letters) {
    for (std::string& key : sounds_of(letters)) to.push_back(std::move(key));
}

std::vector<std::string> sounds_of_word(const word& one) {
    std::vector<std::string> keys = sounds_of(one.letters);
    if (!one.also.empty()) append_sounds(keys, one.also);
    return keys;
}

std::vector<std::string> sorted(std::vector<std::string> keys) {
    std::ranges::sort(keys);
    keys.erase(std::ranges::unique(keys).begin(), keys.end());
    return keys;
}

std::string spelled_by(const std::vector<word>& words) {
    std::string out;
    for (const word& one : words) {
        if (!out.empty()) out += ' ';
        for (const char c : one.letters)
            if (c != ayn_mark && c != end_mark && c != apart_mark) out += c;
    }
    return out;
}

}  // namespace

std::vector<std::string> sounds_of(std::string_view letters) {
    // Scripts without a table: the word itself.
    if (std::ranges::any_of(letters, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }))
        return {std::string(letters.substr(0, 3 * longest_key))};
    std::vector<std::string> keys;
    for (std::string& key : heard_in(letters))
        if (!key.empty()) keys.push_back(without_inner_article(std::move(key)));
    if (keys.empty() && !letters.empty()) keys.emplace_back("a");
    return sorted(std::move(keys));
}

name_key name_key_of(std::string_view given_name, std::string_view family_name) {
    std::vector<word> words = words_of(given_name, most_words);
    for (word& one : words_of(family_name, most_words)) words.push_back(std::move(one));
    std::vector<std::string> keys;
    for (std::size_t i = 0; i < words.size(); ++i) {
        for (std::string& key : sounds_of_word(words[i])) keys.push_back(std::move(key));
        if (i + 1 < words.size()) append_sounds(keys, words[i].letters + words[i + 1].letters);
    }
    return {.spelled = spelled_by(words), .sounds = sorted(std::move(keys))};
}

sought_name sought_name_of(std::string_view typed) {
    const std::vector<word> words = words_of(typed, most_sought_words);
    sought_name sought{.spelled = spelled_by(words), .words = {}};
    for (std::size_t i = 0; i < words.size(); ++i) {
        std::vector<std::string> keys = sounds_of_word(words[i]);
        if (i > 0) append_sounds(keys, words[i - 1].letters + words[i].letters);
        if (i + 1 < words.size()) append_sounds(keys, words[i].letters + words[i + 1].letters);
        sought.words.push_back(sorted(std::move(keys)));
    }
    return sought;
}

}  // namespace mlango::registry
