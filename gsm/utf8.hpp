// UTF-8, a character at a time, and back, and to UTF-16. For this room's own texts; base/bytes.hpp says whether a text
// is UTF-8 at all.
#pragma once

#include <cstddef>
#include <string>

namespace mlango::gsm {

inline constexpr char32_t malformed_utf8 = 0xFFFF'FFFF;

struct utf8_character {
    char32_t character;
    std::size_t length;
};

// Decodes the sequence that starts at a byte >= 0x80. Of a malformed one, the bytes that could have begun a character
// are taken together (Unicode 15 §3.9, "maximal subparts").
inline utf8_character decode_multibyte(const unsigned char* at, std::size_t left) {
    const unsigned char lead = at[0];
    if (lead < 0xC2 || lead > 0xF4) return {malformed_utf8, 1};
    const std::size_t length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t character = lead & (0x7F >> length);
    unsigned char lowest = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char highest = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    for (std::size_t i = 1; i < length; ++i) {
        if (i == left || at[i] < lowest || at[i] > highest) return {malformed_utf8, i};
        character = (character << 6) | (at[i] & 0x3F);
        lowest = 0x80;
        highest = 0xBF;
    }
    return {character, length};
}

// `left` is at least 1.
inline utf8_character decode_utf8(const unsigned char* at, std::size_t left) {
    if (at[0] < 0x80) return {at[0], 1};
    return decode_multibyte(at, left);
}

// A surrogate, or what is beyond U+10FFFF, becomes U+FFFD.
inline void append_utf8(std::string& out, char32_t c) {
    if (c < 0x80) {
        out += static_cast<char>(c);
        return;
    }
    if ((c >= 0xD800 && c <= 0xDFFF) || c > 0x10'FFFF) c = 0xFFFD;
    if (c < 0x800) {
        out += static_cast<char>(0xC0 | c >> 6);
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x1'0000) {
        out += static_cast<char>(0xE0 | c >> 12);
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
        out += static_cast<char>(0xF0 | c >> 18);
        out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
        out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
        out += static_cast<char>(0x80 | (c & 0x3F));
    }
}

// Big-endian, as on the air; `c` is at most U+10FFFF.
inline void append_utf16(std::string& out, char32_t c) {
    const auto unit = [&out](char32_t u) {
        out += static_cast<char>(u >> 8);
        out += static_cast<char>(u & 0xFF);
    };
    if (c < 0x1'0000) return unit(c);
    unit(0xD800 + ((c - 0x1'0000) >> 10));
    unit(0xDC00 + ((c - 0x1'0000) & 0x3FF));
}

}  // namespace mlango::gsm
