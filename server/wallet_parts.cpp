#include "server/wallet_parts.hpp"

#include <fstream>
#include <iterator>

#include "base/log.hpp"
#include "base/within.hpp"

namespace mlango::server {

namespace {

using namespace std::chrono_literals;

constexpr auto keys_read_every = 60s;

std::runtime_error all_of(std::string_view what, const std::vector<std::string>& faults) {
    std::string message(what);
    for (const auto& fault : faults) message += "\n  " + fault;
    return std::runtime_error(message);
}

wallet::credential_kinds kinds_of(const std::filesystem::path& path) {
    auto kinds = read_kinds(path);
    if (!kinds) throw all_of("the kinds of credentials have faults:", kinds.error());
    return std::move(*kinds);
}

wallet::signing_keys keys_of(const std::filesystem::path& folder) {
    auto keys = wallet::signing_keys::load(folder.string());
    if (!keys) throw all_of("the issuer's keys can not be used (mlango keys issuer new makes one):", keys.error());
    return std::move(*keys);
}

}  // namespace

std::expected<wallet::credential_kinds, std::vector<std::string>> read_kinds(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return std::unexpected(std::vector{path.string() + " can not be read"});
    auto kinds = wallet::credential_kinds::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    if (kinds) return kinds;
    for (std::string& fault : kinds.error()) fault.insert(0, path.string() + ": ");
    return kinds;
}

std::unique_ptr<shared_wallet> make_shared_wallet(const config& settings, random_source& random) {
    if (!settings.wallet.on) return nullptr;
    return std::unique_ptr<shared_wallet>(
        new shared_wallet{.kinds = kinds_of(settings.wallet.kinds),
                          .keys = wallet::live_signing_keys(keys_of(settings.wallet.signing_keys)),
                          .secrets = registry::secret_verifier(settings.keys.wallet, settings.pin, random)});
}

wallet_parts::wallet_parts(const wallet_surroundings& around, shared_wallet& shared)
    : settings_(around.settings),
      shared_(shared),
      seal_(around.settings.keys.wallet, around.random),
      mac_(around.settings.keys.wallet),
      house_{.pool = around.pool,
             .record = around.record,
             .blind = around.blind,
             .seal = seal_,
             .mac = mac_,
             .time = around.time,
             .random = around.random,
             .hashing = around.hashing,
             .secrets = shared.secrets,
             .kinds = shared.kinds,
             .keys = shared.keys,
             .options = around.settings.wallet.options},
      holder(house_),
      counter(house_),
      issuance(house_),
      rooms{.holder = holder, .counter = counter, .issuance = issuance, .kinds = shared.kinds},
      lists_(house_),
      rounds_(house_, around.numbers),
      door_house_{.settings = around.settings.wallet.doors,
                  .counter = counter,
                  .issuance = issuance,
                  .lists = lists_,
                  .keys = shared.keys,
                  .kinds = shared.kinds,
                  .token_keys = around.settings.keys.wallet,
                  .time = around.time,
                  .random = around.random,
                  .numbers = around.numbers},
      doors_(door_house_) {}

void wallet_parts::start(task_group& background, bool first) {
    background.spawn("status_lists", lists_.run());
    if (!first) return;
    background.spawn("wallet_rounds", rounds_.run());
    background.spawn("issuer_keys", watch_keys());
}

// A rotation is another program's doing.
task<void> wallet_parts::watch_keys() {
    coarse_timer pause(co_await asio::this_coro::executor);
    for (;;) {
        pause.expires_after(keys_read_every);
        co_await pause.async_wait(use_task);
        for (const auto& fault : shared_.keys.reload(settings_.wallet.signing_keys.string()))
            log_error("issuer_keys_not_read", {{"fault", fault}});
    }
}

}  // namespace mlango::server
