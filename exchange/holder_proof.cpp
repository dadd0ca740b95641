#include "exchange/holder_proof.hpp"

#include <cmath>

#include "wallet/jose/compact_jws.hpp"

namespace mlango::exchange {

namespace {

namespace json = boost::json;

constexpr std::size_t longest = 8 * 1024;

bool is_text(const json::value* value, std::string_view expected) {
    return value != nullptr && value->is_string() &&
           std::string_view(value->get_string().data(), value->get_string().size()) == expected;
}

bool is_recent(const json::value* iat, const proof_rules& rules) {
    if (iat == nullptr || !iat->is_number()) return false;
    const double said = iat->to_number<double>();
    const double now = std::chrono::duration<double>(rules.now.time_since_epoch()).count();
    return std::isfinite(said) && said <= now + static_cast<double>(rules.leeway.count()) &&
           said >= now - static_cast<double>((rules.oldest + rules.leeway).count());
}

}  // namespace

std::string_view name_of(proof_fault fault) {
    switch (fault) {
        case proof_fault::malformed:
            return "the proof is no JWT";
        case proof_fault::wrong_type:
            return "typ must be openid4vci-proof+jwt and alg ES256, without crit";
        case proof_fault::bad_key:
            return "the header must name a P-256 public key as jwk, and nothing else";
        case proof_fault::bad_signature:
            return "the signature is not of the key in jwk";
        case proof_fault::wrong_audience:
            return "aud must be the credential issuer, and iss must not be there";
        case proof_fault::wrong_time:
            return "iat is missing, old or in the future";
        case proof_fault::no_nonce:
            return "nonce is missing";
    }
    return {};
}

std::expected<holder_proof, proof_fault> verify_proof(std::string_view jwt, const proof_rules& rules) {
    if (jwt.size() > longest) return std::unexpected(proof_fault::malformed);
    const auto jws = wallet::read_compact_jws(jwt);
    if (!jws) return std::unexpected(proof_fault::malformed);
    if (!wallet::has_type(*jws, "openid4vci-proof+jwt")) return std::unexpected(proof_fault::wrong_type);
    const json::value* const jwk = jws->header.if_contains("jwk");
    const bool other_key = jws->header.contains("kid") || jws->header.contains("x5c");
    if (jwk == nullptr || !jwk->is_object() || other_key || jwk->get_object().contains("d"))
        return std::unexpected(proof_fault::bad_key);
    const auto key = wallet::es256_public_key::from_jwk(jwk->get_object());
    if (!key) return std::unexpected(proof_fault::bad_key);
    if (!wallet::is_signed_by(*jws, *key)) return std::unexpected(proof_fault::bad_signature);
    const json::value* audience = jws->payload.if_contains("aud");
    if (audience != nullptr && audience->is_array() && audience->get_array().size() == 1)
        audience = &audience->get_array().front();
    if (!is_text(audience, rules.issuer) || jws->payload.contains("iss"))
        return std::unexpected(proof_fault::wrong_audience);
    if (!is_recent(jws->payload.if_contains("iat"), rules)) return std::unexpected(proof_fault::wrong_time);
    const json::value* const nonce = jws->payload.if_contains("nonce");
    if (nonce == nullptr || !nonce->is_string() || nonce->get_string().empty())
        return std::unexpected(proof_fault::no_nonce);
    return holder_proof{.jwk = key->jwk(), .nonce = std::string(nonce->get_string())};
}

}  // namespace mlango::exchange
