// `mlango`: the command line. Commands are in commands.cpp, the server in serve.cpp.
#include <CLI/CLI.hpp>

#include "commands/broadcast_commands.hpp"
#include "commands/card_command.hpp"
#include "commands/commands.hpp"
#include "commands/issuer_commands.hpp"
#include "commands/key_command.hpp"
#include "commands/operation_commands.hpp"
#include "commands/staff_commands.hpp"
#include "commands/verifier_commands.hpp"
#include "commands/wallet_commands.hpp"

int main(int argc, char** argv) {
    using namespace mlango::commands;
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
    const auto with_database = [&](CLI::App* added) {
        added->add_option("--database", options.database, "libpq conninfo, in place of the configuration's");
        return added;
    };
    const auto with_files = [&](CLI::App* added) {
        added->add_option("--menu", options.menu, "Folder of screens, in place of the configuration's");
        added->add_option("--texts", options.texts, "Folder of texts, in place of the configuration's");
        return added;
    };
    auto* check = with_files(command(menu, "check",
                                     "Prove that every screen fits in every language and on every gateway, and say\n"
                                     "every fault: screen, language, profile, excess and the text",
                                     run_menu_check));
    check->add_flag("--all", options.all, "Every language that has a file, and the known kinds of gateways, too");
    auto* map = with_files(command(menu, "map", "Draw the menu as an SVG file", run_menu_map));
    map->add_option("-o,--output", options.output, "File to write; standard output without it");
    map->add_option("--figures", options.figures, "CSV of screen,shown,left: how many leave on each screen");
    const auto with_name = [&](CLI::App* added) {
        added->add_option("--by", options.by, "Who does it, for the history; else the login name");
        return added;
    };
    auto* publish =
        command(menu, "publish",
                "Prove menu and texts, and make them what new sessions begin with on every running server.\n"
                "What the proof refuses is not published. Running sessions end on the version they began with.",
                run_menu_publish);
    with_name(with_files(with_database(publish)))
        ->add_option("--note", options.note, "What changed, in a few words, for the list of versions");
    auto* versions = with_database(command(menu, "versions", "List what was published", run_menu_versions));
    versions->add_option("--limit", options.limit, "The newest so many")->check(CLI::Range(1, 10'000));
    auto* history =
        with_database(command(menu, "history", "List which version was current since when", run_menu_history));
    history->add_option("--limit", options.limit, "The newest so many")->check(CLI::Range(1, 10'000));
    auto* diff = command(menu, "diff", "Say which screens and texts differ between two versions", run_menu_diff);
    with_files(with_database(diff));
    diff->add_option("A", options.version, "A version's number, or: files")->required();
    diff->add_option("B", options.other_version, "A version's number, or: files")->required();
    auto* rollback = command(menu, "rollback", "Make the version before the current one current again, or a named one",
                             run_menu_rollback);
    with_name(with_database(rollback))
        ->add_option("VERSION", options.version, "A version's number, or: files; without it, the one before");
    auto* exported = command(menu, "export", "Write a version's files into a new folder", run_menu_export);
    with_database(exported);
    exported->add_option("VERSION", options.version, "A version's number")->required();
    exported->add_option("DIR", options.output, "The folder; its menu and texts can be published again")->required();
    auto* texts = app.add_subcommand("texts", "The words, for translators")->require_subcommand(1);
    auto* out = command(texts, "export", "Write a language as a table (CSV) for a spreadsheet", run_texts_export);
    with_files(out)->add_option("--language", options.language, "Its code: sw, am, …")->required();
    out->add_option("--output", options.output, "File to write; standard output without it");
    auto* in = command(texts, "import", "Put the words of such a table into the language's file", run_texts_import);
    with_files(in)->add_option("--language", options.language, "Its code: sw, am, …")->required();
    in->add_option("--output", options.output, "Another file than the language's own");
    in->add_option("TABLE", options.input, "The table, saved as CSV UTF-8")->required();
    auto* sms = app.add_subcommand("sms", "Short messages")->require_subcommand(1);
    auto* cost = with_files(command(sms, "cost",
                                    "Say what a text takes as SMS: encoding, units, messages, their price, and which\n"
                                    "characters make it dearer. With --all: every SMS of the catalogue",
                                    run_sms_cost));
    auto* given = cost->add_option_group("text")->require_option(1);
    given->add_option("--text", options.text, "The text");
    given->add_option("--file", options.input, "A file that holds it");
    given->add_flag("--all", options.all, "Each SMS of the catalogue, with the longest values that can stand in it");
    cost->add_option("--language", options.language, "With --all: only this one");
    cost->add_option("--tables", options.tables,
                     "Languages whose national tables all phones here know, such as tr,ur (3GPP TS 23.038)");
    cost->add_option("--price", options.price, "What one message costs, such as 0.8");
    cost->add_option("--currency", options.currency, "Shown behind it, such as KES");
    cost->add_flag("--json", options.json, "For programs");
    add_broadcast_commands(app, options, status);
    add_card_command(app, options, status);
    auto* keys = app.add_subcommand("keys", "The keys that protect what is stored")->require_subcommand(1);
    command(keys, "new", "Make a new key file", run_keys_new)
        ->add_option("--output", options.output, "File to write; standard output without it");
    add_verifier_commands(app, options, status);
    add_wallet_commands(app, options, status);
    add_key_command(*keys, options, status);
    add_issuer_key_commands(*keys, options, status);
    add_staff_commands(app, options, status);
    add_operation_commands(app, options, status);
    auto* person = app.add_subcommand("person", "What staff do for one person")->require_subcommand(1);
    command(person, "pin-code", "Print a code with which she sets a PIN on her phone", run_person_pin_code)
        ->add_option("NUMBER", options.number, "Her individual number, or her group's registration number")
        ->required();
    command(person, "recovery-codes", "Print eight codes for her paper; those before end", run_person_recovery_codes)
        ->add_option("NUMBER", options.number, "Her individual number, or her group's registration number")
        ->required();
    command(person, "locked", "List who can not use a PIN now, masked, for outreach", run_person_locked)
        ->add_option("--database", options.database, "libpq conninfo, in place of the configuration's");
    auto* audit = app.add_subcommand("audit", "The tamper-evident log")->require_subcommand(1);
    command(audit, "verify", "Check that the log holds together", run_audit_verify)
        ->add_option("--database", options.database, "libpq conninfo, in place of the configuration's");

    CLI11_PARSE(app, argc, argv);
    return status;
}
