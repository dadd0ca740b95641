// Whether PINs may be tried through a gateway at all: what stops one popular PIN tried on every number by whoever holds
// a gateway's secret. Each thread counts in memory and adds its counts to the registry at most once a second, where
// those of every thread and node meet; the same statement says what all of them saw.
//
// The breaker opens for fifteen minutes when, of at least fifty checks within ten to twenty minutes, more fail than
// three times the share that failed in the week before, or when one of 64 heaps of PINs (by a keyed hash) holds at
// least thirty failures and a quarter of all. While it is open nobody is checked and nothing is counted against
// anybody.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "base/task.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

struct gateway_reading {
    std::int64_t tries = 0, failures = 0;              // of this slot of ten minutes and the one before
    std::int64_t usual_tries = 0, usual_failures = 0;  // of the seven days before those
    std::int64_t fullest_heap = 0;                     // failures of the heap that holds most, within the same slots
};
// Pure. True: the breaker opens.
[[nodiscard]] bool too_many_failures(const gateway_reading& seen);

class pin_breaker {
public:
    pin_breaker(pg_pool& pool, blinder& blind, const clock& time);

    // Not `closed`: nothing through this gateway now; `opened` for the one caller that found it out and tells.
    enum class state { closed, open, opened };
    task<state> look(std::string_view gateway);
    // A PIN was checked. `pin` is only hashed into a heap.
    void count(std::string_view gateway, std::string_view pin, bool right);

private:
    static constexpr std::size_t heaps = 64;
    struct watched {
        std::int64_t tries = 0, failures = 0;  // not added to the registry yet
        std::map<std::uint8_t, std::int64_t> heap;
        wall_time asked{};  // when the registry was asked last
        wall_time open_until{};
    };
    task<bool> add(std::string gateway);

    pg_pool& pool_;
    blinder& blind_;
    const clock& time_;
    std::map<std::string, watched, std::less<>> gateways_;  // a gateway's name comes from the configuration
};

}  // namespace mlango::registry
