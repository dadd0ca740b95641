// `ussd:` of an entry in `smpp:`: a known profile's name and what differs from it. Caller: smpp_config.cpp.
#pragma once

#include <string>
#include <vector>

#include "gsm/smpp/ussd_settings.hpp"
#include "server/config/yaml_reader.hpp"

namespace mlango::server {

// `faults` is the list that `yaml` fills.
void read_ussd_profile(yaml_reader& yaml, std::vector<std::string>& faults, gsm::smpp::ussd_profile& out);

// The whole entry, of the account named `gateway`.
void read_smpp_ussd(const YAML::Node& node, const std::string& path, const std::string& gateway,
                    std::vector<std::string>& faults, gsm::smpp::ussd_settings& out);

}  // namespace mlango::server
