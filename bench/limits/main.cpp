// mlango_limit: what the hardware and the libraries allow. `echo` is bare Beast; `store` adds the same Redis and
// PostgreSQL work as the real server's, without its menu. One thread. Benchmarks compare `mlango serve` with them.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <boost/asio/co_spawn.hpp>
#include <fstream>
#include <sstream>

#include "base/seal.hpp"
#include "bench/limits/door.hpp"
#include "bench/limits/six_hops.hpp"

namespace mlango::bench {
namespace {

void ends_the_program(const std::exception_ptr& failure) {
    if (failure) std::rethrow_exception(failure);
}

int run(int argc, char** argv) {
    CLI::App app{"The limits that script/bench compares with"};
    std::uint16_t port = 0;
    std::string redis_path, conninfo, key_file, sql;
    app.require_subcommand(1);
    CLI::App* echo = app.add_subcommand("echo", "bare Beast: answers with the session's id");
    CLI::App* store = app.add_subcommand("store", "Beast with Redis and PostgreSQL, without a menu");
    for (CLI::App* each : {echo, store}) each->add_option("--port", port, "on 127.0.0.1; 0: a free one, printed");
    store->add_option("--redis", redis_path, "its Unix socket")->required();
    store->add_option("--pg", conninfo, "libpq keywords")->required();
    store->add_option("--keys", key_file, "the installation's key file")->required();
    store->add_option("--sql", sql, "the folder bench/sql")->required();
    CLI11_PARSE(app, argc, argv);

    asio::io_context context{1};
    if (echo->parsed()) {
        asio::co_spawn(
            context, serve(port, at_once{[](std::string_view form) { return "CON " + form_value(form, "sessionId"); }}),
            ends_the_program);
        context.run();
        return 0;
    }
    std::ostringstream text;
    text << std::ifstream{key_file}.rdbuf();
    const auto keys = parse_key_ring(text.str());
    if (!keys) {
        fmt::print(stderr, "mlango_limit: {}\n", keys.error().message);
        return 2;
    }
    redis_link redis{context, redis_path};
    pg_link registry{context, conninfo};
    six_hops session{redis, registry, keys->blind, sql};
    asio::co_spawn(context, redis.run(), ends_the_program);
    asio::co_spawn(context, registry.run(), ends_the_program);
    asio::co_spawn(context, serve(port, in_time{[&](std::string_view form) { return session.answer(form); }}),
                   ends_the_program);
    context.run();
    return 0;
}

}  // namespace
}  // namespace mlango::bench

int main(int argc, char** argv) {
    try {
        return mlango::bench::run(argc, argv);
    } catch (const std::exception& fault) {
        fmt::print(stderr, "mlango_limit: {}\n", fault.what());
        return 1;
    }
}
