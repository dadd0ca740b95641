#include "wallet/share_code.hpp"

#include <array>

namespace mlango::wallet {

namespace {

// Damm's quasigroup of order 10, totally anti-symmetric, with zeros on the diagonal.
constexpr std::array<std::string_view, 10> quasigroup{"0317598642", "7092154863", "4206871359", "1750983426",
                                                      "6123045978", "3674209581", "5869720134", "8945362017",
                                                      "9438617205", "2581436790"};

std::size_t interim(std::string_view digits) {
    std::size_t row = 0;
    for (const char digit : digits) row = static_cast<std::size_t>(quasigroup[row][digit - '0'] - '0');
    return row;
}

}  // namespace

char damm_digit(std::string_view digits) {
    return static_cast<char>('0' + interim(digits));
}

std::string new_share_code(random_source& random, std::size_t live_codes) {
    std::string code(live_codes < crowded_from ? usual_code_digits : crowded_code_digits, '0');
    for (char& digit : code) digit = static_cast<char>('0' + random.below(10));
    code += damm_digit(code);
    return code;
}

std::optional<std::string> read_share_code(std::string_view typed) {
    constexpr std::string_view arabic_indic = "\xD9";    // U+0660…U+0669: D9 A0…A9
    constexpr std::string_view extended_indic = "\xDB";  // U+06F0…U+06F9: DB B0…B9
    std::string code;
    for (std::size_t at = 0; at < typed.size(); ++at) {
        const char one = typed[at];
        if (one == ' ' || one == '-') continue;
        char digit = one;
        if (at + 1 < typed.size()) {
            const auto next = static_cast<unsigned char>(typed[at + 1]);
            const auto zero = one == arabic_indic[0] ? 0xA0U : one == extended_indic[0] ? 0xB0U : 0U;
            if (zero != 0 && next >= zero && next < zero + 10) {
                digit = static_cast<char>('0' + (next - zero));
                ++at;
            }
        }
        if (digit < '0' || digit > '9' || code.size() > crowded_code_digits) return std::nullopt;
        code += digit;
    }
    if (code.size() <= usual_code_digits || interim(code) != 0) return std::nullopt;
    return code;
}

std::string spoken_share_code(std::string_view code) {
    std::string spoken;
    for (std::size_t at = 0; at < code.size(); ++at) {
        if (at == 3 || at == 6) spoken += ' ';
        spoken += code[at];
    }
    return spoken;
}

}  // namespace mlango::wallet
