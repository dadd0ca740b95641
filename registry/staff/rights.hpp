// What somebody may do at all, wherever: asked again while a long answer is on its way. What concerns a row is decided
// in the statement that reads or changes it. Callers: audit_log, staff_access.
#pragma once

#include <string_view>

#include "base/clock.hpp"
#include "registry/pool.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::registry {

// Whether `by` holds `permission` in any scope now.
task<bool> may_somewhere(pg_pool& pool, const clock& time, staff_id by, std::string_view permission);

}  // namespace mlango::registry
