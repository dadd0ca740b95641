// What a network's operator says about the number that she calls from, before something is shown that tells more than a
// predicate. The server connects it to gsm/camara; without one nothing is known. Caller: the wallet's screens.
#pragma once

#include <optional>
#include <string>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "wallet/assurance.hpp"

namespace mlango::handlers {

class number_watch {
public:
    virtual ~number_watch() = default;
    // `sure_at`: when it was last certain that she was behind the number. Answers within its own patience; unknown when
    // the operator does not.
    virtual task<wallet::sim_answer> about(std::string e164, std::optional<wall_time> sure_at) = 0;
};

}  // namespace mlango::handlers
