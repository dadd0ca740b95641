#include "handlers/sms_routes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace mlango::handlers {

const sms_route* route_of(const std::vector<sms_route>& routes, std::string_view e164) {
    const sms_route* best = nullptr;
    std::size_t longest = 0;
    for (const sms_route& route : routes) {
        if (route.prefixes.empty() && best == nullptr) best = &route;
        for (const std::string& prefix : route.prefixes)
            if (prefix.size() > longest && e164.starts_with(prefix)) {
                longest = prefix.size();
                best = &route;
            }
    }
    return best;
}

std::vector<std::string> faults_of(const std::vector<sms_route>& routes, const std::vector<std::string>& gateways) {
    std::vector<std::string> faults;
    std::set<std::string_view> prefixes;
    std::size_t without = 0;
    for (std::size_t i = 0; i < routes.size(); ++i) {
        const sms_route& route = routes[i];
        if (route.gateways.empty()) faults.push_back(fmt::format("routes[{}].gateways should name a gateway", i));
        for (const std::string& name : route.gateways)
            if (std::ranges::find(gateways, name) == gateways.end())
                faults.push_back(fmt::format("routes[{}].gateways: no gateway \"{}\" sends SMS", i, name));
        if (route.prefixes.empty()) ++without;
        for (const std::string& prefix : route.prefixes) {
            const bool digits = std::ranges::all_of(prefix.substr(std::min<std::size_t>(1, prefix.size())),
                                                    [](char c) { return c >= '0' && c <= '9'; });
            if (prefix.size() < 2 || prefix.size() > 16 || prefix.front() != '+' || !digits)
                faults.push_back(fmt::format("routes[{}].prefixes: \"{}\" should be + and digits", i, prefix));
            if (!prefixes.insert(prefix).second)
                faults.push_back(fmt::format("routes[{}].prefixes: \"{}\" stands twice", i, prefix));
        }
    }
    if (without > 1) faults.emplace_back("routes: only one may be without prefixes");
    return faults;
}

}  // namespace mlango::handlers
