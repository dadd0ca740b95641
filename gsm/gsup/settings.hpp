// A connection to one HLR, as its operator configures it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "gsm/ussd.hpp"

namespace mlango::gsm::gsup {

// One operation holds 128 septets or 56 UCS-2 units before its lengths pass 127 octets, which osmo-hlr 1.5 and osmo-msc
// do not read as they are encoded. Their guard times count from the last screen.
[[nodiscard]] gateway_profile usual_profile();

struct hlr_settings {
    std::string name;                   // of the gateway
    std::string euse = "mlango";        // as in the HLR's `euse NAME`
    std::string address = "127.0.0.1";  // IPv4 or IPv6: GSUP knows neither TLS nor passwords
    std::uint16_t port = 4'222;
    std::string control_address;  // empty: address
    std::uint16_t control_port = 4'259;
    // Digits put before the HLR's numbers to make them international, where it has local ones ("25471").
    std::string number_prefix;
    std::chrono::seconds numbers_kept{60};  // in memory
    std::size_t dialogues = 1'000;
    double hops_per_second = 0;  // 0 is no limit
    gateway_profile profile = usual_profile();
};

// Every fault, worded for the person who wrote them.
[[nodiscard]] std::vector<std::string> faults_of(const hlr_settings& settings);

}  // namespace mlango::gsm::gsup
