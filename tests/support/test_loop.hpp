// An io_context that a test turns by hand until what it waits for has come about. Fixtures derive from it, so that the
// loop outlives whatever runs on it. Header only; needs base.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/task.hpp"

namespace mlango::test {

class test_loop {
public:
    // `patience` is how long run_until() waits before it throws.
    explicit test_loop(std::chrono::seconds patience) : patience_(patience) {}
    test_loop(const test_loop&) = delete;
    test_loop& operator=(const test_loop&) = delete;

    template <class Condition>
    void run_until(Condition done) {
        run_until(std::move(done), patience_);
    }
    template <class Condition>
    void run_until(Condition done, std::chrono::seconds patience) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (!done()) {
            context.restart();
            context.run_one_for(std::chrono::milliseconds(20));
            if (std::chrono::steady_clock::now() > until) throw std::runtime_error("waited in vain");
        }
    }

    // Runs the loop until `what` has ended; its value or its exception.
    template <class T>
    T wait(task<T> what) {
        std::exception_ptr failure;
        std::optional<T> value;
        bool ended = false;
        asio::co_spawn(context, std::move(what), [&](std::exception_ptr thrown, T got) {
            failure = thrown;
            if (!thrown) value = std::move(got);
            ended = true;
        });
        run_until([&] { return ended; });
        if (failure) std::rethrow_exception(failure);
        return std::move(*value);
    }
    void wait(task<void> what) {
        std::exception_ptr failure;
        bool ended = false;
        asio::co_spawn(context, std::move(what), [&](std::exception_ptr thrown) {
            failure = thrown;
            ended = true;
        });
        run_until([&] { return ended; });
        if (failure) std::rethrow_exception(failure);
    }

    asio::io_context context{1};

private:
    std::chrono::seconds patience_;
};

}  // namespace mlango::test
