// Times as the staff API says them: ISO 8601 in UTC, to the second. Pure. Callers: the room's doors.
#pragma once

#include <fmt/chrono.h>
#include <string>

#include "base/clock.hpp"

namespace mlango::console {

[[nodiscard]] inline std::string time_text(wall_time at) {
    return fmt::format("{:%FT%T}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
}

}  // namespace mlango::console
