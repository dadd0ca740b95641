#include "gsm/ussd_text.hpp"

#include <algorithm>

#include "gsm/gsm7.hpp"
#include "gsm/sms_text.hpp"
#include "gsm/utf8.hpp"

namespace mlango::gsm {
namespace {

std::string to_utf16(std::string_view utf8) {
    std::string out;
    const auto* const start = reinterpret_cast<const unsigned char*>(utf8.data());
    for (std::size_t at = 0; at < utf8.size();) {
        const utf8_character next = decode_utf8(start + at, utf8.size() - at);
        append_utf16(out, next.character == malformed_utf8 ? U'\uFFFD' : next.character);
        at += next.length;
    }
    return out;
}

enum class octets_are { gsm7, gsm7_after_language, ucs2, ucs2_after_language, other };

// TS 23.038 §5
octets_are kind_of(std::uint8_t coding) {
    if (coding == 0x10) return octets_are::gsm7_after_language;
    if (coding == 0x11) return octets_are::ucs2_after_language;
    switch (coding >> 4) {
        case 0x4:
        case 0x5: {
            const unsigned alphabet = coding >> 2 & 3;
            return alphabet == 1 ? octets_are::other : alphabet == 2 ? octets_are::ucs2 : octets_are::gsm7;
        }
        case 0x6:  // compressed
        case 0x7:
        case 0x9:  // with a user data header
        case 0xD:
        case 0xE:
            return octets_are::other;
        case 0xF:
            return (coding & 0x04) != 0 ? octets_are::other : octets_are::gsm7;
        default:
            return octets_are::gsm7;  // languages, and what is reserved
    }
}

std::optional<std::string> from_ucs2(std::string_view octets) {
    const auto read = decode_sms(8, false, octets);
    if (!read) return std::nullopt;
    return std::get<std::string>(*read);
}

}  // namespace

ussd_octets encode_ussd(std::string_view utf8) {
    if (const auto septets = to_septets(utf8)) return {0x0F, pack_ussd(*septets)};
    return {0x48, to_utf16(utf8)};
}

std::optional<std::string> decode_ussd(std::uint8_t coding, std::string_view octets) {
    switch (kind_of(coding)) {
        case octets_are::gsm7:
            return from_septets(unpack_ussd(octets));
        case octets_are::gsm7_after_language: {  // two letters and a carriage return
            const std::string septets = unpack_ussd(octets);
            return from_septets(septets.size() >= 3 && septets[2] == '\r' ? std::string_view(septets).substr(3)
                                                                          : std::string_view(septets));
        }
        case octets_are::ucs2:
            return from_ucs2(octets);
        case octets_are::ucs2_after_language:  // two letters in the first two octets
            return from_ucs2(octets.substr(std::min<std::size_t>(2, octets.size())));
        case octets_are::other:
            break;
    }
    return std::nullopt;
}

}  // namespace mlango::gsm
