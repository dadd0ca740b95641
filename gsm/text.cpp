#include "gsm/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace mlango::gsm {
namespace {

// Septets of each character below U+03AA; 0 is a character that GSM 7-bit does not have. 3GPP TS 23.038 §6.2.1 (default
// alphabet) and §6.2.1.1 (extension table; its tenth character, the euro sign, lies above).
constexpr std::array<std::uint8_t, 0x3AA> septets = [] {
    std::array<std::uint8_t, 0x3AA> cost{};
    for (char32_t c = U' '; c <= U'~'; ++c) cost[c] = 1;
    cost[U'`'] = 0;
    cost[U'\n'] = cost[U'\r'] = 1;
    for (char32_t c : U"£¥èéùìòÇØøÅåΔΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà") {
        if (c != 0) cost[c] = 1;
    }
    for (char32_t c : U"\f^{}\\[~]|") {
        if (c != 0) cost[c] = 2;
    }
    return cost;
}();
constexpr char32_t euro_sign = U'€';
constexpr char32_t malformed = 0xFFFF'FFFF;

struct decoded {
    char32_t character;
    std::size_t length;
};

// Decodes the sequence that starts at a byte >= 0x80. Of a malformed one, the bytes that could have begun a character
// are taken together (Unicode 15 §3.9, "maximal subparts").
decoded decode_multibyte(const unsigned char* at, std::size_t left) {
    const unsigned char lead = at[0];
    if (lead < 0xC2 || lead > 0xF4) return {malformed, 1};
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t character = lead & (0x7F >> length);
    unsigned char lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (std::size_t i = 1; i < length; ++i) {
        if (i == left || at[i] < lowest || at[i] > highest) return {malformed, i};
        character = (character << 6) | (at[i] & 0x3F);
        lowest = 0x80;
        highest = 0xBF;
    }
    return {character, length};
}

}  // namespace

text_size measure(std::string_view text) {
    const auto* at = reinterpret_cast<const unsigned char*>(text.data());
    const auto* const end = at + text.size();
    std::size_t units = 0;
    std::size_t escapes = 0;
    bool beyond_gsm7 = false;
    while (at != end) {
        char32_t character = *at;
        if (character < 0x80) {
            ++at;
        } else if (character >= 0xC2 && character < 0xE0 && end - at >= 2 && (at[1] & 0xC0) == 0x80) {
            // Most of Latin, Greek, Cyrillic, Hebrew and Arabic.
            character = (character & 0x1F) << 6 | (at[1] & 0x3F);
            at += 2;
        } else {
            const decoded next = decode_multibyte(at, static_cast<std::size_t>(end - at));
            character = next.character;
            at += next.length;
        }
        ++units;
        if (character < septets.size()) {
            beyond_gsm7 |= septets[character] == 0;
            escapes += septets[character] >> 1;
        } else if (character == euro_sign) {
            ++escapes;
        } else {
            beyond_gsm7 = true;
            units += character >= 0x1'0000 && character != malformed;
        }
    }
    if (beyond_gsm7) return {alphabet::ucs2, units};
    return {alphabet::gsm7, units + escapes};
}

std::size_t characters_of(std::string_view text) {
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace mlango::gsm
