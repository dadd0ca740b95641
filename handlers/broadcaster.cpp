#include "handlers/broadcaster.hpp"

#include "base/exception_kind.hpp"
#include "base/log.hpp"
#include "base/within.hpp"

namespace mlango::handlers {

broadcaster::broadcaster(registry::broadcasts& broadcasts, metrics& numbers, broadcaster_settings settings)
    : broadcasts_(broadcasts),
      settings_(settings),
      written_(numbers.count("broadcast_messages_total", "Messages of broadcasts written into the outbox")),
      open_(numbers.level("broadcasts_open", "Broadcasts that are released, running, paused or being stopped")) {}

task<void> broadcaster::run() {
    coarse_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        bool busy = false;
        try {
            busy = co_await look();
        } catch (const registry::registry_unavailable&) {
            log_debug("broadcasts_wait_for_registry");
        } catch (const std::exception&) {
            const auto failure = std::current_exception();
            if (is_cancellation(failure)) throw;
            log_error("broadcast_step_failed", {{"kind", exception_kind(failure)}});
        }
        pause.expires_after(busy ? settings_.busy_pause : settings_.idle_pause);
        co_await pause.async_wait(use_task);
    }
}

task<bool> broadcaster::look() {
    const auto open = co_await broadcasts_.open();
    open_.set(static_cast<std::int64_t>(open.size()));
    bool busy = false;
    for (const registry::broadcast_id id : open) {
        registry::broadcast_step step;
        do {
            step = co_await broadcasts_.advance(id, settings_.pace);
            if (step.what == "more" || step.what == "sending") written_.add(static_cast<std::uint64_t>(step.moved));
        } while (step.what == "more");
        busy = busy || step.what == "ahead" || step.what == "sending";
        if (step.what == "ended") log_info("broadcast_ended", {{"broadcast", id.value}});
    }
    co_return busy;
}

}  // namespace mlango::handlers
