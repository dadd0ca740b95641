// The public keys that a verifier trusts, by key id: a JWK set (RFC 7517 §5) as a value. Callers: SD-JWT and status
// list verification, the JWKS document. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "wallet/jose/es256.hpp"

namespace mlango::wallet {

struct trusted_key {
    std::string kid;
    es256_public_key key;
    std::optional<std::chrono::sys_seconds> until;  // not trusted and not listed from then on
    [[nodiscard]] bool listed(wall_time now) const { return !until || now < *until; }
};

class trusted_keys {
public:
    trusted_keys() = default;
    explicit trusted_keys(std::vector<trusted_key> keys) : keys_(std::move(keys)) {}
    // The ES256 signing keys of a JWK set; others are passed over. nullopt when it is no set or names a kid twice.
    [[nodiscard]] static std::optional<trusted_keys> from_jwks(const boost::json::object& jwks);

    [[nodiscard]] const es256_public_key* find(std::string_view kid, wall_time now) const;
    [[nodiscard]] boost::json::object jwks(wall_time now) const;  // {"keys": […]}, each with kid, use and alg
    [[nodiscard]] const std::vector<trusted_key>& all() const { return keys_; }

private:
    std::vector<trusted_key> keys_;  // a handful: looked through in order
};

}  // namespace mlango::wallet
