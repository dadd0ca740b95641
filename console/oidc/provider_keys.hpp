// The keys that an identity provider signs with (RFC 7517 §5): RS256 and ES256 (RFC 7518 §3.3, §3.4), nothing else, and
// each key for the one algorithm that it is made for: the token does not choose. Pure. Caller: id_token.hpp.
#pragma once

#include <boost/json/object.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wallet/jose/es256.hpp"

namespace mlango::console::oidc {

class rs256_public_key {
public:
    // kty RSA; 2048 to 8192 bits, an odd exponent of at least 3 and at most 32 bits. nullopt otherwise.
    [[nodiscard]] static std::optional<rs256_public_key> from_jwk(const boost::json::object& jwk);
    [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const;

private:
    explicit rs256_public_key(std::shared_ptr<void> key, std::size_t size) : key_(std::move(key)), size_(size) {}
    std::shared_ptr<void> key_;  // EVP_PKEY
    std::size_t size_;           // of a signature, in bytes
};

enum class verdict { good, bad, unknown_key };

class provider_keys {
public:
    provider_keys() = default;
    // Keys that are not for signing, or of other kinds, are passed over. nullopt: no set, or too long.
    [[nodiscard]] static std::optional<provider_keys> from_jwks(std::string_view text);

    // `kid` may be empty: then the set must hold exactly one key of the algorithm (OpenID Connect Core §10.1).
    [[nodiscard]] verdict check(std::string_view alg, std::string_view kid, std::string_view text,
                                std::string_view signature) const;
    [[nodiscard]] std::size_t size() const { return keys_.size(); }

private:
    struct key {
        std::string kid;
        std::optional<rs256_public_key> rsa;
        std::optional<wallet::es256_public_key> ec;
    };
    std::vector<key> keys_;
};

}  // namespace mlango::console::oidc
