// What the subcommands have in common. They tell faults on standard error themselves.
#pragma once

#include <exception>
#include <optional>
#include <string>

#include "server/commands.hpp"
#include "server/config.hpp"
#include "templates/edition.hpp"

namespace mlango::server {

[[nodiscard]] std::string config_file(const command_options& options);
// nullopt: its faults were told.
[[nodiscard]] std::optional<config> configuration(const command_options& options);
// The database alone, for commands that need nothing else of the configuration. nullopt as above.
[[nodiscard]] std::optional<std::string> database(const command_options& options);
// Menu and texts by --menu and --texts; what is not given, the configuration names. nullopt as above.
[[nodiscard]] std::optional<templates::edition_sources> sources_of(const command_options& options);
// Tells it; the exit status 1.
int failed(const std::exception& fault);

}  // namespace mlango::server
