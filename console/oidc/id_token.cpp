#include "console/oidc/id_token.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/bytes.hpp"
#include "wallet/jose/compact_jws.hpp"
#include "wallet/jose/json_text.hpp"

namespace mlango::console::oidc {

namespace {

namespace json = boost::json;

constexpr std::size_t longest = 16 * 1024;
constexpr std::size_t longest_subject = 200;

std::expected<void, token_fault> check_signature(const wallet::compact_jws& jws, const provider_keys& keys) {
    const auto alg = wallet::string_member(jws.header, "alg");
    if ((alg != "RS256" && alg != "ES256") || jws.header.contains("crit"))
        return std::unexpected(token_fault::wrong_algorithm);
    const json::value* const kid = jws.header.if_contains("kid");
    if (kid != nullptr && !kid->is_string()) return std::unexpected(token_fault::malformed);
    const auto name = kid == nullptr ? std::string_view() : std::string_view(kid->get_string());
    switch (keys.check(*alg, name, jws.signing_input, jws.signature)) {
        case verdict::good:
            return {};
        case verdict::unknown_key:
            return std::unexpected(token_fault::unknown_key);
        case verdict::bad:
            break;
    }
    return std::unexpected(token_fault::bad_signature);
}

// §3.1.3.7, 3 to 5: for us, and when for others too, got by us.
bool is_for_us(const json::object& claims, std::string_view client_id) {
    const json::value* const aud = claims.if_contains("aud");
    if (aud == nullptr) return false;
    const auto is_us = [&](const json::value& one) {
        return one.is_string() && std::string_view(one.get_string()) == client_id;
    };
    const bool many = aud->is_array() && aud->get_array().size() > 1;
    if (aud->is_array() ? std::ranges::none_of(aud->get_array(), is_us) : !is_us(*aud)) return false;
    const json::value* const azp = claims.if_contains("azp");
    return azp == nullptr ? !many : is_us(*azp);
}

bool is_of_now(const json::object& claims, const token_rules& rules) {
    const auto ends = wallet::time_member(claims, "exp");
    const auto issued = wallet::time_member(claims, "iat");
    if (!ends || !issued || rules.now >= *ends + rules.leeway) return false;
    if (rules.now + rules.leeway < *issued || rules.now > *issued + rules.oldest + rules.leeway) return false;
    if (!claims.contains("nbf")) return true;
    const auto begins = wallet::time_member(claims, "nbf");
    return begins && rules.now + rules.leeway >= *begins;
}

}  // namespace

std::string_view name_of(token_fault fault) {
    switch (fault) {
        case token_fault::malformed:
            return "malformed";
        case token_fault::wrong_algorithm:
            return "wrong_algorithm";
        case token_fault::unknown_key:
            return "unknown_key";
        case token_fault::bad_signature:
            return "bad_signature";
        case token_fault::wrong_issuer:
            return "wrong_issuer";
        case token_fault::wrong_audience:
            return "wrong_audience";
        case token_fault::wrong_nonce:
            return "wrong_nonce";
        case token_fault::wrong_time:
            return "wrong_time";
        case token_fault::not_sure_enough:
            return "not_sure_enough";
        case token_fault::no_subject:
            return "no_subject";
    }
    return {};
}

std::expected<std::string, token_fault> read_id_token(std::string_view jwt, const provider_keys& keys,
                                                      const token_rules& rules) {
    if (jwt.size() > longest) return std::unexpected(token_fault::malformed);
    const auto jws = wallet::read_compact_jws(jwt);
    if (!jws) return std::unexpected(token_fault::malformed);
    if (auto checked = check_signature(*jws, keys); !checked) return std::unexpected(checked.error());
    const json::object& claims = jws->payload;
    if (wallet::string_member(claims, "iss") != rules.issuer) return std::unexpected(token_fault::wrong_issuer);
    if (!is_for_us(claims, rules.client_id)) return std::unexpected(token_fault::wrong_audience);
    const auto nonce = wallet::string_member(claims, "nonce");
    if (!nonce || rules.nonce.empty() || !equal_in_constant_time(*nonce, rules.nonce))
        return std::unexpected(token_fault::wrong_nonce);
    if (!is_of_now(claims, rules)) return std::unexpected(token_fault::wrong_time);
    if (!rules.acr_values.empty()) {
        const auto acr = wallet::string_member(claims, "acr");
        if (!acr || std::ranges::find(rules.acr_values, *acr) == rules.acr_values.end())
            return std::unexpected(token_fault::not_sure_enough);
    }
    const auto subject = wallet::string_member(claims, "sub");
    if (!subject || subject->empty() || subject->size() > longest_subject)
        return std::unexpected(token_fault::no_subject);
    return std::string(*subject);
}

}  // namespace mlango::console::oidc
