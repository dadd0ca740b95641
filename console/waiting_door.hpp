// What waits for whoever asks, for the home page and the counts beside the pages' names. One object a thread. Caller:
// doors.hpp.
#pragma once

#include <vector>

#include "console/parts.hpp"
#include "console/route.hpp"
#include "registry/staff/waiting.hpp"

namespace mlango::console {

class waiting_door {
public:
    explicit waiting_door(const parts& house) : work_(house.pool, house.time) {}

    [[nodiscard]] std::vector<staff_route> routes();

private:
    task<http_response> show(asked& question);

    registry::waiting_work work_;
};

}  // namespace mlango::console
