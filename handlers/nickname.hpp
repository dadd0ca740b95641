// The name by which a person behind a shared number is chosen before any PIN: everybody who holds the phone sees it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlango::handlers {

// Without spaces around, and one between words.
[[nodiscard]] std::string plain_nickname(std::string_view typed);

// One to 20 letters, at least one of them no digit; no long number in it, not her whole name, and no word that screens
// before the PIN must not hold (`forbidden`: by language, in small letters).
[[nodiscard]] bool may_be_nickname(std::string_view nickname, std::string_view given_name, std::string_view family_name,
                                   const std::vector<std::pair<std::string, std::vector<std::string>>>& forbidden);

}  // namespace mlango::handlers
