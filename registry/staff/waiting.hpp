// What waits for one of the staff, by queue: how much she could deal with now, how much of it is late, and how old the
// oldest is. Counts only. Caller: console. Not here: the queues themselves (case_updates, tickets, lists, notices).
#pragma once

#include <string>

#include "base/clock.hpp"
#include "registry/pool.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::registry {

class waiting_work {
public:
    waiting_work(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

    // {"items": [{queue, count, late, oldest}]}: a row for each queue that she has something to do with, also where
    // nothing waits. A count of 1000 means that many or more. Her own work, which others approve, is not hers to do.
    task<std::string> of(staff_id who);

private:
    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
