#include "commands/wallet_desk_room.hpp"

#include <algorithm>

#include "commands/command_parts.hpp"
#include "commands/registry_conversation.hpp"

namespace mlango::commands {

int with_wallet_desk(const command_options& common, const std::function<task<int>(wallet_desk_room)>& what) {
    const auto settings = configuration(common);
    if (!settings) return 1;
    return run_conversation(settings->postgres.conninfo, [&](registry::pg_pool& pool) -> task<int> {
        system_random random;
        const system_clock time;
        sealer record(settings->keys.record, random);
        blinder blind(settings->keys.blind);
        sealer seal(settings->keys.wallet, random);
        const registry::secret_verifier secrets(settings->keys.wallet, settings->pin, random);
        registry::wallet_desk desk(pool, record, blind, time, random);
        co_return co_await what({desk, pool, blind, seal, secrets, random, time});
    });
}

bool is_country_code(std::string_view text) {
    return text.size() == 3 && std::ranges::all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; });
}

}  // namespace mlango::commands
