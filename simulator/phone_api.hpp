// The web phone's JSON, as values: what the page may ask and what it is told. Malformed or oversized input is an error
// worded for the page's author. Pure; web_phone moves the bytes.
#pragma once

#include <chrono>
#include <expected>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "registry/population.hpp"
#include "simulator/phone_inbox.hpp"
#include "simulator/phone_line.hpp"

namespace mlango::simulator {

// {"gateway", "session", "from", "inputs": […], "event": "begin"|"answer"|"abort"|"timeout"}
struct hop_order {
    std::string gateway;
    std::string session;  // 1 to 64 letters, digits and '-'
    gsm::msisdn from;
    std::vector<std::string> inputs;  // at most 64, of 160 characters each, 2,000 bytes together
    gsm::ussd_event event = gsm::ussd_event::begin;
};
[[nodiscard]] std::expected<hop_order, std::string> read_hop_order(std::string_view body);

// {"gateway", "from", "text"}: an SMS that she sends to the service; the text has 1 to 1,600 bytes.
struct sms_order {
    std::string gateway;
    gsm::msisdn from;
    std::string text;
};
[[nodiscard]] std::expected<sms_order, std::string> read_sms_order(std::string_view body);

// {"gateways": […], "people": […]}
[[nodiscard]] std::string setup_json(std::span<const phone_line* const> lines,
                                     std::span<const registry::demo_person> people);

// What went over the wire for one hop, for an operator's engineer.
struct wire_exchange {
    http_request request;  // the target without its secret
    std::optional<http_response> response;
    std::chrono::microseconds took{};
};
// {"text", "ends", "alphabet", "units", "limit", "milliseconds", "fault"?, "exchange"}
[[nodiscard]] std::string hop_json(const phone_answer& answer, const wire_exchange& exchange);

// One server-sent event (WHATWG HTML §9.2.6) named "sms".
[[nodiscard]] std::string sms_event(const phone_message& message);

// application/problem+json (RFC 9457); `title` is a fixed phrase.
[[nodiscard]] http_response problem(unsigned status, std::string_view title, std::string_view detail);

}  // namespace mlango::simulator
