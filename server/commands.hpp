// The command line beside `serve`: each command is a function that returns the exit status. Faults go to standard
// error, worded for who typed the command.
#pragma once

#include <cstdint>
#include <string>

namespace mlango::server {

struct command_options {
    std::string config_file;  // --config, else MLANGO_CONFIG, else /etc/mlango/mlango.yaml
    std::string database;     // --database: a conninfo in place of the configuration's
    // seed
    std::int64_t families = 2'000;
    std::uint64_t seed = 1;
    bool demo_people = true;
    // dial
    std::string url = "http://127.0.0.1:8080";
    std::string gateway = "africastalking";
    std::string key = "demo";
    std::string service_code = "*384#";
    std::string from = "+254711000001";
    std::string network = "63902";
    // keys
    std::string output;
};

int run_serve(const command_options& options);
int run_check_config(const command_options& options);
int run_migrate(const command_options& options);
int run_seed(const command_options& options);
int run_demo_people(const command_options& options);
int run_dial(const command_options& options);
int run_menu_check(const command_options& options);
int run_keys_new(const command_options& options);
int run_audit_verify(const command_options& options);

}  // namespace mlango::server
