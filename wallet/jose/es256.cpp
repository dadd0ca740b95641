#include "wallet/jose/es256.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>

#include <array>
#include <atomic>
#include <cstring>
#include <stdexcept>

#include "base/bytes.hpp"
#include "wallet/jose/json_text.hpp"
#include "wallet/jose/sha256.hpp"

namespace mlango::wallet {

namespace {

template <auto free>
struct freed_by {
    template <class T>
    void operator()(T* held) const {
        free(held);
    }
};
using pkey = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;
using pkey_context = std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>>;
using big_number = std::unique_ptr<BIGNUM, freed_by<BN_clear_free>>;
using ecdsa_signature = std::unique_ptr<ECDSA_SIG, freed_by<ECDSA_SIG_free>>;

constexpr std::size_t coordinate = 32;
constexpr char curve[] = "prime256v1";

[[noreturn]] void refuse(const char* what) {
    throw std::runtime_error(std::string("OpenSSL: ") + what);
}

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

const unsigned char* octets(const sha256_digest& digest) {
    return reinterpret_cast<const unsigned char*>(digest.data());
}

// 32 octets of a JWK's member (RFC 7518 §6.2.1.2: neither more nor fewer).
std::optional<std::array<unsigned char, coordinate>> octets_of(const boost::json::object& jwk, std::string_view name) {
    const auto text = string_member(jwk, name);
    if (!text) return std::nullopt;
    const auto octets = from_base64url(*text);
    if (!octets || octets->size() != coordinate) return std::nullopt;
    std::array<unsigned char, coordinate> out;
    std::memcpy(out.data(), octets->data(), coordinate);
    return out;
}

// nullptr unless the point is on the curve (and the private number its own).
pkey make_pkey(std::span<const unsigned char> point, const BIGNUM* secret) {
    const std::unique_ptr<OSSL_PARAM_BLD, freed_by<OSSL_PARAM_BLD_free>> build(OSSL_PARAM_BLD_new());
    if (!build || OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, curve, 0) != 1 ||
        OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(), point.size()) != 1 ||
        (secret != nullptr && OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_PRIV_KEY, secret) != 1))
        refuse("no parameters");
    const std::unique_ptr<OSSL_PARAM, freed_by<OSSL_PARAM_free>> parameters(OSSL_PARAM_BLD_to_param(build.get()));
    const pkey_context context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
    EVP_PKEY* made = nullptr;
    if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1) refuse("no key context");
    if (EVP_PKEY_fromdata(context.get(), &made, secret != nullptr ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY,
                          parameters.get()) != 1)
        return nullptr;
    pkey key(made);
    if (secret == nullptr) return key;  // the cofactor is one: a point of the curve is all that a public key must be
    const pkey_context check(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
    if (!check) refuse("no key context");
    return EVP_PKEY_pairwise_check(check.get()) == 1 ? std::move(key) : nullptr;
}

}  // namespace

struct es256_public_key::state {
    pkey key;
    std::array<unsigned char, 1 + 2 * coordinate> point{};  // 04 ‖ x ‖ y
    std::uint64_t serial = next();                          // never twice, unlike an address

    [[nodiscard]] std::string_view octets(std::size_t at) const {
        return {reinterpret_cast<const char*>(point.data()) + at, coordinate};
    }

private:
    static std::uint64_t next() {
        static std::atomic<std::uint64_t> last = 0;
        return ++last;
    }
};

namespace {

// A context is bound to its key and costs more to make than a hash: each thread keeps those of the keys that it used
// last. There are few: the issuer's, of which one signs.
class thread_contexts {
public:
    template <class State>
    EVP_PKEY_CTX* get(const State& of, bool signs) {
        for (auto& slot : slots_)
            if (slot.serial == of.serial && slot.signs == signs) return slot.context.get();
        auto& slot = slots_[next_++ % slots_.size()];
        slot.serial = 0;
        slot.context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, of.key.get(), nullptr));
        if (!slot.context || (signs ? EVP_PKEY_sign_init : EVP_PKEY_verify_init)(slot.context.get()) != 1)
            refuse("no signature context");
        slot.serial = of.serial;
        slot.signs = signs;
        return slot.context.get();
    }

private:
    struct slot {
        std::uint64_t serial = 0;
        bool signs = false;
        pkey_context context;
    };
    std::array<slot, 8> slots_;
    std::size_t next_ = 0;
};

thread_contexts& contexts() {
    thread_local thread_contexts of_this_thread;
    return of_this_thread;
}

}  // namespace

std::optional<es256_public_key> es256_public_key::from_jwk(const boost::json::object& jwk) {
    if (string_member(jwk, "kty") != "EC" || string_member(jwk, "crv") != "P-256") return std::nullopt;
    const auto x = octets_of(jwk, "x");
    const auto y = octets_of(jwk, "y");
    if (!x || !y) return std::nullopt;
    auto made = std::make_shared<state>();
    made->point[0] = 4;
    std::memcpy(made->point.data() + 1, x->data(), coordinate);
    std::memcpy(made->point.data() + 1 + coordinate, y->data(), coordinate);
    made->key = make_pkey(made->point, nullptr);
    if (!made->key) return std::nullopt;
    return es256_public_key(std::move(made));
}

