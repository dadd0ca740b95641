// PINs as stored: AES-GCM_k2( Argon2id( HMAC-SHA-256_k1(person ‖ 0 ‖ PIN), salt ) ). The keys live outside the
// database, so a dump alone lets nobody try PINs; Argon2id makes trying slow for who has the keys too. Pure,
// long-running: call it on a worker pool.
#pragma once

#include <cstdint>
#include <expected>
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

// The stored form: scheme (1 byte), cost, salt, sealed digest. Scheme 1 is the above. Scheme 2, for PINs that a
// programme issues in bulk, leaves Argon2id out; it is replaced by scheme 1 when she first uses it.
class pin_verifier {
public:
    pin_verifier(const key_set& keys, pin_cost cost, random_source& random);

    [[nodiscard]] std::string make(person_id person, std::string_view pin) const;
    [[nodiscard]] std::string make_issued(person_id person, std::string_view pin) const;  // scheme 2

    struct checked {
        bool right = false;
        std::string upgraded;  // not empty: store this instead (other cost, older key, or scheme 2)
    };
    // `stored` empty (nobody, or no PIN yet): false after the same work. Every outcome costs one Argon2id.
    [[nodiscard]] checked check(person_id person, std::string_view pin, std::string_view stored) const;

private:
    const key_set& keys_;
    pin_cost cost_;
    random_source& random_;
};

}  // namespace mlango::registry
