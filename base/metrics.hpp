// Counters, gauges and latency histograms for Prometheus. Create each metric once (it is kept for the program's life)
// and keep the reference: updating one is a few nanoseconds and safe from every thread.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace mlango {

using metric_labels = std::initializer_list<std::pair<std::string_view, std::string_view>>;

class counter {
public:
    void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    alignas(64) std::atomic<std::uint64_t> value_{0};
};

class gauge {
public:
    void set(std::int64_t value) { value_.store(value, std::memory_order_relaxed); }
    void add(std::int64_t n) { value_.fetch_add(n, std::memory_order_relaxed); }
    [[nodiscard]] std::int64_t value() const { return value_.load(std::memory_order_relaxed); }

private:
    alignas(64) std::atomic<std::int64_t> value_{0};
};

// Buckets from 100 µs to 30 s, three a decade.
class latency {
public:
    static constexpr int bucket_count = 18;
    void observe(std::chrono::nanoseconds elapsed);
    struct reading {
        std::array<std::uint64_t, bucket_count> counts;  // not cumulative; the last is +Inf
        std::uint64_t sum_ns;
    };
    [[nodiscard]] reading read() const;
    [[nodiscard]] static std::chrono::nanoseconds bound(int bucket);

private:
    std::array<std::atomic<std::uint64_t>, bucket_count> counts_{};
    std::atomic<std::uint64_t> sum_ns_{0};
};

// The registry of all metrics. Asking for the same name and labels again returns the same object. `help` is one plain
// line. Throws std::logic_error when it is not, or when the name is a metric of another kind.
class metrics {
public:
    metrics();
    ~metrics();
    counter& count(std::string_view name, std::string_view help, metric_labels labels = {});
    gauge& level(std::string_view name, std::string_view help, metric_labels labels = {});
    latency& time(std::string_view name, std::string_view help, metric_labels labels = {});
    // Prometheus text exposition format 0.0.4.
    [[nodiscard]] std::string text() const;

private:
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace mlango
