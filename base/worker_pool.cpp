#include "base/worker_pool.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace mlango {

namespace {

// Once a thread: its name, and a lower priority than the io_context threads, which answer people who wait.
void prepare_thread(const std::string& name) {
    static thread_local bool prepared = false;
    if (prepared) return;
    prepared = true;
    pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), 5);
}

}  // namespace

worker_pool::worker_pool(std::string name, unsigned threads, std::size_t queue_limit)
    : name_(std::move(name)), queue_limit_(queue_limit), threads_(threads) {}

worker_pool::~worker_pool() {
    threads_.join();
}

task<std::expected<void, pool_full>> worker_pool::run(std::function<void()> job) {
    if (queued_.fetch_add(1, std::memory_order_relaxed) >= queue_limit_) {
        queued_.fetch_sub(1, std::memory_order_relaxed);
        co_return std::unexpected(pool_full{});
    }
    auto start = [this, &job](auto resume) {
        auto caller = asio::make_work_guard(asio::get_associated_executor(resume));
        // `job` stays in the frame that waits for it.
        asio::post(threads_, [this, &job, caller = std::move(caller), resume = std::move(resume)]() mutable {
            prepare_thread(name_);
            job();
            queued_.fetch_sub(1, std::memory_order_relaxed);
            // The guard ends on the caller's thread: here it could outlive the caller's context.
            const auto back = caller.get_executor();
            asio::post(back, [caller = std::move(caller), resume = std::move(resume)]() mutable { resume(); });
        });
    };
    co_await asio::async_initiate<const asio::use_awaitable_t<executor>, void()>(start, use_task);
    co_return std::expected<void, pool_full>{};
}

}  // namespace mlango
