// AES-256-GCM under one key, its schedule computed once. Caller: sealer. Not thread-safe.
//
// Two implementations of the same octets: libsodium's where the processor has the instructions, since a message runs
// through a tenth of the code that OpenSSL's takes, and code that runs once a hop costs its fetching; OpenSSL's
// elsewhere.
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <string_view>

namespace mlango {

class aes_gcm {
public:
    static constexpr std::size_t key_size = 32, nonce_size = 12, tag_size = 16;
    enum class way { processor, openssl };
    // The faster one that this machine has.
    [[nodiscard]] static way best();

    explicit aes_gcm(const std::array<std::byte, key_size>& key, way how = best());
    ~aes_gcm();
    aes_gcm(const aes_gcm&) = delete;

    // Writes plain.size() + tag_size octets to `out`. `context` is authenticated, not written.
    void seal(const char* nonce, std::string_view context, std::string_view plain, char* out);
    // `sealed` is ciphertext and tag; writes sealed.size() - tag_size octets, all zero when it returns false.
    [[nodiscard]] bool open(const char* nonce, std::string_view context, std::string_view sealed, char* out);

private:
    struct by_processor;
    struct by_openssl;
    std::unique_ptr<by_processor> processor_;
    std::unique_ptr<by_openssl> openssl_;
};

}  // namespace mlango
