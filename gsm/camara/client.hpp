// Asks a network operator about a number before something grave: was its SIM swapped, did it go to somebody else.
// Callers: the wallet's sessions (share above the predicates, recovery), by way of the server. One a thread. Numbers
// are sent to the operator and kept nowhere; neither they nor the token are logged. Not for: what follows from an
// answer (wallet/assurance.hpp).
#pragma once

#include <chrono>
#include <string>

#include "base/clock.hpp"
#include "base/http/client.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/task.hpp"
#include "gsm/camara/messages.hpp"
#include "gsm/camara/settings.hpp"

namespace mlango::gsm::camara {

struct number_history {
    answer swapped = answer::unknown;   // within the hours that were asked for
    answer recycled = answer::unknown;  // since the day that was asked for
};

class camara_client {
public:
    // All outlive it.
    camara_client(const camara_settings& settings, http_client& http, metrics& numbers, const clock& time,
                  random_source& random);

    [[nodiscard]] bool tells_about(msisdn number) const;

    // Within the last `hours` (1 to 2400; more is taken as 2400). An operator that may look back less far is asked for
    // that: its yes is a yes, its no then tells nothing.
    task<answer> sim_swapped(msisdn number, int hours, deadline until);
    // After `since`, a day on which she was behind the number.
    task<answer> recycled(msisdn number, std::chrono::year_month_day since, deadline until);
    // Both, in as many hours as have passed since.
    task<number_history> history(msisdn number, std::chrono::year_month_day since, deadline until);

private:
    task<check_reply> ask(std::string path, std::string body, std::string_view member, deadline until);
    task<bool> have_token(deadline until);
    answer told(std::string_view api, std::string_view outcome, answer what);

    const camara_settings& settings_;
    http_client& http_;
    metrics& numbers_;
    const clock& time_;
    random_source& random_;
    latency& seconds_;
    std::string token_;
    std::chrono::steady_clock::time_point token_until_{};
};

}  // namespace mlango::gsm::camara