bool es256_public_key::verify(std::string_view text, std::string_view signature) const {
    if (signature.size() != es256_signature_size) return false;
    const ecdsa_signature pair(ECDSA_SIG_new());
    BIGNUM* r = BN_bin2bn(raw(signature), coordinate, nullptr);
    BIGNUM* s = BN_bin2bn(raw(signature) + coordinate, coordinate, nullptr);
    if (!pair || r == nullptr || s == nullptr || ECDSA_SIG_set0(pair.get(), r, s) != 1) refuse("no numbers");
    std::array<unsigned char, 80> der;  // 72 at most
    unsigned char* end = der.data();
    const int length = i2d_ECDSA_SIG(pair.get(), &end);
    const auto digest = sha256(text);
    return length > 0 && EVP_PKEY_verify(contexts().get(*held_, false), der.data(), static_cast<std::size_t>(length),
                                         octets(digest), digest.size()) == 1;
}

boost::json::object es256_public_key::jwk() const {
    return {{"kty", "EC"},
            {"crv", "P-256"},
            {"x", to_base64url(as_byte_view(held_->octets(1)))},
            {"y", to_base64url(as_byte_view(held_->octets(1 + coordinate)))}};
}

std::string es256_public_key::thumbprint() const {
    // RFC 7638 §3.2: the required members in alphabetical order, without spaces.
    const std::string text = R"({"crv":"P-256","kty":"EC","x":")" + to_base64url(as_byte_view(held_->octets(1))) +
                             R"(","y":")" + to_base64url(as_byte_view(held_->octets(1 + coordinate))) + R"("})";
    const auto digest = sha256(text);
    return to_base64url(digest);
}

bool operator==(const es256_public_key& a, const es256_public_key& b) {
    return a.held_ == b.held_ || a.held_->point == b.held_->point;
}

es256_key es256_key::generate() {
    auto made = std::make_shared<es256_public_key::state>();
    made->key.reset(EVP_EC_gen(curve));
    std::size_t length = 0;
    if (!made->key ||
        EVP_PKEY_get_octet_string_param(made->key.get(), OSSL_PKEY_PARAM_PUB_KEY, made->point.data(),
                                        made->point.size(), &length) != 1 ||
        length != made->point.size() || made->point[0] != 4)
        refuse("no new key");
    return es256_key(es256_public_key(std::move(made)));
}

std::optional<es256_key> es256_key::from_jwk(const boost::json::object& jwk) {
    const auto open_part = es256_public_key::from_jwk(jwk);
    auto secret = octets_of(jwk, "d");
    if (!open_part || !secret) return std::nullopt;
    const big_number number(BN_bin2bn(secret->data(), coordinate, nullptr));
    OPENSSL_cleanse(secret->data(), secret->size());
    auto made = std::make_shared<es256_public_key::state>();
    made->point = open_part->held_->point;
    made->key = make_pkey(made->point, number.get());
    if (!made->key) return std::nullopt;
    return es256_key(es256_public_key(std::move(made)));
}

std::string es256_key::sign(std::string_view text) const {
    const auto digest = sha256(text);
    std::array<unsigned char, 80> der;
    std::size_t length = der.size();
    if (EVP_PKEY_sign(contexts().get(*public_.held_, true), der.data(), &length, octets(digest), digest.size()) != 1)
        refuse("no signature");
    const unsigned char* at = der.data();
    const ecdsa_signature pair(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(length)));
    std::string signature(es256_signature_size, '\0');
    auto* out = reinterpret_cast<unsigned char*>(signature.data());
    if (!pair || BN_bn2binpad(ECDSA_SIG_get0_r(pair.get()), out, coordinate) != static_cast<int>(coordinate) ||
        BN_bn2binpad(ECDSA_SIG_get0_s(pair.get()), out + coordinate, coordinate) != static_cast<int>(coordinate))
        refuse("no r and s");
    return signature;
}

boost::json::object es256_key::private_jwk() const {
    BIGNUM* number = nullptr;
    if (EVP_PKEY_get_bn_param(public_.held_->key.get(), OSSL_PKEY_PARAM_PRIV_KEY, &number) != 1)
        refuse("no private number");
    const big_number held(number);
    std::array<unsigned char, coordinate> octets;
    if (BN_bn2binpad(number, octets.data(), coordinate) != static_cast<int>(coordinate)) refuse("a long number");
    auto jwk = public_.jwk();
    jwk["d"] = to_base64url(std::as_bytes(std::span(octets)));
    OPENSSL_cleanse(octets.data(), octets.size());
    return jwk;
}

}  // namespace mlango::wallet
