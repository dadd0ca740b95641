// One pipelined connection to Redis, shared by all coroutines of a thread: commands of one loop turn go out in one
// write, replies come back in order. Reconnects by itself with jittered backoff; while it is down commands fail at once.
// Unix socket, TCP and TLS. Transport is Asio; hiredis is the RESP2 codec.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/task.hpp"

namespace mlango::sessions {

struct redis_settings {
    // "unix:/path/redis.sock", "redis://host:6379/0" or "rediss://host:6380/0" (TLS, host name checked).
    std::string url = "redis://127.0.0.1:6379/0";
    std::string username;  // from a secret; empty: no AUTH
    std::string password;
    std::chrono::milliseconds connect_timeout{1'000};
    std::chrono::milliseconds command_timeout{2'000};    // then the connection is taken for dead
    std::chrono::milliseconds first_backoff{20};
    std::chrono::milliseconds longest_backoff{2'000};
    std::size_t waiting_limit = 10'000;                  // commands without a reply; beyond it: busy
};

// Every fault of the settings.
[[nodiscard]] std::vector<std::string> faults_of(const redis_settings& settings);

struct redis_nil {};
struct redis_refusal {
    std::string text;  // "LOADING …", "READONLY …", "OOM …"
};
using redis_reply = std::variant<redis_nil, std::int64_t, std::string, redis_refusal>;

enum class redis_failure { unavailable, busy, timed_out };

class redis_client {
public:
    redis_client(asio::io_context& context, redis_settings settings, const clock& time, random_source& random,
                 metrics& numbers);
    ~redis_client();

    // Connects and keeps connected until stop(); spawn it on the context. Never throws.
    task<void> run();
    void stop();
    [[nodiscard]] bool connected() const;

    // Sends one command (binary-safe). Commands awaited together are pipelined. Views need to live only until the first
    // suspension.
    task<std::expected<redis_reply, redis_failure>> command(std::initializer_list<std::string_view> words);

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace mlango::sessions
