#include "gsm/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "gsm/gsm7_tables.hpp"
#include "gsm/utf8.hpp"

namespace mlango::gsm {
namespace {

// Septets of each character below U+03AA; 0 is a character that GSM 7-bit does not have. One, the euro sign, lies
// above.
constexpr std::array<std::uint8_t, 0x3AA> septets = [] {
    std::array<std::uint8_t, 0x3AA> cost{};
    for (const char16_t c : default_table) {
        if (c != 0) cost[c] = 1;
    }
    for (const char16_t c : extension_table) {
        if (c != 0 && c < cost.size()) cost[c] = 2;
    }
    return cost;
}();
constexpr char32_t euro_sign = U'€';
static_assert(extension_table[0x65] == euro_sign);

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
            const utf8_character next = decode_multibyte(at, static_cast<std::size_t>(end - at));
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
            units += character >= 0x1'0000 && character != malformed_utf8;
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
