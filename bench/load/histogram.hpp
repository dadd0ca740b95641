// Latencies by count, within 1 % of their value at any size up to 68 s: log-linear buckets, 128 to each power of two.
// Used by the load generator alone. No clock, no I/O.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace mlango::bench {

class histogram {
public:
    // Negative values count as 0, those over the range as its end.
    void record(std::chrono::nanoseconds value);
    void clear();

    [[nodiscard]] std::uint64_t count() const { return count_; }
    [[nodiscard]] std::chrono::nanoseconds max() const { return max_; }
    // The smallest bucket's end that at least `share` (0 to 1) of the values do not exceed; 0 when there is none.
    [[nodiscard]] std::chrono::nanoseconds quantile(double share) const;

private:
    static constexpr int range_bits = 36;
    static constexpr int precise_bits = 7;
    static constexpr std::size_t buckets = ((range_bits - precise_bits - 1) << precise_bits) + (2U << precise_bits);

    std::array<std::uint64_t, buckets> counts_{};
    std::uint64_t count_ = 0;
    std::chrono::nanoseconds max_{0};
};

}  // namespace mlango::bench
