// The HTTP of the limits: Beast as plain as it goes, with the concrete executor and no timers.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/task.hpp"

namespace mlango::bench {

// Either answers at once (a text) or later (a task); the body of a POST goes in, the body of the answer comes out.
using at_once = std::function<std::string(std::string_view)>;
using in_time = std::function<task<std::string>(std::string_view)>;

// Accepts on 127.0.0.1 for ever; prints "ready: PORT" first. Spawn it.
task<void> serve(std::uint16_t port, at_once answer);
task<void> serve(std::uint16_t port, in_time answer);

}  // namespace mlango::bench
