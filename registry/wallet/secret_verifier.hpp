// Passwords and PINs of verifiers' operators as stored: AES-GCM_k( Argon2id( HMAC-SHA-256_k( subject ‖ 0 ‖ secret ),
// salt ) ), the keys outside the database. As registry/pin_verifier, for whoever is no person of the registry. Pure,
// long-running: call it on a worker pool.
#pragma once

#include <string>
#include <string_view>

#include "base/random.hpp"
#include "base/seal.hpp"
#include "registry/pin_verifier.hpp"

namespace mlango::registry {

class secret_verifier {
public:
    secret_verifier(const key_set& keys, pin_cost cost, random_source& random)
        : keys_(keys), cost_(cost), random_(random) {}

    // `subject` says whose and which ("48291 teller1 password"): a stored form does not open in another's place.
    [[nodiscard]] std::string make(std::string_view subject, std::string_view secret) const;
    // `stored` empty, of another subject or forged: false after the same work.
    [[nodiscard]] bool check(std::string_view subject, std::string_view secret, std::string_view stored) const;

private:
    const key_set& keys_;
    pin_cost cost_;
    random_source& random_;
};

}  // namespace mlango::registry
