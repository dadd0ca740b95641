// How sure we are of who she is (level) and that it is she who holds the phone (standing), and what may be shown with
// that. Pure. Callers: holder, counter, the screens. What raises a level is in registry/wallet/desk.hpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "wallet/credential_kinds.hpp"

namespace mlango::wallet {

// Levels: none: registered on her word, or the registration is on hold; moderate: registered in person; substantive: a
// document was seen at a counter; high: the official system matched her (by reference only, nothing of it is here).
[[nodiscard]] std::optional<assurance_level> assurance_level_named(std::string_view name);

// What the operator says about her SIM (CAMARA sim-swap and number-recycling). Unknown: not asked, or no answer.
enum class sim_answer : std::uint8_t { unknown, same, swapped, recycled };

// How sure the session is that the phone is in her hand. The PIN was right: nothing is shared without.
struct session_standing {
    int phone_trust = 0;     // of this number for this person, 0 to 3
    bool doubtful = false;   // SIM changed, number new to her, not trusted, or silent for 60 days (flag_sim_changed)
    bool recovered = false;  // her PIN came back within 72 hours without the one before (flag_cooling)
    sim_answer sim = sim_answer::unknown;
};

// What is missing to show it: a counter's verification; a phone that is surely hers (a counter or a code of hers
// settles it); or only time, after a PIN came back.
enum class lacking : std::uint8_t { level, phone, time };

// The most telling fact of a preset.
[[nodiscard]] fact_sensitivity most_telling(const preset& what, const credential_kinds& kinds);

// nullopt: it may be shown. Predicates need the PIN and what the preset asks; everything else also a phone without
// doubt, a SIM that was not swapped, and no PIN that came back lately; identifying facts a SIM that is known to be the
// same, or trust 3 where nobody can tell.
[[nodiscard]] std::optional<lacking> what_lacks(const preset& what, const credential_kinds& kinds,
                                                assurance_level level, const session_standing& session);

// How a lost PIN comes back. R0 she knows the old PIN; R1 a code on paper; R2 two guardians and a day; R3 a counter
// with document and match.
enum class recovery_level : std::uint8_t { r0, r1, r2, r3 };
// R2 needs a SIM that is known to be the same; R1 and R3 hold whatever the SIM says; R0 always.
[[nodiscard]] bool may_recover(recovery_level how, sim_answer sim);
// For how long after it predicates only may be shown: 72 hours after R1 to R3.
[[nodiscard]] std::chrono::hours cooling_after(recovery_level how);

}  // namespace mlango::wallet
