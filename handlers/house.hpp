// What one thread's conversations work with: the rooms below, built by the server, and the settings of the operation.
// Everything here outlives every hop.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "base/task_group.hpp"
#include "base/worker_pool.hpp"
#include "handlers/operation_settings.hpp"
#include "registry/pin_verifier.hpp"
#include "registry/repositories.hpp"
#include "sessions/session_store.hpp"
#include "templates/edition.hpp"

namespace mlango::wallet {
class holder;
class counter;
class issuance;
class credential_kinds;
}  // namespace mlango::wallet

namespace mlango::handlers {

class number_watch;

// The identity wallet's services.
struct wallet_rooms {
    wallet::holder& holder;
    wallet::counter& counter;
    wallet::issuance& issuance;
    const wallet::credential_kinds& kinds;
    number_watch* numbers = nullptr;  // none: no operator can be asked
};

// Or none: an installation that issues nothing, where My ID is empty. A step that forgets to ask ends in an apology.
class wallet_link {
public:
    wallet_link(wallet_rooms* rooms = nullptr) : rooms_(rooms) {}
    explicit operator bool() const { return rooms_ != nullptr; }
    wallet_rooms* operator->() const {
        if (rooms_ == nullptr) throw registry::registry_unavailable("there is no wallet here");
        return rooms_;
    }

private:
    wallet_rooms* rooms_;
};

struct house {
    const clock& time;
    random_source& random;
    metrics& numbers;
    sealer& record;
    blinder& blind;
    worker_pool& hashing;
    const registry::pin_verifier& verifier;
    sessions::session_store& sessions;
    sessions::rate_limits& limits;
    registry::repositories& registry;
    const templates::edition_shelf& editions;
    const operation_settings& operation;
    task_group& background;  // what goes on after its hop was answered
    wallet_link wallet;
};

}  // namespace mlango::handlers
