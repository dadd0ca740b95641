// Work that goes on without anybody waiting for it: the steps of staff's jobs, and rounds that are made again and
// again. Each subject states its own; console/doors gathers them, console/job_runner does them. A step or round gets
// the runner's parts, whose registry connection is its own, so that no key press waits for a job.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "base/task.hpp"
#include "console/parts.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::console {

struct job_kind {
    std::string_view kind;  // of staff_job
    // One step, one transaction; returns how many rows it dealt with. 0 with the job still running: nothing to do now.
    std::function<task<std::int64_t>(const parts&, registry::staff_job_id)> step;
};
// By a statement as registry::staff_jobs::step takes it, at most `rows` a step.
[[nodiscard]] job_kind by_statement(std::string_view kind, const registry::statement& step, int rows);

struct round {
    std::string_view name;  // for the log
    std::chrono::milliseconds every;
    // Returns how many rows it dealt with; more than none: it is made again at once.
    std::function<task<std::int64_t>(const parts&)> make;
};
// By a statement with the parameters $1 now in microseconds, $2 rows at most, that returns one row: how many it dealt
// with.
[[nodiscard]] round round_by_statement(std::string_view name, std::chrono::milliseconds every,
                                       const registry::statement& step, int rows);

}  // namespace mlango::console
