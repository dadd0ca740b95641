// A few threads for long CPU work (PIN hashing, exports), so that it never stalls an io_context thread. The queue is
// bounded: when it is full the caller is told at once and can apologise in time.
#pragma once

#include <atomic>
#include <boost/asio/thread_pool.hpp>
#include <expected>
#include <functional>
#include <string>

#include "base/task.hpp"

namespace mlango {

struct pool_full {};

class worker_pool {
public:
    // `threads` >= 1; at most `queue_limit` jobs wait or run. `name` (at most 15 bytes) is the threads' name in ps.
    worker_pool(std::string name, unsigned threads, std::size_t queue_limit);
    ~worker_pool();

    // Runs `job` on a pool thread and resumes the caller on its own executor. The job must not throw.
    task<std::expected<void, pool_full>> run(std::function<void()> job);

    // Whether run() would be refused now: ask before doing what only makes sense with the job.
    [[nodiscard]] bool full() const { return queued() >= queue_limit_; }
    [[nodiscard]] std::size_t queued() const { return queued_.load(std::memory_order_relaxed); }

private:
    std::string name_;
    std::size_t queue_limit_;
    std::atomic<std::size_t> queued_{0};
    asio::thread_pool threads_;
};

}  // namespace mlango
