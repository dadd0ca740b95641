// The rules that rows of a list may break, by the names under which the files of errors, the API and the page know
// them. Pure. Callers: the lists' doors and tests.
#pragma once

#include <span>
#include <string_view>

namespace mlango::console {

struct list_rule {
    std::string_view name;
    std::string_view meaning;  // in English, for the file of errors; the page has its own words
};
[[nodiscard]] std::span<const list_rule> list_rules();
// Empty for a name that is none.
[[nodiscard]] std::string_view meaning_of_rule(std::string_view name);

}  // namespace mlango::console
