// Writes names of several scripts in plain Latin letters: Latin with any marks, Arabic (with Persian, Urdu, Pashto and
// Kurdish letters and presentation forms), Ethiopic, Cyrillic. The tables are ours, not ICU's: keys made of this are
// stored, and must not change with a library. What is in no table stays as it is. Pure. Caller: name_key.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mlango::registry {

// Letters that are heard or not, or that are two in other spellings, keep a mark of their own in `letters`:
inline constexpr char ayn_mark = '`';    // a consonant of Arabic and Ethiopic that Latin spellings drop
inline constexpr char end_mark = '~';    // an ending that is silent or a t (ta marbuta)
inline constexpr char apart_mark = '|';  // the letters beside it are two, not a digraph

struct latin_word {
    std::string letters;  // a to z and the marks; other scripts' characters as they came
    bool arabic = false;  // its letters are Arabic, so that a leading article may be part of the word
};

// The words of a name, at most `most`. Apostrophes vanish, hyphens and all else that is no letter part words. Malformed
// UTF-8 parts words, too.
[[nodiscard]] std::vector<latin_word> latin_words(std::string_view name, std::size_t most);

}  // namespace mlango::registry
