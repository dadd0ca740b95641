#include "gsm/hop_door.hpp"

#include <algorithm>
#include <ranges>

namespace mlango::gsm {

token_bucket::token_bucket(double rate) : rate_(rate), tokens_(std::max(rate, 1.0)) {}

bool token_bucket::take(std::chrono::steady_clock::time_point now) {
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

bool is_end(const ussd_hop& hop) {
    return hop.event == ussd_event::abort || hop.event == ussd_event::timeout;
}

bool is_too_long(const ussd_hop& hop, std::size_t characters) {
    if (hop.identity != hop_identity::transcript) return characters_of(hop.input) > characters;
    return std::ranges::any_of(std::views::split(hop.transcript, '*'), [characters](const auto& part) {
        return characters_of(std::string_view(part.begin(), part.end())) > characters;
    });
}

hop_door::hop_door(std::string gateway, const gateway_profile& profile, double hops_per_second, ussd_sink& sink,
                   metrics& numbers, const clock& time)
    : profile_(profile),
      bucket_(hops_per_second),
      sink_(sink),
      time_(time),
      seconds_(
          numbers.time("ussd_hop_seconds", "Time from a hop's request read to its answer", {{"gateway", gateway}})) {
    const auto hops_by = [&](std::string_view event) {
        return &numbers.count("ussd_hops_total", "USSD hops received", {{"gateway", gateway}, {"event", event}});
    };
    hops_ = {hops_by("begin"), hops_by("answer"), hops_by("abort"), hops_by("timeout")};
    const auto refusals_by = [&](std::string_view reason) {
        return &numbers.count("gateway_refusals_total", "Requests of gateways that were refused",
                              {{"gateway", gateway}, {"reason", reason}});
    };
    refusals_ = {refusals_by("secret"), refusals_by("address"), refusals_by("form"), refusals_by("rate"),
                 refusals_by("signature")};
}

hop_door::verdict hop_door::judge(const ussd_hop& hop, deadline now) {
    if (!is_end(hop) && !bucket_.take(now)) {
        count(hop_refusal::rate);
        return verdict::too_many;
    }
    if (is_too_long(hop, profile_.input_limit)) {
        count(hop_refusal::form);
        return verdict::too_long;
    }
    return verdict::passes;
}

task<ussd_reply> hop_door::pass(ussd_hop hop, deadline begun, deadline until) {
    hops_[static_cast<std::size_t>(hop.event)]->add();
    const bool ends = is_end(hop);
    ussd_reply reply = co_await sink_.on_hop(std::move(hop), profile_, until);
    if (!ends) seconds_.observe(time_.steady() - begun);
    co_return reply;
}

}  // namespace mlango::gsm
