// Seconds since 1970, as sessions keep moments.
#pragma once

#include "base/clock.hpp"

namespace mlango {

[[nodiscard]] inline std::int64_t unix_seconds(wall_time at) {
    return std::chrono::duration_cast<std::chrono::seconds>(at.time_since_epoch()).count();
}

}  // namespace mlango
