// A deadline for one awaited operation. `op || timer` would wait for the first *success* and so is no time-out.
#pragma once

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <expected>

#include "base/clock.hpp"
#include "base/task.hpp"

namespace mlango {

struct timed_out {};

using coarse_timer =
    asio::basic_waitable_timer<std::chrono::steady_clock, asio::wait_traits<std::chrono::steady_clock>, executor>;

// Awaits `operation` until `until`. On time-out the operation is cancelled and has ended when this returns, so it may
// hold references into the caller's frame. An exception of the operation passes through.
template <class T>
task<std::expected<T, timed_out>> within(deadline until, task<T> operation) {
    auto here = co_await asio::this_coro::executor;
    coarse_timer timer(here, until);
    auto [order, error, value, timer_error] =
        co_await asio::experimental::make_parallel_group(asio::co_spawn(here, std::move(operation), asio::deferred),
                                                         timer.async_wait(asio::deferred))
            .async_wait(asio::experimental::wait_for_one(), use_task);
    if (order[0] == 1) co_return std::unexpected(timed_out{});
    if (error) std::rethrow_exception(error);
    co_return std::move(value);
}

inline task<std::expected<void, timed_out>> within(deadline until, task<void> operation) {
    auto here = co_await asio::this_coro::executor;
    coarse_timer timer(here, until);
    auto [order, error, timer_error] =
        co_await asio::experimental::make_parallel_group(asio::co_spawn(here, std::move(operation), asio::deferred),
                                                         timer.async_wait(asio::deferred))
            .async_wait(asio::experimental::wait_for_one(), use_task);
    if (order[0] == 1) co_return std::unexpected(timed_out{});
    if (error) std::rethrow_exception(error);
    co_return std::expected<void, timed_out>{};
}

}  // namespace mlango
