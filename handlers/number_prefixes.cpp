#include "handlers/number_prefixes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace mlango::handlers {

namespace {

bool is_prefix(std::string_view text) {
    return text.size() >= 2 && text.size() <= 16 && text.front() == '+' &&
           std::ranges::all_of(text.substr(1), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::vector<std::string> faults_of_prefixes(std::string_view where,
                                            const std::vector<std::vector<std::string>>& lists) {
    std::vector<std::string> faults;
    std::set<std::string_view> seen;
    std::size_t without = 0;
    for (std::size_t i = 0; i < lists.size(); ++i) {
        if (lists[i].empty()) ++without;
        for (const std::string& prefix : lists[i]) {
            if (!is_prefix(prefix))
                faults.push_back(fmt::format("{}[{}].prefixes: \"{}\" should be + and digits", where, i, prefix));
            if (!seen.insert(prefix).second)
                faults.push_back(fmt::format("{}[{}].prefixes: \"{}\" stands twice", where, i, prefix));
        }
    }
    if (without > 1) faults.push_back(fmt::format("{}: only one may be without prefixes", where));
    return faults;
}

}  // namespace mlango::handlers
