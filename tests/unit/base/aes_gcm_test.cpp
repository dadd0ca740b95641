#include "base/aes_gcm.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/bytes.hpp"

namespace mlango {
namespace {

std::array<std::byte, aes_gcm::key_size> key_of(std::string_view hex) {
    std::array<std::byte, aes_gcm::key_size> key{};
    const auto octets = from_hex(hex).value();
    std::copy(octets.begin(), octets.end(), key.begin());
    return key;
}
std::string octets(std::string_view hex) {
    return std::string(as_string_view(from_hex(hex).value()));
}

std::vector<aes_gcm::way> ways() {
    std::vector<aes_gcm::way> all{aes_gcm::way::openssl};
    if (aes_gcm::best() == aes_gcm::way::processor) all.push_back(aes_gcm::way::processor);
    return all;
}

// The Galois/Counter Mode of Operation (McGrew, Viega), test cases 13, 14 and 16.
TEST(aes_gcm, follows_the_published_cases) {
    const std::string zeros(64, '0');
    struct published {
        std::string key, nonce, context, plain, sealed;
    };
    const std::string feffe = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
    const std::vector<published> cases{
        {zeros, zeros.substr(0, 24), "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
        {zeros, zeros.substr(0, 24), "", zeros.substr(0, 32),
         "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"},
        {feffe, "cafebabefacedbaddecaf888", "feedfacedeadbeeffeedfacedeadbeefabaddad2",
         "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de"
         "6"
         "57ba637b39",
         "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7"
         "a"
         "0abcc9f66276fc6ece0f4e1768cddf8853bb2d551b"},
    };
    for (const auto how : ways())
        for (const auto& one : cases) {
            aes_gcm cipher(key_of(one.key), how);
            const std::string plain = octets(one.plain);
            std::string sealed(plain.size() + aes_gcm::tag_size, '\0');
            cipher.seal(octets(one.nonce).data(), octets(one.context), plain, sealed.data());
            EXPECT_EQ(to_hex(as_byte_view(sealed)), one.sealed);
            std::string opened(plain.size(), 'x');
            EXPECT_TRUE(cipher.open(octets(one.nonce).data(), octets(one.context), sealed, opened.data()));
            EXPECT_EQ(opened, plain);
        }
}

TEST(aes_gcm, leaves_nothing_of_what_is_forged) {
    for (const auto how : ways()) {
        aes_gcm cipher(key_of(std::string(64, '7')), how);
        const std::string nonce(aes_gcm::nonce_size, 'n'), plain(100, 'p');
        std::string sealed(plain.size() + aes_gcm::tag_size, '\0');
        cipher.seal(nonce.data(), "there", plain, sealed.data());
        std::string opened(plain.size(), 'x');
        EXPECT_FALSE(cipher.open(nonce.data(), "elsewhere", sealed, opened.data()));
        EXPECT_EQ(opened, std::string(plain.size(), '\0'));
        EXPECT_TRUE(cipher.open(nonce.data(), "there", sealed, opened.data()));
    }
}

}  // namespace
}  // namespace mlango
