// From a country as the registry has it (ISO 3166-1 alpha-3) to the form that numbering plans go by (alpha-2). Pure.
// Callers: the doors that read typed telephone numbers.
#pragma once

#include <string>
#include <string_view>

namespace mlango::console {

// Empty for what is no country.
[[nodiscard]] std::string region_of(std::string_view alpha3);

}  // namespace mlango::console
