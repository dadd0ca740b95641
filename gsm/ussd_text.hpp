// The text of one USSD operation to octets and back: 3GPP TS 23.038 §5 (cell broadcast data coding, which USSD uses)
// and §6.1.2.3. Callers: GSUP, USSD over SMPP where the network wants it packed. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mlango::gsm {

struct ussd_octets {
    std::uint8_t coding = 0x0F;  // 0x0F GSM 7-bit packed, language unspecified; 0x48 UCS-2
    std::string octets;
};

// GSM 7-bit where the text has it, else UCS-2. A malformed sequence becomes U+FFFD. The caller has fitted the text.
[[nodiscard]] ussd_octets encode_ussd(std::string_view utf8);

// UTF-8. nullopt: 8-bit data or compressed. A language indication in front (0x10, 0x11) is taken off.
[[nodiscard]] std::optional<std::string> decode_ussd(std::uint8_t coding, std::string_view octets);

}  // namespace mlango::gsm
