// An entry of `camara:` in the configuration. Caller: config.cpp.
#pragma once

#include "gsm/camara/settings.hpp"
#include "server/config/smpp_config.hpp"

namespace mlango::server {

void read_camara(const YAML::Node& node, const std::string& path, const config_surroundings& at,
                 gsm::camara::camara_settings& out);

}  // namespace mlango::server
