// How much of a screen or an SMS a text takes: GSM 7-bit septets when every character is in the default alphabet or its
// extension table (3GPP TS 23.038 §6.2.1), else UCS-2 units (UTF-16 code units, §6.2.3).
#pragma once

#include <cstddef>
#include <string_view>

namespace mlango::gsm {

enum class alphabet { gsm7, ucs2 };

struct text_size {
    alphabet needs = alphabet::gsm7;
    std::size_t units = 0;  // septets (extension characters count two) or UTF-16 code units
    friend bool operator==(const text_size&, const text_size&) = default;
};

// `text` is UTF-8; a malformed sequence counts as one UCS-2 unit.
[[nodiscard]] text_size measure(std::string_view text);

// Code points of a text in UTF-8: how gateways count where they say "characters".
[[nodiscard]] std::size_t characters_of(std::string_view text);

// What one screen holds.
struct screen_size {
    std::size_t septets = 160;
    std::size_t ucs2_units = 70;
    [[nodiscard]] bool fits(std::string_view text) const {
        const text_size size = measure(text);
        return size.units <= (size.needs == alphabet::gsm7 ? septets : ucs2_units);
    }
};

}  // namespace mlango::gsm
