// What callers see of a Redis that works.
#include "sessions/redis_client.hpp"

#include <fmt/format.h>
#include <boost/asio/bind_cancellation_slot.hpp>

#include "tests/integration/sessions/loop.hpp"

namespace mlango::sessions {
namespace {

using namespace std::string_literals;
using std::string_view_literals::operator""sv;

TEST(redis_client, gives_each_kind_of_reply) {
    loop here;
    here.run([&]() -> task<void> {
        auto& redis = here.redis;
        const auto key = here.fresh("kinds");
        EXPECT_EQ(shown(co_await redis.command({"GET", key})), "nil");
        EXPECT_EQ(shown(co_await redis.command({"SET", key, "a\0\r\n\xff"sv, "EX", "60"})), "string OK");
        EXPECT_EQ(shown(co_await redis.command({"GET", key})), "string a\0\r\n\xff"s);
        EXPECT_EQ(shown(co_await redis.command({"STRLEN", key})), "int 5");
        EXPECT_EQ(shown(co_await redis.command({"LPUSH", key, "x"})), "refusal WRONGTYPE");
        EXPECT_EQ(shown(co_await redis.command({"MGET", key, key})), "refusal ARRAY");
        EXPECT_EQ(shown(co_await redis.command({"DEL", key})), "int 1");
        EXPECT_EQ(here.connections(), 1);
        EXPECT_EQ(here.failures("refused"), 2u);
    });
    EXPECT_EQ(here.connections(), 0);
    EXPECT_NE(here.numbers.text().find("redis_command_seconds"), std::string::npos);
}

TEST(redis_client, gives_every_coroutine_its_own_reply) {
    loop here;
    here.run([&]() -> task<void> {
        std::size_t right = 0;
        co_await here.at_once(2'000, [&](std::size_t i) -> task<void> {
            for (int round = 0; round < 5; ++round) {
                const auto word = fmt::format("{}/{}", i, round);
                if (shown(co_await here.redis.command({"ECHO", word})) == "string " + word) ++right;
            }
        });
        EXPECT_EQ(right, 10'000u);
    });
}

TEST(redis_client, queues_at_the_call_and_answers_at_the_await) {
    loop here;
    here.run([&]() -> task<void> {
        const auto key = here.fresh("order");
        auto set = here.redis.command({"SET", key, "1", "EX", "60"});
        auto more = here.redis.command({"INCR", key});
        std::string gone = "GET";
        auto get = here.redis.command({gone, key});
        gone = "XXX";
        co_await pause_for(20ms);  // the replies are here before anybody asks
        EXPECT_EQ(shown(co_await std::move(get)), "string 2");
        EXPECT_EQ(shown(co_await std::move(more)), "int 2");
        EXPECT_EQ(shown(co_await std::move(set)), "string OK");
    });
}

TEST(redis_client, keeps_the_order_when_tasks_are_dropped) {
    loop here;
    here.run([&]() -> task<void> {
        for (int i = 0; i < 50; ++i) {
            {
                auto dropped = here.redis.command({"ECHO", "dropped"});
            }
            EXPECT_EQ(shown(co_await here.redis.command({"ECHO", std::to_string(i)})), "string " + std::to_string(i));
        }
    });
}

TEST(redis_client, moves_more_than_the_socket_takes_at_once) {
    loop here;
    here.run([&]() -> task<void> {
        std::size_t right = 0;
        co_await here.at_once(40, [&](std::size_t i) -> task<void> {
            const std::string large(500'000 + i, static_cast<char>('a' + i % 26));
            const auto reply = co_await here.redis.command({"ECHO", large});
            if (shown(reply) == "string " + large) ++right;
        });
        EXPECT_EQ(right, 40u);
    });
}

TEST(redis_client, leaves_the_row_in_order_when_a_caller_times_out) {
    tests::private_redis server;
    loop here(settings_for(server.url()));
    here.run([&]() -> task<void> {
        EXPECT_EQ(shown(co_await here.redis.command({"SET", "b", "right"})), "string OK");
        server.freeze();
        const auto began = std::chrono::steady_clock::now();
        const auto late = co_await within(began + 30ms, here.redis.command({"ECHO", "late"}));
        EXPECT_FALSE(late);
        EXPECT_LT(std::chrono::steady_clock::now() - began, 500ms);
        auto next = here.redis.command({"GET", "b"});
        server.thaw();
        EXPECT_EQ(shown(co_await std::move(next)), "string right");
        EXPECT_EQ(shown(co_await here.redis.command({"ECHO", "after"})), "string after");
    });
}

TEST(redis_client, leaves_the_row_in_order_when_half_of_the_callers_time_out) {
    tests::private_redis server;
    loop here(settings_for(server.url()));
    here.run([&]() -> task<void> {
        server.freeze();
        std::size_t right = 0;
        std::size_t late = 0;
        std::size_t ended = 0;
        here.spawn([](auto& frozen) -> task<void> {
            co_await pause_for(150ms);
            frozen.thaw();
        }(server));
        co_await here.at_once(200, [&](std::size_t i) -> task<void> {
            const auto patience = i % 2 == 0 ? 20ms : 5'000ms;
            const auto word = std::to_string(i);
            const auto reply =
                co_await within(std::chrono::steady_clock::now() + patience, here.redis.command({"ECHO", word}));
            ++ended;
            if (!reply) {
                ++late;
            } else if (shown(*reply) == "string " + word) {
                ++right;
            }
        });
        EXPECT_EQ(ended, 200u);
        EXPECT_EQ(late, 100u);
        EXPECT_EQ(right, 100u);
    });
}

TEST(redis_client, refuses_more_waiting_commands_than_its_limit) {
    tests::private_redis server;
    auto settings = settings_for(server.url());
    settings.waiting_limit = 10;
    loop here(settings);
    here.run([&]() -> task<void> {
        server.freeze();
        std::vector<task<std::expected<redis_reply, redis_failure>>> asked;
        for (int i = 0; i < 15; ++i) asked.push_back(here.redis.command({"ECHO", "x"}));
        server.thaw();
        int busy = 0;
        int answered = 0;
        for (auto& one : asked) {
            const auto result = shown(co_await std::move(one));
            busy += result == "busy";
            answered += result == "string x";
        }
        EXPECT_EQ(answered, 10);
        EXPECT_EQ(busy, 5);
        EXPECT_EQ(here.failures("busy"), 5u);
        EXPECT_EQ(shown(co_await here.redis.command({"ECHO", "y"})), "string y");
    });
}

TEST(redis_client, ends_when_it_is_stopped) {
    tests::private_redis server;
    loop here(settings_for(server.url()));
    here.run([&]() -> task<void> {
        server.freeze();
        auto pending = here.redis.command({"ECHO", "x"});
        here.redis.stop();
        EXPECT_FALSE(here.redis.connected());
        EXPECT_EQ(shown(co_await std::move(pending)), "unavailable");
        EXPECT_EQ(shown(co_await here.redis.command({"PING"})), "unavailable");
    });
}

TEST(redis_client, ends_when_its_coroutine_is_cancelled) {
    loop here;
    asio::cancellation_signal cancel;
    bool ended = false;
    asio::co_spawn(here.context, here.redis.run(),
                   asio::bind_cancellation_slot(cancel.slot(), [&](std::exception_ptr error) {
                       ended = true;
                       EXPECT_FALSE(error);
                   }));
    here.spawn([](loop& where, asio::cancellation_signal& signal) -> task<void> {
        EXPECT_TRUE(co_await eventually(10s, [&] { return where.redis.connected(); }));
        signal.emit(asio::cancellation_type::terminal);
    }(here, cancel));
    here.context.run_for(20s);
    EXPECT_TRUE(ended);
    EXPECT_FALSE(here.redis.connected());
}

TEST(redis_client, may_be_destroyed_while_it_runs_and_is_waited_for) {
    tests::private_redis server;
    asio::io_context context{1};
    system_clock time;
    system_random random;
    metrics numbers;
    auto redis = std::make_unique<redis_client>(context, settings_for(server.url()), time, random, numbers);
    std::string result;
    bool run_ended = false;
    asio::co_spawn(context, redis->run(), [&](std::exception_ptr) { run_ended = true; });
    const auto body = [&]() -> task<void> {
        EXPECT_TRUE(co_await eventually(10s, [&] { return redis->connected(); }));
        server.freeze();
        auto pending = redis->command({"ECHO", "x"});
        redis.reset();
        result = shown(co_await std::move(pending));
    };
    asio::co_spawn(context, body(), [](std::exception_ptr) {});
    context.run_for(20s);
    EXPECT_EQ(result, "unavailable");
    EXPECT_TRUE(run_ended);
}

}  // namespace
}  // namespace mlango::sessions
