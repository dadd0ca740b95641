// What the subcommands have in common. They tell faults on standard error themselves.
#pragma once

#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "commands/commands.hpp"
#include "server/config/config.hpp"
#include "templates/edition.hpp"

namespace CLI {
class App;
}

namespace mlango::commands {

[[nodiscard]] std::string config_file(const command_options& options);
// nullopt: its faults were told.
[[nodiscard]] std::optional<server::config> configuration(const command_options& options);
// The database alone, for commands that need nothing else of the configuration. nullopt as above.
[[nodiscard]] std::optional<std::string> database(const command_options& options);
// Menu and texts by --menu and --texts; what is not given, the configuration names. nullopt as above.
[[nodiscard]] std::optional<templates::edition_sources> sources_of(const command_options& options);
// Who typed the command, where --by does not say.
[[nodiscard]] std::string login_name();
// One line without control characters.
[[nodiscard]] bool is_plain(std::string_view text, std::size_t longest);
// What signs in: of staff, of a verifier's operator or program.
[[nodiscard]] bool is_account_name(std::string_view name);

// Tell it; the exit status 1.
int faulty(std::string_view fault);
int faulty(const std::vector<std::string>& faults);
int failed(const std::exception& fault);
// Each as it is: faults of files name their files themselves.
int tell_all(const std::vector<std::string>& faults);

// Adds --config and --database. Returns the command; `common` outlives parsing.
CLI::App* with_database(CLI::App* command, command_options& common);

}  // namespace mlango::commands
