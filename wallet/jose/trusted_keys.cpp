#include "wallet/jose/trusted_keys.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "wallet/jose/json_text.hpp"

namespace mlango::wallet {

std::optional<trusted_keys> trusted_keys::from_jwks(const boost::json::object& jwks) {
    const auto* list = jwks.if_contains("keys");
    if (list == nullptr || !list->is_array()) return std::nullopt;
    std::vector<trusted_key> keys;
    for (const auto& one : list->get_array()) {
        if (!one.is_object()) return std::nullopt;
        const auto& jwk = one.get_object();
        const auto kid = string_member(jwk, "kid");
        if (!kid || string_member(jwk, "use").value_or("sig") != "sig" ||
            string_member(jwk, "alg").value_or("ES256") != "ES256")
            continue;
        auto key = es256_public_key::from_jwk(jwk);
        if (!key) continue;
        if (std::ranges::find(keys, *kid, &trusted_key::kid) != keys.end()) return std::nullopt;
        keys.push_back({std::string(*kid), std::move(*key), std::nullopt});
    }
    return trusted_keys(std::move(keys));
}

const es256_public_key* trusted_keys::find(std::string_view kid, wall_time now) const {
    for (const auto& one : keys_)
        if (one.kid == kid) return one.listed(now) ? &one.key : nullptr;
    return nullptr;
}

boost::json::object trusted_keys::jwks(wall_time now) const {
    boost::json::array keys;
    for (const auto& one : keys_) {
        if (!one.listed(now)) continue;
        auto jwk = one.key.jwk();
        jwk["kid"] = one.kid;
        jwk["use"] = "sig";
        jwk["alg"] = "ES256";
        keys.push_back(std::move(jwk));
    }
    return {{"keys", std::move(keys)}};
}

}  // namespace mlango::wallet
