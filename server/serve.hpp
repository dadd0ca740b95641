// The composition root of `mlango serve`: builds the shared parts and the workers, runs until SIGTERM or SIGINT,
// drains.
#pragma once

#include "server/config/config.hpp"

namespace mlango::server {

// Returns the exit status. What hinders the start is written to standard error, worded for the operator.
[[nodiscard]] int serve(const config& settings);

}  // namespace mlango::server
