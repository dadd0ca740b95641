// What the doors stand on: one thread's objects, which outlive them. Callers: doors.hpp and each door.
#pragma once

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "exchange/settings.hpp"
#include "wallet/counter.hpp"
#include "wallet/credential_kinds.hpp"
#include "wallet/issuance.hpp"
#include "wallet/signing_keys.hpp"
#include "wallet/status_lists.hpp"

namespace mlango::exchange {

struct door_parts {
    const exchange_settings& settings;
    wallet::counter& counter;
    wallet::issuance& issuance;
    const wallet::status_lists& lists;
    const wallet::live_signing_keys& keys;
    const wallet::credential_kinds& kinds;
    const key_set& token_keys;  // seal access tokens, sessions and nonces
    const clock& time;
    random_source& random;
    metrics& numbers;
};

}  // namespace mlango::exchange
