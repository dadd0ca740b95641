// Who is at the console, as each request finds out anew: a grant that ended a second ago holds no more. Callers: the
// room's doors. Whether she may do it to this record, the statement that reads or changes it decides
// (staff_may, staff_may_group, staff_may_person of migration 0014), in the same transaction.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "registry/staff/ids.hpp"

namespace mlango::console {

struct caller {
    registry::staff_id id;
    std::string name;        // typed at sign-in
    std::string shown_name;  // among colleagues
    std::string language;
    std::vector<std::string> permissions;  // that she has anywhere, sorted
    std::vector<std::string> operations;   // where she has any, sorted
    std::vector<std::string> untrained;    // permissions that wait for her training, sorted
    std::string trained_until;             // a day; empty: never was
    [[nodiscard]] bool may(std::string_view permission) const;
};

}  // namespace mlango::console
