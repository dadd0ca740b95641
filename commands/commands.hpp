// The command line beside `serve`: each command is a function that returns the exit status. Faults go to standard
// error, worded for who typed the command.
#pragma once

#include <cstdint>
#include <string>

namespace mlango::commands {

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
    // person
    std::string number;  // a registration or an individual number
    // menu: publish, versions, diff, rollback, export
    bool all = false;      // every language that has a file, and the known kinds of gateways beside the configured
    std::string figures;   // CSV of screen,shown,left for the map
    std::string menu;      // file or folder, in place of the configuration's
    std::string texts;     // folder, likewise
    std::string language;  // of texts: its code
    std::string input;     // of texts import, of sms cost
    std::string note;
    std::string by;  // who publishes; else the login name
    std::string version;
    std::string other_version;
    int limit = 20;
    // sms cost
    std::string text;
    std::string tables;  // national tables that the phones know, by language: "tr,ur"
    std::string price;   // of one message
    std::string currency;
    bool json = false;
};

int run_serve(const command_options& options);
int run_check_config(const command_options& options);
int run_migrate(const command_options& options);
int run_seed(const command_options& options);
int run_demo_people(const command_options& options);
int run_dial(const command_options& options);
int run_menu_check(const command_options& options);
int run_menu_map(const command_options& options);
int run_menu_publish(const command_options& options);
int run_menu_versions(const command_options& options);
int run_menu_history(const command_options& options);
int run_menu_diff(const command_options& options);
int run_menu_rollback(const command_options& options);
int run_menu_export(const command_options& options);
int run_texts_export(const command_options& options);
int run_texts_import(const command_options& options);
int run_sms_cost(const command_options& options);
int run_keys_new(const command_options& options);
int run_audit_verify(const command_options& options);
int run_person_pin_code(const command_options& options);
int run_person_recovery_codes(const command_options& options);
int run_person_locked(const command_options& options);

}  // namespace mlango::commands
