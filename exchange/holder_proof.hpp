// The proof that a telephone's wallet holds the key which a credential is to be bound to (OpenID4VCI 1.0 Appendix F.1).
// Pure. Caller: the credential endpoint. Not here: whether the nonce is one of ours.
#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace mlango::exchange {

struct holder_proof {
    boost::json::object jwk;  // its public key alone
    std::string nonce;
};

struct proof_rules {
    std::string_view issuer;  // "aud"
    wall_time now;
    std::chrono::seconds oldest{600};
    std::chrono::seconds leeway{60};  // of clocks
};

enum class proof_fault { malformed, wrong_type, bad_key, bad_signature, wrong_audience, wrong_time, no_nonce };
[[nodiscard]] std::string_view name_of(proof_fault fault);

// ES256, "typ": openid4vci-proof+jwt, the key in "jwk" (neither "kid" nor "x5c"), "aud" the issuer, "iat" recent, a
// nonce, and no "iss", since the flow is anonymous.
[[nodiscard]] std::expected<holder_proof, proof_fault> verify_proof(std::string_view jwt, const proof_rules& rules);

}  // namespace mlango::exchange
