// The wallet as the program builds it: what all threads share, and each thread's services with the partners' doors on
// them. Caller: serve.cpp and worker.cpp.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/http/server.hpp"
#include "base/metrics.hpp"
#include "base/task_group.hpp"
#include "exchange/doors.hpp"
#include "handlers/house.hpp"
#include "server/config/config.hpp"
#include "wallet/counter.hpp"
#include "wallet/holder.hpp"
#include "wallet/issuance.hpp"
#include "wallet/rounds.hpp"
#include "wallet/status_lists.hpp"

namespace mlango::server {

// Immutable but for the keys, which are read again while the program runs.
struct shared_wallet {
    wallet::credential_kinds kinds;
    wallet::live_signing_keys keys;
    registry::secret_verifier secrets;
};
// Every fault names the file.
[[nodiscard]] std::expected<wallet::credential_kinds, std::vector<std::string>> read_kinds(
    const std::filesystem::path& path);

// Throws std::runtime_error with every fault of the kinds' file and the keys' folder. nullptr: there is no wallet.
[[nodiscard]] std::unique_ptr<shared_wallet> make_shared_wallet(const config& settings, random_source& random);

// What a thread has already.
struct wallet_surroundings {
    const config& settings;
    registry::pg_pool& pool;
    sealer& record;
    blinder& blind;
    worker_pool& hashing;
    const clock& time;
    random_source& random;
    metrics& numbers;
};

class wallet_parts {
public:
    wallet_parts(const wallet_surroundings& around, shared_wallet& shared);

    [[nodiscard]] std::vector<http_route> routes() { return doors_.routes(); }
    // `first` also keeps the lists in order and reads the keys' folder again.
    void start(task_group& background, bool first);

private:
    task<void> watch_keys();

    const config& settings_;
    shared_wallet& shared_;
    sealer seal_;
    blinder mac_;
    wallet::parts house_;

public:
    wallet::holder holder;
    wallet::counter counter;
    wallet::issuance issuance;
    handlers::wallet_rooms rooms;  // for the screens

private:
    wallet::status_lists lists_;
    wallet::rounds rounds_;
    exchange::door_parts door_house_;
    exchange::doors doors_;
};

}  // namespace mlango::server
