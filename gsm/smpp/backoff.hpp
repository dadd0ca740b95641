// When to connect again: full jitter (a time drawn from 0 to a limit that doubles with each failure), so that a
// thousand clients of an SMSC that comes back do not come at once. An SMSC that still holds our dead session (RALYBND)
// or refuses our name or password is asked more rarely. Pure; caller: bind.
#pragma once

#include <chrono>

#include "base/random.hpp"
#include "gsm/smpp/link.hpp"

namespace mlango::gsm::smpp {

class backoff {
public:
    using duration = std::chrono::milliseconds;
    backoff(duration first, duration longest) : first_(first), longest_(longest) {}

    // After a connection that could not be made, or ended; `lasted` is how long it was bound.
    [[nodiscard]] duration after(const ended& what, std::chrono::steady_clock::duration lasted, random_source& random);

private:
    duration first_;
    duration longest_;
    unsigned failures_ = 0;
};

// The SMSC says that name or password are wrong, or that we may not bind: somebody must act.
[[nodiscard]] bool is_refused_identity(const ended& what);

}  // namespace mlango::gsm::smpp
