// An operation's rules as a file that programme staff edit (YAML), and what a changed one changes. Pure. Caller:
// `mlango operation`.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "registry/staff/operation_rules.hpp"

namespace mlango::commands {

// With comments that say what each part is for; read again by rules_in_file().
[[nodiscard]] std::string operation_file(std::string_view operation, const registry::office_rules& rules);

// What `text` says; a part that is not there stays as it is in `now`, and a kind of change that is not named goes as
// everywhere. Otherwise every fault, with its line where it has one.
[[nodiscard]] std::expected<registry::office_rules, std::vector<std::string>> rules_in_file(
    const std::string& text, const registry::office_rules& now);

// A line for each difference; none: nothing would change.
[[nodiscard]] std::vector<std::string> changes_between(const registry::office_rules& now,
                                                       const registry::office_rules& wanted);

}  // namespace mlango::commands
