// What every door does first and last: keeps an address that asks too much off, refuses bodies that are too long,
// counts what came of a request. One thread's own. Callers: the room's doors.
#pragma once

#include <array>
#include <string_view>

#include "base/http/address_rates.hpp"
#include "base/http/message.hpp"
#include "base/metrics.hpp"

namespace mlango::exchange {

class door_watch {
public:
    // `door` is the metric's label.
    door_watch(std::string_view door, rate_limit limit, metrics& numbers);

    // The refusal, when this request is not to be looked at: 413 or 429. `who` is an address, or a program's name for
    // those that have shown one.
    [[nodiscard]] std::optional<http_response> turn_away(const http_request& request, std::string_view who,
                                                         std::size_t longest_body,
                                                         std::chrono::steady_clock::time_point now);
    // Counts by the status' class and hands it on.
    [[nodiscard]] http_response counted(http_response response);

private:
    address_rates rates_;
    std::array<counter*, 4> answers_;  // 2xx, 3xx, 4xx, 5xx
    counter& turned_away_;
};

}  // namespace mlango::exchange
