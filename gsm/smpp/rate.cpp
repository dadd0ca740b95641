#include "gsm/smpp/rate.hpp"

#include <algorithm>
#include <cmath>

namespace mlango::gsm::smpp {
namespace {

using namespace std::chrono_literals;

constexpr double no_ceiling = 1'000'000;
constexpr double start_growth = 1.5;    // a step
constexpr double decrease = 0.94;       // of the rate at which a limit was met
constexpr double cycle_messages = 110;  // at least, from a limit met to meeting it again: one refusal in so many
constexpr double cycle_seconds = 5;
constexpr double burst_seconds = 0.01;  // what a coarse timer may be late
constexpr auto first_hold = 100ms;
constexpr auto longest_hold = 5s;
constexpr auto longest_quota = 1'100ms;  // SMSCs count by the second: a used-up one refuses until the next begins
constexpr auto farthest = 30s;
constexpr auto bucket_width = 50ms;
constexpr double least_step = 0.1;
constexpr double slow_response = 1;  // seconds: below, a response time says nothing
constexpr double slow_factor = 4;    // times the least that was seen
constexpr auto congestion_age = 5s;
constexpr std::uint8_t optimum = 80;  // congestion_state, 5.0 §4.8.4.18
constexpr std::uint8_t nearly_congested = 90;
constexpr std::uint8_t congested_wholly = 100;

double seconds(rate::duration span) {
    return std::chrono::duration<double>(span).count();
}

}  // namespace

rate::rate(const rate_settings& settings) : settings_(settings) {
    settings_.floor = std::clamp(settings_.floor, 0.05, 1'000.0);
    settings_.ceiling = std::clamp(settings_.ceiling, settings_.floor, no_ceiling);
    rate_ = std::clamp(settings_.start, settings_.floor, settings_.ceiling);
}

double rate::burst() const {
    return std::max(1.5, rate_ * burst_seconds);
}

double rate::tokens_at(time_point now) const {
    if (now <= filled_) return tokens_;
    return std::min(burst(), tokens_ + seconds(now - filled_) * rate_);
}

rate::time_point rate::ready_at(time_point now) const {
    if (probing_ && probe_out_) return time_point::max();
    if (held_until_ > now) return held_until_;
    if (rate_ >= no_ceiling) return now;
    const double tokens = tokens_at(now);
    if (tokens >= 1) return now;
    // Rounded up, so that at the time that is given there is one.
    const double wait = std::min((1 - tokens) / rate_, seconds(farthest));
    return now + std::chrono::nanoseconds(static_cast<std::int64_t>(std::ceil(wait * 1e9)) + 1);
}

bool rate::take(time_point now) {
    if (ready_at(now) > now) return false;
    const double tokens = tokens_at(now);
    tokens_ = tokens - 1;
    used_up_ = rate_ < no_ceiling && tokens_ < burst() * 0.3;
    filled_ = std::max(filled_, now);
    if (step_begun_ == time_point{}) step_begun_ = now;
    if (probing_) {
        probe_out_ = true;
        probe_sent_ = now;
    }
    return true;
}

void rate::answered(time_point sent, time_point now) {
    if (sent >= probe_sent_) probe_out_ = false;
    const double took = seconds(now - sent);
    latency_ = latency_ == 0 ? took : latency_ + (took - latency_) / 8;
    least_latency_ = least_latency_ == 0 ? took : std::min(took, least_latency_ * 1.0001);
}

void rate::accepted(time_point sent, time_point now) {
    answered(sent, now);
    count(now);
    if (sent > shrunk_at_) {
        streak_ = 0;
        probing_ = probe_out_ = false;
    }
    if (latency_ > std::max(slow_response, slow_factor * least_latency_)) {
        if (sent > shrunk_at_) shrink_for_latency(now);
    } else if (used_up_ && may_grow(now)) {
        grow(sent, now);
    }
}

void rate::refused(time_point sent, time_point now) {
    answered(sent, now);
    if (sent > shrunk_at_) probing_ = probe_out_ = false;
}

void rate::lost(time_point sent) {
    if (sent >= probe_sent_) probe_out_ = false;
}

bool rate::may_grow(time_point now) const {
    return congestion_ < optimum || now - congestion_told_ > congestion_age;
}

void rate::grow(time_point sent, time_point now) {
    if (starting_) {
        // One doubling for each answer to the rate as it is: never ahead of what was seen.
        if (sent < step_begun_) return;
        ++step_accepted_;
        if (step_accepted_ < 8 || seconds(now - step_begun_) < std::max(least_step, latency_)) return;
        step_accepted_ = 0;
        step_begun_ = now;
        rate_ = std::min(rate_ * start_growth, settings_.ceiling);
        return;
    }
    // Slowly near the last limit, quickly once that is far behind: the limit was raised.
    progress_ += 1 / std::max(cycle_messages, rate_ * cycle_seconds);
    const double away = progress_ - 1;
    const double goal = plateau_ * (1 + (1 - decrease) * away * away * away);
    rate_ = std::clamp(std::min(goal, rate_ * 2), rate_, settings_.ceiling);
}

void rate::set_rate(double per_second, double plateau, time_point now) {
    rate_ = std::clamp(per_second, settings_.floor, settings_.ceiling);
    plateau_ = std::max(plateau, rate_);
    progress_ = 0;
    starting_ = false;
    shrunk_at_ = now;
    tokens_ = std::min(tokens_at(now), 0.0);
    filled_ = std::max(filled_, now);
}

void rate::throttled(time_point sent, time_point now) {
    answered(sent, now);
    if (sent <= shrunk_at_) return;  // of the same flight as what it was lowered for
    ++streak_;
    const double lately = accepted_lately(now) + 1;  // it counts whole ones
    if (streak_ == 1) {
        limit_met_at_ = now;
        lately_then_ = lately;
    }
    if (starting_) {
        // What was taken two steps ago is not known to be too much.
        set_rate(std::clamp(lately, rate_ / (start_growth * start_growth), rate_ * decrease), 0, now);
        progress_ = 1;
    } else if (streak_ == 1) {
        const double goal = std::clamp(lately, rate_ / 2, rate_ * decrease);
        set_rate(goal, goal / decrease, now);
    } else if (now - limit_met_at_ < longest_quota) {
        // Nothing was taken in between: what may go in this second is gone, which says nothing new about the rate.
        const double goal = std::min(rate_, std::max(lately_then_, rate_ / 2));
        set_rate(goal, std::max(plateau_ * goal / rate_, goal), now);
        probing_ = true;
    } else {
        const double goal = std::min(rate_ * 0.7, std::max(lately, rate_ / 4));
        set_rate(goal, goal / decrease, now);
        probing_ = true;
    }
    const auto hold = now - limit_met_at_ < longest_quota ? first_hold * std::min(streak_, 2)
                                                          : first_hold * (1 << std::min(streak_ - 1, 6));
    held_until_ = now + std::min<duration>(hold, longest_hold);
}

void rate::shrink_for_latency(time_point now) {
    const double least = std::min(10.0, rate_ * 0.9);
    const double goal = std::max(std::min(rate_, accepted_lately(now)) * 0.9, least);
    set_rate(goal, goal / decrease, now);
}

void rate::congested(std::uint8_t state, time_point now) {
    congestion_ = state;
    congestion_told_ = now;
    if (state < nearly_congested || now - shrunk_at_ < std::max<duration>(1s, first_hold)) return;
    const double base = rate_ >= no_ceiling ? std::max(accepted_lately(now), 10.0) : rate_;
    if (state >= congested_wholly) {
        set_rate(base * decrease, base, now);
        held_until_ = now + first_hold;
    } else {
        set_rate(base * 0.97, base, now);
    }
}

void rate::count(time_point now) {
    accepted_lately(now);
    ++accepted_[static_cast<std::size_t>(bucket_ % buckets)];
    ++accepted_sum_;
}

// In the last second; drops what is older.
double rate::accepted_lately(time_point now) {
    const std::int64_t current = now.time_since_epoch() / bucket_width;
    const std::int64_t passed = std::min(current - bucket_, buckets);
    for (std::int64_t i = 0; i < passed; ++i) {
        std::uint32_t& old = accepted_[static_cast<std::size_t>((current - i) % buckets)];
        accepted_sum_ -= old;
        old = 0;
    }
    bucket_ = std::max(bucket_, current);
    return accepted_sum_;
}

}  // namespace mlango::gsm::smpp
