// ES256 (RFC 7518 §3.4): ECDSA on P-256 with SHA-256, signatures as r ‖ s, keys as JWK (RFC 7517, RFC 7518 §6.2).
// Keys are immutable and may be shared between threads; each thread keeps its own OpenSSL contexts, so that a
// signature costs the curve's arithmetic and little else. Callers: compact JWS, signing keys, SD-JWT.
// Not for: other algorithms; a credential never chooses how it is verified.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mlango::wallet {

inline constexpr std::size_t es256_signature_size = 64;

class es256_public_key {
public:
    // nullopt unless kty is EC, crv P-256 and (x, y) a point of the curve. A private member is not looked at.
    [[nodiscard]] static std::optional<es256_public_key> from_jwk(const boost::json::object& jwk);

    // `signature` is r ‖ s; anything else than 64 bytes is no signature.
    [[nodiscard]] bool verify(std::string_view text, std::string_view signature) const;
    [[nodiscard]] boost::json::object jwk() const;  // kty, crv, x, y
    [[nodiscard]] std::string thumbprint() const;   // RFC 7638, SHA-256, base64url: 43 characters
    friend bool operator==(const es256_public_key&, const es256_public_key&);

private:
    friend class es256_key;
    struct state;
    explicit es256_public_key(std::shared_ptr<const state> held) : held_(std::move(held)) {}
    std::shared_ptr<const state> held_;
};

class es256_key {
public:
    // OpenSSL's own randomness: P-256 keys are never made from a seed.
    [[nodiscard]] static es256_key generate();
    // With the private member "d"; nullopt as from_jwk above, or when d does not belong to (x, y).
    [[nodiscard]] static std::optional<es256_key> from_jwk(const boost::json::object& jwk);

    [[nodiscard]] std::string sign(std::string_view text) const;  // r ‖ s, 64 bytes
    [[nodiscard]] const es256_public_key& public_key() const { return public_; }
    [[nodiscard]] boost::json::object private_jwk() const;  // with "d": for the key file alone

private:
    explicit es256_key(es256_public_key of_both) : public_(std::move(of_both)) {}
    es256_public_key public_;  // its state holds the private half too
};

}  // namespace mlango::wallet
