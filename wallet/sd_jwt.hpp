// SD-JWT (RFC 9901) and SD-JWT VC (draft-ietf-oauth-sd-jwt-vc-18): issuing, verifying, key binding; ES256 and SHA-256
// only. Callers: mint.hpp, the wallet's services, the verifiers' doors. Pure but for the random source.
// Not for: what a credential says (credential_kinds.hpp) and whether it was stopped (status_list.hpp).
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "wallet/jose/trusted_keys.hpp"
#include "wallet/signing_keys.hpp"
#include "wallet/status_list.hpp"

namespace mlango::wallet {

// A claim that is hidden behind a digest in the signed part and told beside it.
struct disclosed_claim {
    std::string name;
    boost::json::value value;
};

// <issuer-signed JWT>~<disclosure>~…~, header {"alg":"ES256","typ":"dc+sd-jwt","kid":…}. `payload` is signed as it is,
// with "_sd" (digests, sorted: the order says nothing) and "_sd_alg" added; each disclosure gets a salt of 128 bits.
[[nodiscard]] std::string issue_sd_jwt(const boost::json::object& payload, std::span<const disclosed_claim> disclosures,
                                       const signing_key& key, random_source& random);

// The presentation with a key-binding JWT behind it (RFC 9901 §4.3). `sd_jwt` ends with a tilde and names `holder` in
// its "cnf".
[[nodiscard]] std::string bind_sd_jwt(std::string_view sd_jwt, const es256_key& holder, std::string_view audience,
                                      std::string_view nonce, wall_time now);

enum class sd_jwt_fault {
    malformed,    // no SD-JWT, no JSON, JSON with a name twice, too long
    wrong_type,   // typ or alg, or a critical header that nobody here understands
    unknown_key,  // no trusted key has this kid
    bad_signature,
    wrong_issuer,
    wrong_credential,  // vct is missing, or not one of those wanted
    bad_disclosure,    // foreign, edited, repeated, misplaced, or of a name that may not be disclosed
    bad_claim,         // a registered claim is missing or of a wrong type
    not_yet_valid,
    expired,
    wrong_audience,
    no_binding,   // a key-binding JWT was wanted
    bad_binding,  // its type, signature, nonce, audience, time or digest
};
[[nodiscard]] std::string_view name_of(sd_jwt_fault fault);

struct binding_rules {
    std::string_view audience;
    std::string_view nonce;
    std::chrono::seconds max_age = std::chrono::minutes(5);
};

struct sd_jwt_rules {
    std::string_view issuer;
    std::span<const std::string> credentials;  // vct values; empty: any of this issuer
    wall_time now;
    std::chrono::seconds leeway{60};  // of clocks
    // Set: "aud" must be this. Not set: for whom it is, is not asked (she shows a printed one to anybody).
    std::optional<std::string_view> audience;
    std::optional<binding_rules> binding;  // set: must be bound; whether it is, is never the presenter's choice
    bool must_expire = true;
};

struct verified_sd_jwt {
    boost::json::object claims;  // digests taken out, disclosed claims put in
    std::string kid;
    std::string vct;
    std::optional<std::chrono::sys_seconds> expires_at;
    std::optional<status_reference> status;
    bool bound = false;  // a key-binding JWT was there and right
};

[[nodiscard]] std::expected<verified_sd_jwt, sd_jwt_fault> verify_sd_jwt(std::string_view presentation,
                                                                         const trusted_keys& keys,
                                                                         const sd_jwt_rules& rules);

// base64url(SHA-256(text)): of a disclosure, of a presentation.
[[nodiscard]] std::string sd_digest(std::string_view text);

// Longer ones are not looked at.
inline constexpr std::size_t longest_sd_jwt = 64 * 1024;

}  // namespace mlango::wallet
