// The component that a USSD operation is carried in: 3GPP TS 24.080 §3.6 and §4, basic encoding rules of ITU-T X.690 as
// far as they go there (definite lengths). Callers: gsup::link, tests. Not here: what the octets of a text mean
// (gsm/ussd_text.hpp).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace mlango::gsm::gsup {

// Open: a phone may send any other. TS 24.080 §4.5.
enum class operation : std::uint8_t {
    process_unstructured_request = 0x3B,  // she dialled; its result ends the dialogue
    unstructured_request = 0x3C,          // our screen; its result is what she typed
    unstructured_notify = 0x3D,
};

struct ussd_string {
    std::uint8_t coding = 0x0F;  // TS 23.038 §5
    std::string_view octets;     // at most 160
};

struct invoke {
    std::uint8_t id = 0;
    operation what{};
    std::optional<ussd_string> text;
};
struct return_result {
    std::uint8_t id = 0;
    std::optional<operation> what;  // with a text only
    std::optional<ussd_string> text;
};
namespace ussd_error {  // TS 24.080 §3.6.6
inline constexpr std::uint8_t unknown_subscriber = 0x01;
inline constexpr std::uint8_t system_failure = 0x22;
inline constexpr std::uint8_t unexpected_data_value = 0x24;
}  // namespace ussd_error
struct return_error {
    std::uint8_t id = 0;
    std::uint8_t code = ussd_error::system_failure;
};
namespace ussd_problem {  // TS 24.080 §3.6.7: tag and code
inline constexpr std::uint8_t general = 0x80;
inline constexpr std::uint8_t of_invoke = 0x81;
inline constexpr std::uint8_t unrecognized_operation = 0x01;  // of_invoke
inline constexpr std::uint8_t badly_structured = 0x02;        // general
}  // namespace ussd_problem
struct reject {
    std::optional<std::uint8_t> id;  // none: it could not be read
    std::uint8_t problem = ussd_problem::general;
    std::uint8_t code = 0;
};

using component = std::variant<invoke, return_result, return_error, reject>;

enum class component_fault {
    badly_structured,  // not a component, or one whose lengths do not agree
    no_text,           // a USSD operation without its text
};

// Of several components in a row the first counts. Lengths over 127 are read both as X.690 has them (81 nn) and as
// Osmocom writes them (nn alone). Optional parts that USSD does not need (linked id, alerting pattern, msisdn) are
// passed over.
[[nodiscard]] std::expected<component, component_fault> read_component(std::string_view octets);

// How a length over 127 is written. osmo-hlr 1.5 and osmo-msc read the length octet as it stands and refuse 81 nn.
enum class long_length { x690, bare };

// Empty when it would be longer than the 255 octets that fit a GSUP element.
[[nodiscard]] std::string write_component(const component& what, long_length form = long_length::bare);

}  // namespace mlango::gsm::gsup
