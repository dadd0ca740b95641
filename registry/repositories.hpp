// Every repository of one thread, over one pool.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "registry/appointments.hpp"
#include "registry/collectors.hpp"
#include "registry/entitlements.hpp"
#include "registry/guardians.hpp"
#include "registry/inbox.hpp"
#include "registry/outbox.hpp"
#include "registry/people.hpp"
#include "registry/pin_breaker.hpp"
#include "registry/pins.hpp"
#include "registry/preferences.hpp"
#include "registry/receipts.hpp"
#include "registry/recovery.hpp"
#include "registry/requests.hpp"
#include "registry/tickets.hpp"
#include "registry/waiting_sms.hpp"

namespace mlango::registry {

struct repositories {
    repositories(pg_pool& pool, sealer& record, blinder& blind, const clock& time, random_source& random)
        : people(pool, record, blind),
          pins(pool, record, blind, time, random),
          breaker(pool, blind, time),
          recovery(pool, record, blind, time),
          guardians(pool, record, blind, time),
          entitlements(pool, time),
          collectors(pool, time),
          appointments(pool, time),
          requests(pool, record, random, &blind),
          tickets(pool, record, blind, time, random),
          outbox(pool, record, blind, time),
          receipts(pool, blind, time),
          inbox(pool, record, blind, time),
          preferences(pool, blind),
          waiting(pool, record, blind, time) {}

    registry::people people;
    registry::pins pins;
    registry::pin_breaker breaker;
    registry::recovery recovery;
    registry::guardians guardians;
    registry::entitlements entitlements;
    registry::collectors collectors;
    registry::appointments appointments;
    registry::requests requests;
    registry::tickets tickets;
    registry::outbox outbox;
    registry::receipts receipts;
    registry::inbox inbox;
    registry::preferences preferences;
    registry::waiting_sms waiting;
};

}  // namespace mlango::registry
