// A language's file as its writers see it: the entries in their order, and the same file with other words in some of
// them. Everything around (comments, order, how a language is read in Latin letters) stays as it is. Pure; callers:
// text_table, the staff's drafts.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "templates/source.hpp"

namespace mlango::templates {

struct text_entry {
    std::string key, words;
    std::string note, room;  // of the fallback's file; empty: it says nothing
    friend bool operator==(const text_entry&, const text_entry&) = default;
};

// In the file's order. Throws YAML::Exception.
[[nodiscard]] std::vector<text_entry> entries_of(const source& file);

// The file of that language; nullptr: there is none.
[[nodiscard]] const source* file_of(const sources& from, std::string_view code);

using changed_words = std::vector<std::pair<std::string, std::string>>;  // by key

// A key that the file lacks is added at its end. The error says in words why it can not be done.
[[nodiscard]] std::expected<source, std::string> with_words(const source& file, const changed_words& changes);

// As a YAML scalar in quotes, with signs that nobody would see written out.
[[nodiscard]] std::string in_quotes(std::string_view words);

}  // namespace mlango::templates
