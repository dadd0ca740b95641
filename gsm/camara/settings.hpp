// A network operator's CAMARA gateway, as the operator configures it: whether a number's SIM was swapped, whether the
// number went to somebody else. Callers: client, the server's configuration.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace mlango::gsm::camara {

struct camara_settings {
    std::string name;       // of the operator, in metrics
    std::string api_root;   // https://api.operator.example[/path]
    std::string token_url;  // OAuth 2.0 token endpoint: client credentials (two-legged)
    std::string client_id;
    std::string client_secret;                                           // from a file or the environment
    std::string sim_swap_path = "/sim-swap/v2/check";                    // 2.x
    std::string number_recycling_path = "/number-recycling/v0.2/check";  // 0.2
    std::string scope = "sim-swap:check number-recycling:check";
    // Beginnings of the numbers that this operator can tell about ("25471"); none: all.
    std::vector<std::string> prefixes;
    std::chrono::milliseconds patience{1'500};  // for one answer, its token included
};

// Every fault, worded for the person who wrote them.
[[nodiscard]] std::vector<std::string> faults_of(const camara_settings& settings);

}  // namespace mlango::gsm::camara
