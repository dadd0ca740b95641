// `wallet:` in the configuration: who issues credentials, with which keys, which kinds. Without it nothing is issued
// and the partners' door is closed. Caller: config.cpp.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "exchange/settings.hpp"
#include "server/config/yaml_reader.hpp"
#include "wallet/parts.hpp"

namespace mlango::server {

struct wallet_config {
    bool on = false;
    wallet::settings options;
    exchange::exchange_settings doors;
    std::filesystem::path signing_keys;  // folder: mlango keys issuer new
    std::filesystem::path kinds;         // credentials.yaml
};

// `located` makes a path absolute.
void read_wallet(const YAML::Node& node, const std::function<std::string(const std::string&)>& located,
                 std::vector<std::string>& faults, wallet_config& out);

}  // namespace mlango::server
