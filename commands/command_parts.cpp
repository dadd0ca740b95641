#include "commands/command_parts.hpp"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <cstdlib>

namespace mlango::commands {

std::string config_file(const command_options& options) {
    if (!options.config_file.empty()) return options.config_file;
    if (const char* named = std::getenv("MLANGO_CONFIG")) return named;
    return "/etc/mlango/mlango.yaml";
}

std::optional<server::config> configuration(const command_options& options) {
    const std::string file = config_file(options);
    auto read = read_config(file, server::secret_source::real());
    if (read) {
        if (!options.database.empty()) read->postgres.conninfo = options.database;
        return std::move(*read);
    }
    fmt::print(stderr, "{} has {} fault{}:\n", file, read.error().size(), read.error().size() == 1 ? "" : "s");
    for (const auto& fault : read.error()) fmt::print(stderr, "  {}\n", fault);
    return std::nullopt;
}

std::optional<std::string> database(const command_options& options) {
    if (!options.database.empty()) return options.database;
    const auto settings = configuration(options);
    if (!settings) return std::nullopt;
    return settings->postgres.conninfo;
}

std::string login_name() {
    for (const char* variable : {"SUDO_USER", "LOGNAME", "USER"})
        if (const char* held = std::getenv(variable); held != nullptr && *held != '\0') return held;
    const passwd* entry = getpwuid(getuid());
    return entry != nullptr ? entry->pw_name : "nobody";
}

bool is_plain(std::string_view text, std::size_t longest) {
    return text.size() <= longest &&
           std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
}

int faulty(std::string_view fault) {
    fmt::print(stderr, "mlango: {}\n", fault);
    return 1;
}

int faulty(const std::vector<std::string>& faults) {
    for (const auto& fault : faults) faulty(fault);
    return 1;
}

int failed(const std::exception& fault) {
    return faulty(fault.what());
}

int tell_all(const std::vector<std::string>& faults) {
    for (const auto& fault : faults) fmt::print(stderr, "{}\n", fault);
    return 1;
}

bool is_account_name(std::string_view name) {
    return name.size() >= 2 && name.size() <= 60 && std::ranges::all_of(name, [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
           });
}

CLI::App* with_database(CLI::App* command, command_options& common) {
    command->add_option("--config", common.config_file, "YAML file (else $MLANGO_CONFIG, /etc/mlango/mlango.yaml)");
    command->add_option("--database", common.database, "libpq conninfo, in place of the configuration's");
    return command;
}

}  // namespace mlango::commands
