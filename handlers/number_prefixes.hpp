// What holds for the numbers that begin with something ("+25470"), of tables that an operator writes. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mlango::handlers {

// The entry with the longest of its `prefixes` that the number begins with; one without prefixes is for every number
// that no other has. nullptr: none.
template <class Entry>
const Entry* by_prefix(const std::vector<Entry>& entries, std::string_view e164) {
    const Entry* best = nullptr;
    std::size_t longest = 0;
    for (const Entry& entry : entries) {
        if (entry.prefixes.empty() && best == nullptr) best = &entry;
        for (const std::string& prefix : entry.prefixes)
            if (prefix.size() > longest && e164.starts_with(prefix)) {
                longest = prefix.size();
                best = &entry;
            }
    }
    return best;
}

// Every fault, worded for the operator: `where` is the table's name, and each of `lists` one entry's prefixes.
[[nodiscard]] std::vector<std::string> faults_of_prefixes(std::string_view where,
                                                          const std::vector<std::vector<std::string>>& lists);

}  // namespace mlango::handlers
