// Randomness comes in through the constructor. system_random is libsodium's; seeded_random repeats itself for a seed
// and serves tests and the synthetic population only.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace mlango {

class random_source {
public:
    virtual ~random_source() = default;
    virtual void fill(std::span<std::byte> out) = 0;

    // Uniform in [0, bound), bound > 0, without modulo bias.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound);
};

// Cryptographic randomness; safe to call from every thread.
class system_random final : public random_source {
public:
    system_random();
    void fill(std::span<std::byte> out) override;
};

// ChaCha20 keyed by the seed: the same bytes on every machine and in every version.
class seeded_random final : public random_source {
public:
    explicit seeded_random(std::uint64_t seed) : seed_(seed) {}
    void fill(std::span<std::byte> out) override;

private:
    static constexpr std::size_t block_size = 256;  // a multiple of ChaCha20's 64
    std::uint64_t seed_;
    std::uint64_t drawn_ = 0;  // bytes
    std::array<std::byte, block_size> block_{};
};

}  // namespace mlango
