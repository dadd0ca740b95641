// What a delivery receipt says, by TLV or by the text of SMPP 3.4 appendix B. The text is nobody's standard: fields
// come in any order and case, with spaces or without, some are missing, and the text may be cut. Caller: the client.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gsm/smpp/pdu.hpp"

namespace mlango::gsm {
enum class receipt_state;  // gsm/sms.hpp
}

namespace mlango::gsm::smpp {

// SMPP 3.4 §5.2.28, 5.0 §4.7.15.
enum class message_state : std::uint8_t {
    scheduled = 0,
    enroute = 1,
    delivered = 2,
    expired = 3,
    deleted = 4,
    undeliverable = 5,
    accepted = 6,
    unknown = 7,
    rejected = 8,
    skipped = 9,
};
[[nodiscard]] std::string_view name_of(message_state state);  // "DELIVRD": the word of a receipt's text
// Of message_state's octet, in a TLV or in query_sm_resp; what no version knows is unknown.
[[nodiscard]] message_state message_state_of(std::uint8_t octet);
[[nodiscard]] receipt_state receipt_state_of(message_state state);

struct receipt {
    std::string id;  // as the SMSC wrote it, at most 64 octets; see id_forms(). May be empty
    message_state state = message_state::unknown;
    std::string error;             // "000", or "3-34": network and code of network_error_code; at most 16 octets
    std::uint16_t reference = 0;   // user_message_reference; 0: none
    bool is_intermediate = false;  // esm_class 0x20: not the last word

    // "DELIVRD", or "UNDELIV err 034": for a log and an operator's eye.
    [[nodiscard]] std::string reason() const;
};

// Whether a deliver_sm or data_sm is a receipt: esm_class says so (0x04, 0x08, 0x20); or, where the SMSC forgot that,
// it carries receipted_message_id. A text alone never makes a receipt, since anybody can send one from a phone.
[[nodiscard]] bool is_receipt(const message& content);

// nullopt when it is none. One that can not be understood is a receipt of state unknown with an empty id.
[[nodiscard]] std::optional<receipt> read_receipt(const message& content);

// As an SMSC writes it, for the sink and the tests: "id:… sub:001 dlvrd:001 submit date:… done date:… stat:… err:…
// text:". Dates are YYMMDDhhmm. Nothing of the message's text is repeated.
[[nodiscard]] std::string write_receipt_text(std::string_view id, message_state state, std::string_view error,
                                             std::string_view submitted, std::string_view done);

}  // namespace mlango::gsm::smpp
