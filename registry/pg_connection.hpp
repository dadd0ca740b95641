// One libpq connection of a pool: how it comes up with its statements prepared, and what is on its way over it.
// Caller: pool.cpp keeps it, pool_pipeline.cpp sends and receives over it. Decides nothing about when to connect again.
#pragma once

#include <libpq-fe.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <deque>

#include "base/within.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

struct pg_request;
using pg_request_ptr = std::shared_ptr<pg_request>;

struct pg_connection {
    explicit pg_connection(executor where) : socket(where), pause(where) {}

    PGconn* raw = nullptr;
    asio::posix::basic_stream_descriptor<executor> socket;
    coarse_timer pause;
    bool ready = false;
    bool writing = false;                              // waits for the socket to take more
    bool doomed = false;                               // to be closed by its own coroutine
    std::chrono::steady_clock::time_point progress{};  // of connecting, then of the latest result
    bool preparing = false;
    std::deque<pg_request_ptr> sent;  // nullptr: a Sync
    std::size_t statements = 0;       // of `sent`, without Syncs

    // Connects, sets the session up and prepares every statement. False, with PostgreSQL's words where it has some,
    // when that failed or doom() came in between; close() then.
    task<bool> open(const pool_settings& settings, const clock& time, std::string& fault);
    [[nodiscard]] bool usable() const { return ready && !doomed; }
    // Closes without closing the socket twice: the descriptor lets go before libpq closes it.
    void close() {
        ready = false;
        if (socket.is_open()) socket.release();
        if (raw != nullptr) PQfinish(raw);
        raw = nullptr;
    }
    void doom() {
        doomed = true;
        if (socket.is_open()) socket.cancel();
    }

private:
    task<bool> prepare(const pool_settings& settings, const clock& time, std::string& fault);
    task<bool> finish_command(std::string& fault);
};

}  // namespace mlango::registry
