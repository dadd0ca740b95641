// How a PIN comes to somebody who has none or lost hers: by a code from staff, by a code on paper (eight look-up
// secrets), by what is known of her (a first PIN only), or by the word of two guardians a day later. Codes are nine
// digits, the last a check digit; the registry holds keyed digests of them. After a lost PIN came back, numbers and
// guardians do not change for 72 hours.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/pins.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

inline constexpr std::chrono::hours cooling_time{72};
inline constexpr std::chrono::hours guardian_delay{24};

// The check digit of decimal digits (Damm): finds every single wrong digit and every swap of neighbours.
[[nodiscard]] char check_digit(std::string_view digits);
// Eight random digits and their check digit.
[[nodiscard]] std::string new_code(random_source& random);
// Nine digits whose last is right; what is not is nobody's and is not looked up.
[[nodiscard]] bool is_code(std::string_view typed);
[[nodiscard]] blind_key code_digest(blinder& blind, person_id person, std::string_view code);

// What entitles her to set a PIN without the one before.
struct pin_right {
    enum class kind { code, guardians, facts };
    kind what = kind::code;
    std::int64_t record = 0;  // of the code or the recovery
};

class recovery {
public:
    recovery(pg_pool& pool, sealer& record, blinder& blind, const clock& time);

    // The live code of hers that was typed. Counted before it is compared: five a day of a person, ten of a number,
    // five for a code from staff in all. nullopt: none, or no more today.
    task<std::optional<std::int64_t>> code_typed(const pin_caller& who, std::string_view code, const blind_key& hop);
    // Counts facts typed at a number: true for the first three a day.
    task<bool> count_facts(std::string_view e164, const blind_key& hop);
    // Uses up the right and sets the PIN; failures become 0, the phone counts as hers, her numbers are told. The same
    // hop may do it again. False: the right is not there any more.
    task<bool> set(const pin_caller& who, pin_right by, const std::string& verifier, const blind_key& hop);

    // Asks her guardians, from this phone. The open recovery's id once it is ready; else nullopt, whatever is known of
    // her. Begins one only where two guardians can speak and none was stopped within a day.
    task<std::optional<std::int64_t>> ask_guardians(const pin_caller& who, const blind_key& hop);
    // She, or whoever holds a number of hers, stops what her guardians were asked for.
    task<void> stop(person_id person);

private:
    task<bool> set_by(const statement& what, const pin_caller& who, std::int64_t record, const std::string& verifier,
                      const blind_key& hop);

    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
    const clock& time_;
};

}  // namespace mlango::registry
