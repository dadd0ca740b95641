#include "sessions/session_store.hpp"

#include <fmt/format.h>
#include <sys/resource.h>

#include "tests/integration/sessions/loop.hpp"

namespace mlango::sessions {
namespace {

key_set some_keys(std::uint8_t fill, key_id id = 1) {
    key_set keys;
    keys.keys[id].fill(std::byte{fill});
    return keys;
}

class store_loop : public loop {
public:
    explicit store_loop(redis_settings settings = shared_settings()) : loop(std::move(settings)) {}

    blind_key fresh_id() {
        blind_key id{};
        random.fill(id);
        return id;
    }
    std::string key_of(const blind_key& id) { return "s:" + std::string(as_string_view(id)); }
    task<std::string> raw(const blind_key& id) { co_return shown(co_await redis.command({"GET", key_of(id)})); }

    // "saved", "conflict" or "unavailable".
    task<std::string> save(const blind_key& id, session value, std::optional<session_version> expected,
                           std::chrono::seconds keep = 60s) {
        const auto outcome = co_await store.save(id, value, expected, keep);
        if (!outcome) co_return "unavailable";
        co_return *outcome == save_outcome::saved ? "saved" : "conflict";
    }
    // The stored session or, by a failed expectation, an empty one.
    task<stored_session> stored(const blind_key& id) {
        const auto found = co_await store.load(id);
        EXPECT_TRUE(found && *found) << "nothing stored";
        co_return found && *found ? **found : stored_session{};
    }
    task<bool> absent(const blind_key& id) {
        const auto found = co_await store.load(id);
        co_return found && !*found;
    }

