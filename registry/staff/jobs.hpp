// Long work of staff that goes on by steps (migration 0014, staff_job): it survives a closed tab and a killed server.
// Whoever begins one inserts the row in the statement that begins the work; a kind's step is one statement, registered
// with the runner (console/job_runner), that does a piece, moves the row's cursor and counts, and ends it at the end.
// Callers: console.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "registry/pool.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::registry {

struct staff_job {
    staff_job_id id;
    std::string kind, state, problem;
    std::int64_t record = 0, total = 0, done = 0, refused = 0;
    staff_id made_by;
    std::string begun_at, moved_at, finished_at;  // ISO 8601, UTC; empty: not yet
};

class staff_jobs {
public:
    staff_jobs(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

    struct open_job {
        staff_job_id id;
        std::string kind;
    };
    // Those to be worked on, oldest first, at most 100.
    task<std::vector<open_job>> open();
    // One step by `step`, a statement with the parameters $1 job, $2 now in microseconds, $3 rows at most, that returns
    // one row: how many rows it dealt with. It takes the job's row FOR UPDATE SKIP LOCKED, so that two servers do not
    // wait for each other; 0 with the job still running: nothing to do now.
    task<std::int64_t> step(const statement& step, staff_job_id job, int most);
    // A step that PostgreSQL refuses would be refused again: the job fails, with a word for who began it.
    task<void> fail(staff_job_id job, std::string_view problem);
    // By whoever began it, newest first.
    task<std::vector<staff_job>> of(staff_id who, int limit);
    task<std::optional<staff_job>> find(staff_id who, staff_job_id job);
    // Those of these people that run, or ended in the last minute; newest first.
    task<std::vector<staff_job>> lively(std::span<const staff_id> of);
    // Stops between two steps. False: not hers, or over.
    task<bool> stop(staff_id who, staff_job_id job);

private:
    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
