#include "base/random.hpp"

#include <sodium.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace mlango {

namespace {

__extension__ using wide = unsigned __int128;

std::uint64_t draw(random_source& source) {
    std::array<std::byte, 8> raw;
    source.fill(raw);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < raw.size(); ++i) value |= std::to_integer<std::uint64_t>(raw[i]) << (8 * i);
    return value;
}

}  // namespace

// Multiply and shift; a draw that falls into the uneven rest is repeated.
std::uint64_t random_source::below(std::uint64_t bound) {
    wide product = static_cast<wide>(draw(*this)) * bound;
    if (static_cast<std::uint64_t>(product) < bound) {
        const std::uint64_t uneven = (0 - bound) % bound;
        while (static_cast<std::uint64_t>(product) < uneven) product = static_cast<wide>(draw(*this)) * bound;
    }
    return static_cast<std::uint64_t>(product >> 64);
}

system_random::system_random() {
    if (sodium_init() < 0) throw std::runtime_error("libsodium could not be initialised");
}

// A key press draws a few bytes two or three times, and each draw would be a system call: they come from a block of the
// thread's own. What was given out is wiped from it.
void system_random::fill(std::span<std::byte> out) {
    thread_local std::array<std::byte, 512> block;
    thread_local std::size_t left = 0;
    if (out.size() > block.size() / 4) {
        randombytes_buf(out.data(), out.size());
        return;
    }
    if (left < out.size()) {
        randombytes_buf(block.data(), block.size());
        left = block.size();
    }
    left -= out.size();
    std::memcpy(out.data(), block.data() + left, out.size());
    sodium_memzero(block.data() + left, out.size());
}

void seeded_random::fill(std::span<std::byte> out) {
    while (!out.empty()) {
        const std::size_t offset = drawn_ % block_size;
        if (offset == 0) {
            std::array<unsigned char, crypto_stream_chacha20_KEYBYTES> key{};
            for (std::size_t i = 0; i < 8; ++i) key[i] = static_cast<unsigned char>(seed_ >> (8 * i));
            constexpr std::array<unsigned char, crypto_stream_chacha20_NONCEBYTES> nonce{};
            constexpr std::array<unsigned char, block_size> zeros{};
            crypto_stream_chacha20_xor_ic(reinterpret_cast<unsigned char*>(block_.data()), zeros.data(), zeros.size(),
                                          nonce.data(), drawn_ / 64, key.data());
        }
        const std::size_t n = std::min(out.size(), block_size - offset);
        std::memcpy(out.data(), block_.data() + offset, n);
        drawn_ += n;
        out = out.subspan(n);
    }
}

}  // namespace mlango
