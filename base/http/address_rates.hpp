// How many requests an address may make: a bucket for each, of which a bounded number is kept. Pure; one thread's own,
// so a process of several lets through up to so many times as much. Callers: the doors of partners and staff.
#pragma once

#include <chrono>
#include <cstddef>
#include <list>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mlango {

struct rate_limit {
    double a_minute = 60;
    double at_once = 20;
};

class address_rates {
public:
    explicit address_rates(rate_limit limit, std::size_t kept = 16'384) : limit_(limit), kept_(kept) {}

    // Takes one; else the whole seconds until there is one. An IPv6 address counts with its whole /64, which one
    // household or one attacker has.
    [[nodiscard]] std::optional<std::chrono::seconds> refused_for(std::string_view address,
                                                                  std::chrono::steady_clock::time_point now);
    [[nodiscard]] std::size_t size() const { return buckets_.size(); }

private:
    struct bucket {
        std::string key;
        double tokens;
        std::chrono::steady_clock::time_point last;
    };
    bucket& bucket_of(std::string key, std::chrono::steady_clock::time_point now);

    rate_limit limit_;
    std::size_t kept_;
    std::list<bucket> order_;  // the longest unseen last
    std::unordered_map<std::string, std::list<bucket>::iterator> buckets_;
};

}  // namespace mlango
