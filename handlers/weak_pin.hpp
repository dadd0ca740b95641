// Which PINs a stranger tries first. Pure.
#pragma once

#include <span>
#include <string_view>

namespace mlango::handlers {

// Patterns that many choose: one digit or a half repeated, runs, keypad columns and corners, years, the commonest of
// all. A PIN that is drawn at random need only avoid these.
[[nodiscard]] bool is_common_pin(std::string_view pin);
// A day or month as people write it: DDMM, MMDD, YYMM, MMYY; of six digits DDMMYY, MMDDYY, MMYYYY, YYYYMM.
[[nodiscard]] bool is_date_pin(std::string_view pin);
// It stands in what others know of her: digits of her phone number or card, or her birth date (ISO 8601) written in any
// of those forms, with its year of two or four digits.
[[nodiscard]] bool is_of_person(std::string_view pin, std::string_view birth_date,
                                std::span<const std::string_view> numbers);

}  // namespace mlango::handlers
