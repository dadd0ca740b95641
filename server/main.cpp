// `mlango`: the command line. Commands are in commands.cpp, the server in serve.cpp.
#include <CLI/CLI.hpp>

#include "server/commands.hpp"

int main(int argc, char** argv) {
    using namespace mlango::server;
    command_options options;
    int status = 0;
    CLI::App app{
        "Mlango: the door by which a person reaches her own record from any phone.\n"
        "Start with script/demo, or: keys new, migrate, seed, serve."};
    app.require_subcommand(1);
    app.set_version_flag("--version", "mlango 0.1.0");

    const auto with_config = [&](CLI::App* command) {
        command->add_option("--config", options.config_file,
                            "YAML file (else $MLANGO_CONFIG, /etc/mlango/mlango.yaml)");
        return command;
    };
    const auto command = [&](CLI::App* parent, const char* name, const char* help, int (*run)(const command_options&)) {
        CLI::App* added = with_config(parent->add_subcommand(name, help));
        added->callback([&options, &status, run] { status = run(options); });
        return added;
    };

    command(&app, "serve", "Answer the gateways until SIGTERM", run_serve);
    command(&app, "check-config", "Say every fault of the configuration, the texts and the menu", run_check_config);
    command(&app, "migrate", "Bring the registry's schema up to date", run_migrate)
        ->add_option("--database", options.database, "libpq conninfo, in place of the configuration's");
    auto* seed = command(&app, "seed", "Fill an empty registry with a synthetic population", run_seed);
    seed->add_option("--families", options.families, "How many registration groups")->check(CLI::Range(0, 10'000'000));
    seed->add_option("--seed", options.seed, "The same seed gives the same people");
    seed->add_flag("!--no-demo-people", options.demo_people, "Leave out the people of demo-people");
    command(&app, "demo-people", "List the people worth dialling as (tab-separated)", run_demo_people);

    auto* dial = command(&app, "dial", "A phone in the terminal, through the real gateway endpoint", run_dial);
    dial->add_option("code", options.service_code, "What she dials, e.g. '*384#'");
    dial->add_option("--as", options.from, "Her number, e.g. +254711000001");
    dial->add_option("--gateway", options.gateway, "The gateway's name");
    dial->add_option("--url", options.url, "Where the server answers");
    dial->add_option("--key", options.key, "The gateway's secret, unless the configuration tells it");
    dial->add_option("--network", options.network, "MCC and MNC of her network");

    auto* menu = app.add_subcommand("menu", "The screens")->require_subcommand(1);
    command(menu, "check", "Say every fault of the menu and its texts", run_menu_check);
    auto* keys = app.add_subcommand("keys", "The keys that protect what is stored")->require_subcommand(1);
    command(keys, "new", "Make a new key file", run_keys_new)
        ->add_option("--output", options.output, "File to write; standard output without it");
    auto* audit = app.add_subcommand("audit", "The tamper-evident log")->require_subcommand(1);
    command(audit, "verify", "Check that the log holds together", run_audit_verify)
        ->add_option("--database", options.database, "libpq conninfo, in place of the configuration's");

    CLI11_PARSE(app, argc, argv);
    return status;
}
