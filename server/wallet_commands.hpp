// `mlango wallet …`: what staff do for somebody's wallet, and what an operation's wallets are kept to. Caller:
// main.cpp.
#pragma once

#include <CLI/CLI.hpp>

#include "server/commands.hpp"

namespace mlango::server {

// Adds the subcommands; each puts its exit status into `status`. All three outlive parsing.
void add_wallet_commands(CLI::App& app, command_options& common, int& status);

}  // namespace mlango::server
