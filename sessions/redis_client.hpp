// One pipelined connection to Redis, shared by all coroutines of a thread: commands of one loop turn go out in one
// write, replies come back in order. Reconnects by itself with jittered backoff; while it is down commands fail at
// once. Unix socket, TCP and TLS. Transport is Asio; hiredis is the RESP2 codec.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/task.hpp"
#include "sessions/resp.hpp"

namespace mlango::sessions {

struct redis_settings {
    // "unix:/path/redis.sock", "redis://host:6379/0" or "rediss://host:6380/0" (TLS, host name checked).
    std::string url = "redis://127.0.0.1:6379/0";
    std::string username;  // from a secret; empty: no AUTH
    std::string password;
    // TLS only, PEM files. Empty: the system's authorities; no certificate of our own.
    std::string authorities_file;
    std::string certificate_file;
    std::string key_file;
    std::chrono::milliseconds connect_timeout{1'000};
    std::chrono::milliseconds command_timeout{2'000};  // then the connection is taken for dead
    std::chrono::milliseconds first_backoff{20};
    std::chrono::milliseconds longest_backoff{800};  // short: we are back within a second of its return
    std::size_t waiting_limit = 10'000;              // commands without a reply; beyond it: busy
};

// Every fault of the settings.
[[nodiscard]] std::vector<std::string> faults_of(const redis_settings& settings);

// unavailable: no connection, or it broke before the reply came (the command may have been done);
// busy: waiting_limit commands wait already (not sent); timed_out: no reply in time, or the caller was cancelled (the
// command may have been done).
enum class redis_failure { unavailable, busy, timed_out };

// Belongs to the thread that runs `context`. Metrics: redis_command_seconds (one command of 16),
// redis_failures_total{kind}, redis_connected.
class redis_client {
public:
    // Throws std::invalid_argument when faults_of(settings) is not empty, and when a TLS file can not be read.
    redis_client(asio::io_context& context, redis_settings settings, const clock& time, random_source& random,
                 metrics& numbers);
    ~redis_client();

    // Connects and keeps connected until stop(); spawn it on the context. Never throws.
    task<void> run();
    void stop();
    [[nodiscard]] bool connected() const;

    // Sends one command (binary-safe): it is queued before this returns, so the views need not outlive the call, and
    // commands called one after the other and awaited later are pipelined. Dropping the task drops the reply only.
    // Fails as values; an error reply of Redis is a redis_refusal.
    task<std::expected<redis_reply, redis_failure>> command(std::initializer_list<std::string_view> words);

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace mlango::sessions
