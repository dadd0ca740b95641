#include "base/metrics.hpp"

#include <fmt/format.h>
#include <prometheus/text_serializer.h>

#include <limits>
#include <map>
#include <mutex>
#include <stdexcept>
#include <variant>

namespace mlango {

namespace {

using namespace std::chrono_literals;

constexpr std::array<std::chrono::nanoseconds, latency::bucket_count> bounds = {
    100us, 200us, 500us, 1ms, 2ms, 5ms, 10ms, 20ms, 50ms,
    100ms, 200ms, 500ms, 1s,  2s,  5s,  10s,  30s,  std::chrono::nanoseconds::max()};

using metric = std::variant<std::unique_ptr<counter>, std::unique_ptr<gauge>, std::unique_ptr<latency>>;

using label_list = std::vector<prometheus::ClientMetric::Label>;

label_list owned(metric_labels labels) {
    label_list out;
    out.reserve(labels.size());
    for (const auto& [name, value] : labels) out.push_back({std::string(name), std::string(value)});
    return out;
}

// By the order of the variant.
prometheus::MetricType kind_of(const metric& one) {
    static constexpr std::array kinds = {prometheus::MetricType::Counter, prometheus::MetricType::Gauge,
                                         prometheus::MetricType::Histogram};
    return kinds[one.index()];
}

void read_into(prometheus::ClientMetric& out, const counter& from) {
    out.counter.value = static_cast<double>(from.value());
}

void read_into(prometheus::ClientMetric& out, const gauge& from) {
    out.gauge.value = static_cast<double>(from.value());
}

void read_into(prometheus::ClientMetric& out, const latency& from) {
    const latency::reading now = from.read();
    auto& histogram = out.histogram;
    histogram.bucket.reserve(latency::bucket_count);
    for (int i = 0; i < latency::bucket_count; ++i) {
        histogram.sample_count += now.counts[i];
        const bool last = i + 1 == latency::bucket_count;
        const double bound =
            last ? std::numeric_limits<double>::infinity() : std::chrono::duration<double>(latency::bound(i)).count();
        histogram.bucket.push_back({histogram.sample_count, bound});
    }
    histogram.sample_sum = static_cast<double>(now.sum_ns) / 1e9;
}

}  // namespace

void latency::observe(std::chrono::nanoseconds elapsed) {
    if (elapsed.count() < 0) elapsed = {};
    std::size_t bucket = 0;
    while (elapsed > bounds[bucket]) ++bucket;
    counts_[bucket].fetch_add(1, std::memory_order_relaxed);
    sum_ns_.fetch_add(static_cast<std::uint64_t>(elapsed.count()), std::memory_order_relaxed);
}

latency::reading latency::read() const {
    reading out{};
    for (std::size_t i = 0; i < bucket_count; ++i) out.counts[i] = counts_[i].load(std::memory_order_relaxed);
    out.sum_ns = sum_ns_.load(std::memory_order_relaxed);
    return out;
}

std::chrono::nanoseconds latency::bound(int bucket) {
    return bounds.at(static_cast<std::size_t>(bucket));
}

struct metrics::state {
    struct family {
        std::string help;
        std::map<label_list, metric> members;
    };
    mutable std::mutex guard;
    std::map<std::string, family, std::less<>> families;

    template <class T>
    T& find_or_make(std::string_view name, std::string_view help, metric_labels labels) {
        // The library's text holds a help as it is given.
        if (help.find_first_of("\\\n") != std::string_view::npos)
            throw std::logic_error(fmt::format("the help of metric {} is not one plain line", name));
        const std::scoped_lock lock(guard);
        auto found = families.find(name);
        if (found == families.end()) found = families.emplace(std::string(name), family{std::string(help), {}}).first;
        auto& members = found->second.members;
        if (!members.empty() && !std::holds_alternative<std::unique_ptr<T>>(members.begin()->second))
            throw std::logic_error(fmt::format("metric {} is of another kind already", name));
        auto [member, fresh] = members.try_emplace(owned(labels));
        if (fresh) member->second = std::make_unique<T>();
        return *std::get<std::unique_ptr<T>>(member->second);
    }
};

metrics::metrics() : state_(std::make_unique<state>()) {}
metrics::~metrics() = default;

counter& metrics::count(std::string_view name, std::string_view help, metric_labels labels) {
    return state_->find_or_make<counter>(name, help, labels);
}

gauge& metrics::level(std::string_view name, std::string_view help, metric_labels labels) {
    return state_->find_or_make<gauge>(name, help, labels);
}

latency& metrics::time(std::string_view name, std::string_view help, metric_labels labels) {
    return state_->find_or_make<latency>(name, help, labels);
}

std::string metrics::text() const {
    std::vector<prometheus::MetricFamily> families;
    {
        const std::scoped_lock lock(state_->guard);
        families.reserve(state_->families.size());
        for (const auto& [name, from] : state_->families) {
            auto& family = families.emplace_back(name, from.help, kind_of(from.members.begin()->second));
            family.metric.reserve(from.members.size());
            for (const auto& [labels, member] : from.members) {
                auto& one = family.metric.emplace_back();
                one.label = labels;
                std::visit([&](const auto& values) { read_into(one, *values); }, member);
            }
        }
    }
    return prometheus::TextSerializer().Serialize(families);
}

}  // namespace mlango
