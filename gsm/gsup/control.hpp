// The control interface of Osmocom programs, as far as an HLR is asked by it who a subscriber is: octets to values and
// back (osmo-hlr user manual, "Control interface", subscriber.by-….info). Callers: subscribers, tests. Framing:
// ipa.hpp.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace mlango::gsm::gsup {

// A whole frame: GET `id` `variable`.
[[nodiscard]] std::string write_get(std::uint32_t id, std::string_view variable);
[[nodiscard]] std::string subscriber_by_imsi(std::string_view imsi);
[[nodiscard]] std::string subscriber_by_number(std::string_view digits);

struct control_reply {
    std::uint32_t id = 0;
    bool is_error = false;
    std::string_view value;  // what stands behind the variable, or the error's words
};

// nullopt: a TRAP, an answer to something else than GET, or no such text.
[[nodiscard]] std::optional<control_reply> read_reply(std::string_view payload);

// The value of one line "name<tab>value"; empty when there is none.
[[nodiscard]] std::string_view info_line(std::string_view value, std::string_view name);

}  // namespace mlango::gsm::gsup
