// What every door of USSD does with a hop, whichever way it came (HTTP, GSUP, SMPP): the gateway's rate and the longest
// input, its metrics, the sink by its deadline. Of one gateway, on one thread. Not here: how a hop is worded.
#pragma once

#include <array>
#include <chrono>
#include <string>

#include "base/metrics.hpp"
#include "gsm/ussd.hpp"

namespace mlango::gsm {

// A limit in hops a second with a burst of one second's worth; 0 is no limit.
class token_bucket {
public:
    explicit token_bucket(double rate);
    [[nodiscard]] bool take(std::chrono::steady_clock::time_point now);

private:
    double rate_;
    double tokens_;
    bool started_ = false;
    std::chrono::steady_clock::time_point last_{};
};

enum class hop_refusal { secret, address, form, rate, signature };

// The end of a session, to which nothing is answered.
[[nodiscard]] bool is_end(const ussd_hop& hop);
// Whether what she typed is longer than her network lets through. Of a transcript only what stands between two '*' is
// surely one input, or a part of one.
[[nodiscard]] bool is_too_long(const ussd_hop& hop, std::size_t characters);

class hop_door {
public:
    enum class verdict { passes, too_many, too_long };

    // `sink`, `numbers` and `time` outlive the door.
    hop_door(std::string gateway, const gateway_profile& profile, double hops_per_second, ussd_sink& sink,
             metrics& numbers, const clock& time);

    // Counts a refusal by itself. The end of a session is never refused for what the gateway sends beside it.
    [[nodiscard]] verdict judge(const ussd_hop& hop, deadline now);
    void count(hop_refusal why) { refusals_[static_cast<std::size_t>(why)]->add(); }
    // The sink's answer to a hop that judge() let pass. `begun` is when its request had come.
    task<ussd_reply> pass(ussd_hop hop, deadline begun, deadline until);

    [[nodiscard]] const gateway_profile& profile() const { return profile_; }

private:
    gateway_profile profile_;
    token_bucket bucket_;
    ussd_sink& sink_;
    const clock& time_;
    latency& seconds_;
    std::array<counter*, 4> hops_{};
    std::array<counter*, 5> refusals_{};
};

}  // namespace mlango::gsm
