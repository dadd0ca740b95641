// A command's conversation with the registry: a loop, a pool and a coroutine, run to its end.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/task.hpp"
#include "registry/pool.hpp"

namespace mlango::commands {

// Throws std::runtime_error, worded for the operator, when the schema is not this program's or nothing answers.
void converse(const std::string& conninfo, const std::function<task<void>(registry::pg_pool&)>& what);

// `what` outlives the call.
template <class T>
T with_registry(const std::string& conninfo, const std::function<task<T>(registry::pg_pool&)>& what) {
    std::optional<T> result;
    converse(conninfo, [&](registry::pg_pool& pool) -> task<void> { result = co_await what(pool); });
    return std::move(*result);
}

// The exit status that `what` gives; 1 when something was thrown, which is told.
int run_conversation(const std::string& conninfo, const std::function<task<int>(registry::pg_pool&)>& what);

}  // namespace mlango::commands
