// Does the steps of staff's jobs, each job one step in turn, and the rounds. Every server's first worker runs one: a
// step takes the job's row and skips one that is taken, so two servers do not do the same. What a step did is a
// transaction; whoever is killed between two loses nothing. Caller: server.
#pragma once

#include <vector>

#include "console/parts.hpp"
#include "console/work.hpp"
#include "registry/staff/jobs.hpp"

namespace mlango::console {

class job_runner {
public:
    // `house` outlives the runner.
    job_runner(const parts& house, std::vector<job_kind> kinds, std::vector<round> rounds);

    // Until it is cancelled. Waits for a registry that is away.
    task<void> run();

private:
    struct due_round {
        round what;
        deadline next;
    };
    // Whether anything was done, so that there may be more.
    task<bool> jobs_once();
    task<bool> rounds_once();
    task<std::int64_t> step(const job_kind& kind, registry::staff_job_id job);

    const parts& house_;
    registry::staff_jobs jobs_;
    std::vector<job_kind> kinds_;
    std::vector<due_round> rounds_;
    latency& step_seconds_;
    counter& failed_;
};

}  // namespace mlango::console
