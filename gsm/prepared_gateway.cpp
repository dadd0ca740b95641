#include "gsm/prepared_gateway.hpp"

#include "base/bytes.hpp"
#include "gsm/form.hpp"

namespace mlango::gsm {
namespace {

constexpr std::size_t secret_limit = 256;  // bytes

}  // namespace

prepared_gateway::prepared_gateway(const gateway_settings& from, ussd_sink& ussd, metrics& numbers, const clock& time)
    : settings(from),
      dialect(make_dialect(from)),
      sms(make_sms_dialect(sms_dialect_of(from))),
      tokens(sms_tokens_of(from)),
      door(from.name, from.profile, from.hops_per_second, ussd, numbers, time) {
    std::vector<ip_network> networks;
    for (const std::string& text : from.allow) {
        if (auto network = ip_network::parse(text)) networks.push_back(*network);
    }
    allow = ip_networks(std::move(networks));
}

bool prepared_gateway::knows_secret(std::string_view query) const {
    if (settings.secrets.empty()) return true;
    const std::string given = find_in_form(query, "key", secret_limit).value_or("");
    bool known = false;
    for (const std::string& secret : settings.secrets) known |= equal_in_constant_time(given, secret);
    return known && !given.empty();
}

bool prepared_gateway::knows_address(std::string_view peer) const {
    return settings.allow.empty() || allow.holds(peer);
}

bool prepared_gateway::is_signed(const http_request& request) const {
    return !sms->signs() || sms->is_signed(request, settings.sms_callback + request.target, tokens);
}

}  // namespace mlango::gsm
