// What failures are counted under (count_failure in the schema), within 24 hours of the first: a number's PINs, a
// number's codes, a person's codes, a number's typed facts. The key is blinded, with these purposes.
#pragma once

#include <string_view>

namespace mlango::registry {

// Purposes of throttle.subject; the value is the E.164 number or the person's id.
inline constexpr std::string_view number_pins = "throttle number pins";
inline constexpr std::string_view number_codes = "throttle number codes";
inline constexpr std::string_view person_codes = "throttle person codes";
inline constexpr std::string_view number_facts = "throttle number facts";

// Failures a day that a number or a person has before nothing that is tried can be right any more.
inline constexpr int most_number_pins = 10;
inline constexpr int most_number_codes = 10;
inline constexpr int most_person_codes = 5;
inline constexpr int most_number_facts = 3;

}  // namespace mlango::registry
