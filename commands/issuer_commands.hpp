// `mlango keys issuer …`: the keys that sign credentials. They live in a folder of files, which the configuration
// names; they need no database, and a running server reads them every minute.
#pragma once

#include <CLI/CLI.hpp>

#include "commands/commands.hpp"

namespace mlango::commands {

// Adds the subcommands below `keys`; each puts its exit status into `status`. `common` and `status` outlive parsing.
void add_issuer_key_commands(CLI::App& keys, command_options& common, int& status);

}  // namespace mlango::commands
