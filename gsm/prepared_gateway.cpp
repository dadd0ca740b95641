#include "gsm/prepared_gateway.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "gsm/form.hpp"

namespace mlango::gsm {
namespace {

constexpr std::size_t secret_limit = 256;  // bytes

}  // namespace

token_bucket::token_bucket(double rate) : rate_(rate), tokens_(std::max(rate, 1.0)) {}

bool token_bucket::take(deadline now) {
    if (rate_ <= 0) return true;
    if (!started_) {
        started_ = true;
        last_ = now;
    }
    tokens_ = std::min(tokens_ + std::chrono::duration<double>(now - last_).count() * rate_, std::max(rate_, 1.0));
    last_ = now;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
}

prepared_gateway::prepared_gateway(const gateway_settings& from, metrics& numbers)
    : settings(from),
      dialect(make_dialect(from)),
      sms(make_sms_dialect(sms_dialect_of(from))),
      tokens(sms_tokens_of(from)),
      bucket(from.hops_per_second),
      seconds(
          numbers.time("ussd_hop_seconds", "Time from a hop's request read to its answer", {{"gateway", from.name}})) {
    const auto hops_by = [&](std::string_view event) {
        return &numbers.count("ussd_hops_total", "USSD hops received", {{"gateway", from.name}, {"event", event}});
    };
    hops = {hops_by("begin"), hops_by("answer"), hops_by("abort"), hops_by("timeout")};
    const auto refusals_by = [&](std::string_view reason) {
        return &numbers.count("gateway_refusals_total", "Requests of gateways that were refused",
                              {{"gateway", from.name}, {"reason", reason}});
    };
    refusals = {refusals_by("secret"), refusals_by("address"), refusals_by("form"), refusals_by("rate"),
                refusals_by("signature")};
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
