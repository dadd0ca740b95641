// What a pool is made of: its connections, the statements on their way, and the pipeline between them. Callers:
// pool.cpp (keeps the connections up) and pool_pipeline.cpp (queues, sends, receives).
#pragma once

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <unordered_map>

#include "base/task_group.hpp"
#include "registry/pg_connection.hpp"

namespace mlango::registry {

// A statement on its way. `resume` is empty once its caller was answered or has been cancelled; the place in the order
// of results stays taken.
struct pg_request {
    using resumption =
        asio::async_result<asio::use_awaitable_t<executor>, void(std::exception_ptr, rows)>::handler_type;

    const statement* what;
    std::vector<parameter> parameters;
    bool writes;
    int retries = 0;
    std::chrono::steady_clock::time_point since{};
    std::optional<resumption> resume;

    void finish(std::exception_ptr failure, rows result) {
        if (!resume) return;
        resumption caller = std::move(*resume);
        resume.reset();
        if (auto slot = asio::get_associated_cancellation_slot(caller); slot.is_connected()) slot.clear();
        std::move(caller)(std::move(failure), std::move(result));
    }
};

struct pg_pool::state : std::enable_shared_from_this<pg_pool::state> {
    state(asio::io_context& context, pool_settings chosen, const clock& clock_used, random_source& source,
          metrics& numbers)
        : where(context.get_executor()),
          settings(std::move(chosen)),
          time(clock_used),
          random(source),
          group(where),
          end(where),
          failures(numbers.count("pg_failures_total", "Statements that PostgreSQL refused or did not answer")),
          up(numbers.level("pg_connected", "Connections to PostgreSQL that are up")),
          waiting(numbers.level("pg_waiting", "Statements that wait for PostgreSQL")) {
        for (unsigned i = 0; i < std::max(1U, settings.connections); ++i)
            connections.push_back(std::make_unique<pg_connection>(where));
        for (const statement* each : all_statements())
            times.emplace(each->name.data(),
                          &numbers.time("pg_statement_seconds", "From sending a statement to its result",
                                        {{"statement", each->name}}));
    }
    ~state() {
        for (auto& each : connections) each->close();
    }

    executor where;
    pool_settings settings;
    const clock& time;
    random_source& random;
    std::vector<std::unique_ptr<pg_connection>> connections;
    std::vector<pg_request_ptr> queue;  // to be sent at the end of this loop turn
    std::vector<pg_request_ptr> batch;  // being sent; kept for its memory
    std::unordered_map<const char*, latency*> times;
    std::size_t pending = 0;  // queued or sent
    bool flush_posted = false;
    bool stopping = false;
    task_group group;
    coarse_timer end;
    counter& failures;
    gauge& up;
    gauge& waiting;

    // pool_pipeline.cpp
    void enqueue(pg_request_ptr what);
    // Ends when the connection is to be closed.
    task<void> receive(pg_connection& on);
    // Closes it; whatever was sent has an unknown fate: its callers are told, and a hop's key makes their repetition
    // harmless.
    void drop(pg_connection& on, const char* why);

    // pool.cpp
    task<void> keep(pg_connection& on);
    task<void> watch();

private:
    void schedule_flush();
    void flush();
    pg_connection* quietest();
    bool send(pg_connection& on, const pg_request_ptr& what);
    void start_writing(pg_connection& on);
    bool receive_results(pg_connection& on);
    bool settle(pg_connection& on, const pg_request_ptr& what, PGresult* result);
    void cancel(const pg_request_ptr& what);
    void forget() {
        --pending;
        waiting.add(-1);
    }
};

}  // namespace mlango::registry
