#include "console/job_runner.hpp"

#include <algorithm>

#include "base/exception_kind.hpp"
#include "base/log.hpp"
#include "base/within.hpp"
#include "registry/parameters.hpp"

namespace mlango::console {

namespace {

using namespace std::chrono_literals;

// How long a new job waits at most to be seen.
constexpr auto idle_pause = 100ms;
constexpr auto away_pause = 1s;

// Two that met, or what the server had too little of: it may go well the next time.
bool is_passing(std::string_view sqlstate) {
    const std::string_view kind = sqlstate.substr(0, 2);
    return kind == "40" || kind == "53" || kind == "55" || kind == "57";
}

}  // namespace

job_kind by_statement(std::string_view kind, const registry::statement& step, int rows) {
    return {kind, [&step, rows](const parts& house, registry::staff_job_id job) -> task<std::int64_t> {
                registry::staff_jobs jobs(house.pool, house.time);
                co_return co_await jobs.step(step, job, rows);
            }};
}

round round_by_statement(std::string_view name, std::chrono::milliseconds every, const registry::statement& step,
                         int rows) {
    return {name, every, [&step, rows](const parts& house) -> task<std::int64_t> {
                std::vector<registry::parameter> given;
                given.emplace_back(registry::time_parameter(house.time.now()));
                given.emplace_back(std::to_string(rows));
                const registry::rows got = co_await house.pool.write(step, std::move(given));
                co_return got.empty() ? 0 : got.number(0, 0);
            }};
}

job_runner::job_runner(const parts& house, std::vector<job_kind> kinds, std::vector<round> rounds)
    : house_(house),
      jobs_(house.pool, house.time),
      kinds_(std::move(kinds)),
      step_seconds_(house.numbers.time("console_job_step_seconds", "Time of one step of a job of staff")),
      failed_(
          house.numbers.count("console_jobs_failed_total", "Jobs of staff that the registry refused to go on with")) {
    for (round& each : rounds) rounds_.push_back({std::move(each), house.time.steady()});
}

task<void> job_runner::run() {
    coarse_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        std::chrono::milliseconds wait = idle_pause;
        try {
            const bool jobs = co_await jobs_once();
            const bool rounds = co_await rounds_once();
            if (jobs || rounds) wait = 0ms;
        } catch (const registry::registry_unavailable&) {
            log_debug("jobs_wait_for_registry");
            wait = away_pause;
        }
        pause.expires_after(wait);
        co_await pause.async_wait(use_task);
    }
}

task<bool> job_runner::jobs_once() {
    bool more = false;
    for (const auto& job : co_await jobs_.open()) {
        const auto kind = std::ranges::find(kinds_, std::string_view(job.kind), &job_kind::kind);
        // Another version's, which may run beside this one.
        if (kind == kinds_.end()) continue;
        if (co_await step(*kind, job.id) > 0) more = true;
    }
    co_return more;
}

task<std::int64_t> job_runner::step(const job_kind& kind, registry::staff_job_id job) {
    std::exception_ptr failure;
    const auto begun = house_.time.steady();
    try {
        const std::int64_t done = co_await kind.step(house_, job);
        if (done > 0) step_seconds_.observe(house_.time.steady() - begun);
        co_return done;
    } catch (const registry::registry_unavailable&) {
        throw;
    } catch (const registry::statement_refused& refused) {
        if (is_passing(refused.sqlstate)) {
            log_warning("job_step_met_another", {{"kind", kind.kind}, {"sqlstate", refused.sqlstate}});
            co_return 0;
        }
        log_error("job_failed", {{"kind", kind.kind},
                                 {"job", job.value},
                                 {"sqlstate", refused.sqlstate},
                                 {"constraint", refused.constraint}});
    } catch (...) {
        failure = std::current_exception();
        if (is_cancellation(failure)) throw;
        log_error("job_failed", {{"kind", kind.kind}, {"job", job.value}, {"fault", exception_kind(failure)}});
    }
    failed_.add();
    co_await jobs_.fail(job, "refused");
    co_return 0;
}

task<bool> job_runner::rounds_once() {
    bool more = false;
    for (due_round& each : rounds_) {
        const auto now = house_.time.steady();
        if (each.next > now) continue;
        each.next = now + each.what.every;
        std::exception_ptr failure;
        try {
            if (co_await each.what.make(house_) > 0) {
                each.next = now;
                more = true;
            }
        } catch (const registry::registry_unavailable&) {
            throw;
        } catch (...) {
            failure = std::current_exception();
            if (is_cancellation(failure)) throw;
            // A round that always fails does not keep the others busy, nor fill the log.
            each.next = now + std::max<std::chrono::milliseconds>(each.what.every, 10s);
            log_error("round_failed", {{"round", each.what.name}, {"fault", exception_kind(failure)}});
        }
    }
    co_return more;
}

}  // namespace mlango::console
