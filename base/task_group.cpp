#include "base/task_group.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include "base/exception_kind.hpp"
#include "base/log.hpp"

namespace mlango {

task_group::task_group(executor where) : where_(where), left_(where) {}

task_group::~task_group() {
    if (!children_.empty()) log_error("task_group_destroyed_with_children", {{"children", children_.size()}});
}

bool task_group::spawn(std::string_view what, task<void> child) {
    if (closing_) return false;
    const auto self = children_.emplace(children_.end());
    auto ended = [this, self, what = std::string(what)](const std::exception_ptr& failure) {
        if (failure && !(cancelling_ && is_cancellation(failure)))
            log_error("task_failed", {{"task", what}, {"kind", exception_kind(failure)}});
        auto leave = [this, self] {
            children_.erase(self);
            if (children_.empty()) left_.cancel();
        };
        // While the signals are being emitted, none of them may be destroyed.
        if (emitting_) {
            asio::post(where_, leave);
        } else {
            leave();
        }
    };
    asio::co_spawn(where_, std::move(child), asio::bind_cancellation_slot(self->cancel.slot(), std::move(ended)));
    return true;
}

task<void> task_group::close(deadline patience) {
    closing_ = true;
    boost::system::error_code woken;
    left_.expires_at(patience);
    while (!children_.empty() && std::chrono::steady_clock::now() < patience)
        co_await left_.async_wait(asio::redirect_error(use_task, woken));
    if (children_.empty()) co_return;

    cancelling_ = true;
    emitting_ = true;
    for (child_entry& child : children_) child.cancel.emit(asio::cancellation_type::terminal);
    emitting_ = false;
    left_.expires_at(deadline::max());
    while (!children_.empty()) co_await left_.async_wait(asio::redirect_error(use_task, woken));
}

}  // namespace mlango
