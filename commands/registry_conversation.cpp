#include "commands/registry_conversation.hpp"

#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>

#include "base/log.hpp"
#include "base/within.hpp"
#include "commands/command_parts.hpp"
#include "registry/migrate.hpp"

namespace mlango::commands {

using namespace std::chrono_literals;

void converse(const std::string& conninfo, const std::function<task<void>(registry::pg_pool&)>& what) {
    set_log_level(log_level::error);
    const int found = registry::schema_number(conninfo);
    if (const int wanted = registry::migrations().back().number; found != wanted)
        throw std::runtime_error(fmt::format("the registry's schema is {} and this program needs {}: {}", found, wanted,
                                             found < wanted ? "run mlango migrate" : "update the program"));
    asio::io_context context(1);
    const system_clock time;
    system_random random;
    metrics numbers;
    registry::pool_settings settings;
    settings.conninfo = conninfo;
    settings.statement_timeout = 10s;
    registry::pg_pool pool(context, settings, time, random, numbers);
    std::exception_ptr failure;
    const auto conversation = [&]() -> task<void> {
        coarse_timer pause(context.get_executor());
        for (const deadline patience = time.steady() + 5s; !pool.connected();) {
            if (time.steady() > patience) throw std::runtime_error("the registry does not answer");
            pause.expires_after(10ms);
            co_await pause.async_wait(use_task);
        }
        co_await what(pool);
    };
    asio::co_spawn(context, pool.run(), [](std::exception_ptr) {});
    asio::co_spawn(context, conversation(), [&](std::exception_ptr thrown) {
        failure = thrown;
        pool.stop();
    });
    context.run();
    if (failure) std::rethrow_exception(failure);
}

int run_conversation(const std::string& conninfo, const std::function<task<int>(registry::pg_pool&)>& what) {
    try {
        return with_registry<int>(conninfo, what);
    } catch (const std::exception& fault) {
        return failed(fault);
    }
}

}  // namespace mlango::commands
