// `mlango keys add`: a further key in a key file (base/seal). Caller: main.cpp.
#pragma once

#include <CLI/CLI.hpp>

#include "server/commands.hpp"

namespace mlango::server {

// Adds the subcommand under `keys`; it puts its exit status into `status`. All three outlive parsing.
void add_key_command(CLI::App& keys, command_options& common, int& status);

}  // namespace mlango::server
