// Codes that staff hand out, and who is locked out. Blocking: for commands (`mlango person …`). A code is shown to
// whoever types the command and stored as a keyed digest only.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"

namespace mlango::registry {

inline constexpr std::chrono::hours staff_code_lasts{72};
inline constexpr int paper_codes = 8;
inline constexpr std::chrono::days paper_codes_last{3 * 365};

struct code_issuer {
    std::string conninfo;
    blinder& blind;
    random_source& random;
    wall_time now;
};

// One code for the person of an individual number, or the principal of a registration number; the one before it ends.
// nullopt: nobody has that number. Throws std::runtime_error.
[[nodiscard]] std::optional<std::string> issue_staff_code(const code_issuer& by, std::string_view number);
// Eight, on paper; those before them end.
[[nodiscard]] std::optional<std::vector<std::string>> issue_paper_codes(const code_issuer& by, std::string_view number);

struct locked_person {
    std::string number;  // the individual number's end: ***0012
    std::string name;    // N***
    std::string place;   // name in English
    bool for_good = false;
};
// Whose PIN is locked or who waits at `now`; the longest waiting first, at most `limit`.
[[nodiscard]] std::vector<locked_person> locked_people(const std::string& conninfo, wall_time now, int limit);

}  // namespace mlango::registry
