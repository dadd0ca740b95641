#include "server/console_parts.hpp"

namespace mlango::server {

namespace {

using namespace std::chrono_literals;

// A step is short, but PostgreSQL may be busy with many.
constexpr auto longest_step = 30s;

}  // namespace

console_parts::console_parts(const console_surroundings& around)
    : around_(around),
      secrets_(around.settings.keys.wallet, around.settings.pin, around.random),
      sms_(around.settings, around.editions),
      words_(around.settings, around.proving),
      ports_{.sms = &sms_, .words = &words_},
      house_(parts_on(around.pool)),
      doors_(house_) {}

console::parts console_parts::parts_on(registry::pg_pool& pool) {
    return {.options = around_.settings.console,
            .pool = pool,
            .redis = around_.redis,
            .record = around_.record,
            .session = around_.session,
            .blind = around_.blind,
            .hashing = around_.hashing,
            .web = around_.web,
            .secrets = secrets_,
            .house = ports_,
            .time = around_.time,
            .random = around_.random,
            .numbers = around_.numbers};
}

void console_parts::start(task_group& background) {
    registry::pool_settings own = around_.settings.postgres;
    own.connections = connections;
    own.statement_timeout = longest_step;
    steps_pool_ =
        std::make_unique<registry::pg_pool>(around_.context, own, around_.time, around_.random, around_.numbers);
    steps_house_ = std::make_unique<console::parts>(parts_on(*steps_pool_));
    steps_ = std::make_unique<console::job_runner>(*steps_house_, console::all_job_kinds(), console::all_rounds());
    background.spawn("console_registry", steps_pool_->run());
    background.spawn("console_jobs", steps_->run());
}

void console_parts::stop() {
    if (steps_pool_) steps_pool_->stop();
}

}  // namespace mlango::server
