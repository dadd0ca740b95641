#include "exchange/door_watch.hpp"

#include <algorithm>

#include "base/http/response_text.hpp"
#include "exchange/problem.hpp"

namespace mlango::exchange {

namespace {

counter& counter_of(metrics& numbers, std::string_view door, std::string_view outcome) {
    return numbers.count("exchange_requests_total", "Requests at the partners' doors, by what came of them",
                         {{"door", door}, {"outcome", outcome}});
}

}  // namespace

door_watch::door_watch(std::string_view door, rate_limit limit, metrics& numbers)
    : rates_(limit),
      answers_{&counter_of(numbers, door, "done"), &counter_of(numbers, door, "unchanged"),
               &counter_of(numbers, door, "refused"), &counter_of(numbers, door, "failed")},
      turned_away_(counter_of(numbers, door, "too_many")) {}

std::optional<http_response> door_watch::turn_away(const http_request& request, std::string_view who,
                                                   std::size_t longest_body,
                                                   std::chrono::steady_clock::time_point now) {
    if (const auto wait = rates_.refused_for(who, now)) {
        turned_away_.add();
        return wait_problem(wait->count());
    }
    if (request.body.size() > longest_body) return counted(mlango::problem(413));
    return std::nullopt;
}

http_response door_watch::counted(http_response response) {
    answers_[std::clamp<std::size_t>(response.status / 100, 2, 5) - 2]->add();
    return response;
}

}  // namespace mlango::exchange
