// One thread's worth of a server for the tests of this room: a loop, a client of Redis on it, and what they need.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <functional>

#include "base/bytes.hpp"
#include "base/random.hpp"
#include "base/within.hpp"
#include "sessions/redis_client.hpp"
#include "tests/support/integration_redis.hpp"

namespace mlango::sessions {

using namespace std::chrono_literals;

inline redis_settings settings_for(std::string url) {
    redis_settings settings;
    settings.url = std::move(url);
    return settings;
}

inline redis_settings shared_settings() {
    const auto path = tests::shared_redis();
    if (path.empty()) throw std::runtime_error("MLANGO_TEST_REDIS is not set: run through script/test");
    return settings_for("unix:" + path);
}

inline task<void> pause_for(std::chrono::milliseconds time) {
    coarse_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(asio::as_tuple(use_task));
}

// Polls, because what it waits for has no event of its own.
inline task<bool> eventually(std::chrono::milliseconds patience, std::function<bool()> true_at_last) {
    for (const auto until = std::chrono::steady_clock::now() + patience; !true_at_last();) {
        if (std::chrono::steady_clock::now() > until) co_return false;
        co_await pause_for(1ms);
    }
    co_return true;
}

class loop {
public:
    explicit loop(redis_settings settings = shared_settings())
        : redis(context, std::move(settings), time, random, numbers) {}

    // Runs the client and, when it is connected, `body` to its end.
    void run(std::function<task<void>()> body) {
        run_unconnected([this, &body]() -> task<void> {
            const bool up = co_await eventually(10s, [this] { return redis.connected(); });
            EXPECT_TRUE(up) << "no connection to Redis";
            if (up) co_await body();
        });
    }
    void run_unconnected(std::function<task<void>()> body) {
        bool run_ended = false;
        bool body_ended = false;
        asio::co_spawn(context, redis.run(), [&](std::exception_ptr error) {
            run_ended = true;
            EXPECT_FALSE(error) << "run() has thrown";
        });
        asio::co_spawn(context, body(), [&](std::exception_ptr error) {
            body_ended = true;
            redis.stop();
            if (error) std::rethrow_exception(error);
        });
        context.run_for(60s);
        EXPECT_TRUE(body_ended) << "hangs";
        EXPECT_TRUE(run_ended) << "run() goes on after stop()";
    }

    void spawn(task<void> child) {
        asio::co_spawn(context, std::move(child), [](std::exception_ptr error) {
            if (error) std::rethrow_exception(error);
        });
    }

    // `count` coroutines at once; returns when all have ended.
    task<void> at_once(std::size_t count, std::function<task<void>(std::size_t)> each) {
        std::size_t left = count;
        for (std::size_t i = 0; i < count; ++i) spawn(counted(each, i, left));
        while (left > 0) co_await pause_for(1ms);
    }

    std::uint64_t failures(std::string_view kind) {
        return numbers.count("redis_failures_total", "", {{"kind", kind}}).value();
    }
    std::int64_t connections() { return numbers.level("redis_connected", "").value(); }

    // Keys of this run, so that the shared Redis need not be flushed.
    std::string fresh(std::string_view name) {
        std::array<std::byte, 8> salt{};
        random.fill(salt);
        return "test:" + to_hex(salt) + ":" + std::string(name);
    }

    asio::io_context context{1};
    system_clock time;
    system_random random;
    metrics numbers;
    redis_client redis;

private:
    static task<void> counted(const std::function<task<void>(std::size_t)>& each, std::size_t index,
                              std::size_t& left) {
        co_await each(index);
        --left;
    }
};

inline std::string shown(const std::expected<redis_reply, redis_failure>& result) {
    struct {
        std::string operator()(redis_nil) const { return "nil"; }
        std::string operator()(std::int64_t value) const { return "int " + std::to_string(value); }
        std::string operator()(const std::string& value) const { return "string " + value; }
        std::string operator()(const redis_refusal& value) const {
            return "refusal " + value.text.substr(0, value.text.find(' '));
        }
    } show;
    if (result) return std::visit(show, *result);
    switch (result.error()) {
        case redis_failure::unavailable:
            return "unavailable";
        case redis_failure::busy:
            return "busy";
        case redis_failure::timed_out:
            return "timed out";
    }
    return "?";
}

}  // namespace mlango::sessions
