// The tamper-evident log. Rows are written by the transactions they tell about; a sealing step, run every second by one
// server at a time, chains them in order: head = SHA-256(previous head ‖ row). `mlango audit verify` walks the chain.
#pragma once

#include <cstdint>
#include <string>

#include "registry/pool.hpp"

namespace mlango::registry {

class audit {
public:
    explicit audit(pg_pool& pool);
    // Chains up to `limit` rows that are not chained yet; returns how many. Safe to run everywhere: an advisory lock
    // lets one work.
    task<int> seal_rows(int limit);

private:
    pg_pool& pool_;
};

struct audit_verdict {
    std::int64_t rows = 0;       // chained rows walked
    std::int64_t open_rows = 0;  // not chained yet
    std::int64_t first_bad = 0;  // number of the first row that does not fit; 0: all do
};
[[nodiscard]] audit_verdict verify_audit(const std::string& conninfo);

}  // namespace mlango::registry
