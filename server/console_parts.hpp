// The staff's console as the program builds it: one thread's doors on that thread's objects, and, at the first thread,
// the work that goes on by steps, with a registry connection of its own. Callers: serve.cpp and worker.cpp.
#pragma once

#include <memory>
#include <vector>

#include "base/http/server.hpp"
#include "base/task_group.hpp"
#include "console/doors.hpp"
#include "console/job_runner.hpp"
#include "server/config/config.hpp"
#include "server/console_ports_words.hpp"
#include "server/staff_sms.hpp"

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
    http_client& web;
    worker_pool& proving;
    const clock& time;
    random_source& random;
    metrics& numbers;
    const templates::edition_shelf& editions;
};

class console_parts {
public:
    explicit console_parts(const console_surroundings& around);

    [[nodiscard]] std::vector<http_route> routes() { return doors_.routes(); }
    // Of the first thread.
    void start(task_group& background);
    void stop();

    // Connections to PostgreSQL that the first thread has for it.
    static constexpr unsigned connections = 1;

private:
    [[nodiscard]] console::parts parts_on(registry::pg_pool& pool);

    const console_surroundings around_;
    registry::secret_verifier secrets_;
    staff_sms sms_;
    console_words words_;
    console::ports ports_;
    console::parts house_;
    console::doors doors_;
    // The first thread's.
    std::unique_ptr<registry::pg_pool> steps_pool_;
    std::unique_ptr<console::parts> steps_house_;
    std::unique_ptr<console::job_runner> steps_;
};

}  // namespace mlango::server
