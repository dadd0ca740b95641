// `ussd:` of an entry in `smpp:`: a known profile's name and what differs from it. Caller: smpp_config.cpp.
#pragma once

#include <string>
#include <vector>

#include "gsm/smpp/ussd_profile.hpp"
#include "server/yaml_reader.hpp"

namespace mlango::server {

// `faults` is the list that `yaml` fills.
void read_ussd_profile(yaml_reader& yaml, std::vector<std::string>& faults, gsm::smpp::ussd_profile& out);

}  // namespace mlango::server
