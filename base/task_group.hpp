// Every coroutine that nobody awaits is spawned here: failures are logged, close() refuses newcomers, cancels the
// children and waits until the last one has left. One group belongs to one io_context thread.
#pragma once

#include <functional>
#include <list>
#include <string_view>

#include <boost/asio/cancellation_signal.hpp>

#include "base/task.hpp"
#include "base/within.hpp"

namespace mlango {

class task_group {
public:
    explicit task_group(executor where);
    ~task_group();  // must be empty: co_await close() first
    task_group(const task_group&) = delete;
    task_group& operator=(const task_group&) = delete;

    // Starts `child`; `what` names it in the log when it throws. Returns false (and drops the child) once closing.
    // The child must own what it uses: spawn functions that take values.
    bool spawn(std::string_view what, task<void> child);

    // Refuses newcomers, then waits for the children: until `patience` they may end by themselves (drain), after it
    // they are cancelled and waited for.
    task<void> close(deadline patience);

    [[nodiscard]] std::size_t size() const { return children_.size(); }
    [[nodiscard]] bool closing() const { return closing_; }

private:
    struct child_entry {
        asio::cancellation_signal cancel;
    };
    executor where_;
    std::list<child_entry> children_;
    bool closing_ = false;
    bool cancelling_ = false;
    bool emitting_ = false;
    coarse_timer left_;
};

}  // namespace mlango
