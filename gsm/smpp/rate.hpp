// How fast one bind may submit: a rate that grows while the SMSC takes what comes and shrinks when it throttles
// (additive increase, multiplicative decrease, with the shape of RFC 9438 around the last limit that was met). Steered
// by RTHROTTLED and RMSGQFUL, congestion_state and the time that responses take. It holds the bind back, never a
// message: what may not go now is not taken, so order is kept. Caller: smpp::link. Sans-IO.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace mlango::gsm::smpp {

struct rate_settings {
    double start = 10;           // per second, before anything is known; doubles while all is taken
    double ceiling = 1'000'000;  // per second, what the operator agreed to; from 1,000,000 there is none
    double floor = 0.2;          // per second: so slow a bind still finds out that it may go faster
};

class rate {
public:
    using time_point = std::chrono::steady_clock::time_point;
    using duration = std::chrono::steady_clock::duration;

    explicit rate(const rate_settings& settings = {});

    // When the next one may go: `now` or earlier when at once; never further away than 30 s, but time_point::max()
    // while a single probe is under way.
    [[nodiscard]] time_point ready_at(time_point now) const;
    // Takes one; false when it is too early.
    bool take(time_point now);

    // What became of one that was taken at `sent`.
    void accepted(time_point sent, time_point now);
    void throttled(time_point sent, time_point now);
    void refused(time_point sent, time_point now);       // for another reason, which says nothing about speed
    void lost(time_point sent);                          // no response
    void congested(std::uint8_t state, time_point now);  // congestion_state, 0 to 100

    [[nodiscard]] double per_second() const { return rate_; }

private:
    void answered(time_point sent, time_point now);
    void grow(time_point sent, time_point now);
    void shrink_for_latency(time_point now);
    void set_rate(double per_second, double plateau, time_point now);
    void count(time_point now);
    [[nodiscard]] double tokens_at(time_point now) const;
    [[nodiscard]] double burst() const;
    double accepted_lately(time_point now);
    [[nodiscard]] bool may_grow(time_point now) const;

    static constexpr std::int64_t buckets = 20;  // of 50 ms each

    rate_settings settings_;
    double rate_;
    double tokens_ = 1;
    time_point filled_{};
    bool used_up_ = false;  // at the last take: the rate, and not the traffic, is what limits

    bool starting_ = true;  // no limit was met yet
    int step_accepted_ = 0;
    time_point step_begun_{};
    double plateau_ = 0;   // the rate at which the last limit was met
    double progress_ = 0;  // since then, in cycles

    int streak_ = 0;                             // limits met without an acceptance between
    time_point limit_met_at_{};                  // the first of these
    double lately_then_ = 0;                     // accepted in the second before it
    time_point shrunk_at_{duration::min() / 2};  // what was sent before it says nothing new
    time_point held_until_{};
    bool probing_ = false;  // one at a time, until one is accepted
    bool probe_out_ = false;
    time_point probe_sent_{};

    double latency_ = 0;  // seconds, smoothed
    double least_latency_ = 0;
    std::uint8_t congestion_ = 0;
    time_point congestion_told_{};

    std::array<std::uint32_t, buckets> accepted_{};  // of the last second
    std::int64_t bucket_ = 0;
    std::uint32_t accepted_sum_ = 0;
};

}  // namespace mlango::gsm::smpp
