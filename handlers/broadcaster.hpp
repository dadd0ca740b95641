// Turns released broadcasts into outbox rows, a few seconds ahead of the sender: step after step, each of which is one
// transaction (registry/broadcasts.hpp). Runs on the first worker of every server; two never work at the same one.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/metrics.hpp"
#include "base/task.hpp"
#include "registry/broadcasts.hpp"

namespace mlango::handlers {

struct broadcaster_settings {
    std::chrono::milliseconds busy_pause{200};  // between looks while one runs
    std::chrono::milliseconds idle_pause{1'000};
    registry::broadcast_pace pace;
};

class broadcaster {
public:
    broadcaster(registry::broadcasts& broadcasts, metrics& numbers, broadcaster_settings settings = {});
    // Until it is cancelled; a registry that is away is waited for.
    task<void> run();
    // Whatever can be done now, for each of them; whether one is running.
    task<bool> look();

private:
    registry::broadcasts& broadcasts_;
    broadcaster_settings settings_;
    counter& written_;
    gauge& open_;
};

}  // namespace mlango::handlers
