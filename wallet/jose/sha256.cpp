#include "wallet/jose/sha256.hpp"

#include <openssl/evp.h>

#include <memory>
#include <stdexcept>

namespace mlango::wallet {

namespace {

struct free_digest {
    void operator()(EVP_MD* held) const { EVP_MD_free(held); }
    void operator()(EVP_MD_CTX* held) const { EVP_MD_CTX_free(held); }
};

}  // namespace

sha256_digest sha256(std::string_view text) {
    static const std::unique_ptr<EVP_MD, free_digest> algorithm(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    thread_local const std::unique_ptr<EVP_MD_CTX, free_digest> context(EVP_MD_CTX_new());
    sha256_digest out;
    if (!algorithm || !context || EVP_DigestInit_ex2(context.get(), algorithm.get(), nullptr) != 1 ||
        EVP_DigestUpdate(context.get(), text.data(), text.size()) != 1 ||
        EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(out.data()), nullptr) != 1)
        throw std::runtime_error("OpenSSL: no SHA-256");
    return out;
}

}  // namespace mlango::wallet
