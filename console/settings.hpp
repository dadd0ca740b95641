// What the configuration says of the console (`console:`).
#pragma once

#include <chrono>
#include <string>

#include "base/http/address_rates.hpp"
#include "console/oidc/settings.hpp"

namespace mlango::console {

struct settings {
    bool on = false;
    std::string public_url;                   // as browsers reach it, without a path; empty: the request's own host
    std::chrono::seconds idle_time{15 * 60};  // without a request
    std::chrono::seconds longest_session{8 * 3600};
    std::string redis_prefix = "staff:";
    bool second_factor = true;  // TOTP for everybody who signs in by password
    // A thread's share, by address: an office's people have one. Signing in is what is guessed at.
    rate_limit sign_in{.a_minute = 60, .at_once = 30};
    rate_limit requests{.a_minute = 12'000, .at_once = 2'000};
    oidc::settings oidc;  // an identity provider, beside passwords
};

}  // namespace mlango::console
