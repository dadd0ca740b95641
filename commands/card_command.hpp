// `mlango card`: staff print a person's card (wallet/card).
#pragma once

#include <CLI/CLI.hpp>

#include "commands/commands.hpp"

namespace mlango::commands {

// Adds the subcommand, which puts its exit status into `status`. All three outlive parsing.
void add_card_command(CLI::App& app, command_options& common, int& status);

}  // namespace mlango::commands
