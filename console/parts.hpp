// What the console's doors stand on: one thread's objects, which outlive them. Callers: doors.hpp and each door.
#pragma once

#include "base/clock.hpp"
#include "base/http/client.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "base/worker_pool.hpp"
#include "console/ports.hpp"
#include "console/settings.hpp"
#include "registry/pool.hpp"
#include "registry/wallet/secret_verifier.hpp"
#include "sessions/redis_client.hpp"

namespace mlango::console {

struct parts {
    const settings& options;
    registry::pg_pool& pool;
    sessions::redis_client& redis;
    sealer& record;
    sealer& session;  // what is kept in Redis
    blinder& blind;
    worker_pool& hashing;
    http_client& web;  // to the identity provider
    const registry::secret_verifier& secrets;
    const ports& house;
    const clock& time;
    random_source& random;
    metrics& numbers;
};

}  // namespace mlango::console
