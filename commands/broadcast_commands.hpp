// `mlango broadcast …`: one message to many, from the operator's side.
#pragma once

#include <CLI/CLI.hpp>

#include "commands/commands.hpp"

namespace mlango::commands {

// Adds the subcommands; each puts its exit status into `status`. All three outlive parsing.
void add_broadcast_commands(CLI::App& app, command_options& common, int& status);

}  // namespace mlango::commands
