// What somebody typed into the search of people, read in each way that it may be meant: a household's number, a
// person's number, a telephone number, a document's number, a name. Digits of several scripts are read; separators,
// small letters, a missing operation and letters typed for digits (O, I) do not matter. Pure. Caller: the console's
// search.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "registry/staff/name_key.hpp"

namespace mlango::registry {

struct search_words {
    std::vector<std::string> household_keys;      // as registration_group.registration_key has them
    std::vector<std::string> individual_numbers;  // as issued: KEN-00012345
    std::string telephone;                        // digits, with the plus that was typed; empty: can be none
    std::vector<std::string> documents;           // the number as it may have been written down; empty: can be none
    sought_name name;                             // no words: can be none
};

// `operations` stand in for one that was left out.
[[nodiscard]] search_words read_search(std::string_view typed, std::span<const std::string> operations);

}  // namespace mlango::registry
