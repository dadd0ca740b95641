// Redis killed, frozen, loading, read-only, behind passwords, or talking nonsense.
#include <fmt/format.h>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "tests/integration/sessions/loop.hpp"

namespace mlango::sessions {
namespace {

using std::chrono::steady_clock;

TEST(redis_faults, down_from_the_start_fails_at_once_and_is_found_later) {
    tests::private_redis server;
    server.kill();
    loop here(settings_for(server.url()));
    here.run_unconnected([&]() -> task<void> {
        co_await pause_for(300ms);
        const auto began = steady_clock::now();
        EXPECT_EQ(shown(co_await here.redis.command({"PING"})), "unavailable");
        EXPECT_LT(steady_clock::now() - began, 50ms);
        server.start();
        EXPECT_TRUE(co_await eventually(1'000ms, [&] { return here.redis.connected(); }));
        EXPECT_EQ(shown(co_await here.redis.command({"PING"})), "string PONG");
    });
}

TEST(redis_faults, kill_fails_what_is_in_flight_and_service_returns_within_a_second) {
    tests::private_redis server;
    loop here(settings_for(server.url()));
    here.run([&]() -> task<void> {
        server.freeze();
        std::vector<task<std::expected<redis_reply, redis_failure>>> asked;
        for (int i = 0; i < 100; ++i) asked.push_back(here.redis.command({"INCR", "n"}));
        co_await pause_for(5ms);
        server.kill();
        int unavailable = 0;
        for (auto& one : asked) unavailable += shown(co_await std::move(one)) == "unavailable";
        EXPECT_EQ(unavailable, 100);
        EXPECT_EQ(here.connections(), 0);
        co_await pause_for(2'500ms);  // long enough for the longest backoff
        server.start();
        EXPECT_TRUE(co_await eventually(1'000ms, [&] { return here.redis.connected(); }));
        EXPECT_EQ(shown(co_await here.redis.command({"INCR", "n"})), "int 1");
        EXPECT_EQ(here.connections(), 1);
    });
}

TEST(redis_faults, kill_again_and_again_under_load_never_mixes_replies) {
    tests::private_redis server;
    loop here(settings_for(server.url()));
    here.run([&]() -> task<void> {
        bool over = false;
        std::size_t right = 0;
        std::size_t failed = 0;
        std::size_t wrong = 0;
        here.spawn([](auto& restarted, bool& done) -> task<void> {
            for (int i = 0; i < 5; ++i) {
                co_await pause_for(100ms);
                restarted.kill();
                co_await pause_for(20ms);
                restarted.start();
            }
            co_await pause_for(100ms);
            done = true;
        }(server, over));
        co_await here.at_once(32, [&](std::size_t i) -> task<void> {
            int round = 0;
            while (!over) {
                const auto word = fmt::format("{}/{}", i, ++round);
                const auto result = shown(co_await here.redis.command({"ECHO", word}));
                if (result == "string " + word) {
                    ++right;
                } else if (result == "unavailable") {
                    ++failed;
                    co_await pause_for(1ms);
                } else {
                    ++wrong;
                }
            }
        });
        EXPECT_EQ(wrong, 0u);
        EXPECT_GT(right, 100u);
        EXPECT_GT(failed, 0u);
    });
}

TEST(redis_faults, silence_is_a_time_out_and_then_a_new_connection) {
    tests::private_redis server;
    auto settings = settings_for(server.url());
    settings.command_timeout = 200ms;
    settings.connect_timeout = 200ms;
    loop here(settings);
    here.run([&]() -> task<void> {
        server.freeze();
        const auto began = steady_clock::now();
        EXPECT_EQ(shown(co_await here.redis.command({"PING"})), "timed out");
        const auto took = steady_clock::now() - began;
        EXPECT_GE(took, 200ms);
        EXPECT_LT(took, 600ms);
        EXPECT_EQ(shown(co_await here.redis.command({"PING"})), "unavailable");
        EXPECT_FALSE(here.redis.connected());
        co_await pause_for(600ms);  // connecting succeeds, greeting does not
        EXPECT_FALSE(here.redis.connected());
        server.thaw();
        EXPECT_TRUE(co_await eventually(1'000ms, [&] { return here.redis.connected(); }));
        EXPECT_EQ(shown(co_await here.redis.command({"ECHO", "x"})), "string x");
        EXPECT_EQ(here.failures("timed_out"), 1u);
    });
}

TEST(redis_faults, slow_within_the_time_out_is_waited_for) {
    tests::private_redis server({"--enable-debug-command", "yes"});
    loop here(settings_for(server.url()));
    here.run([&]() -> task<void> {
        auto slow = here.redis.command({"DEBUG", "SLEEP", "0.3"});
        auto behind = here.redis.command({"ECHO", "x"});
        EXPECT_EQ(shown(co_await std::move(behind)), "string x");
        EXPECT_EQ(shown(co_await std::move(slow)), "string OK");
    });
}

TEST(redis_faults, password_and_user_are_given_on_connect) {
    tests::private_redis server({"--requirepass", "sesame", "--user", "clerk", "on", ">open", "~*", "+@all"});
    struct {
        std::string username, password;
        bool welcome;
    } const rows[] = {{"", "sesame", true},    {"", "", false},           {"", "wrong", false},
                      {"clerk", "open", true}, {"clerk", "wrong", false}, {"default", "sesame", true}};
    for (const auto& row : rows) {
        SCOPED_TRACE(row.username + "/" + row.password);
        auto settings = settings_for(server.url());
        settings.username = row.username;
        settings.password = row.password;
        loop here(settings);
        here.run_unconnected([&]() -> task<void> {
            EXPECT_EQ(co_await eventually(row.welcome ? 5'000ms : 200ms, [&] { return here.redis.connected(); }),
                      row.welcome);
            EXPECT_EQ(shown(co_await here.redis.command({"PING"})), row.welcome ? "string PONG" : "unavailable");
        });
    }
}

TEST(redis_faults, read_only_primary_is_left_for_the_one_behind_the_name_now) {
    tests::private_redis server;
    loop here(settings_for(server.url()));
    here.run([&]() -> task<void> {
        EXPECT_EQ(shown(co_await here.redis.command({"SET", "k", "1"})), "string OK");
        const auto id = shown(co_await here.redis.command({"CLIENT", "ID"}));
        EXPECT_EQ(shown(co_await here.redis.command({"REPLICAOF", "127.0.0.1", "1"})), "string OK");
        EXPECT_EQ(shown(co_await here.redis.command({"SET", "k", "2"})), "refusal READONLY");
        co_await pause_for(2ms);  // the connection goes when all replies at hand are given out
        EXPECT_TRUE(co_await eventually(1'000ms, [&] { return here.redis.connected(); }));
        EXPECT_NE(shown(co_await here.redis.command({"CLIENT", "ID"})), id);
        EXPECT_EQ(shown(co_await here.redis.command({"REPLICAOF", "NO", "ONE"})), "string OK");
        EXPECT_EQ(shown(co_await here.redis.command({"SET", "k", "3"})), "string OK");
    });
}

// A Redis by script: greets, then answers each command with `answer` and hangs up if told so.
class scripted_redis {
public:
    using local = asio::local::stream_protocol;
    using acceptor = asio::basic_socket_acceptor<local, executor>;
    using socket = asio::basic_stream_socket<local, executor>;

    explicit scripted_redis(asio::io_context& context)
        : acceptor_(context.get_executor(), local::endpoint(folder_.path() + "/s")) {}

    [[nodiscard]] std::string url() const { return "unix:" + folder_.path() + "/s"; }
    std::string greeting = "+PONG\r\n";
    std::string answer = "+OK\r\n";
    bool hang_up = false;
    int accepted = 0;

    task<void> serve() {
        for (;;) {
            auto [error, peer] = co_await acceptor_.async_accept(asio::as_tuple(use_task));
            if (error) co_return;
            ++accepted;
            co_await talk(std::move(peer));
        }
    }
    void close() { acceptor_.close(); }

private:
    task<void> talk(socket peer) {
        std::string in;
        for (bool greeted = false;; greeted = true) {
            const auto [error, length] =
                co_await asio::async_read_until(peer, asio::dynamic_buffer(in), "PING\r\n", asio::as_tuple(use_task));
            if (error) co_return;
            in.erase(0, length);
            co_await asio::async_write(peer, asio::buffer(greeted ? answer : greeting), asio::as_tuple(use_task));
            if (greeted && hang_up) co_return;
        }
    }
    tests::temporary_folder folder_;
    acceptor acceptor_;
};

TEST(redis_faults, nonsense_drops_the_connection_and_all_who_wait) {
    for (const std::string nonsense : {"?!\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n", "%1\r\n+a\r\n+b\r\n"}) {
        SCOPED_TRACE(nonsense);
        loop here;
        scripted_redis server(here.context);
        redis_client redis(here.context, settings_for(server.url()), here.time, here.random, here.numbers);
        here.spawn(server.serve());
        here.spawn(redis.run());
        here.run([&]() -> task<void> {
            EXPECT_TRUE(co_await eventually(5s, [&] { return redis.connected(); }));
            server.answer = nonsense;
            auto first = redis.command({"PING"});
            auto second = redis.command({"GET", "k"});
            EXPECT_EQ(shown(co_await std::move(first)), "unavailable");
            EXPECT_EQ(shown(co_await std::move(second)), "unavailable");
            EXPECT_EQ(here.failures("protocol"), 1u);
            server.answer = "+OK\r\n";
            EXPECT_TRUE(co_await eventually(1s, [&] { return redis.connected(); }));
            EXPECT_EQ(shown(co_await redis.command({"PING"})), "string OK");
            EXPECT_EQ(server.accepted, 2);
            redis.stop();
            server.close();
        });
    }
}

TEST(redis_faults, reply_nobody_asked_for_drops_the_connection) {
    loop here;
    scripted_redis server(here.context);
    redis_client redis(here.context, settings_for(server.url()), here.time, here.random, here.numbers);
    here.spawn(server.serve());
    here.spawn(redis.run());
    here.run([&]() -> task<void> {
        EXPECT_TRUE(co_await eventually(5s, [&] { return redis.connected(); }));
        server.answer = "+OK\r\n+OK\r\n";
        EXPECT_EQ(shown(co_await redis.command({"PING"})), "string OK");
        EXPECT_TRUE(co_await eventually(1s, [&] { return server.accepted == 2; }));
        EXPECT_EQ(here.failures("protocol"), 1u);
        redis.stop();
        server.close();
    });
}

TEST(redis_faults, reply_cut_at_each_byte_is_no_reply) {
    const std::string whole = "$5\r\nhello\r\n";
    for (std::size_t length = 1; length <= whole.size(); ++length) {
        SCOPED_TRACE(length);
        loop here;
        scripted_redis server(here.context);
        redis_client redis(here.context, settings_for(server.url()), here.time, here.random, here.numbers);
        here.spawn(server.serve());
        here.spawn(redis.run());
        here.run([&]() -> task<void> {
            EXPECT_TRUE(co_await eventually(5s, [&] { return redis.connected(); }));
            server.answer = whole.substr(0, length);
            server.hang_up = true;
            EXPECT_EQ(shown(co_await redis.command({"PING"})), length == whole.size() ? "string hello" : "unavailable");
            redis.stop();
            server.close();
        });
    }
}

TEST(redis_faults, refused_greeting_is_not_a_connection) {
    loop here;
    scripted_redis server(here.context);
    server.greeting = "-LOADING Redis is loading the dataset in memory\r\n";
    redis_client redis(here.context, settings_for(server.url()), here.time, here.random, here.numbers);
    here.spawn(server.serve());
    here.spawn(redis.run());
    here.run([&]() -> task<void> {
        EXPECT_TRUE(co_await eventually(5s, [&] { return server.accepted >= 3; }));
        EXPECT_FALSE(redis.connected());
        EXPECT_EQ(shown(co_await redis.command({"PING"})), "unavailable");
        server.greeting = "+PONG\r\n";
        EXPECT_TRUE(co_await eventually(2s, [&] { return redis.connected(); }));
        redis.stop();
        server.close();
    });
}

}  // namespace
}  // namespace mlango::sessions
