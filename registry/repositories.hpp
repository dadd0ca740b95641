// Every repository of one thread, over one pool.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "registry/entitlements.hpp"
#include "registry/outbox.hpp"
#include "registry/people.hpp"
#include "registry/pins.hpp"
#include "registry/requests.hpp"

namespace mlango::registry {

struct repositories {
    repositories(pg_pool& pool, sealer& record, blinder& blind, const clock& time, random_source& random)
        : people(pool, record, blind),
          pins(pool, time),
          entitlements(pool),
          requests(pool, record, blind, random),
          outbox(pool, record, blind, time),
          inbox(pool, record, blind) {}

    registry::people people;
    registry::pins pins;
    registry::entitlements entitlements;
    registry::requests requests;
    registry::outbox outbox;
    registry::inbox inbox;
};

}  // namespace mlango::registry
