// How a coroutine waits for its reply: the place it holds in the row of commands, and the parking of the coroutine in
// it. For redis_client only.
#pragma once

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/smart_ptr/intrusive_ptr.hpp>
#include <boost/smart_ptr/intrusive_ref_counter.hpp>
#include <chrono>
#include <expected>
#include <optional>

#include "base/metrics.hpp"
#include "base/task.hpp"
#include "sessions/redis_client.hpp"

namespace mlango::sessions {

using command_result = std::expected<redis_reply, redis_failure>;
// Calling it resumes the coroutine at once, without a trip through the loop.
using command_handler = asio::async_result<asio::use_awaitable_t<executor>, void(command_result)>::handler_type;

// A place in the row of replies. It stays in the row when its caller has gone, so that the order holds.
struct waiter : boost::intrusive_ref_counter<waiter, boost::thread_unsafe_counter> {
    std::optional<command_handler> caller;  // set while a coroutine is suspended on it
    std::optional<command_result> result;   // set when it came before the caller
    std::uint32_t asked_at = 0;             // tick
    std::chrono::steady_clock::time_point sampled_from{};
};
using waiter_ptr = boost::intrusive_ptr<waiter>;

inline void resume_later(const executor& where, command_handler&& caller, command_result&& result) {
    asio::post(where,
               [caller = std::move(caller), result = std::move(result)]() mutable { caller(std::move(result)); });
}

// Runs at the co_await: parks the coroutine in its waiter.
struct park {
    executor where;
    waiter_ptr place;
    counter* timed_out;

    void operator()(command_handler&& caller) {
        if (place->result) return resume_later(where, std::move(caller), std::move(*place->result));
        auto slot = asio::get_associated_cancellation_slot(caller);
        place->caller.emplace(std::move(caller));
        if (slot.is_connected()) {
            slot.assign([place = place, where = where, timed_out = timed_out](asio::cancellation_type) {
                if (!place->caller) return;
                timed_out->add();
                auto leaving = std::move(*place->caller);
                place->caller.reset();
                resume_later(where, std::move(leaving), std::unexpected(redis_failure::timed_out));
            });
        }
        place.reset();
    }
};

}  // namespace mlango::sessions
