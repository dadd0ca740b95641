// What may be said of an exception in a log. Its text may hold what a person typed or a row of hers, so only its type
// is named. Callers: whoever catches everything at the end of a unit of work.
#pragma once

#include <exception>
#include <string>

namespace mlango {

// The exception's type, readable ("std::out_of_range"); a system error's category and number are added.
[[nodiscard]] std::string exception_kind(const std::exception_ptr& failure);
// An asynchronous operation that was cancelled.
[[nodiscard]] bool is_cancellation(const std::exception_ptr& failure);

}  // namespace mlango
