#include "base/metrics.hpp"

#include <fmt/format.h>

#include <iterator>
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

std::string escaped(std::string_view text, bool quotes) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '"' && quotes) {
            out += "\\\"";
        } else {
            out += c;
        }
    }
    return out;
}

// The inside of the braces: a="1",b="2".
std::string label_text(metric_labels labels) {
    std::string out;
    for (const auto& [name, value] : labels)
        fmt::format_to(std::back_inserter(out), "{}{}=\"{}\"", out.empty() ? "" : ",", name, escaped(value, true));
    return out;
}

void append_sample(std::string& out, std::string_view name, std::string_view suffix, std::string_view labels,
                   auto value) {
    if (labels.empty()) {
        fmt::format_to(std::back_inserter(out), "{}{} {}\n", name, suffix, value);
    } else {
        fmt::format_to(std::back_inserter(out), "{}{}{{{}}} {}\n", name, suffix, labels, value);
    }
}

void append_latency(std::string& out, std::string_view name, const std::string& labels, const latency& value) {
    const latency::reading now = value.read();
    const std::string_view comma = labels.empty() ? "" : ",";
    std::uint64_t total = 0;
    for (int i = 0; i < latency::bucket_count; ++i) {
        total += now.counts[i];
        const bool last = i + 1 == latency::bucket_count;
        const std::string bound =
            last ? "+Inf" : fmt::format("{:g}", std::chrono::duration<double>(latency::bound(i)).count());
        append_sample(out, name, "_bucket", fmt::format("{}{}le=\"{}\"", labels, comma, bound), total);
    }
    append_sample(out, name, "_sum", labels, static_cast<double>(now.sum_ns) / 1e9);
    append_sample(out, name, "_count", labels, total);
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
        std::map<std::string, metric> members;  // by the text of their labels
    };
    mutable std::mutex guard;
    std::map<std::string, family, std::less<>> families;

    template <class T>
    T& find_or_make(std::string_view name, std::string_view help, metric_labels labels) {
        const std::scoped_lock lock(guard);
        auto found = families.find(name);
        if (found == families.end())
            found = families.emplace(std::string(name), family{escaped(help, false), {}}).first;
        auto& members = found->second.members;
        if (!members.empty() && !std::holds_alternative<std::unique_ptr<T>>(members.begin()->second))
            throw std::logic_error(fmt::format("metric {} is of another kind already", name));
        auto [member, fresh] = members.try_emplace(label_text(labels));
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
    static constexpr std::array<std::string_view, 3> kinds = {"counter", "gauge", "histogram"};
    std::string out;
    const std::scoped_lock lock(state_->guard);
    for (const auto& [name, family] : state_->families) {
        fmt::format_to(std::back_inserter(out), "# HELP {} {}\n# TYPE {} {}\n", name, family.help, name,
                       kinds[family.members.begin()->second.index()]);
        for (const auto& [labels, member] : family.members) {
            if (const auto* c = std::get_if<0>(&member)) append_sample(out, name, "", labels, (*c)->value());
            if (const auto* g = std::get_if<1>(&member)) append_sample(out, name, "", labels, (*g)->value());
            if (const auto* l = std::get_if<2>(&member)) append_latency(out, name, labels, **l);
        }
    }
    return out;
}

}  // namespace mlango
