#include "gsm/camara/settings.hpp"

#include <algorithm>
#include <string_view>

namespace mlango::gsm::camara {

namespace {

// Numbers and a secret go there: over TLS, but to one's own machine.
bool is_guarded(std::string_view url) {
    if (url.starts_with("https://") && url.size() > 8) return true;
    for (const std::string_view host : {"http://127.0.0.1", "http://localhost", "http://[::1]"})
        if (url.starts_with(host) && (url.size() == host.size() || url[host.size()] == ':' || url[host.size()] == '/'))
            return true;
    return false;
}

}  // namespace

std::vector<std::string> faults_of(const camara_settings& settings) {
    std::vector<std::string> faults;
    if (settings.name.empty()) faults.emplace_back("name is missing");
    if (!is_guarded(settings.api_root) || settings.api_root.ends_with('/'))
        faults.emplace_back("api_root must be https://… without a final slash");
    if (!is_guarded(settings.token_url)) faults.emplace_back("token_url must be https://…");
    if (settings.client_id.empty() || settings.client_secret.empty())
        faults.emplace_back("client_id and client_secret are both needed");
    for (const auto& path : {settings.sim_swap_path, settings.number_recycling_path})
        if (!path.empty() && !path.starts_with('/')) faults.push_back("the path " + path + " must begin with a slash");
    if (settings.sim_swap_path.empty() && settings.number_recycling_path.empty())
        faults.emplace_back("one of sim_swap_path and number_recycling_path is needed");
    for (const auto& prefix : settings.prefixes)
        if (prefix.empty() || prefix.size() > 15 ||
            !std::ranges::all_of(prefix, [](char c) { return c >= '0' && c <= '9'; }))
            faults.emplace_back("prefixes are digits of international numbers, such as 25471");
    if (settings.patience < std::chrono::milliseconds(100) || settings.patience > std::chrono::seconds(30))
        faults.emplace_back("patience must be between 100ms and 30s");
    return faults;
}

}  // namespace mlango::gsm::camara
