#include "registry/pool.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>

#include "base/log.hpp"
#include "registry/pool_state.hpp"

namespace mlango::registry {

namespace {

constexpr std::chrono::milliseconds check_interval{200};
constexpr std::chrono::seconds patience_of_preparing{20};

}  // namespace

task<void> pg_pool::state::keep(pg_connection& on) {
    auto backoff = settings.first_backoff;
    bool told = false;
    while (!stopping) {
        std::string fault;
        on.preparing = false;
        if (co_await on.open(settings, time, fault)) {
            on.ready = true;
            on.progress = time.steady();
            up.add(1);
            log_info("registry_connected");
            backoff = settings.first_backoff;
            told = false;
            co_await receive(on);
            drop(on, "the connection to the registry was lost");
        } else {
            if (!told && !stopping) log_warning("registry_unreachable", {{"why", std::string_view(fault)}});
            told = true;
            drop(on, "the registry is not connected");
        }
        if (stopping) break;
        // Half of it at random, so that many servers do not come back at one instant.
        const auto half = static_cast<std::uint64_t>(backoff.count()) / 2 + 1;
        on.pause.expires_after(std::chrono::milliseconds(half + random.below(half)));
        boost::system::error_code error;
        co_await on.pause.async_wait(asio::redirect_error(use_task, error));
        backoff = std::min(backoff * 2, settings.longest_backoff);
    }
}

// PostgreSQL ends a statement at the time-out itself; a connection without any progress for longer is dead.
task<void> pg_pool::state::watch() {
    const auto patience = settings.statement_timeout + settings.statement_timeout / 4;
    while (!stopping) {
        end.expires_after(check_interval);
        boost::system::error_code error;
        co_await end.async_wait(asio::redirect_error(use_task, error));
        if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none) co_return;
        const std::chrono::steady_clock::time_point now = time.steady();
        for (const auto& each : connections) {
            const auto connecting = each->preparing ? patience_of_preparing : settings.connect_timeout;
            const bool stuck = each->ready ? !each->sent.empty() && now - each->progress > patience
                                           : each->raw != nullptr && now - each->progress > connecting;
            if (stuck) each->doom();
        }
    }
}

pg_pool::pg_pool(asio::io_context& context, pool_settings settings, const clock& time, random_source& random,
                 metrics& numbers)
    : state_(std::make_shared<state>(context, std::move(settings), time, random, numbers)) {}

pg_pool::~pg_pool() {
    stop();
}

task<void> pg_pool::run() {
    const std::shared_ptr<state> pool = state_;
    co_await asio::this_coro::throw_if_cancelled(false);
    for (const auto& each : pool->connections) pool->group.spawn("registry connection", pool->keep(*each));
    co_await pool->watch();
    pool->stopping = true;
    for (const auto& each : pool->connections) {
        each->doom();
        each->pause.cancel();
    }
    co_await pool->group.close(std::chrono::steady_clock::now() + std::chrono::seconds(1));
}

void pg_pool::stop() {
    state_->stopping = true;
    state_->end.cancel();
    for (const auto& each : state_->connections) {
        each->doom();
        each->pause.cancel();
    }
}

bool pg_pool::connected() const {
    return std::ranges::any_of(state_->connections, [](const auto& each) { return each->usable(); });
}

}  // namespace mlango::registry
