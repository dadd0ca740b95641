// What the configuration says of the console (`console:`).
#pragma once

#include <chrono>
#include <string>

namespace mlango::console {

struct settings {
    bool on = false;
    std::string public_url;  // as browsers reach it, without a path; empty: the request's own host
    std::chrono::seconds idle_time{15 * 60};        // without a request
    std::chrono::seconds longest_session{8 * 3600};
    std::string redis_prefix = "staff:";
    bool second_factor = true;  // TOTP for everybody who signs in by password
};

}  // namespace mlango::console
