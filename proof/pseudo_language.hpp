// A language that nobody speaks, made from English for tests: every word accented, four tenths longer and marked at its
// end, every text in brackets. What a screen shows without the mark does not come from the texts; what does not fit has
// no room for a translation.
#pragma once

#include <string>
#include <string_view>

#include "templates/source.hpp"

namespace mlango::proof {

inline constexpr std::string_view pseudo_code = "xa";

// `english` is a whole file of texts; the result is another one, "xa.yaml". Throws what yaml-cpp throws, and
// std::invalid_argument for a pattern that ICU does not take.
[[nodiscard]] templates::source pseudo_language(const templates::source& english);

// Words as the pseudo-language writes them: "Back" is "Bàckøø". Each ends with ø and stays within GSM-7.
[[nodiscard]] std::string pseudo_words(std::string_view words);

}  // namespace mlango::proof
