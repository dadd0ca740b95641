// `console:` in the configuration: the staff's console. Without it nobody signs in here. Caller: config.cpp.
#pragma once

#include <string>
#include <vector>

#include "console/settings.hpp"
#include "server/yaml_reader.hpp"

namespace mlango::server {

void read_console(const YAML::Node& node, std::vector<std::string>& faults, console::settings& out);

}  // namespace mlango::server
