// `mlango staff …`: the first accounts of the console, and the way back in when nobody can sign in any more; and
// `mlango demo-staff`. Caller: main.cpp.
#pragma once

#include <CLI/CLI.hpp>

#include "commands/commands.hpp"

namespace mlango::commands {

void add_staff_commands(CLI::App& app, command_options& common, int& status);

}  // namespace mlango::commands
