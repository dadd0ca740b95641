#include "commands/commands.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "commands/command_parts.hpp"
#include "handlers/ussd_desk.hpp"
#include "registry/audit.hpp"
#include "registry/migrate.hpp"
#include "registry/population.hpp"
#include "server/config/config.hpp"
#include "server/serve.hpp"
#include "simulator/terminal_phone.hpp"

namespace mlango::commands {

int run_serve(const command_options& options) {
    const auto settings = configuration(options);
    return settings ? serve(*settings) : 1;
}

int run_check_config(const command_options& options) {
    const auto settings = configuration(options);
    if (!settings) return 1;
    if (run_menu_check(options) != 0) return 1;
    fmt::print("{} is good\n", config_file(options));
    return 0;
}

int run_migrate(const command_options& options) {
    const auto conninfo = database(options);
    if (!conninfo) return 1;
    try {
        const auto done = registry::migrate(*conninfo);
        if (done.from == done.to)
            fmt::print("the schema is up to date ({})\n", done.to);
        else
            fmt::print("the schema went from {} to {}\n", done.from, done.to);
        return 0;
    } catch (const std::exception& fault) {
        return failed(fault);
    }
}

int run_seed(const command_options& options) {
    const auto settings = configuration(options);
    if (!settings) return 1;
    const bool terminal = isatty(STDERR_FILENO) == 1;
    try {
        const registry::population_settings wanted{.families = options.families,
                                                   .seed = options.seed,
                                                   .demo_people = options.demo_people,
                                                   .today = system_clock().now()};
        const auto counts =
            registry::seed_population(settings->postgres.conninfo, settings->keys, wanted, [&](std::int64_t done) {
                if (terminal) fmt::print(stderr, "\r{} of {} families", done, options.families);
            });
        if (terminal) fmt::print(stderr, "\r");
        fmt::print("seeded {} registration groups, {} individuals, {} phones, {} entitlements\n", counts.groups,
                   counts.individuals, counts.phones, counts.entitlements);
        return 0;
    } catch (const std::exception& fault) {
        return failed(fault);
    }
}

int run_demo_people(const command_options&) {
    fmt::print("msisdn\tpin\tlanguage\tsituation\n");
    for (const auto& one : registry::demo_people())
        fmt::print("{}\t{}\t{}\t{}\n", one.msisdn, one.pin, one.language, one.situation);
    return 0;
}

int run_dial(const command_options& options) {
    simulator::terminal_phone_settings phone;
    phone.base_url = options.url;
    phone.gateway.name = options.gateway;
    phone.gateway.secrets = {options.key};
    if (std::ranges::find(gsm::dialect_names(), options.gateway) != gsm::dialect_names().end()) {
        phone.gateway.dialect = options.gateway;
        phone.gateway.profile = gsm::usual_profile(options.gateway);
    }
    // Of a gateway that the configuration knows, the phone takes dialect, screen and times; else a gateway named after
    // its dialect is taken to speak it.
    if (!options.config_file.empty() || std::getenv("MLANGO_CONFIG")) {
        const auto settings = configuration(options);
        if (!settings) return 1;
        const auto known = std::ranges::find(settings->gateways, options.gateway, &gsm::gateway_settings::name);
        if (known == settings->gateways.end()) {
            fmt::print(stderr, "no gateway is named {}; there are:", options.gateway);
            for (const auto& one : settings->gateways) fmt::print(stderr, " {}", one.name);
            fmt::print(stderr, "\n");
            return 1;
        }
        phone.gateway = *known;
    }
    if (!gsm::has_ussd(phone.gateway)) {
        fmt::print(stderr, "gateway {} carries SMS only\n", options.gateway);
        return 1;
    }
    phone.from = options.from;
    phone.service_code = options.service_code;
    phone.network = options.network;
    phone.draws = isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1;
    const system_clock time;
    system_random random;
    return simulator::run_terminal_phone(phone, std::cin, std::cout, std::cerr, simulator::make_http_transport(), time,
                                         random);
}

int run_keys_new(const command_options& options) {
    system_random random;
    const std::string ring = new_key_ring_text(random);
    if (options.output.empty()) {
        fmt::print("{}", ring);
        return 0;
    }
    // Never over keys that are there: what they sealed could not be read again.
    const int file = ::open(options.output.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (file < 0 || ::write(file, ring.data(), ring.size()) != static_cast<ssize_t>(ring.size()) ||
        ::close(file) != 0) {
        return faulty(options.output + " can not be written, or is there already");
    }
    fmt::print("new keys are in {}: keep a copy where the database's backups are not\n", options.output);
    return 0;
}

int run_audit_verify(const command_options& options) {
    const auto conninfo = database(options);
    if (!conninfo) return 1;
    try {
        const auto verdict = registry::verify_audit(*conninfo);
        if (verdict.first_bad != 0) {
            fmt::print(stderr, "the audit log does not hold together from row {} on\n", verdict.first_bad);
            return 1;
        }
        fmt::print("{} rows hold together, {} wait to be chained\n", verdict.rows, verdict.open_rows);
        return 0;
    } catch (const std::exception& fault) {
        return failed(fault);
    }
}

}  // namespace mlango::commands
