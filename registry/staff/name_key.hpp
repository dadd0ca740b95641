// By what a name is found however it is spelled: Mohammed, Maxamed, Mahamat and محمد; Tigist and ትዕግስት; Yousif, Yusuf
// and Joseph; Elsadig, Al-Sadiq and الصديق. Each word has keys of the consonants that all spellings keep; what some
// write by one letter and some by another has a key for each. Deterministic and free of libraries, because keys are
// stored: a change here needs a migration that has every key made anew. Pure. Callers: name_keys, the population,
// search. Not here: how alike two names look (PostgreSQL's trigrams over `spelled`), who may be found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mlango::registry {

struct name_key {
    std::string spelled;              // in plain letters, words parted by one space
    std::vector<std::string> sounds;  // sorted, each once; also of neighbours read as one word (Gebre Medhin)
};
[[nodiscard]] name_key name_key_of(std::string_view given_name, std::string_view family_name);

struct sought_name {
    std::string spelled;
    std::vector<std::vector<std::string>> words;  // each word's keys: one of them is enough; at most 5 words
};
[[nodiscard]] sought_name sought_name_of(std::string_view typed);

// The keys of one word in plain letters, for tests of the rules.
[[nodiscard]] std::vector<std::string> sounds_of(std::string_view letters);

}  // namespace mlango::registry
