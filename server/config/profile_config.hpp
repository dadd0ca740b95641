// `profile:` of an entry in `gateways:` or `gsup:`. Callers: config.cpp, gsup_config.cpp.
#pragma once

#include "gsm/ussd.hpp"
#include "server/config/yaml_reader.hpp"

namespace mlango::server {

// `out` holds the defaults.
void read_profile(yaml_reader& yaml, gsm::gateway_profile& out);

}  // namespace mlango::server
