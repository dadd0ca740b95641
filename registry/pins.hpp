// Counting PIN attempts, and setting PINs. The count goes up before the PIN is hashed, atomically, so that parallel
// sessions can not slip past; only success resets it. Waits by failure: 1–3 none, then 5 min, 15 min, 1 h, 4 h, 24 h,
// and locked at 10 until staff or a recovery code release it. Beside the person the number counts: ten failures a day
// over everybody behind it. What may not be tried is checked against nothing, so that it costs and answers the same.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
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

// Whose attempt, from where.
struct pin_caller {
    person_id person;
    phone_id phone;
    std::string_view e164;
};

class pins {
public:
    pins(pg_pool& pool, sealer& record, blinder& blind, const clock& time, random_source& random);

    // Counts an attempt of hop `hop`. The same hop counts once, however often it is delivered, and may be checked again
    // fifty times at most; its key should cover what was typed.
    task<pin_attempt> count_attempt(const pin_caller& who, const blind_key& hop);
    // The attempt was right: the person's failures become 0, the number's go back by this one, the phone was seen today
    // (unless it had been silent for 60 days: then a code settles that). `upgraded`, when not empty, replaces the
    // verifier. Writes audit.
    task<void> succeeded(const pin_caller& who, const std::string& upgraded);
    // The same for her duress PIN, and staff are told in silence: a sensitive ticket that names nobody, beside it whom
    // it is about; one a day. No SMS.
    task<void> succeeded_in_duress(const pin_caller& who, const std::string& upgraded, const blind_key& hop);
    // What is stored of her PIN; empty when she has none.
    task<std::string> verifier_of(person_id person);
    // Sets a PIN whose owner gave the one before, or a second PIN beside it; failures become 0. Idempotent by hop.
    // Audit "pin.set"; her numbers are told.
    task<void> set(person_id person, const std::string& verifier, const blind_key& hop);

private:
    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
    const clock& time_;
    random_source& random_;
};

}  // namespace mlango::registry
