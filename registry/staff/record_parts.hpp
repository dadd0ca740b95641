// The statements behind the lists of a person's record: $1 staff, $2 person, $3 now in microseconds, $4 language (some
// need none), $5 the key to go on after (0: from the newest), $6 rows at most. Each returns key and JSON, and nothing
// to who may not see the record. Caller: people_record.
#pragma once

#include "registry/pool.hpp"
#include "registry/staff/people_record.hpp"

namespace mlango::registry {

[[nodiscard]] const statement& statement_of(record_part part);

}  // namespace mlango::registry
