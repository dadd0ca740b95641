// Optional parameters (TLVs) of SMPP 3.4 §5.3 and 5.0 §4.8. They are kept as octets and read by name: an unknown one is
// passed over, one of a wrong length is absent for its typed reader and still there for a raw one, and a list that
// breaks off ends where it breaks. A TLV never costs a message.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlango::gsm::smpp {

struct network_error {
    std::uint8_t network = 0;  // 1 ANSI-136, 2 IS-95, 3 GSM …
    std::uint16_t code = 0;
    friend bool operator==(const network_error&, const network_error&) = default;
};

// T: std::uint8_t, std::uint16_t, std::uint32_t; std::string_view for octets; c_string; network_error.
struct c_string {};  // reads and writes as std::string_view; the NUL is written, and may be missing when read
template <class T>
struct tlv_name {
    std::uint16_t tag;
};

namespace tlv {
inline constexpr tlv_name<std::uint8_t> dest_addr_subunit{0x0005};
inline constexpr tlv_name<std::uint8_t> dest_bearer_type{0x0007};
inline constexpr tlv_name<std::uint8_t> source_addr_subunit{0x000d};
inline constexpr tlv_name<std::uint8_t> source_bearer_type{0x000f};
inline constexpr tlv_name<std::uint32_t> qos_time_to_live{0x0017};
inline constexpr tlv_name<std::uint8_t> payload_type{0x0019};
inline constexpr tlv_name<c_string> additional_status_info_text{0x001d};
inline constexpr tlv_name<c_string> receipted_message_id{0x001e};
inline constexpr tlv_name<std::uint8_t> privacy_indicator{0x0201};
inline constexpr tlv_name<std::string_view> source_subaddress{0x0202};
inline constexpr tlv_name<std::string_view> dest_subaddress{0x0203};
inline constexpr tlv_name<std::uint16_t> user_message_reference{0x0204};
inline constexpr tlv_name<std::uint8_t> user_response_code{0x0205};
inline constexpr tlv_name<std::uint16_t> source_port{0x020a};
inline constexpr tlv_name<std::uint16_t> destination_port{0x020b};
inline constexpr tlv_name<std::uint16_t> sar_msg_ref_num{0x020c};
inline constexpr tlv_name<std::uint8_t> language_indicator{0x020d};
inline constexpr tlv_name<std::uint8_t> sar_total_segments{0x020e};
inline constexpr tlv_name<std::uint8_t> sar_segment_seqnum{0x020f};
inline constexpr tlv_name<std::uint8_t> sc_interface_version{0x0210};
inline constexpr tlv_name<std::string_view> callback_num{0x0381};
inline constexpr tlv_name<std::uint8_t> dpf_result{0x0420};
inline constexpr tlv_name<std::uint8_t> set_dpf{0x0421};
inline constexpr tlv_name<std::uint8_t> ms_availability_status{0x0422};
inline constexpr tlv_name<network_error> network_error_code{0x0423};
inline constexpr tlv_name<std::string_view> message_payload{0x0424};
inline constexpr tlv_name<std::uint8_t> delivery_failure_reason{0x0425};
inline constexpr tlv_name<std::uint8_t> more_messages_to_send{0x0426};
inline constexpr tlv_name<std::uint8_t> message_state{0x0427};
inline constexpr tlv_name<std::uint8_t> congestion_state{0x0428};  // 5.0: 0 idle … 80–89 optimum … 100 congested
inline constexpr tlv_name<std::uint8_t> ussd_service_op{0x0501};   // 0–3, 16–19; 32–255 are vendors'
inline constexpr tlv_name<c_string> billing_identification{0x060b};
inline constexpr tlv_name<std::uint8_t> display_time{0x1201};
inline constexpr tlv_name<std::uint16_t> sms_signal{0x1203};
inline constexpr tlv_name<std::string_view> alert_on_message_delivery{0x130c};
inline constexpr tlv_name<std::uint8_t> its_reply_type{0x1380};
inline constexpr tlv_name<std::uint16_t> its_session_info{0x1383};  // bit 0 of the low octet: end of session
}  // namespace tlv

struct raw_tlv {
    std::uint16_t tag;
    std::string_view value;
};

// A view of the octets behind the mandatory parameters. Reading goes from the front each time: a PDU has few of them.
class tlv_view {
public:
    tlv_view() = default;
    explicit tlv_view(std::string_view octets) : octets_(octets) {}

    // The value of the first one with this tag, whatever its length.
    [[nodiscard]] std::optional<std::string_view> find(std::uint16_t tag) const;

    // A number may come in more or fewer octets (1 to 4) than the specification says, as long as it fits.
    template <std::unsigned_integral T>
    [[nodiscard]] std::optional<T> get(tlv_name<T> name) const {
        const auto number = find_number(name.tag);
        if (!number || *number > static_cast<T>(~T{0})) return std::nullopt;
        return static_cast<T>(*number);
    }
    [[nodiscard]] std::optional<std::string_view> get(tlv_name<std::string_view> name) const { return find(name.tag); }
    [[nodiscard]] std::optional<std::string_view> get(tlv_name<c_string> name) const;    // up to the first NUL
    [[nodiscard]] std::optional<network_error> get(tlv_name<network_error> name) const;  // 3 octets

    // Takes them one after the other: `rest` starts as octets(). nullopt at the end, and where the list breaks off.
    [[nodiscard]] static std::optional<raw_tlv> take(std::string_view& rest);
    [[nodiscard]] bool is_whole() const;  // the last one ends with the octets
    [[nodiscard]] bool empty() const { return octets_.empty(); }
    [[nodiscard]] std::string_view octets() const { return octets_; }

private:
    [[nodiscard]] std::optional<std::uint32_t> find_number(std::uint16_t tag) const;
    std::string_view octets_;
};

// Append one TLV. A value of more than 65,535 octets is not written and gives false.
bool append_tlv(std::string& into, std::uint16_t tag, std::string_view value);
bool append_tlv(std::string& into, tlv_name<std::string_view> name, std::string_view value);
bool append_tlv(std::string& into, tlv_name<c_string> name, std::string_view value);
bool append_tlv(std::string& into, tlv_name<std::uint8_t> name, std::uint8_t value);
bool append_tlv(std::string& into, tlv_name<std::uint16_t> name, std::uint16_t value);
bool append_tlv(std::string& into, tlv_name<std::uint32_t> name, std::uint32_t value);
bool append_tlv(std::string& into, tlv_name<network_error> name, network_error value);

}  // namespace mlango::gsm::smpp
