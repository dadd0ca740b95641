// Counting PIN attempts, and setting PINs. The count goes up before the PIN is hashed, atomically, so that parallel
// sessions can not slip past; only success resets it. Waits by failure: 1–3 none, then 5 min, 15 min, 1 h, 4 h, 24 h,
// and locked at 10 until staff or a recovery code release it.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

struct pin_attempt {
    bool may_try = false;    // false: locked, waiting, or no PIN; check against an empty verifier all the same
    bool duplicate = false;  // this hop was counted before (redelivered)
    std::string verifier;    // empty when may_try is false
    int failures = 0;        // with this one
};

class pins {
public:
    pins(pg_pool& pool, const clock& time);

    // Counts an attempt of hop `hop`. The same hop counts once, however often it is delivered, and may be checked again
    // three times at most; its key should cover what was typed.
    task<pin_attempt> count_attempt(person_id person, const blind_key& hop);
    // The attempt was right: failures become 0; `upgraded`, when not empty, replaces the verifier. Writes audit.
    task<void> succeeded(person_id person, const std::string& upgraded);
    // Sets a first or a new PIN, failures become 0. Idempotent by hop. Audit "pin.set".
    task<void> set(person_id person, const std::string& verifier, const blind_key& hop);

private:
    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
