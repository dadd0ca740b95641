// The keys of the records about staff and their work.
#pragma once

#include "base/ids.hpp"

namespace mlango::registry {

using staff_id = record_id<struct staff_tag>;
using staff_grant_id = record_id<struct staff_grant_tag>;
using office_id = record_id<struct office_tag>;
using programme_id = record_id<struct programme_tag>;
using staff_job_id = record_id<struct staff_job_tag>;

}  // namespace mlango::registry
