// The configuration: one YAML file, secrets from files or the environment only, immutable after start. Defaults stand
// beside the fields; deploy/mlango.yaml shows every key.
#pragma once

#include <chrono>
#include <expected>
#include <filesystem>
#include <string>
#include <vector>

#include "base/http/server.hpp"
#include "base/log.hpp"
#include "base/seal.hpp"
#include "console/settings.hpp"
#include "gsm/camara/settings.hpp"
#include "gsm/gateway.hpp"
#include "gsm/gsup/settings.hpp"
#include "gsm/smpp/account.hpp"
#include "gsm/smpp/ussd_settings.hpp"
#include "handlers/house.hpp"
#include "handlers/sms_rounds.hpp"
#include "handlers/sms_sender.hpp"
#include "registry/pin_verifier.hpp"
#include "registry/pool.hpp"
#include "server/config/wallet_config.hpp"
#include "sessions/redis_client.hpp"
#include "templates/edition.hpp"

namespace mlango::server {

struct config {
    http_server_settings listen;
    http_server_settings admin = [] {
        http_server_settings inside;
        inside.port = 9384;
        inside.body_limit = 1024;
        inside.connection_limit = 64;
        return inside;
    }();
    unsigned threads = 1;
    std::chrono::seconds drain_time{10};  // SIGTERM: what requests under way get

    sessions::redis_settings redis;
    std::string session_prefix = "s:";
    registry::pool_settings postgres;
    unsigned message_connections = 3;  // to PostgreSQL, of the first thread, for messages that leave
    key_ring keys;                     // from keys_file or MLANGO_KEYS
    handlers::operation_settings operation;
    handlers::sender_settings sender;  // with the routes
    handlers::rounds_settings rounds;
    handlers::desk_limits sms_limits;
    registry::pin_cost pin;
    unsigned pin_threads = 1;
    std::size_t pin_queue = 128;  // PIN checks that wait or run; beyond it she is asked to try again

    std::filesystem::path texts;  // folder
    std::filesystem::path menu;   // file or folder
    std::vector<std::string> languages{"en", "sw", "fr", "ar", "am", "so"};

    std::vector<gsm::gateway_settings> gateways;
    std::vector<gsm::smpp::account_settings> smpp;
    std::vector<gsm::smpp::ussd_settings> smpp_ussd;      // of those accounts that carry USSD
    std::vector<gsm::gsup::hlr_settings> hlrs;            // gsup:
    std::vector<gsm::camara::camara_settings> operators;  // camara:
    wallet_config wallet;
    console::settings console;
    bool phone = false;      // the web phone and the played SMS provider
    std::string public_url;  // how the phone reaches our own doors; empty: by the listening port
    log_level level = log_level::info;
};

// Every way that USSD comes in, whatever it comes by.
struct ussd_door {
    std::string name;
    gsm::gateway_profile profile;
};
[[nodiscard]] std::vector<ussd_door> ussd_doors_of(const config& settings);

// The files that `texts` and `menu` name.
[[nodiscard]] std::expected<templates::edition_sources, std::vector<std::string>> edition_sources_of(
    const config& settings);

// What the environment and the file system hold; a test gives its own.
struct secret_source {
    std::function<std::optional<std::string>(const std::string& variable)> environment;
    std::function<std::optional<std::string>(const std::filesystem::path&)> file;
    [[nodiscard]] static secret_source real();
};

// Reads and checks. Every fault is reported, worded for the operator: line, key, what it should be.
// Relative paths are taken from the file's folder.
[[nodiscard]] std::expected<config, std::vector<std::string>> read_config(const std::filesystem::path& file,
                                                                          const secret_source& secrets);
[[nodiscard]] std::expected<config, std::vector<std::string>> parse_config(const std::string& yaml,
                                                                           const std::filesystem::path& folder,
                                                                           const secret_source& secrets);

}  // namespace mlango::server
