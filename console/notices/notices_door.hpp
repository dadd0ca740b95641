// Notices: one message to everybody of a filter. Written by one person, counted, released by another, then watched,
// paused, stopped. Caller: doors.hpp. Not for: sending them (handlers/broadcaster).
#pragma once

#include <optional>
#include <vector>

#include "console/parts.hpp"
#include "console/route.hpp"
#include "registry/broadcasts.hpp"
#include "registry/staff/notices.hpp"

namespace mlango::console {

class notices_door {
public:
    explicit notices_door(const parts& house);
    [[nodiscard]] std::vector<staff_route> routes();

private:
    task<http_response> list(asked& question);
    task<http_response> choices(asked& question);
    task<http_response> shape(asked& question);
    task<http_response> write(asked& question);
    task<http_response> one(asked& question);
    task<http_response> count(asked& question);
    task<http_response> release(asked& question);
    task<http_response> turn(asked& question, std::string_view becomes);
    task<http_response> outcomes(asked& question);
    task<http_response> outcomes_file(asked& question);

    const parts& house_;
    registry::staff_notices notices_;
    registry::broadcasts broadcasts_;
};

}  // namespace mlango::console
