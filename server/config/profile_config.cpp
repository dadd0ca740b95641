#include "server/config/profile_config.hpp"

namespace mlango::server {

using namespace std::chrono_literals;

void read_profile(yaml_reader& yaml, gsm::gateway_profile& out) {
    yaml.read_number("septets", out.screen.septets, 40, 200);
    yaml.read_number("ucs2_units", out.screen.ucs2_units, 40, 100);
    yaml.read_number("first_screen_reserve", out.first_screen_reserve, 0, 40);
    yaml.read_number("input_limit", out.input_limit, 10, 182);
    yaml.read_time("deadline", out.deadline, 1s, 60s);
    yaml.read_time("idle_time", out.idle_time, 5s, 10min);
    yaml.read_time("session_time", out.session_time, 30s, 1h);
    yaml.read("hash_key", out.has_hash_key);
    yaml.read("ucs2", out.ucs2);
    yaml.read("region", out.region);
    // Fitting relies on it: a text that needs UCS-2 never holds more than one that does not.
    if (out.screen.ucs2_units > out.screen.septets) yaml.fault("ucs2_units", "should not be more than septets");
}

}  // namespace mlango::server
