// One thread's house: its own io_context, Redis and PostgreSQL connections, catalogue, desks and HTTP servers. Nothing
// mutable is shared with the other workers but metrics, the hashing pool and the demo phones' inbox.
#pragma once

#include <functional>
#include <memory>

#include "base/http/client.hpp"
#include "base/http/server.hpp"
#include "base/metrics.hpp"
#include "base/task_group.hpp"
#include "base/worker_pool.hpp"
#include "handlers/sms_desk.hpp"
#include "handlers/ussd_desk.hpp"
#include "registry/audit.hpp"
#include "server/config/config.hpp"
#include "server/wallet_parts.hpp"
#include "simulator/web_phone.hpp"

namespace mlango::server {

// What all workers of a process share.
struct shared_parts {
    const config& settings;
    const clock& time;
    random_source& random;
    metrics& numbers;
    worker_pool& hashing;
    worker_pool& loading;  // of published menus
    worker_pool& proving;  // of what staff write
    const registry::pin_verifier& verifier;
    simulator::phone_inbox& inbox;
    shared_wallet* wallet = nullptr;  // nobody's: without one
};

class worker {
public:
    // `first` also serves the admin listener, drains the outbox, makes the rounds of short messages and chains the
    // audit log. Throws std::runtime_error with every fault of texts and menu, std::system_error when it can not
    // listen.
    worker(const shared_parts& shared, bool first, std::uint16_t port);
    ~worker();

    [[nodiscard]] std::uint16_t port() const;
    // Runs until stop(); the calling thread is the worker's.
    void run();
    // From any thread: drains and ends.
    void stop();

private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

}  // namespace mlango::server
