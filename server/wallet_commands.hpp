// `mlango verifier …`, `mlango wallet …` and `mlango keys add`: what staff and operators of the wallet do.
#pragma once

#include <CLI/CLI.hpp>

#include "server/commands.hpp"

namespace mlango::server {

// Adds the subcommands; each puts its exit status into `status`. All of them outlive parsing. `keys` is the command
// that `add` is put under.
void add_wallet_commands(CLI::App& app, CLI::App& keys, command_options& common, int& status);

}  // namespace mlango::server
