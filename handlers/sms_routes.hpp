// Which gateways carry a message to a number, in order of preference. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mlango::handlers {

struct sms_route {
    std::vector<std::string> gateways;  // in order of preference; each sends SMS
    std::vector<std::string> prefixes;  // of E.164 numbers ("+25470"); none: every number that no other route has
};

// The route with the longest prefix that the number begins with; nullptr: none.
[[nodiscard]] const sms_route* route_of(const std::vector<sms_route>& routes, std::string_view e164);

// Every fault, worded for the operator. `gateways`: the names of those that can send.
[[nodiscard]] std::vector<std::string> faults_of(const std::vector<sms_route>& routes,
                                                 const std::vector<std::string>& gateways);

}  // namespace mlango::handlers
