#include "server/console_parts.hpp"

namespace mlango::server {

console_parts::console_parts(const console_surroundings& around)
    : secrets_(around.settings.keys.wallet, around.settings.pin, around.random),
      words_(around.settings, around.proving),
      ports_{.words = &words_},
      house_{.options = around.settings.console,
             .pool = around.pool,
             .redis = around.redis,
             .record = around.record,
             .session = around.session,
             .blind = around.blind,
             .hashing = around.hashing,
             .secrets = secrets_,
             .house = ports_,
             .time = around.time,
             .random = around.random,
             .numbers = around.numbers},
      doors_(house_) {}

}  // namespace mlango::server
