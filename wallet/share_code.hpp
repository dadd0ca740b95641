// The code that she reads aloud to a verifier: random digits and a check digit (Damm), so that a mistyped code is told
// from a guess without looking anything up. Pure. Callers: shares, the verifiers' doors.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace mlango::wallet {

// A guess hits one of L live codes with G·L/10^N a day; N grows with L so that this stays below 10^-6
// (G: misses a verifier gets a day before it is suspended, 10).
inline constexpr std::size_t usual_code_digits = 9;
inline constexpr std::size_t crowded_code_digits = 10;
inline constexpr std::size_t crowded_from = 101;  // live codes that one verifier may redeem

// The check digit of decimal `digits`, '0'…'9' (H. M. Damm, 2004): every single error and every neighbouring swap
// shows.
[[nodiscard]] char damm_digit(std::string_view digits);

// Random digits and their check digit: 10 characters, or 11 where `live_codes` of this verifier crowd.
[[nodiscard]] std::string new_share_code(random_source& random, std::size_t live_codes);

// What was typed or read aloud, without spaces and hyphens, in ASCII digits (Arabic-Indic ones are understood); nullopt
// unless it is 10 or 11 digits with the right check digit.
[[nodiscard]] std::optional<std::string> read_share_code(std::string_view typed);

// In groups that can be read aloud: "482 913 7706", "482 913 77065".
[[nodiscard]] std::string spoken_share_code(std::string_view code);

}  // namespace mlango::wallet
