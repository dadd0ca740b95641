// `console:` in the configuration: the staff's console. Without it nobody signs in here. Caller: config.cpp.
#pragma once

#include <string>
#include <vector>

#include "console/settings.hpp"
#include "server/config/smpp_config.hpp"
#include "server/config/yaml_reader.hpp"

namespace mlango::server {

void read_console(const YAML::Node& node, const config_surroundings& at, console::settings& out);

}  // namespace mlango::server