    sealer seal{some_keys(7), random};
    session_store store{redis, seal, random};
};

session usual(std::size_t reply_bytes = 160) {
    session value;
    value.menu_version = 12;
    value.language = 2;
    value.hops = 4;
    value.transcript_length = 9;
    value.transcript_digest = 0x1122334455667788;
    value.began_at = 1'790'000'000;
    value.authenticated_at = 1'790'000'020;
    value.person = 1'234'567;
    value.group = 345'678;
    value.phone = 2'345'678;
    value.stack = {{0, 0, ""}, {3, 0, ""}, {7, 0, "1000234"}};
    value.choices = {"1000234", "1000235", "1000236", "1000237"};
    value.last_reply = std::string(reply_bytes, 'R');
    return value;
}

TEST(session_store, brings_back_what_was_saved) {
    store_loop here;
    here.run([&]() -> task<void> {
        const auto id = here.fresh_id();
        EXPECT_TRUE(co_await here.absent(id));
        EXPECT_EQ(co_await here.save(id, usual(), std::nullopt), "saved");
        auto found = co_await here.stored(id);
        EXPECT_EQ(found.value, usual());
        found.value.hops = 5;
        EXPECT_EQ(co_await here.save(id, found.value, found.version), "saved");
        const auto again = co_await here.stored(id);
        EXPECT_EQ(again.value.hops, 5);
        EXPECT_NE(again.version.value, found.version.value);
    });
}

TEST(session_store, refuses_to_save_over_what_it_has_not_seen) {
    store_loop here;
    here.run([&]() -> task<void> {
        const auto id = here.fresh_id();
        EXPECT_EQ(co_await here.save(id, usual(), session_version{42}), "conflict") << "nothing is there";
        EXPECT_TRUE(co_await here.absent(id));
        EXPECT_EQ(co_await here.save(id, usual(), std::nullopt), "saved");
        EXPECT_EQ(co_await here.save(id, {}, std::nullopt), "conflict");
        const auto first = (co_await here.stored(id)).version;
        EXPECT_EQ(co_await here.save(id, usual(10), first), "saved");
        EXPECT_EQ(co_await here.save(id, {}, first), "conflict");
        EXPECT_EQ((co_await here.stored(id)).value, usual(10));
    });
}

TEST(session_store, lets_one_of_a_hundred_parallel_saves_win) {
    store_loop here;
    here.run([&]() -> task<void> {
        for (int round = 0; round < 5; ++round) {
            const auto id = here.fresh_id();
            for (const bool first : {true, false}) {
                std::optional<session_version> expected;
                if (!first) expected = (co_await here.stored(id)).version;
                std::size_t saved = 0;
                std::size_t conflicts = 0;
                std::size_t winner = 1'000;
                co_await here.at_once(100, [&](std::size_t i) -> task<void> {
                    auto value = usual();
                    value.hops = static_cast<std::uint16_t>(i);
                    const auto outcome = co_await here.save(id, value, expected);
                    if (outcome == "saved") {
                        ++saved;
                        winner = i;
                    }
                    conflicts += outcome == "conflict";
                });
                EXPECT_EQ(saved, 1u);
                EXPECT_EQ(conflicts, 99u);
                EXPECT_EQ((co_await here.stored(id)).value.hops, winner);
            }
        }
    });
}

TEST(session_store, expires_sessions_and_renews_at_each_save) {
    store_loop here;
    here.run([&]() -> task<void> {
        const auto id = here.fresh_id();
        EXPECT_EQ(co_await here.save(id, usual(), std::nullopt, 100s), "saved");
        EXPECT_EQ(shown(co_await here.redis.command({"TTL", here.key_of(id)})), "int 100");
        EXPECT_EQ(co_await here.save(id, usual(), (co_await here.stored(id)).version, 1s), "saved");
        co_await pause_for(1'100ms);
        EXPECT_TRUE(co_await here.absent(id));
    });
}

TEST(session_store, shows_redis_nothing_readable) {
    store_loop here;
    here.run([&]() -> task<void> {
        const auto id = here.fresh_id();
        auto value = usual();
        value.last_reply = "Karibu Amina, your food is ready";
        value.fields = {{"address", "Block 7"}};
        EXPECT_EQ(co_await here.save(id, value, std::nullopt), "saved");
        const auto raw = co_await here.raw(id);
        EXPECT_TRUE(raw.starts_with("string "));
        for (const auto* word : {"Karibu", "Amina", "food", "address", "Block", "1000234"}) {
            EXPECT_EQ(raw.find(word), std::string::npos) << word;
        }
    });
}

TEST(session_store, forgets_what_it_can_not_read_and_starts_anew) {
    store_loop here;
    here.run([&]() -> task<void> {
        const auto other = here.fresh_id();
        EXPECT_EQ(co_await here.save(other, usual(), std::nullopt), "saved");
        const auto others = (co_await here.raw(other)).substr(std::string_view("string ").size());
        const auto id = here.fresh_id();
        auto forged = others;
        forged.back() = static_cast<char>(forged.back() ^ 1);
        sealer strange(some_keys(8, 9), here.random);
        const auto newer = here.seal.seal("\x02whatever", as_string_view(id));
        const std::string rows[] = {
            "",
            "short",
            "12345678",
            "12345678 and no sealed bytes behind it",
            others,
            forged,
            "12345678" + strange.seal(encode(usual()), as_string_view(id)),
            "12345678" + newer,
        };
        for (std::size_t i = 0; i < std::size(rows); ++i) {
            SCOPED_TRACE(i);
            EXPECT_EQ(shown(co_await here.redis.command({"SET", here.key_of(id), rows[i], "EX", "60"})), "string OK");
            EXPECT_TRUE(co_await here.absent(id));
            EXPECT_EQ(co_await here.save(id, usual(), std::nullopt), "saved");
            EXPECT_EQ((co_await here.stored(id)).value, usual());
        }
        EXPECT_EQ((co_await here.stored(other)).value, usual()) << "the neighbour is untouched";
    });
}

TEST(session_store, reads_sessions_sealed_with_an_older_key) {
    store_loop here;
    here.run([&]() -> task<void> {
        const auto id = here.fresh_id();
        EXPECT_EQ(co_await here.save(id, usual(), std::nullopt), "saved");
        auto keys = some_keys(7);
        keys.keys[2].fill(std::byte{3});
        sealer rotated(keys, here.random);
        session_store store(here.redis, rotated, here.random);
        const auto found = co_await store.load(id);
        EXPECT_TRUE(found && *found && (*found)->value == usual());
    });
}

TEST(session_store, separates_prefixes_and_refuses_long_ones) {
    store_loop here;
    here.run([&]() -> task<void> {
        const auto id = here.fresh_id();
        session_store elsewhere(here.redis, here.seal, here.random, "12345678");
        EXPECT_EQ(co_await here.save(id, usual(), std::nullopt), "saved");
        const auto found = co_await elsewhere.load(id);
        EXPECT_TRUE(found && !*found);
        EXPECT_THROW(session_store(here.redis, here.seal, here.random, "123456789"), std::invalid_argument);
        EXPECT_THROW(rate_limits(here.redis, here.time, "123456789"), std::invalid_argument);
    });
}

TEST(session_store, says_unavailable_when_redis_is_gone_full_or_read_only) {
    tests::private_redis server;
    store_loop here(settings_for(server.url()));
    here.run([&]() -> task<void> {
        const auto id = here.fresh_id();
        EXPECT_EQ(co_await here.save(id, usual(), std::nullopt), "saved");
        const auto version = (co_await here.stored(id)).version;
        const auto expect_no_writes = [&]() -> task<void> {
            EXPECT_EQ(co_await here.save(here.fresh_id(), usual(), std::nullopt), "unavailable");
            EXPECT_TRUE(co_await eventually(1s, [&] { return here.redis.connected(); }));
            EXPECT_EQ(co_await here.save(id, usual(10), version), "unavailable");
            co_await pause_for(5ms);
            EXPECT_TRUE(co_await eventually(1s, [&] { return here.redis.connected(); }));
            EXPECT_EQ((co_await here.stored(id)).value, usual()) << "reading goes on, and nothing was written";
        };
        EXPECT_EQ(shown(co_await here.redis.command({"CONFIG", "SET", "maxmemory", "1"})), "string OK");
        co_await expect_no_writes();
        EXPECT_EQ(shown(co_await here.redis.command({"CONFIG", "SET", "maxmemory", "0"})), "string OK");

        // Read-only as a demoted primary is, which still serves what it has.
        EXPECT_EQ(shown(co_await here.redis.command({"REPLICAOF", "127.0.0.1", "1"})), "string OK");
        EXPECT_EQ(co_await here.save(id, usual(10), version), "unavailable");
        co_await pause_for(5ms);
        EXPECT_TRUE(co_await eventually(1s, [&] { return here.redis.connected(); }));
        co_await expect_no_writes();
        EXPECT_EQ(shown(co_await here.redis.command({"REPLICAOF", "NO", "ONE"})), "string OK");

        EXPECT_EQ(co_await here.save(id, usual(10), version), "saved") << "nothing was written by the refused ones";
        server.kill();
        EXPECT_EQ(co_await here.save(id, usual(), std::nullopt), "unavailable");
        EXPECT_FALSE(co_await here.store.load(id));
        server.start();
        EXPECT_TRUE(co_await eventually(1s, [&] { return here.redis.connected(); }));
        EXPECT_TRUE(co_await here.absent(id));
        EXPECT_EQ(co_await here.save(id, usual(), std::nullopt), "saved");
    });
}

TEST(session_store, teaches_its_script_to_a_redis_that_has_forgotten_it) {
    tests::private_redis server;
    store_loop here(settings_for(server.url()));
    here.run([&]() -> task<void> {
        const auto id = here.fresh_id();
        EXPECT_EQ(co_await here.save(id, usual(), std::nullopt), "saved");
        for (int i = 0; i < 3; ++i) {
            EXPECT_EQ(shown(co_await here.redis.command({"SCRIPT", "FLUSH"})), "string OK");
            EXPECT_EQ(co_await here.save(id, usual(), (co_await here.stored(id)).version), "saved");
            EXPECT_EQ(co_await here.save(id, usual(), (co_await here.stored(id)).version), "saved");
        }
        EXPECT_EQ(here.failures("refused"), 0u) << "an unknown script is no failure";
        const auto evals = shown(co_await here.redis.command({"INFO", "commandstats"}));
        EXPECT_NE(evals.find("cmdstat_eval:calls=3,"), std::string::npos) << "the body travels once per flush";
    });
}

// 470 bytes: the goal per live session with a full screen of 160 characters.
TEST(session_store, costs_redis_little_memory) {
    store_loop here;
    here.run([&]() -> task<void> {
        const auto id = here.fresh_id();
        EXPECT_EQ(co_await here.save(id, usual(160), std::nullopt), "saved");
        const auto reply = co_await here.redis.command({"MEMORY", "USAGE", here.key_of(id)});
        const auto bytes_used = reply ? std::get<std::int64_t>(*reply) : 1'000'000;
        EXPECT_LE(bytes_used, 470);
        testing::Test::RecordProperty("redis_bytes_per_session", static_cast<int>(bytes_used));
        fmt::print("redis bytes per session: {}\n", bytes_used);
    });
}

double used_by_us() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto microseconds = [](timeval time) {
        return 1e6 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec);
    };
    return microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

task<double> used_by_redis(redis_client& redis) {
    const auto info = shown(co_await redis.command({"INFO", "cpu"}));
    double sum = 0;
    for (const std::string_view name : {"used_cpu_sys:", "used_cpu_user:"}) {
        sum += std::strtod(info.c_str() + info.find(name) + name.size(), nullptr);
    }
    co_return sum * 1e6;
}

// CPU per key press: one load and one save. The bound holds for unoptimised builds too; the numbers worth quoting are
// those of the release preset.
TEST(session_store, costs_little_processor_time_per_hop) {
    tests::private_redis server;
    store_loop here(settings_for(server.url()));
    here.run([&]() -> task<void> {
        for (const std::size_t phones : {1, 64, 512}) {
            const std::size_t hops_each = 20'000 / phones;
            std::size_t saved = 0;
            const auto dial = [&](std::size_t hops) -> task<void> {
                co_await here.at_once(phones, [&, hops](std::size_t) -> task<void> {
                    const auto id = here.fresh_id();
                    auto value = usual();
                    co_await here.store.save(id, value, std::nullopt, 180s);
                    for (std::size_t hop = 0; hop < hops; ++hop) {
                        auto found = co_await here.store.load(id);
                        if (!found || !*found) continue;
                        const auto outcome = co_await here.store.save(id, (*found)->value, (*found)->version, 180s);
                        saved += outcome && *outcome == save_outcome::saved;
                    }
                });
            };
            co_await dial(5);
            saved = 0;
            const auto redis_before = co_await used_by_redis(here.redis);
            const auto before = used_by_us();
            const auto began = std::chrono::steady_clock::now();
            co_await dial(hops_each);
            const auto hops = static_cast<double>(phones * hops_each);
            const auto ours = (used_by_us() - before) / hops;
            const auto elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
            const auto theirs = (co_await used_by_redis(here.redis) - redis_before) / hops;
            fmt::print("{:4} phones: client {:.2f} us, redis {:.2f} us of CPU per load and save; {:.0f} hops/s\n",
                       phones, ours, theirs, hops / elapsed);
            EXPECT_EQ(saved, phones * hops_each);
            EXPECT_LT(ours, 500);
        }
    });
}

}  // namespace
}  // namespace mlango::sessions
