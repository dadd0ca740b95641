// The one coroutine type of the project: bound to the concrete io_context executor, because the type-erased
// any_io_executor costs a quarter of a request. Every asynchronous function returns task<T>.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace mlango {

namespace asio = boost::asio;

using executor = asio::io_context::executor_type;

template <class T = void>
using task = asio::awaitable<T, executor>;

// The completion token that goes with task<>.
inline constexpr asio::use_awaitable_t<executor> use_task{};

}  // namespace mlango
