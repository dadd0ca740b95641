// Plays scripted callers against the service: one thread, epoll, a pool of keep-alive connections as an aggregator has.
// Closed loop: every phone types as soon as it has its screen. Open loop: hops are due at a rate whatever the service
// does, and their latency counts from the moment they were due (so that a stalled service is not spared).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/load/histogram.hpp"
#include "bench/load/script.hpp"
#include "bench/load/watch.hpp"
#include "bench/load/wire.hpp"

namespace mlango::bench {

struct load_settings {
    target to;
    std::string service_code = "*384#";
    std::string network = "63902";
    std::size_t phones = 64;
    std::size_t connections = 64;
    double rate = 0;                    // hops a second; 0: closed loop
    bool poisson = true;                // else evenly spaced
    std::chrono::nanoseconds think{0};  // closed loop: between a screen and the next key
    std::chrono::nanoseconds warm_up{std::chrono::seconds{1}};
    std::chrono::nanoseconds window{std::chrono::seconds{3}};
    std::uint32_t sessions_each = 0;  // not 0: every phone plays so many sessions, and that is the window
    std::chrono::nanoseconds timeout{std::chrono::seconds{10}};  // a hop without an answer has failed
    std::vector<watched> watch;
    std::uint64_t seed = 1;
    std::size_t samples = 5;  // of wrong screens to keep
};

struct step_result {
    std::string label;
    std::uint64_t right = 0, wrong = 0, failed = 0;
    histogram latency;  // of the right ones
};

struct watched_result {
    std::string name;
    usage spent;
};

struct load_result {
    std::chrono::nanoseconds window{0};
    std::uint64_t right = 0, wrong = 0, failed = 0;
    std::uint64_t sessions = 0;  // played to the end
    std::uint64_t reconnects = 0;
    std::uint64_t most_live = 0;  // sessions begun and not ended, at most at one time
    histogram latency;            // of the right ones
    std::vector<step_result> steps;
    std::vector<watched_result> watched;
    usage own;  // of the generator
    std::vector<std::string> samples;
    [[nodiscard]] std::uint64_t hops() const { return right + wrong + failed; }
};

// Raises the limit of open files as far as it may. Throws std::system_error where the machine refuses a socket or an
// epoll; refusals by the service are failed hops. Precondition: known.size() >= phones, so that no two live sessions
// have the same number.
[[nodiscard]] load_result play(const load_settings& settings, const std::vector<step>& script, const facts& known);

}  // namespace mlango::bench
