// PINs as stored: AES-GCM_k2( Argon2id( HMAC-SHA-256_k1(person ‖ 0 ‖ PIN), salt ) ). The keys live outside the
// database, so a dump alone lets nobody try PINs; Argon2id makes trying slow for who has the keys too. Pure,
// long-running: call it on a worker pool.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"

namespace mlango::registry {

struct pin_cost {
    unsigned memory_kib = 7168;  // OWASP's m=7168, t=5, p=1: 17 ms of a core
    unsigned passes = 5;
};

// The stored form: scheme (1 byte), cost, salt, sealed digest. Scheme 3 is the above with a second digest beside the
// first: of her duress PIN, or random bytes, so that the row says the same of everybody. Both have one salt, so one
// Argon2id compares with both. Scheme 1 has the first only and scheme 2, for PINs that a programme issues in bulk,
// leaves Argon2id out; both become scheme 3 when she first uses them.
class pin_verifier {
public:
    pin_verifier(const key_set& keys, pin_cost cost, random_source& random);

    // `before`, where there is one, is what she had: her duress PIN is kept. nullopt: `pin` is her duress PIN.
    [[nodiscard]] std::optional<std::string> make(person_id person, std::string_view pin,
                                                  std::string_view before = {}) const;
    [[nodiscard]] std::string make_issued(person_id person, std::string_view pin) const;  // scheme 2
    // `before` with `pin` as her duress PIN. nullopt: it is her own PIN, or `before` is not of scheme 3.
    [[nodiscard]] std::optional<std::string> make_duress(person_id person, std::string_view pin,
                                                         std::string_view before) const;

    struct checked {
        bool right = false;    // her own or her duress PIN
        bool duress = false;   // the latter
        std::string upgraded;  // not empty: store this instead (other cost, older key, or another scheme)
    };
    // `stored` empty (nobody, or no PIN yet): false after the same work. Every outcome costs one Argon2id.
    [[nodiscard]] checked check(person_id person, std::string_view pin, std::string_view stored) const;

private:
    struct opened;
    [[nodiscard]] opened open(person_id person, std::string_view stored) const;
    [[nodiscard]] std::string seal(person_id person, const opened& what) const;

    const key_set& keys_;
    pin_cost cost_;
    random_source& random_;
};

}  // namespace mlango::registry
