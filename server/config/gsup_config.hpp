// An entry of `gsup:` in the configuration. Caller: config.cpp.
#pragma once

#include <string>
#include <vector>

#include "gsm/gsup/settings.hpp"
#include "server/config/yaml_reader.hpp"

namespace mlango::server {

void read_hlr(const YAML::Node& node, const std::string& path, std::vector<std::string>& faults,
              gsm::gsup::hlr_settings& out);

}  // namespace mlango::server
