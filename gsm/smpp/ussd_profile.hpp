// How one deployment words USSD in SMPP, as data: there is a specification of the parameters (SMPP 5.0 §4.8.4.64,
// ussd_service_op; §4.8.4.37, its_session_info), and every message centre reads it in its own way. Callers:
// ussd_wording, server's configuration. A profile is looked up by name and changed field by field.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlango::gsm::smpp {

// What a PDU of hers means.
enum class ussd_step : std::uint8_t {
    begin,         // she dialled
    answer,        // she typed
    end,           // she, her phone or the network ended it
    acknowledged,  // her phone showed a notice
};

// The first rule that fits a PDU says what it is. A PDU that none fits is no USSD.
struct ussd_rule {
    ussd_step means = ussd_step::begin;
    std::optional<std::uint8_t> op = {};  // ussd_service_op; none: whatever it is, or not there
    std::string service_type = {};        // begins with; empty: whatever it is
    bool no_op = false;                   // only without a ussd_service_op
};

// What a PDU of ours is marked with.
struct ussd_mark {
    std::optional<std::uint8_t> op = {};  // none: no ussd_service_op
    std::string service_type = {};        // empty: the profile's
};

struct extra_tlv {
    std::uint16_t tag = 0;
    std::string value;  // octets
};

struct ussd_profile {
    std::string name;

    // Hers.
    std::vector<ussd_rule> rules;
    enum class session_source : std::uint8_t { its_session_info, user_message_reference, tlv, number };
    // Together with her number, always: ids of many deployments are unique only with it.
    session_source session = session_source::its_session_info;
    std::uint16_t session_tag = 0;        // of `tlv`: a vendor's own
    std::uint16_t session_mask = 0xFFFE;  // what of its_session_info names the session; the rest counts and ends
    bool falls_back_to_number = false;    // ids change under way: an unknown one is the number's live dialogue
    bool end_bit = true;                  // its_session_info's bit 0 ends, on any PDU, and is set on our last
    enum class dialled_in : std::uint8_t { short_message, destination, either };
    dialled_in dialled = dialled_in::short_message;  // either: short_message, and where that is empty destination_addr

    // Ours.
    std::string service_type = "USSD";
    ussd_mark screen{.op = 2};    // a question of a dialogue that she began
    ussd_mark last{.op = 17};     // what ends it
    ussd_mark question{.op = 2};  // that begins a dialogue
    ussd_mark notice{.op = 3};    // the same, without an answer
    bool echoes_session = true;   // the session's parameter is sent back
    bool counts = false;          // its_session_info's bits 1 to 7 grow with each PDU of ours
    enum class carried : std::uint8_t { submit, submit_payload, data };
    carried by = carried::submit;    // submit_payload and data: in message_payload
    std::size_t payload_from = 255;  // octets from which submit_sm carries message_payload instead
    std::vector<extra_tlv> extra;    // on every PDU
    std::uint8_t gsm7_coding = 0;
    std::uint8_t ucs2_coding = 8;
    bool packed = false;  // septets as on the radio, 3GPP TS 23.038 §6.1.2.3
};

// "spec", "tata", "sixdee", "mica", "mica_17", "huawei", "changing_ids", "letters", "cloudhopper", "uzbekistan",
// "nowsms"
[[nodiscard]] std::span<const ussd_profile> known_ussd_profiles();
[[nodiscard]] const ussd_profile* find_ussd_profile(std::string_view name);

// Every fault, worded for the person who wrote them.
[[nodiscard]] std::vector<std::string> faults_of(const ussd_profile& profile);

}  // namespace mlango::gsm::smpp
