// What staff do at a person's record over the staff API: a code for a new PIN, a lock released, a number asked for, a
// verification noted, the record of another office opened and reviewed. Callers: doors.hpp. Not here: seeing a record
// (people_door), what is needed for what (registry/staff/people_desk).
#pragma once

#include <vector>

#include "console/parts.hpp"
#include "console/route.hpp"
#include "registry/staff/people_desk.hpp"
#include "registry/staff/people_record.hpp"
#include "registry/staff/people_search.hpp"

namespace mlango::console {

class desk_door {
public:
    explicit desk_door(const parts& all);

    [[nodiscard]] std::vector<staff_route> routes();

private:
    task<http_response> pin_code(asked& from);
    task<http_response> pin_release(asked& from);
    task<http_response> number(asked& from);
    task<http_response> copy(asked& from);
    task<http_response> verification(asked& from);
    task<http_response> waiting(asked& from);
    task<http_response> confirm(asked& from);
    task<http_response> open(asked& from);
    task<http_response> openings(asked& from);
    task<http_response> review(asked& from);

    // The problem that an outcome is; a stale one shows what is there now.
    task<http_response> refusal(const asked& from, registry::desk_outcome outcome);

    registry::people_desk desk_;
    registry::people_record records_;
    registry::people_search people_;
};

}  // namespace mlango::console
