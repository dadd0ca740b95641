// The staff's console as the program builds it: one thread's doors on that thread's objects. Callers: serve.cpp and
// worker.cpp.
#pragma once

#include <memory>
#include <vector>

#include "base/http/server.hpp"
#include "base/task_group.hpp"
#include "console/doors.hpp"
#include "server/config.hpp"
#include "server/console_ports_words.hpp"

namespace mlango::server {

// What a thread has already.
struct console_surroundings {
    const config& settings;
    asio::io_context& context;
    registry::pg_pool& pool;
    sessions::redis_client& redis;
    sealer& record;
    sealer& session;
    blinder& blind;
    worker_pool& hashing;
    worker_pool& proving;
    const clock& time;
    random_source& random;
    metrics& numbers;
};

class console_parts {
public:
    explicit console_parts(const console_surroundings& around);

    [[nodiscard]] std::vector<http_route> routes() { return doors_.routes(); }

private:
    registry::secret_verifier secrets_;
    console_words words_;
    console::ports ports_;
    console::parts house_;
    console::doors doors_;
};

}  // namespace mlango::server
