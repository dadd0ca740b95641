#include "server/serve.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstdio>
#include <thread>

#include <boost/asio/signal_set.hpp>

#include "base/log.hpp"
#include "registry/migrate.hpp"
#include "server/worker.hpp"

namespace mlango::server {

namespace {

// An older schema is the operator's to migrate, a newer one belongs to a newer program.
bool schema_fits(const config& settings) {
    const int wanted = registry::migrations().back().number;
    int found = 0;
    try {
        found = registry::schema_number(settings.postgres.conninfo);
    } catch (const std::exception&) {
        // PostgreSQL is away: start all the same, and apologise until it is back.
        log_warning("registry_not_reached_at_start");
        return true;
    }
    if (found == wanted) return true;
    if (found < wanted)
        fmt::print(stderr, "the registry's schema is {} and this program needs {}: run mlango migrate\n", found,
                   wanted);
    else
        fmt::print(stderr, "the registry's schema is {}, newer than this program's {}: update the program\n", found,
                   wanted);
    return false;
}

}  // namespace

int serve(const config& settings) {
    set_log_level(settings.level);
    std::signal(SIGPIPE, SIG_IGN);
    if (!schema_fits(settings)) return 1;
    const system_clock time;
    system_random random;
    metrics numbers;
    worker_pool hashing("pin-hash", settings.pin_threads, settings.pin_queue);
    worker_pool loading("menu-load", 1, settings.threads);
    worker_pool proving("menu-proof", 1, 8);
    const registry::pin_verifier verifier(settings.keys.pin, settings.pin, random);
    simulator::phone_inbox inbox;
    std::unique_ptr<shared_wallet> wallet;
    try {
        wallet = make_shared_wallet(settings, random);
    } catch (const std::exception& fault) {
        fmt::print(stderr, "mlango can not start: {}\n", fault.what());
        return 1;
    }
    const shared_parts shared{.settings = settings,
                              .time = time,
                              .random = random,
                              .numbers = numbers,
                              .hashing = hashing,
                              .loading = loading,
                              .proving = proving,
                              .verifier = verifier,
                              .inbox = inbox,
                              .wallet = wallet.get()};
    std::vector<std::unique_ptr<worker>> workers;
    try {
        workers.push_back(std::make_unique<worker>(shared, true, settings.listen.port));
        while (workers.size() < settings.threads)
            workers.push_back(std::make_unique<worker>(shared, false, workers.front()->port()));
    } catch (const std::exception& fault) {
        fmt::print(stderr, "mlango can not start: {}\n", fault.what());
        return 1;
    }

    asio::io_context signals(1);
    asio::signal_set ending(signals, SIGTERM, SIGINT);
    ending.async_wait([&](const boost::system::error_code& error, int) {
        if (error) return;
        log_info("draining");
        for (const auto& one : workers) one->stop();
    });
    std::thread waiting([&] { signals.run(); });
    std::vector<std::thread> threads;
    for (std::size_t i = 1; i < workers.size(); ++i) threads.emplace_back([&, i] { workers[i]->run(); });
    log_info("serving", {{"port", workers.front()->port()}, {"threads", settings.threads}});
    workers.front()->run();
    for (auto& thread : threads) thread.join();
    signals.stop();
    waiting.join();
    log_info("stopped");
    return 0;
}

}  // namespace mlango::server
