#include "console/lists/list_seal.hpp"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <stdexcept>

namespace mlango::console {

namespace {

struct free_key {
    void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
};
struct free_context {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using context_ptr = std::unique_ptr<EVP_MD_CTX, free_context>;

const unsigned char* octets(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

constexpr std::string_view purpose = "signing of lists";
constexpr std::size_t signature_size = 64;
constexpr std::size_t key_size = 32;

}  // namespace

struct list_seal::state {
    std::unique_ptr<EVP_PKEY, free_key> key;
};

list_seal::list_seal(blinder& blind) : state_(std::make_unique<state>()) {
    std::string seed;
    for (const std::string_view half : {"1", "2"}) seed += as_string_view(blind.blind(purpose, half));
    state_->key.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, octets(seed), seed.size()));
    std::size_t size = key_size;
    public_key_.resize(size);
    if (!state_->key || EVP_PKEY_get_raw_public_key(state_->key.get(),
                                                    reinterpret_cast<unsigned char*>(public_key_.data()), &size) != 1)
        throw std::runtime_error("OpenSSL makes no Ed25519 key");
}

list_seal::~list_seal() = default;

std::string list_seal::sign(std::string_view statement) const {
    const context_ptr context(EVP_MD_CTX_new());
    std::string signature(signature_size, '\0');
    std::size_t size = signature.size();
    if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) != 1 ||
        EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size, octets(statement),
                       statement.size()) != 1)
        throw std::runtime_error("OpenSSL does not sign");
    return signature;
}

bool list_seal::agrees(std::string_view statement, std::string_view signature) const {
    if (signature.size() != signature_size) return false;
    const context_ptr context(EVP_MD_CTX_new());
    return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, state_->key.get()) == 1 &&
           EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(statement), statement.size()) ==
               1;
}

std::string digest_of_blocks(std::string_view digests) {
    std::string digest(SHA256_DIGEST_LENGTH, '\0');
    SHA256(octets(digests), digests.size(), reinterpret_cast<unsigned char*>(digest.data()));
    return digest;
}

}  // namespace mlango::console
