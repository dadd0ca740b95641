// Days as ISO 8601 writes them: "2027-03-31". Pure. Callers: every room that reads or writes one as text. Not here:
// days as people type or read them, times of day.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mlango {

// nullopt: not ten characters of that form, or there is no such day.
[[nodiscard]] std::optional<std::chrono::year_month_day> read_iso_day(std::string_view text);
[[nodiscard]] std::string iso_day(std::chrono::year_month_day day);

}  // namespace mlango
