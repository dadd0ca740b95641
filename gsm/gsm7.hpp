// The GSM 7-bit alphabet, its extension table and the 13 national languages' shift tables (3GPP TS 23.038 §6.2.1 and
// annex A), and how septets are packed into octets (§6.1.2). Callers: sms_text, USSD over SMPP and GSUP. Pure; headers,
// data coding and segments are not here (sms_text.hpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace mlango::gsm {

// National Language Identifier, §6.2.1.2.4.
enum class national_language : std::uint8_t {
    none = 0,  // the default alphabet, or its extension table
    turkish = 1,
    spanish = 2,  // has a single shift table only
    portuguese = 3,
    bengali = 4,
    gujarati = 5,
    hindi = 6,
    kannada = 7,
    malayalam = 8,
    oriya = 9,
    punjabi = 10,
    tamil = 11,
    telugu = 12,
    urdu = 13,
};
inline constexpr std::size_t national_languages = 14;  // with none

// By ISO 639-1 code: tr es pt bn gu hi kn ml or pa ta te ur.
[[nodiscard]] std::optional<national_language> national_language_of(std::string_view code);
[[nodiscard]] std::string_view code_of(national_language language);  // "" for none

// The tables that a text's septets are read with: `locking` in place of the default alphabet, `single` in place of its
// extension table.
struct shift_tables {
    national_language locking = national_language::none;
    national_language single = national_language::none;
    [[nodiscard]] bool plain() const { return *this == shift_tables{}; }
    friend bool operator==(const shift_tables&, const shift_tables&) = default;
};

class language_set {
public:
    constexpr language_set() = default;
    constexpr language_set(std::initializer_list<national_language> languages) {
        for (const national_language one : languages) insert(one);
    }
    constexpr void insert(national_language one) { bits_ = static_cast<std::uint16_t>(bits_ | bit(one)); }
    [[nodiscard]] constexpr bool contains(national_language one) const { return (bits_ & bit(one)) != 0; }
    [[nodiscard]] constexpr bool empty() const { return bits_ == 0; }
    [[nodiscard]] static constexpr language_set all() {
        language_set whole;
        whole.bits_ = (1 << national_languages) - 2;
        return whole;
    }

private:
    [[nodiscard]] static constexpr std::uint16_t bit(national_language one) {
        return one == national_language::none ? std::uint16_t{0}
                                              : static_cast<std::uint16_t>(1U << static_cast<unsigned>(one));
    }
    std::uint16_t bits_ = 0;
};

inline constexpr unsigned char gsm7_escape = 0x1B;

// How a character is written with these tables: 1 or 2 septets (escape and code), or 0 where they do not have it.
struct septet_pair {
    std::uint8_t count = 0;
    std::uint8_t code = 0;  // the septet, or the one after the escape
};
[[nodiscard]] septet_pair septets_of(char32_t character, shift_tables tables = {});

// Septets, one an octet; nullopt when a character is not in the tables, or `utf8` is not UTF-8.
[[nodiscard]] std::optional<std::string> to_septets(std::string_view utf8, shift_tables tables = {});

// UTF-8 of septets, one an octet. Our rule for what a sender may get wrong: an escape before a code that the single
// shift table does not have is left out, and the code is read in the base (default or locking) table, as §6.2.1.1 has
// it; two escapes are a space; an escape that ends the text is nothing; an octet of 0x80 and more is U+FFFD.
[[nodiscard]] std::string from_septets(std::string_view septets, shift_tables tables = {});

// §6.1.2.1: septets, one an octet, into octets, first septet in the lowest bits. `fill_bits` (0 … 6) zero bits go
// first: those that a user data header leaves to the next septet boundary, fill_bits_after(its length with the length
// octet).
[[nodiscard]] std::string pack(std::string_view septets, unsigned fill_bits = 0);
[[nodiscard]] constexpr unsigned fill_bits_after(std::size_t header_octets) {
    return static_cast<unsigned>((7 - header_octets * 8 % 7) % 7);
}
// As many septets as wanted, or as the octets hold.
[[nodiscard]] std::string unpack(std::string_view octets, std::size_t septets = SIZE_MAX, unsigned fill_bits = 0);

// §6.1.2.3.1, USSD, where the number of septets does not travel with them: 7 spare bits are filled with a carriage
// return, and a text that ends in one on an octet boundary gets another. unpack_ussd() takes the padding off again; it
// also takes off a zero septet in that place, which ruder senders leave (so a last "@" there is lost).
[[nodiscard]] std::string pack_ussd(std::string_view septets, unsigned fill_bits = 0);
[[nodiscard]] std::string unpack_ussd(std::string_view octets, unsigned fill_bits = 0);

}  // namespace mlango::gsm
