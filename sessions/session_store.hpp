// Sessions in Redis: sealed, with a time to live, written by compare-and-set so that two deliveries of a hop can not
// both win. Keys are blinded: Redis sees neither number, gateway nor session id.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "base/seal.hpp"
#include "base/task.hpp"
#include "sessions/redis_client.hpp"
#include "sessions/session.hpp"

namespace mlango::sessions {

// Opaque: names one stored state of a session.
struct session_version {
    std::uint64_t value = 0;
};

struct stored_session {
    session value;
    session_version version;
};

enum class store_error {
    unavailable,  // Redis is down, slow, full or read-only: apologise
};
enum class save_outcome { saved, conflict };

class session_store {
public:
    // One a thread. `prefix` separates installations that share a Redis (at most 8 bytes).
    session_store(redis_client& redis, sealer& seal, random_source& random, std::string prefix = "s:");

    // nullopt: no such session, or one that can not be opened or decoded (a rotated-away key, an older format); that
    // one is removed, or no new session could be saved under its id.
    task<std::expected<std::optional<stored_session>, store_error>> load(const blind_key& id);
    // Two at once, in one round trip.
    struct two_sessions {
        std::optional<stored_session> first, second;
    };
    task<std::expected<two_sessions, store_error>> load(const blind_key& first, const blind_key& second);
    // Writes if what is stored is still `expected` (nullopt: if nothing is stored). One round trip. After `unavailable`
    // it may or may not have been written: load tells. `value` must be within_bounds; `keep` counts from 1 s.
    task<std::expected<save_outcome, store_error>> save(const blind_key& id, const session& value,
                                                        std::optional<session_version> expected,
                                                        std::chrono::seconds keep);

    // Writes whatever is stored, for what only one writer has (a form that a number may continue). Load reads it.
    task<std::expected<void, store_error>> put(const blind_key& id, const session& value, std::chrono::seconds keep);
    // Nothing is stored under the id afterwards; when Redis is away it goes with its time.
    task<void> remove(const blind_key& id);

private:
    using loaded = std::expected<std::optional<stored_session>, store_error>;
    task<loaded> opened(const blind_key& id, const std::expected<redis_reply, redis_failure>& reply);
    // Version and sealed value, as stored.
    [[nodiscard]] std::string stored_form_of(const blind_key& id, const session& value);

    redis_client& redis_;
    sealer& seal_;
    random_source& random_;
    std::string prefix_;
};

// Token buckets in Redis, shared by all threads and nodes; the bucket's name is blinded.
struct bucket_rate {
    double per_second = 1;
    double burst = 10;
};

class rate_limits {
public:
    rate_limits(redis_client& redis, const clock& time, std::string prefix = "l:");
    // Takes one token; false when the bucket is empty, and for a rate of 0 or a burst below 1. One round trip (a
    // script, atomic).
    task<std::expected<bool, store_error>> take(const blind_key& bucket, bucket_rate rate);

private:
    redis_client& redis_;
    const clock& time_;
    std::string prefix_;
};

}  // namespace mlango::sessions
