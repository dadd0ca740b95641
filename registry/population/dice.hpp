// The chance of one family: a stream that depends on the seed, the family and the subject alone, so that families can
// be made in any order and number, and a change in how one subject draws leaves the others as they were.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/random.hpp"

namespace mlango::registry::population {

enum class subject : std::uint64_t { household = 1, assistance = 2, requests = 3 };

// SplitMix64's finaliser: spreads neighbouring inputs over all 64 bits.
[[nodiscard]] constexpr std::uint64_t spread(std::uint64_t value) {
    value += 0x9e3779b97f4a7c15U;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
    return value ^ (value >> 31);
}

// Draw once a statement: compilers differ in the order in which they evaluate a call's arguments.
class dice {
public:
    dice(std::uint64_t seed, std::int64_t family, subject about)
        : source_(
              spread(spread(seed ^ spread(static_cast<std::uint64_t>(about))) ^ static_cast<std::uint64_t>(family))) {}

    // Uniform in [0, bound), bound > 0. Four bytes a draw; the unevenness, bound / 2^32, does not matter here.
    [[nodiscard]] std::uint32_t below(std::uint32_t bound) {
        std::array<std::byte, 4> raw;
        source_.fill(raw);
        std::uint64_t value = 0;
        for (std::size_t i = 0; i < raw.size(); ++i) value |= std::to_integer<std::uint64_t>(raw[i]) << (8 * i);
        return static_cast<std::uint32_t>((value * bound) >> 32);
    }
    // Uniform in [low, high], both included.
    [[nodiscard]] int between(int low, int high) {
        return low + static_cast<int>(below(static_cast<std::uint32_t>(high - low + 1)));
    }
    [[nodiscard]] bool percent(std::uint32_t chance) { return below(100) < chance; }
    template <class T>
    [[nodiscard]] const T& one_of(std::span<const T> choices) {
        return choices[below(static_cast<std::uint32_t>(choices.size()))];
    }
    // The index of a weight; the weights add up to 100.
    [[nodiscard]] std::size_t by_weight(std::span<const std::uint8_t> weights) {
        std::uint32_t left = below(100);
        for (std::size_t i = 0; i + 1 < weights.size(); ++i) {
            if (left < weights[i]) return i;
            left -= weights[i];
        }
        return weights.size() - 1;
    }

private:
    seeded_random source_;
};

}  // namespace mlango::registry::population
