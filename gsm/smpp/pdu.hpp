// The PDUs of SMPP 3.4 and 5.0 that an ESME needs, and those of the other side for tests, sinks and the simulator:
// octets to values and back. Values view the octets that they were read from; writing appends to the caller's buffer.
// Nothing allocates but that buffer. Callers: smpp::link, the sink of bench/sms, tests. Not here: which PDU may come
// when (link), what a text's octets mean (gsm/sms_text), what a receipt says (receipt_text).
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "gsm/smpp/status.hpp"
#include "gsm/smpp/tlv.hpp"

namespace mlango::gsm::smpp {

// Open: a peer may send any value. SMPP 3.4 §5.1.2.1.
enum class command : std::uint32_t {
    bind_receiver = 0x01,
    bind_transmitter = 0x02,
    query_sm = 0x03,
    submit_sm = 0x04,
    deliver_sm = 0x05,
    unbind = 0x06,
    replace_sm = 0x07,
    cancel_sm = 0x08,
    bind_transceiver = 0x09,
    outbind = 0x0b,
    enquire_link = 0x15,
    alert_notification = 0x102,
    data_sm = 0x103,
    generic_nack = 0x80000000,
    bind_receiver_resp = 0x80000001,
    bind_transmitter_resp = 0x80000002,
    query_sm_resp = 0x80000003,
    submit_sm_resp = 0x80000004,
    deliver_sm_resp = 0x80000005,
    unbind_resp = 0x80000006,
    replace_sm_resp = 0x80000007,
    cancel_sm_resp = 0x80000008,
    bind_transceiver_resp = 0x80000009,
    enquire_link_resp = 0x80000015,
    data_sm_resp = 0x80000103,
};
[[nodiscard]] constexpr bool is_response(command id) {
    return (static_cast<std::uint32_t>(id) & 0x80000000u) != 0;
}
[[nodiscard]] constexpr command response_to(command id) {
    return static_cast<command>(static_cast<std::uint32_t>(id) | 0x80000000u);
}
// "submit_sm"; empty for a command that is not above.
[[nodiscard]] std::string_view name_of(command id);

// ---- frames
// ----------------------------------------------------------------------------------------------------------

inline constexpr std::size_t header_size = 16;
inline constexpr std::size_t default_frame_limit = 64 * 1024;

struct frame {
    command id{};
    status code{};
    std::uint32_t sequence = 0;
    std::string_view body;  // without the header
};

// The stream is out of step: nothing behind it can be read. Nack with RINVCMDLEN and sequence 0 (§4.3.1), close.
enum class frame_fault { too_short, too_long };  // a command_length below 16, above the limit

// Takes the next frame off the front of `octets`. nullopt: it is not all there yet. A fault is told as soon as the four
// octets of its length are there.
[[nodiscard]] std::expected<std::optional<frame>, frame_fault> take_frame(std::string_view& octets,
                                                                          std::size_t limit = default_frame_limit);

// ---- bodies
// ----------------------------------------------------------------------------------------------------------

struct address {
    std::uint8_t ton = 0;
    std::uint8_t npi = 0;
    std::string_view digits;  // or an alphanumeric sender
    friend bool operator==(const address&, const address&) = default;
};

struct bind_request {  // bind_transmitter, bind_receiver, bind_transceiver
    std::string_view system_id;
    std::string_view password;
    std::string_view system_type;
    std::uint8_t interface_version = 0x34;
    address range;
};

struct bind_response {
    std::string_view system_id;
    tlv_view tlvs;  // sc_interface_version
};

struct outbind_request {
    std::string_view system_id;
    std::string_view password;
};

// esm_class, §5.2.12. The message type's bits depend on the direction.
namespace esm {
inline constexpr std::uint8_t receipt = 0x04;                // deliver_sm, data_sm from the SMSC
inline constexpr std::uint8_t delivery_acknowledged = 0x08;  // by the phone's user or program
inline constexpr std::uint8_t user_acknowledged = 0x10;
inline constexpr std::uint8_t intermediate = 0x20;
inline constexpr std::uint8_t type_mask = 0x3c;
inline constexpr std::uint8_t udh = 0x40;
inline constexpr std::uint8_t reply_path = 0x80;
}  // namespace esm

struct message {                    // submit_sm, deliver_sm, and data_sm, which has only the fields marked so
    std::string_view service_type;  // data_sm
    address source;                 // data_sm
    address destination;            // data_sm
    std::uint8_t esm_class = 0;     // data_sm
    std::uint8_t protocol_id = 0;
    std::uint8_t priority = 0;
    std::string_view schedule;  // "YYMMDDhhmmsstnnp" or empty
    std::string_view validity;
    std::uint8_t registered_delivery = 0;  // data_sm
    std::uint8_t replace_if_present = 0;
    std::uint8_t data_coding = 0;  // data_sm
    std::uint8_t default_message_id = 0;
    std::string_view short_message;  // octets as they go: UDH with its length octet first, when esm_class says so
    tlv_view tlvs;                   // data_sm

