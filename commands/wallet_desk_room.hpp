// A command's conversation with the wallet's desk (registry/wallet/desk). Callers: `mlango verifier …` and
// `mlango wallet …`.
#pragma once

#include <functional>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "base/task.hpp"
#include "commands/commands.hpp"
#include "registry/wallet/desk.hpp"
#include "registry/wallet/secret_verifier.hpp"

namespace mlango::commands {

// What a command works with while it converses.
struct wallet_desk_room {
    registry::wallet_desk& desk;
    registry::pg_pool& pool;
    blinder& blind;
    sealer& seal;  // of the keys for the wallet
    const registry::secret_verifier& secrets;
    random_source& random;
    const clock& time;
};

// The exit status: what `what` gives, or 1 when the configuration or the registry is not fit, which is told.
int with_wallet_desk(const command_options& common, const std::function<task<int>(wallet_desk_room)>& what);

// Three letters, as ISO 3166-1 names countries.
[[nodiscard]] bool is_country_code(std::string_view text);

}  // namespace mlango::commands
