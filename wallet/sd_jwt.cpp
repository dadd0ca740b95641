#include "wallet/sd_jwt.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "base/bytes.hpp"
#include "wallet/disclosures.hpp"
#include "wallet/jose/compact_jws.hpp"
#include "wallet/jose/json_text.hpp"
#include "wallet/jose/sha256.hpp"

namespace mlango::wallet {

namespace {

namespace json = boost::json;

constexpr std::string_view sd_jwt_type = "dc+sd-jwt";
constexpr std::string_view binding_type = "kb+jwt";
constexpr std::size_t salt_octets = 16;  // RFC 9901 §9.3

using outcome = std::optional<sd_jwt_fault>;

struct parts {
    std::string_view jwt;
    std::vector<std::string_view> disclosures;
    std::string_view bound;    // all up to and including the last tilde
    std::string_view binding;  // the key-binding JWT, or empty
};

std::optional<parts> split(std::string_view text) {
    if (text.size() > longest_sd_jwt) return std::nullopt;
    const std::size_t last = text.rfind('~');
    if (last == std::string_view::npos) return std::nullopt;
    parts out{.jwt = {}, .disclosures = {}, .bound = text.substr(0, last + 1), .binding = text.substr(last + 1)};
    std::size_t at = text.find('~');
    out.jwt = text.substr(0, at);
    while (at != last) {
        const std::size_t next = text.find('~', at + 1);
        if (next == at + 1 || out.disclosures.size() == most_disclosures) return std::nullopt;
        out.disclosures.push_back(text.substr(at + 1, next - at - 1));
        at = next;
    }
    return out;
}

// A claim that may be missing, but not be of another type.
bool read_time(const json::object& claims, std::string_view name, std::optional<std::chrono::sys_seconds>& out) {
    out = time_member(claims, name);
    return out || !claims.contains(name);
}

outcome check_times(const json::object& claims, const sd_jwt_rules& rules, verified_sd_jwt& out) {
    std::optional<std::chrono::sys_seconds> from, issued;
    if (!read_time(claims, "exp", out.expires_at) || !read_time(claims, "nbf", from) ||
        !read_time(claims, "iat", issued) || (rules.must_expire && !out.expires_at))
        return sd_jwt_fault::bad_claim;
    if ((from && *from > rules.now + rules.leeway) || (issued && *issued > rules.now + rules.leeway))
        return sd_jwt_fault::not_yet_valid;
    if (out.expires_at && *out.expires_at <= rules.now - rules.leeway) return sd_jwt_fault::expired;
    return std::nullopt;
}

bool is_for(const json::object& claims, std::string_view audience) {
    const auto* held = claims.if_contains("aud");
    if (held == nullptr) return false;
    if (const auto* one = held->if_string()) return std::string_view(*one) == audience;
    const auto* several = held->if_array();
    return several != nullptr && std::ranges::any_of(*several, [&](const json::value& one) {
               return one.is_string() && std::string_view(one.get_string()) == audience;
           });
}

outcome check_claims(const json::object& claims, const sd_jwt_rules& rules, verified_sd_jwt& out) {
    if (string_member(claims, "iss") != rules.issuer) return sd_jwt_fault::wrong_issuer;
    const auto vct = string_member(claims, "vct");
    if (!vct || vct->empty() ||
        (!rules.credentials.empty() && std::ranges::find(rules.credentials, *vct) == rules.credentials.end()))
        return sd_jwt_fault::wrong_credential;
    out.vct = *vct;
    if (const auto* status = claims.if_contains("status")) {
        out.status = read_status_claim(*status);
        if (!out.status) return sd_jwt_fault::bad_claim;
    }
    if (auto fault = check_times(claims, rules, out)) return fault;
    if (rules.audience && !is_for(claims, *rules.audience)) return sd_jwt_fault::wrong_audience;
    return std::nullopt;
}

// cnf, RFC 7800 §3.2: the JWK alone.
std::optional<es256_public_key> holder_of(const json::object& claims) {
    const auto* cnf = claims.if_contains("cnf");
    const auto* jwk = cnf != nullptr && cnf->is_object() ? cnf->get_object().if_contains("jwk") : nullptr;
    if (jwk == nullptr || !jwk->is_object()) return std::nullopt;
    return es256_public_key::from_jwk(jwk->get_object());
}

// RFC 9901 §7.3 step 5.
bool is_bound(const parts& split, const json::object& claims, const sd_jwt_rules& rules) {
    const auto holder = holder_of(claims);
    const auto jws = read_compact_jws(split.binding);
    if (!holder || !jws || !has_type(*jws, binding_type) || !is_signed_by(*jws, *holder)) return false;
    const auto issued = time_member(jws->payload, "iat");
    const auto audience = string_member(jws->payload, "aud");
    const auto nonce = string_member(jws->payload, "nonce");
    if (!issued || !audience || !nonce || string_member(jws->payload, "sd_hash") != sd_digest(split.bound))
        return false;
    if (!rules.binding) return true;
    return *audience == rules.binding->audience && *nonce == rules.binding->nonce &&
           *issued <= rules.now + rules.leeway && *issued >= rules.now - rules.binding->max_age;
}

// The payload's text with its digests: they need no escapes, and no tree is built for them.
std::string with_digests(std::string payload, const std::vector<std::string>& digests) {
    if (digests.empty()) return payload;
    payload.pop_back();
    payload += payload.size() > 1 ? ",\"_sd\":[\"" : "\"_sd\":[\"";
    for (const auto& digest : digests) {
        if (&digest != &digests.front()) payload += "\",\"";
        payload += digest;
    }
    payload += "\"],\"_sd_alg\":\"sha-256\"}";
    return payload;
}

}  // namespace

std::string sd_digest(std::string_view text) {
    return to_base64url(sha256(text));
}

std::string issue_sd_jwt(const json::object& payload, std::span<const disclosed_claim> disclosures,
                         const signing_key& key, random_source& random) {
    std::vector<std::byte> salts(disclosures.size() * salt_octets);
    random.fill(salts);
    std::string told;
    std::vector<std::string> digests;
    digests.reserve(disclosures.size());
    for (const auto& one : disclosures) {
        const auto salt = std::span(salts).subspan(digests.size() * salt_octets, salt_octets);
        const std::string text = write_disclosure(to_base64url(salt), one.name, one.value);
        digests.push_back(sd_digest(text));
        told += text;
        told += '~';
    }
    std::ranges::sort(digests);
    std::string text =
        write_compact_jws(jws_header(sd_jwt_type, key.kid), with_digests(json::serialize(payload), digests), key.key);
    text += '~';
    text += told;
    return text;
}

std::string bind_sd_jwt(std::string_view sd_jwt, const es256_key& holder, std::string_view audience,
                        std::string_view nonce, wall_time now) {
    const json::object payload{{"iat", numeric_date(std::chrono::floor<std::chrono::seconds>(now))},
                               {"aud", json::string_view(audience.data(), audience.size())},
                               {"nonce", json::string_view(nonce.data(), nonce.size())},
                               {"sd_hash", sd_digest(sd_jwt)}};
    return std::string(sd_jwt) + write_compact_jws(jws_header(binding_type, {}), json::serialize(payload), holder);
}

std::expected<verified_sd_jwt, sd_jwt_fault> verify_sd_jwt(std::string_view presentation, const trusted_keys& keys,
                                                           const sd_jwt_rules& rules) {
    const auto split_up = split(presentation);
    if (!split_up) return std::unexpected(sd_jwt_fault::malformed);
    const auto jws = read_compact_jws(split_up->jwt);
    if (!jws) return std::unexpected(sd_jwt_fault::malformed);
    if (!has_type(*jws, sd_jwt_type)) return std::unexpected(sd_jwt_fault::wrong_type);
    const auto kid = string_member(jws->header, "kid");
    const auto* key = kid ? keys.find(*kid, rules.now) : nullptr;
    if (key == nullptr) return std::unexpected(sd_jwt_fault::unknown_key);
    if (!is_signed_by(*jws, *key)) return std::unexpected(sd_jwt_fault::bad_signature);
    auto claims = disclose(jws->payload, split_up->disclosures);
    if (!claims) return std::unexpected(sd_jwt_fault::bad_disclosure);
    verified_sd_jwt out{.claims = {}, .kid = std::string(*kid), .vct = {}, .expires_at = {}, .status = {}};
    if (const auto fault = check_claims(*claims, rules, out)) return std::unexpected(*fault);
    if (split_up->binding.empty()) {
        if (rules.binding) return std::unexpected(sd_jwt_fault::no_binding);
    } else {
        if (!is_bound(*split_up, *claims, rules)) return std::unexpected(sd_jwt_fault::bad_binding);
        out.bound = true;
    }
    out.claims = std::move(*claims);
    return out;
}

std::string_view name_of(sd_jwt_fault fault) {
    switch (fault) {
        case sd_jwt_fault::malformed:
            return "malformed";
        case sd_jwt_fault::wrong_type:
            return "wrong type";
        case sd_jwt_fault::unknown_key:
            return "unknown key";
        case sd_jwt_fault::bad_signature:
            return "bad signature";
        case sd_jwt_fault::wrong_issuer:
            return "wrong issuer";
        case sd_jwt_fault::wrong_credential:
            return "wrong credential";
        case sd_jwt_fault::bad_disclosure:
            return "bad disclosure";
        case sd_jwt_fault::bad_claim:
            return "bad claim";
        case sd_jwt_fault::not_yet_valid:
            return "not yet valid";
        case sd_jwt_fault::expired:
            return "expired";
        case sd_jwt_fault::wrong_audience:
            return "wrong audience";
        case sd_jwt_fault::no_binding:
            return "no binding";
        case sd_jwt_fault::bad_binding:
            return "bad binding";
    }
    return "unknown";
}

}  // namespace mlango::wallet
