// `mlango operation show` and `load`: working hours, holidays and the rules of approval of an operation, as a file.
#pragma once

#include "commands/commands.hpp"

namespace CLI {
class App;
}

namespace mlango::commands {

void add_operation_commands(CLI::App& app, command_options& common, int& status);

}  // namespace mlango::commands
