#include "server/figure_rounds.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "base/within.hpp"

namespace mlango::server {

namespace {

using namespace std::chrono_literals;

constexpr auto pause_between = 10s;

// Into `all`, which holds a name once.
void merge(registry::counted_figures& all, registry::counted_figures more) {
    for (auto& one : more.kinds) {
        const auto known = std::ranges::find_if(
            all.kinds, [&](const auto& other) { return other.kind == one.kind && other.name == one.name; });
        if (known == all.kinds.end())
            all.kinds.push_back(std::move(one));
        else
            known->count += one.count;
    }
    for (auto& one : more.screens) {
        const auto known = std::ranges::find(all.screens, one.screen, &registry::counted_screen::screen);
        if (known == all.screens.end()) {
            all.screens.push_back(std::move(one));
            continue;
        }
        known->shown += one.shown;
        known->answered += one.answered;
        known->ended += one.ended;
    }
}

}  // namespace

task<void> figure_rounds::carry() {
    merge(kept_, desk_.take_figures());
    if (kept_.empty()) co_return;
    try {
        co_await store_.add(kept_);
        kept_ = {};
    } catch (const registry::registry_unavailable&) {
        log_debug("figures_wait_for_registry");
    } catch (const registry::statement_refused& refused) {
        // It would be refused again.
        log_error("figures_refused", {{"sqlstate", refused.sqlstate}});
        kept_ = {};
    }
}

task<void> figure_rounds::run() {
    coarse_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        pause.expires_after(pause_between);
        co_await pause.async_wait(use_task);
        co_await carry();
    }
}

}  // namespace mlango::server
