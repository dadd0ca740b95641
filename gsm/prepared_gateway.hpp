// One gateway with everything that a request at its doors needs, made once. One thread's own. Caller: gateway.cpp.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "base/metrics.hpp"
#include "gsm/gateway.hpp"
#include "gsm/hop_door.hpp"
#include "gsm/networks.hpp"

namespace mlango::gsm {

struct prepared_gateway {
    prepared_gateway(const gateway_settings& from, ussd_sink& ussd, metrics& numbers, const clock& time);

    // Compares with every secret, whether or not an earlier one is equal.
    [[nodiscard]] bool knows_secret(std::string_view query) const;
    [[nodiscard]] bool knows_address(std::string_view peer) const;
    // Of the SMS doors, where the provider signs.
    [[nodiscard]] bool is_signed(const http_request& request) const;

    gateway_settings settings;
    std::unique_ptr<ussd_dialect> dialect;  // nullptr without USSD
    std::unique_ptr<gsm::sms_dialect> sms;  // nullptr without SMS
    std::vector<std::string> tokens;        // of signatures
    ip_networks allow;
    hop_door door;
};

}  // namespace mlango::gsm
