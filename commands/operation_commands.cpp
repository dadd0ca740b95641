#include "commands/operation_commands.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iterator>
#include <memory>

#include "commands/command_parts.hpp"
#include "commands/operation_file.hpp"
#include "commands/registry_conversation.hpp"

namespace mlango::commands {

namespace {

struct operation_options {
    std::string operation, file;
    bool check = false;
};

int no_such(const std::string& operation) {
    return faulty(
        fmt::format("there is no operation {}: its code has three capital letters or digits, such as KEN", operation));
}

task<int> show(registry::pg_pool& pool, const operation_options& options) {
    const auto rules = co_await registry::operation_rules(pool).of(options.operation);
    if (!rules) co_return no_such(options.operation);
    fmt::print("{}", operation_file(options.operation, *rules));
    co_return 0;
}

task<int> load(registry::pg_pool& pool, const operation_options& options, const std::string& text) {
    registry::operation_rules rules(pool);
    const auto now = co_await rules.of(options.operation);
    if (!now) co_return no_such(options.operation);
    const auto wanted = rules_in_file(text, *now);
    if (!wanted) co_return faulty(wanted.error());
    const auto changes = changes_between(*now, *wanted);
    for (const std::string& change : changes) fmt::print("{}\n", change);
    if (changes.empty()) {
        fmt::print("{} is so already\n", options.operation);
    } else if (options.check) {
        fmt::print("nothing was changed yet: the same without --check does it\n");
    } else {
        co_await rules.set(options.operation, *wanted);
        fmt::print("done: it holds for what is asked from now on\n");
    }
    co_return 0;
}

int converse_about(const command_options& common, const std::function<task<int>(registry::pg_pool&)>& what) {
    const auto conninfo = database(common);
    return conninfo ? run_conversation(*conninfo, what) : 1;
}

int run_show(const command_options& common, const operation_options& options) {
    return converse_about(common, [&](registry::pg_pool& pool) { return show(pool, options); });
}

int run_load(const command_options& common, const operation_options& options) {
    std::ifstream in(options.file, std::ios::binary);
    if (!in) return faulty(options.file + " can not be read");
    const std::string text(std::istreambuf_iterator<char>(in), {});
    return converse_about(common, [&](registry::pg_pool& pool) { return load(pool, options, text); });
}

}  // namespace

void add_operation_commands(CLI::App& app, command_options& common, int& status) {
    const auto options = std::make_shared<operation_options>();
    auto* operation =
        app.add_subcommand("operation", "How an operation's office works: hours, holidays, rules of approval")
            ->require_subcommand(1);
    auto* shown =
        with_database(operation->add_subcommand("show", "Write its rules as a file (YAML) to standard output"), common);
    shown->add_option("OPERATION", options->operation, "Its code, such as KEN")->required();
    shown->callback([&common, options, &status] { status = run_show(common, *options); });
    auto* loaded = with_database(
        operation->add_subcommand("load", "Make the rules of such a file its rules, and say what changes"), common);
    loaded->add_option("OPERATION", options->operation, "Its code, such as KEN")->required();
    loaded->add_option("FILE", options->file, "The file")->required();
    loaded->add_flag("--check", options->check, "Only say what would change, and every fault");
    loaded->callback([&common, options, &status] { status = run_load(common, *options); });
}

}  // namespace mlango::commands
