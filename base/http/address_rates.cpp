#include "base/http/address_rates.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace mlango {

namespace {

std::string network_of(std::string_view address) {
    std::string text(address);
    std::array<char, 16> raw{};
    if (inet_pton(AF_INET6, text.c_str(), raw.data()) == 1) return std::string(raw.data(), 8);
    return text;
}

}  // namespace

address_rates::bucket& address_rates::bucket_of(std::string key, std::chrono::steady_clock::time_point now) {
    if (const auto found = buckets_.find(key); found != buckets_.end()) {
        order_.splice(order_.begin(), order_, found->second);
        return order_.front();
    }
    if (buckets_.size() >= kept_) {
        buckets_.erase(order_.back().key);
        order_.pop_back();
    }
    order_.push_front({key, limit_.at_once, now});
    buckets_.emplace(std::move(key), order_.begin());
    return order_.front();
}

std::optional<std::chrono::seconds> address_rates::refused_for(std::string_view address,
                                                               std::chrono::steady_clock::time_point now) {
    bucket& one = bucket_of(network_of(address), now);
    const double a_second = limit_.a_minute / 60;
    one.tokens =
        std::min(one.tokens + std::chrono::duration<double>(now - one.last).count() * a_second, limit_.at_once);
    one.last = now;
    if (one.tokens >= 1) {
        one.tokens -= 1;
        return std::nullopt;
    }
    return std::chrono::seconds(std::max<std::int64_t>(1, std::llround(std::ceil((1 - one.tokens) / a_second))));
}

}  // namespace mlango
