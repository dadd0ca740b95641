// What one thread's wallet works with, built by the server. Everything here outlives the services.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "base/worker_pool.hpp"
#include "registry/pool.hpp"
#include "registry/wallet/secret_verifier.hpp"
#include "wallet/credential_kinds.hpp"
#include "wallet/signing_keys.hpp"

namespace mlango::wallet {

struct settings {
    std::string issuer;                              // https://…, without a slash at the end
    std::string privacy_notice;                      // where it can be read; named in consents
    std::int64_t list_size = std::int64_t{1} << 20;  // entries of a status list, a power of two
    std::chrono::seconds list_ttl{60};               // how long a verifier may keep a status list
    std::chrono::seconds list_lasts{24 * 3600};      // until its token expires
    std::chrono::milliseconds list_pause{2'000};     // between looks for what changed
};

struct parts {
    registry::pg_pool& pool;
    sealer& record;  // numbers, notices
    blinder& blind;  // numbers, programs' secrets
    sealer& seal;    // of the keys for the wallet: codes, consents, what was taken
    blinder& mac;    // likewise: what codes are found by
    const clock& time;
    random_source& random;
    worker_pool& hashing;
    const registry::secret_verifier& secrets;
    const credential_kinds& kinds;
    const live_signing_keys& keys;
    const settings& options;
};

// Whom a credential is for.
[[nodiscard]] inline std::string verifier_audience(std::string_view issuer, std::string_view number) {
    return std::string(issuer) + "/verifiers/" + std::string(number);
}

}  // namespace mlango::wallet
