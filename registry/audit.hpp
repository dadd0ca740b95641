// The tamper-evident log. Rows are written by the transactions they tell about; a sealing step, run every second by one
// server at a time, chains them in order: head = SHA-256(previous head ‖ row). `mlango audit verify` walks the chain.
#pragma once

#include <cstdint>
#include <string>

#include "registry/pool.hpp"

namespace mlango::registry {

struct audit_place;
struct audit_stretch;

class audit {
public:
    explicit audit(pg_pool& pool);
    // Chains up to `limit` rows that are not chained yet; returns how many. Safe to run everywhere: an advisory lock
    // lets one work.
    task<int> seal_rows(int limit);
    // Walks up to `limit` rows on from `from`, beside everything else that goes on.
    task<audit_stretch> walk(audit_place from, int limit);

private:
    pg_pool& pool_;
};

// How far a walk along the chain is; whoever walks keeps it.
struct audit_place {
    std::int64_t seq = 0;
    std::string head;         // 32 bytes; empty at the beginning
    std::int64_t latest = 0;  // of the rows so far, in microseconds
};
struct audit_stretch {
    audit_place to;
    std::int64_t first_bad = 0;  // 0: none so far
    std::int64_t end = 0;        // the chain's length when this stretch was read
    std::int64_t open_rows = 0;  // not chained yet
    bool done = false;           // it reached the end, or a row that does not fit
};

struct audit_verdict {
    std::int64_t rows = 0;       // chained rows walked
    std::int64_t open_rows = 0;  // not chained yet
    std::int64_t first_bad = 0;  // number of the first row that does not fit; 0: all do
};
[[nodiscard]] audit_verdict verify_audit(const std::string& conninfo);

}  // namespace mlango::registry
