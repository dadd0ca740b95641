#include "handlers/sms_routes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "handlers/number_prefixes.hpp"

namespace mlango::handlers {

const sms_route* route_of(const std::vector<sms_route>& routes, std::string_view e164) {
    return by_prefix(routes, e164);
}

std::vector<std::string> faults_of(const std::vector<sms_route>& routes, const std::vector<std::string>& gateways) {
    std::vector<std::string> faults;
    std::vector<std::vector<std::string>> prefixes;
    for (std::size_t i = 0; i < routes.size(); ++i) {
        const sms_route& route = routes[i];
        if (route.gateways.empty()) faults.push_back(fmt::format("routes[{}].gateways should name a gateway", i));
        for (const std::string& name : route.gateways)
            if (std::ranges::find(gateways, name) == gateways.end())
                faults.push_back(fmt::format("routes[{}].gateways: no gateway \"{}\" sends SMS", i, name));
        prefixes.push_back(route.prefixes);
    }
    std::ranges::move(faults_of_prefixes("routes", prefixes), std::back_inserter(faults));
    return faults;
}

}  // namespace mlango::handlers
