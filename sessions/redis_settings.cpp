#include <fmt/format.h>

#include "sessions/redis_address.hpp"
#include "sessions/redis_client.hpp"

namespace mlango::sessions {

std::vector<std::string> faults_of(const redis_settings& settings) {
    std::vector<std::string> faults;
    const auto address = parse_redis_url(settings.url);
    if (!address) faults.push_back(address.error());
    const auto positive = [&](std::chrono::milliseconds value, std::string_view name) {
        if (value <= std::chrono::milliseconds(0) || value > std::chrono::hours(1)) {
            faults.push_back(fmt::format("redis {}: must be more than 0 and at most an hour", name));
        }
    };
    positive(settings.connect_timeout, "connect_timeout");
    positive(settings.command_timeout, "command_timeout");
    positive(settings.first_backoff, "first_backoff");
    positive(settings.longest_backoff, "longest_backoff");
    if (settings.longest_backoff < settings.first_backoff) {
        faults.emplace_back("redis longest_backoff: must not be shorter than first_backoff");
    }
    if (settings.waiting_limit == 0) faults.emplace_back("redis waiting_limit: must be more than 0");
    if (!settings.username.empty() && settings.password.empty()) {
        faults.emplace_back("redis username: needs a password");
    }
    const bool tls = address && address->transport == redis_address::kind::tls;
    if (!tls &&
        !(settings.authorities_file.empty() && settings.certificate_file.empty() && settings.key_file.empty())) {
        faults.emplace_back("redis authorities_file, certificate_file, key_file: are for rediss:// only");
    }
    if (settings.certificate_file.empty() != settings.key_file.empty()) {
        faults.emplace_back("redis certificate_file and key_file: one needs the other");
    }
    return faults;
}

}  // namespace mlango::sessions
