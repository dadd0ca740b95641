// Entitlements as a file, of one list or of everything that somebody may see: written as it is read, so that a million
// rows cost no memory. One object a thread.
#pragma once

#include <vector>

#include "console/parts.hpp"
#include "console/route.hpp"
#include "registry/staff/list_exports.hpp"

namespace mlango::console {

class exports_door {
public:
    explicit exports_door(const parts& house);

    [[nodiscard]] std::vector<staff_route> routes();

private:
    task<http_response> of_list(asked& question);
    task<http_response> of_operation(asked& question);
    task<http_response> file(registry::staff_id who, std::string operation,
                             std::optional<registry::payment_list_id> list, std::string state);

    const parts& house_;
    registry::list_exports exports_;
};

}  // namespace mlango::console
