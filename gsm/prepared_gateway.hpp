// One gateway with everything that a request at its doors needs, made once. One thread's own. Caller: gateway.cpp.
#pragma once

#include <array>
#include <memory>
#include <string_view>
#include <vector>

#include "base/metrics.hpp"
#include "gsm/gateway.hpp"
#include "gsm/networks.hpp"

namespace mlango::gsm {

// A limit in hops a second with a burst of one second's worth.
class token_bucket {
public:
    explicit token_bucket(double rate);
    bool take(deadline now);

private:
    double rate_;
    double tokens_;
    bool started_ = false;
    deadline last_{};
};

enum class refusal { secret, address, form, rate, signature };

struct prepared_gateway {
    prepared_gateway(const gateway_settings& from, metrics& numbers);

    // Compares with every secret, whether or not an earlier one is equal.
    [[nodiscard]] bool knows_secret(std::string_view query) const;
    [[nodiscard]] bool knows_address(std::string_view peer) const;
    // Of the SMS doors, where the provider signs.
    [[nodiscard]] bool is_signed(const http_request& request) const;
    void count(ussd_event event) { hops[static_cast<std::size_t>(event)]->add(); }
    void count(refusal reason) { refusals[static_cast<std::size_t>(reason)]->add(); }

    gateway_settings settings;
    std::unique_ptr<ussd_dialect> dialect;  // nullptr without USSD
    std::unique_ptr<gsm::sms_dialect> sms;  // nullptr without SMS
    std::vector<std::string> tokens;        // of signatures
    ip_networks allow;
    token_bucket bucket;
    latency& seconds;
    std::array<counter*, 4> hops{};
    std::array<counter*, 5> refusals{};
};

}  // namespace mlango::gsm