    // The octets of the text: message_payload where there is one and short_message is empty, else short_message.
    [[nodiscard]] std::string_view octets() const {
        if (!short_message.empty()) return short_message;
        return tlvs.get(tlv::message_payload).value_or(std::string_view{});
    }
};

struct message_response {         // submit_sm_resp, deliver_sm_resp, data_sm_resp
    std::string_view message_id;  // empty in deliver_sm_resp and in most refusals
    tlv_view tlvs;
};

struct query_request {
    std::string_view message_id;  // empty where the message is named by a TLV
    address source;
    tlv_view tlvs = {};
};

struct query_response {
    std::string_view message_id;
    std::string_view final_date;
    std::uint8_t state = 0;  // smpp::message_state
    std::uint8_t error_code = 0;
    tlv_view tlvs;
};

struct cancel_request {
    std::string_view service_type;
    std::string_view message_id;
    address source;
    address destination;
};

struct replace_request {
    std::string_view message_id;
    address source;
    std::string_view schedule;
    std::string_view validity;
    std::uint8_t registered_delivery = 0;
    std::uint8_t default_message_id = 0;
    std::string_view short_message;
    tlv_view tlvs;
};

struct alert_notice {  // alert_notification: has no response
    address source;    // the phone that can be reached again
    address esme;
    tlv_view tlvs;
};

struct no_body {    // unbind, enquire_link, their responses, cancel_sm_resp, replace_sm_resp, generic_nack
    tlv_view tlvs;  // 5.0: congestion_state in any response
};

struct unknown_body {
    std::string_view octets;
};

using body = std::variant<no_body, bind_request, bind_response, outbind_request, message, message_response,
                          query_request, query_response, cancel_request, replace_request, alert_notice, unknown_body>;

// Reads what the frame's command says. The error is the status to nack it with: RINVCMDLEN when the fields do not fit
// the length, RINVMSGLEN when sm_length does not, RINVCMDID never (an unknown command is an unknown_body). Fields
// longer than the specification allows are read all the same, up to 255 octets. A response is never a fault: what its
// body lacks (all of it, in most refusals; the last NUL, from some) is empty.
[[nodiscard]] std::expected<body, status> read_body(const frame& from);

// The readers of the busy ones, for who knows what comes.
[[nodiscard]] std::expected<message, status> read_message(std::string_view octets);       // submit_sm, deliver_sm
[[nodiscard]] std::expected<message, status> read_data_message(std::string_view octets);  // data_sm
[[nodiscard]] message_response read_message_response(std::string_view octets, status code);

// ---- writing
// ---------------------------------------------------------------------------------------------------------

// Each appends one whole PDU. The error is the status with which an SMSC would refuse the field that does not fit
// (longer than §4 allows, or with a NUL in it); nothing is written then.
using written = std::expected<void, status>;

[[nodiscard]] written append_bind(std::string& into, command id, std::uint32_t sequence, const bind_request& request);
[[nodiscard]] written append_outbind(std::string& into, std::uint32_t sequence, const outbind_request& request);
// id: submit_sm, deliver_sm or data_sm.
[[nodiscard]] written append_message(std::string& into, command id, std::uint32_t sequence, const message& content);
[[nodiscard]] written append_query(std::string& into, std::uint32_t sequence, const query_request& request);
[[nodiscard]] written append_cancel(std::string& into, std::uint32_t sequence, const cancel_request& request);
[[nodiscard]] written append_replace(std::string& into, std::uint32_t sequence, const replace_request& request);
[[nodiscard]] written append_alert(std::string& into, std::uint32_t sequence, const alert_notice& notice);

// The responses. A message_id or system_id that does not fit is cut.
void append_bind_response(std::string& into, command id, status code, std::uint32_t sequence,
                          const bind_response& response);
// id: submit_sm_resp, deliver_sm_resp or data_sm_resp.
void append_message_response(std::string& into, command id, status code, std::uint32_t sequence,
                             const message_response& response);
void append_query_response(std::string& into, status code, std::uint32_t sequence, const query_response& response);
// All that has no body: unbind, enquire_link and their responses, cancel_sm_resp, replace_sm_resp, generic_nack.
void append_header(std::string& into, command id, status code, std::uint32_t sequence, tlv_view tlvs = {});

}  // namespace mlango::gsm::smpp
