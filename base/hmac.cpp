#include "base/hmac.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sodium.h>

#include <cstring>
#include <stdexcept>

namespace mlango {

std::array<std::byte, 20> hmac_sha1(std::string_view key, std::string_view text) {
    std::array<std::byte, 20> out{};
    unsigned length = 0;
    // A null key would mean "the key of the last call".
    const char* secret = key.empty() ? "" : key.data();
    if (HMAC(EVP_sha1(), secret, static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(text.data()),
             text.size(), reinterpret_cast<unsigned char*>(out.data()), &length) == nullptr ||
        length != out.size())
        throw std::runtime_error("HMAC-SHA-1 failed");
    return out;
}

std::string to_base64(byte_view data) {
    std::string out(sodium_base64_encoded_len(data.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(out.data(), out.size(), reinterpret_cast<const unsigned char*>(data.data()), data.size(),
                      sodium_base64_VARIANT_ORIGINAL);
    out.resize(std::strlen(out.c_str()));
    return out;
}

}  // namespace mlango
