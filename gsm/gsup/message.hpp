// GSUP messages that carry supplementary services (Osmocom GSUP, PROC_SS): octets to values and back. Callers:
// gsup::link, tests. Not here: the component inside (component.hpp), which message may come when (link).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace mlango::gsm::gsup {

enum class message_type : std::uint8_t {  // open; these are PROC_SS
    ss_request = 0x20,
    ss_error = 0x21,
    ss_result = 0x22,
};
enum class session_state : std::uint8_t { begin = 1, go_on = 2, end = 3 };

// An IMSI: 5 to 15 digits. Never to be logged.
[[nodiscard]] bool is_imsi(std::string_view digits);

struct message {
    message_type type = message_type::ss_request;
    std::string imsi;
    std::optional<std::uint8_t> cause = {};          // 3GPP TS 24.008 §10.5.5.14
    std::optional<std::uint8_t> message_class = {};  // 3: USSD
    std::optional<std::uint32_t> session = {};
    std::optional<session_state> state = {};
    std::string_view component = {};  // TS 24.080, views what was read
};

enum class message_fault {
    not_a_message,  // empty, or an element that does not fit
    no_imsi,        // or none of 5 to 15 digits
};

// Elements that are not above are passed over; of one that comes twice the last counts.
[[nodiscard]] std::expected<message, message_fault> read_message(std::string_view octets);
// Precondition: is_imsi(), a component of at most 255 octets.
[[nodiscard]] std::string write_message(const message& what);

}  // namespace mlango::gsm::gsup
