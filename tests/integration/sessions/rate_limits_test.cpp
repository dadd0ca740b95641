#include "sessions/session_store.hpp"
#include "tests/integration/sessions/loop.hpp"

namespace mlango::sessions {
namespace {

class limits_loop : public loop {
public:
    explicit limits_loop(redis_settings settings = shared_settings()) : loop(std::move(settings)) {
        random.fill(bucket);
    }
    task<std::string> take(bucket_rate rate) {
        const auto taken = co_await limits.take(bucket, rate);
        if (!taken) co_return "unavailable";
        co_return *taken ? "yes" : "no";
    }
    task<int> take_many(int times, bucket_rate rate) {
        int taken = 0;
        for (int i = 0; i < times; ++i) taken += co_await take(rate) == "yes";
        co_return taken;
    }
    [[nodiscard]] std::string key() const { return "l:" + std::string(as_string_view(bucket)); }

    manual_clock now{wall_time(std::chrono::microseconds(1'790'000'000'123'456))};
    rate_limits limits{redis, now};
    blind_key bucket{};
};

TEST(rate_limits, gives_the_burst_and_then_the_rate) {
    limits_loop here;
    here.run([&]() -> task<void> {
        const bucket_rate rate{.per_second = 2, .burst = 5};
        EXPECT_EQ(co_await here.take_many(10, rate), 5);
        here.now.advance(499ms);
        EXPECT_EQ(co_await here.take_many(3, rate), 0);
        here.now.advance(1ms);
        EXPECT_EQ(co_await here.take_many(3, rate), 1);
        here.now.advance(1'000ms);
        EXPECT_EQ(co_await here.take_many(10, rate), 2);
        here.now.advance(1h);
        EXPECT_EQ(co_await here.take_many(10, rate), 5) << "a bucket holds no more than its burst";
    });
}

TEST(rate_limits, gives_exactly_the_burst_to_parallel_takers) {
    limits_loop here;
    here.run([&]() -> task<void> {
        int taken = 0;
        co_await here.at_once(200, [&](std::size_t) -> task<void> {
            taken += co_await here.take({.per_second = 0.01, .burst = 17}) == "yes";
        });
        EXPECT_EQ(taken, 17);
    });
}

TEST(rate_limits, keeps_buckets_apart) {
    limits_loop here;
    here.run([&]() -> task<void> {
        const bucket_rate rate{.per_second = 0.01, .burst = 1};
        EXPECT_EQ(co_await here.take_many(2, rate), 1);
        here.bucket[15] ^= std::byte{1};
        EXPECT_EQ(co_await here.take_many(2, rate), 1);
    });
}

TEST(rate_limits, leaves_nothing_behind_when_idle) {
    limits_loop here;
    here.run([&]() -> task<void> {
        EXPECT_EQ(co_await here.take({.per_second = 10, .burst = 5}), "yes");
        const auto left = co_await here.redis.command({"PTTL", here.key()});
        EXPECT_TRUE(left && std::get<std::int64_t>(*left) > 0 && std::get<std::int64_t>(*left) <= 100);
        co_await pause_for(120ms);
        EXPECT_EQ(shown(co_await here.redis.command({"EXISTS", here.key()})), "int 0");
        EXPECT_EQ(co_await here.take({.per_second = 1, .burst = 30}), "yes");
        EXPECT_EQ(co_await here.take({.per_second = 1, .burst = 30}), "yes");
        const auto longer = co_await here.redis.command({"PTTL", here.key()});
        EXPECT_TRUE(longer && std::get<std::int64_t>(*longer) > 1'500 && std::get<std::int64_t>(*longer) <= 2'000);
    });
}

TEST(rate_limits, survives_clocks_that_differ) {
    limits_loop here;
    here.run([&]() -> task<void> {
        const bucket_rate rate{.per_second = 1, .burst = 3};
        here.now.advance(24h);  // a node whose clock is a day ahead
        EXPECT_EQ(co_await here.take_many(10, rate), 3);
        here.now.advance(-24h);
        EXPECT_EQ(co_await here.take_many(10, rate), 0) << "empty, and not locked for a day";
        EXPECT_EQ(shown(co_await here.redis.command({"SET", here.key(), "nonsense"})), "string OK");
        EXPECT_EQ(co_await here.take_many(10, rate), 3);
    });
}

TEST(rate_limits, gives_nothing_for_a_rate_that_is_none) {
    limits_loop here;
    here.run([&]() -> task<void> {
        for (const bucket_rate rate : {bucket_rate{0, 5}, bucket_rate{-1, 5}, bucket_rate{1, 0}, bucket_rate{1, 0.5},
                                       bucket_rate{std::numeric_limits<double>::quiet_NaN(), 5}}) {
            EXPECT_EQ(co_await here.take(rate), "no");
        }
        EXPECT_EQ(co_await here.take({.per_second = 1e-12, .burst = 1e12}), "yes");
        EXPECT_EQ(co_await here.take({.per_second = 1e12, .burst = 1}), "no") << "still the same, emptied bucket";
    });
}

TEST(rate_limits, says_unavailable_when_redis_can_not_tell) {
    tests::private_redis server;
    limits_loop here(settings_for(server.url()));
    here.run([&]() -> task<void> {
        EXPECT_EQ(co_await here.take({}), "yes");
        EXPECT_EQ(shown(co_await here.redis.command({"CONFIG", "SET", "maxmemory", "1"})), "string OK");
        EXPECT_EQ(co_await here.take({}), "unavailable");
        server.kill();
        EXPECT_EQ(co_await here.take({}), "unavailable");
    });
}

}  // namespace
}  // namespace mlango::sessions
