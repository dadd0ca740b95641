// `mlango dial`: a phone in the terminal. It dials through the gateway's real endpoint by the gateway's dialect, draws
// each screen with the units it takes, and asks for the next key press. An empty line, "q" or the end of the input
// hangs up. For scripts it writes a plain transcript instead: "> " before what was typed, "< " before each line of a
// screen.
#pragma once

#include <expected>
#include <functional>
#include <iosfwd>
#include <string>

#include "base/clock.hpp"
#include "base/http/client.hpp"
#include "base/random.hpp"
#include "gsm/gateway.hpp"

namespace mlango::simulator {

struct terminal_phone_settings {
    std::string base_url = "http://127.0.0.1:8080";
    gsm::gateway_settings gateway;  // name, dialect, profile, and the first of its secrets
    std::string from;               // "+254711000001"
    std::string service_code = "*384#";
    std::string network = "63902";
    bool draws = false;  // boxes and ANSI colours; set it where input and output are terminals
};

// One HTTP exchange with the server, however it is made.
using phone_transport =
    std::function<std::expected<http_response, http_failure>(http_client::outgoing, std::chrono::milliseconds)>;
// Blocking, over an io_context and http_client of its own.
[[nodiscard]] phone_transport make_http_transport();

// Returns the exit status: 0 when the conversation ended or she hung up; 1 when the number is no number, the server
// refuses or can not be reached, or the network's time is over. Why is written to `faults`.
[[nodiscard]] int run_terminal_phone(const terminal_phone_settings& settings, std::istream& in, std::ostream& out,
                                     std::ostream& faults, const phone_transport& transport, const clock& time,
                                     random_source& random);

}  // namespace mlango::simulator
