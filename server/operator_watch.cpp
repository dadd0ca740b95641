#include "server/operator_watch.hpp"

#include <algorithm>

namespace mlango::server {

using namespace std::chrono_literals;
using gsm::camara::answer;
using wallet::sim_answer;

namespace {

constexpr auto kept_for = 10min;
constexpr auto unknown_kept_for = 1min;  // an operator that is away is not asked at each key press
constexpr std::size_t most_kept = 10'000;
constexpr auto patience = 1200ms;  // of a hop, for both questions: she waits for the next screen
// The longest that SIM Swap looks back.
constexpr std::chrono::days usual_days{100};

sim_answer meaning(const gsm::camara::number_history& told) {
    if (told.recycled == answer::yes) return sim_answer::recycled;
    if (told.swapped == answer::yes) return sim_answer::swapped;
    // A SIM that is the same belongs to the same subscriber: the second answer adds nothing to the first's no.
    return told.swapped == answer::no ? sim_answer::same : sim_answer::unknown;
}

}  // namespace

operator_watch::operator_watch(const std::vector<gsm::camara::camara_settings>& operators, http_client& http,
                               metrics& numbers, const clock& time, random_source& random)
    : time_(time) {
    for (const auto& each : operators)
        operators_.push_back(std::make_unique<gsm::camara::camara_client>(each, http, numbers, time, random));
}

task<sim_answer> operator_watch::about(std::string e164, std::optional<wall_time> sure_at) {
    const auto number = gsm::msisdn::from_e164(e164);
    if (!number) co_return sim_answer::unknown;
    if (const auto at = kept_.find(number->value()); at != kept_.end() && time_.steady() < at->second.until)
        co_return at->second.answer;
    const auto of = std::ranges::find_if(operators_, [&](const auto& one) { return one->tells_about(*number); });
    if (of == operators_.end()) co_return sim_answer::unknown;
    const auto today = std::chrono::floor<std::chrono::days>(time_.now());
    const auto since = sure_at ? std::min(std::chrono::floor<std::chrono::days>(*sure_at), today) : today - usual_days;
    const auto told = meaning(co_await (*of)->history(*number, since, time_.steady() + patience));
    keep(number->value(), told);
    co_return told;
}

void operator_watch::keep(std::uint64_t number, sim_answer answer) {
    const auto until = time_.steady() + (answer == sim_answer::unknown ? unknown_kept_for : kept_for);
    if (kept_.insert_or_assign(number, kept{answer, until}).second) order_.push_back(number);
    while (order_.size() > most_kept) {
        kept_.erase(order_.front());
        order_.pop_front();
    }
}

}  // namespace mlango::server
