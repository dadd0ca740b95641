// `mlango keys issuer …`: the keys that sign credentials. They live in a folder of files, need no database, and are
// read by a running server every minute.
#pragma once

#include <CLI/CLI.hpp>

namespace mlango::server {

// Adds the subcommands below `keys`; each puts its exit status into `status`, which outlives parsing.
void add_issuer_key_commands(CLI::App& keys, int& status);

}  // namespace mlango::server
