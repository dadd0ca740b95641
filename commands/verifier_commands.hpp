// `mlango verifier …`: who may be shown something of a wallet, and who acts for it. Caller: main.cpp.
#pragma once

#include <CLI/CLI.hpp>

#include "commands/commands.hpp"

namespace mlango::commands {

// Adds the subcommands; each puts its exit status into `status`. All three outlive parsing.
void add_verifier_commands(CLI::App& app, command_options& common, int& status);

}  // namespace mlango::commands
