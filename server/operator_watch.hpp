// Asks the operators that `camara:` names about a number, each about its own, and keeps an answer for ten minutes in
// memory: a share asks on more than one screen. One a thread. Caller: worker.cpp, on behalf of the wallet's screens.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <unordered_map>
#include <vector>

#include "gsm/camara/client.hpp"
#include "handlers/number_watch.hpp"

namespace mlango::server {

class operator_watch final : public handlers::number_watch {
public:
    // All outlive it.
    operator_watch(const std::vector<gsm::camara::camara_settings>& operators, http_client& http, metrics& numbers,
                   const clock& time, random_source& random);

    task<wallet::sim_answer> about(std::string e164, std::optional<wall_time> sure_at) override;

private:
    struct kept {
        wallet::sim_answer answer;
        std::chrono::steady_clock::time_point until;
    };
    void keep(std::uint64_t number, wallet::sim_answer answer);

    const clock& time_;
    std::vector<std::unique_ptr<gsm::camara::camara_client>> operators_;
    std::unordered_map<std::uint64_t, kept> kept_;
    std::deque<std::uint64_t> order_;  // of kept_, oldest first
};

}  // namespace mlango::server
