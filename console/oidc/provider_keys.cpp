#include "console/oidc/provider_keys.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <boost/json/array.hpp>

#include "base/bytes.hpp"
#include "wallet/jose/json_text.hpp"

namespace mlango::console::oidc {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_set = 128 * 1024;
constexpr std::size_t most_keys = 50;
constexpr std::size_t least_size = 2048 / 8;
constexpr std::size_t most_size = 8192 / 8;

template <auto free>
struct freed_by {
    template <class T>
    void operator()(T* held) const {
        free(held);
    }
};
template <class T, auto free>
using held = std::unique_ptr<T, freed_by<free>>;

std::shared_ptr<void> make_key(const bytes& modulus, const bytes& exponent) {
    const auto number = [](const bytes& octets) {
        return held<BIGNUM, BN_free>(
            BN_bin2bn(reinterpret_cast<const unsigned char*>(octets.data()), static_cast<int>(octets.size()), nullptr));
    };
    const auto n = number(modulus);
    const auto e = number(exponent);
    const held<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> build(OSSL_PARAM_BLD_new());
    if (!n || !e || !build || OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) != 1 ||
        OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) != 1)
        return nullptr;
    const held<OSSL_PARAM, OSSL_PARAM_free> parameters(OSSL_PARAM_BLD_to_param(build.get()));
    const held<EVP_PKEY_CTX, EVP_PKEY_CTX_free> context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* made = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
        return nullptr;
    return {made, [](void* key) { EVP_PKEY_free(static_cast<EVP_PKEY*>(key)); }};
}

std::optional<bytes> octets_in(const json::object& jwk, std::string_view name) {
    const auto text = wallet::string_member(jwk, name);
    if (!text || text->size() > 2 * most_size) return std::nullopt;
    return from_base64url(*text);
}

// A key that says of itself that it is for something else is not looked at.
bool is_for(const json::object& jwk, std::string_view alg) {
    if (wallet::string_member(jwk, "use").value_or("sig") != "sig") return false;
    return wallet::string_member(jwk, "alg").value_or(alg) == alg;
}

}  // namespace

std::optional<rs256_public_key> rs256_public_key::from_jwk(const json::object& jwk) {
    if (wallet::string_member(jwk, "kty") != "RSA") return std::nullopt;
    auto modulus = octets_in(jwk, "n");
    const auto exponent = octets_in(jwk, "e");
    if (!modulus || !exponent) return std::nullopt;
    // Some write a leading zero, which RFC 7518 §6.3.1.1 forbids and readers forgive.
    if (modulus->size() > 1 && modulus->front() == std::byte{0}) modulus->erase(modulus->begin());
    if (modulus->size() < least_size || modulus->size() > most_size ||
        (modulus->front() & std::byte{0x80}) == std::byte{})
        return std::nullopt;
    const bool odd = !exponent->empty() && (exponent->back() & std::byte{1}) != std::byte{};
    if (!odd || exponent->size() > 4 || (exponent->size() == 1 && std::to_integer<int>(exponent->front()) < 3))
        return std::nullopt;
    auto key = make_key(*modulus, *exponent);
    if (!key) return std::nullopt;
    return rs256_public_key(std::move(key), modulus->size());
}

bool rs256_public_key::verify(std::string_view text, std::string_view signature) const {
    if (signature.size() != size_) return false;
    const held<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    auto* const key = static_cast<EVP_PKEY*>(key_.get());
    // PKCS #1 v1.5 is the padding that OpenSSL takes unless told otherwise.
    return context && EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()), signature.size(),
                            reinterpret_cast<const unsigned char*>(text.data()), text.size()) == 1;
}

std::optional<provider_keys> provider_keys::from_jwks(std::string_view text) {
    if (text.size() > longest_set) return std::nullopt;
    const auto set = wallet::read_json_object(text);
    const json::value* const list = set ? set->if_contains("keys") : nullptr;
    if (list == nullptr || !list->is_array() || list->get_array().size() > most_keys) return std::nullopt;
    provider_keys found;
    for (const json::value& each : list->get_array()) {
        if (!each.is_object()) return std::nullopt;
        const json::object& jwk = each.get_object();
        key one;
        one.kid = wallet::string_member(jwk, "kid").value_or("");
        if (is_for(jwk, "RS256")) one.rsa = rs256_public_key::from_jwk(jwk);
        if (is_for(jwk, "ES256")) one.ec = wallet::es256_public_key::from_jwk(jwk);
        if (one.rsa || one.ec) found.keys_.push_back(std::move(one));
    }
    return found;
}

verdict provider_keys::check(std::string_view alg, std::string_view kid, std::string_view text,
                             std::string_view signature) const {
    const bool rsa = alg == "RS256";
    if (!rsa && alg != "ES256") return verdict::bad;
    const key* found = nullptr;
    for (const key& one : keys_) {
        if (rsa ? !one.rsa : !one.ec) continue;
        if (!kid.empty() && one.kid != kid) continue;
        if (found != nullptr) return verdict::unknown_key;  // two of that name: whose is it?
        found = &one;
    }
    if (found == nullptr) return verdict::unknown_key;
    const bool good = rsa ? found->rsa->verify(text, signature) : found->ec->verify(text, signature);
    return good ? verdict::good : verdict::bad;
}

}  // namespace mlango::console::oidc
