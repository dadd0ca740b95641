// `mlango wallet …`: what staff do for somebody's wallet, and what an operation's wallets are kept to. Caller:
// main.cpp.
#pragma once

#include <CLI/CLI.hpp>

#include "commands/commands.hpp"

namespace mlango::commands {

// Adds the subcommands; each puts its exit status into `status`. All three outlive parsing.
void add_wallet_commands(CLI::App& app, command_options& common, int& status);

}  // namespace mlango::commands
