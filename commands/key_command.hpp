// `mlango keys add`: a further key in a key file (base/seal). Caller: main.cpp.
#pragma once

#include <CLI/CLI.hpp>

#include "commands/commands.hpp"

namespace mlango::commands {

// Adds the subcommand under `keys`; it puts its exit status into `status`. All three outlive parsing.
void add_key_command(CLI::App& keys, command_options& common, int& status);

}  // namespace mlango::commands
