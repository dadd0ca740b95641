#include "base/aes_gcm.hpp"

#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>
#include <stdexcept>

namespace mlango {

namespace {

struct free_cipher_context {
    void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using cipher_context = std::unique_ptr<EVP_CIPHER_CTX, free_cipher_context>;

const unsigned char* raw(const char* text) {
    return reinterpret_cast<const unsigned char*>(text);
}
unsigned char* raw(char* text) {
    return reinterpret_cast<unsigned char*>(text);
}

void require(bool ok) {
    if (!ok) throw std::runtime_error("OpenSSL refused AES-256-GCM");
}

cipher_context keyed_context(const unsigned char* key, bool encrypt) {
    cipher_context context(EVP_CIPHER_CTX_new());
    require(context != nullptr);
    require(EVP_CipherInit_ex(context.get(), EVP_aes_256_gcm(), nullptr, key, nullptr, encrypt ? 1 : 0) == 1);
    return context;
}

}  // namespace

struct aes_gcm::by_processor {
    crypto_aead_aes256gcm_state schedule;  // 16-byte aligned by its type
    ~by_processor() { sodium_memzero(&schedule, sizeof(schedule)); }
};

struct aes_gcm::by_openssl {
    cipher_context encrypt, decrypt;

    void seal(const char* nonce, std::string_view context, std::string_view plain, char* out) const {
        EVP_CIPHER_CTX* const cipher = encrypt.get();
        int length = 0;
        require(EVP_EncryptInit_ex(cipher, nullptr, nullptr, nullptr, raw(nonce)) == 1);
        if (!context.empty())
            require(EVP_EncryptUpdate(cipher, nullptr, &length, raw(context.data()),
                                      static_cast<int>(context.size())) == 1);
        if (!plain.empty())
            require(EVP_EncryptUpdate(cipher, raw(out), &length, raw(plain.data()), static_cast<int>(plain.size())) ==
                    1);
        char* const tag = out + plain.size();
        require(EVP_EncryptFinal_ex(cipher, raw(tag), &length) == 1);
        require(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, tag_size, tag) == 1);
    }

    [[nodiscard]] bool open(const char* nonce, std::string_view context, std::string_view sealed, char* out) const {
        EVP_CIPHER_CTX* const cipher = decrypt.get();
        const std::string_view body = sealed.substr(0, sealed.size() - tag_size);
        std::array<unsigned char, tag_size> tag;
        std::copy_n(raw(sealed.data()) + body.size(), tag_size, tag.begin());
        int length = 0;
        require(EVP_DecryptInit_ex(cipher, nullptr, nullptr, nullptr, raw(nonce)) == 1);
        if (!context.empty())
            require(EVP_DecryptUpdate(cipher, nullptr, &length, raw(context.data()),
                                      static_cast<int>(context.size())) == 1);
        if (!body.empty())
            require(EVP_DecryptUpdate(cipher, raw(out), &length, raw(body.data()), static_cast<int>(body.size())) == 1);
        require(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, tag_size, tag.data()) == 1);
        unsigned char none[1];
        if (EVP_DecryptFinal_ex(cipher, none, &length) == 1) return true;
        // What was decrypted is not to be believed, nor to be left in memory.
        sodium_memzero(out, body.size());
        return false;
    }
};

aes_gcm::way aes_gcm::best() {
    static const bool has_instructions = sodium_init() >= 0 && crypto_aead_aes256gcm_is_available() != 0;
    return has_instructions ? way::processor : way::openssl;
}

aes_gcm::aes_gcm(const std::array<std::byte, key_size>& key, way how) {
    const auto* const octets = reinterpret_cast<const unsigned char*>(key.data());
    if (how == way::processor) {
        processor_ = std::make_unique<by_processor>();
        crypto_aead_aes256gcm_beforenm(&processor_->schedule, octets);
    } else {
        openssl_ = std::make_unique<by_openssl>(keyed_context(octets, true), keyed_context(octets, false));
    }
}

aes_gcm::~aes_gcm() = default;

void aes_gcm::seal(const char* nonce, std::string_view context, std::string_view plain, char* out) {
    if (openssl_) return openssl_->seal(nonce, context, plain, out);
    crypto_aead_aes256gcm_encrypt_afternm(raw(out), nullptr, raw(plain.data()), plain.size(), raw(context.data()),
                                          context.size(), nullptr, raw(nonce), &processor_->schedule);
}

bool aes_gcm::open(const char* nonce, std::string_view context, std::string_view sealed, char* out) {
    if (openssl_) return openssl_->open(nonce, context, sealed, out);
    // libsodium compares the tag before it decrypts; what it leaves on a mismatch is zero.
    return crypto_aead_aes256gcm_decrypt_afternm(raw(out), nullptr, nullptr, raw(sealed.data()), sealed.size(),
                                                 raw(context.data()), context.size(), raw(nonce),
                                                 &processor_->schedule) == 0;
}

}  // namespace mlango
