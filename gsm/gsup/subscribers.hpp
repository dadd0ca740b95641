// Who a subscriber is, asked of the HLR's control interface: GSUP itself names people by IMSI only. Answers are kept in
// memory for a short time and nowhere else; neither IMSI nor number is logged. One connection a question: one comes
// with each dial, and a connection that is kept would have states of its own. Callers: client.
#pragma once

#include <chrono>
#include <deque>
#include <expected>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/task.hpp"
#include "gsm/gsup/settings.hpp"
#include "gsm/msisdn.hpp"

namespace mlango::gsm::gsup {

enum class lookup_failure {
    unknown,      // the HLR does not have her
    no_number,    // it has her without a number, or with one that is none of E.164
    unavailable,  // it did not answer in time
};

class subscribers {
public:
    // `settings`, `numbers` and `time` outlive it.
    subscribers(const hlr_settings& settings, metrics& numbers, const clock& time);

    task<std::expected<msisdn, lookup_failure>> number_of(std::string imsi, deadline until);
    task<std::expected<std::string, lookup_failure>> imsi_of(msisdn number, deadline until);

private:
    task<std::expected<std::string, lookup_failure>> ask(std::string variable, std::string line, deadline until);
    void keep(const std::string& imsi, msisdn number);

    struct kept {
        msisdn number;
        std::chrono::steady_clock::time_point until;
    };
    const hlr_settings& settings_;
    const clock& time_;
    std::unordered_map<std::string, kept> kept_;
    std::deque<std::string> order_;  // of kept_, oldest first
    latency& seconds_;
    counter& found_;
    counter& unknown_;
    counter& no_number_;
    counter& unavailable_;
};

}  // namespace mlango::gsm::gsup
