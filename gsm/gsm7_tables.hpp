// The characters of each code of each table, for gsm7.cpp and text.cpp, which are its only readers. 3GPP TS 23.038
// §6.2.1 and annex A.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "gsm/gsm7.hpp"

namespace mlango::gsm {

inline constexpr std::size_t gsm7_codes = 128;
using code_table = std::array<char16_t, gsm7_codes>;  // 0: the table has nothing there

// The escape's own place holds nothing.
constexpr code_table table_of(std::u16string_view characters) {
    code_table table{};
    for (std::size_t code = 0; code < gsm7_codes; ++code) {
        table[code] = code == gsm7_escape ? u'\0' : characters[code];
    }
    return table;
}

// §6.2.1
inline constexpr code_table default_table = table_of(
    u"@£$¥èéùìòÇ\nØø\rÅå"
    u"Δ_ΦΓΛΩΠΨΣΘΞ\x1BÆæßÉ"
    u" !\"#¤%&'()*+,-./"
    u"0123456789:;<=>?"
    u"¡ABCDEFGHIJKLMNO"
    u"PQRSTUVWXYZÄÖÑÜ§"
    u"¿abcdefghijklmno"
    u"pqrstuvwxyzäöñüà");

// §6.2.1.1. The form feed is "page break".
inline constexpr code_table extension_table = [] {
    code_table table{};
    table[0x0A] = u'\f';
    table[0x14] = u'^';
    table[0x28] = u'{';
    table[0x29] = u'}';
    table[0x2F] = u'\\';
    table[0x3C] = u'[';
    table[0x3D] = u'~';
    table[0x3E] = u']';
    table[0x40] = u'|';
    table[0x65] = u'€';
    return table;
}();

[[nodiscard]] const code_table& locking_table(national_language language);
[[nodiscard]] const code_table& single_shift_table(national_language language);

}  // namespace mlango::gsm
