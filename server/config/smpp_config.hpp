// An entry of `smpp:` in the configuration. Caller: config.cpp.
#pragma once

#include <functional>

#include "gsm/smpp/account.hpp"
#include "gsm/smpp/ussd_settings.hpp"
#include "server/config/yaml_reader.hpp"

namespace mlango::server {

// What config.cpp knows of the file's place and of secrets.
struct config_surroundings {
    // By `<key>_file` in the YAML, else by the environment.
    std::function<std::string(yaml_reader&, const std::string& key, const std::string& variable)> secret;
    std::function<std::string(const std::string& path)> located;
    std::vector<std::string>& faults;
};

// With `ussd:`, what that says is added to `ussd`.
void read_smpp_account(const YAML::Node& node, const std::string& path, const config_surroundings& at,
                       gsm::smpp::account_settings& out, std::vector<gsm::smpp::ussd_settings>& ussd);

}  // namespace mlango::server
