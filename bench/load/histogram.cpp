#include "bench/load/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace mlango::bench {
namespace {

constexpr std::uint64_t precise = 1U << 7;

std::size_t bucket_of(std::uint64_t value) {
    if (value < 2 * precise) return value;
    const auto shift = static_cast<std::size_t>(std::bit_width(value)) - 8;
    return (shift * precise) + (value >> shift);
}

std::uint64_t end_of(std::size_t bucket) {
    if (bucket < 2 * precise) return bucket;
    const std::size_t shift = (bucket / precise) - 1;
    return ((bucket - (shift * precise) + 1) << shift) - 1;
}

}  // namespace

void histogram::record(std::chrono::nanoseconds value) {
    constexpr std::int64_t last = (std::int64_t{1} << range_bits) - 1;
    const auto held = std::clamp<std::int64_t>(value.count(), 0, last);
    ++counts_[bucket_of(static_cast<std::uint64_t>(held))];
    ++count_;
    max_ = std::max(max_, std::chrono::nanoseconds{held});
}

void histogram::clear() {
    *this = {};
}

std::chrono::nanoseconds histogram::quantile(double share) const {
    if (count_ == 0) return {};
    const auto wanted =
        std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_))));
    std::uint64_t seen = 0;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
        seen += counts_[bucket];
        if (seen >= wanted) return std::min(max_, std::chrono::nanoseconds{static_cast<std::int64_t>(end_of(bucket))});
    }
    return max_;
}

}  // namespace mlango::bench
