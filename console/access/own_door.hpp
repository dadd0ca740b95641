// One's own sessions: where one is signed in, ending others; and the link of one's account with an identity provider.
// One object a thread.
#pragma once

#include <vector>

#include "console/guard.hpp"
#include "console/parts.hpp"
#include "console/route.hpp"
#include "console/staff_sessions.hpp"
#include "registry/staff/access.hpp"

namespace mlango::console::access {

class own_door {
public:
    own_door(const parts& house, guard& keeper, staff_sessions& sessions)
        : house_(house), guard_(keeper), sessions_(sessions), access_(house.pool, house.time) {}

    [[nodiscard]] std::vector<staff_route> routes();

private:
    task<http_response> list(asked& question);
    task<http_response> end_one(asked& question);
    task<http_response> end_others(asked& question);
    task<http_response> identity(asked& question);
    task<http_response> unlink(asked& question);

    const parts& house_;
    guard& guard_;
    staff_sessions& sessions_;
    registry::staff_access access_;
};

}  // namespace mlango::console::access
