// Text as a QR code's modules (ISO/IEC 18004), as robust as the room on paper allows. Pure. Caller: card_page.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace mlango::wallet {

struct qr_symbol {
    int side = 0;            // modules of a side, without the quiet zone
    char level = 'L';        // of error correction: L 7 %, M 15 %, Q 25 %
    std::vector<bool> dark;  // row by row, side × side

    [[nodiscard]] bool at(int x, int y) const { return dark[static_cast<std::size_t>(y * side + x)]; }
};

inline constexpr int quiet_modules = 4;  // light ones around, ISO/IEC 18004 §9.1
// What a cheap printer at 300 dots an inch and a cheap camera still resolve: five dots a module, and four in need.
inline constexpr double good_module = 0.40;   // mm
inline constexpr double least_module = 0.34;  // mm

// Of at most `room` mm of a side, quiet zone included: the strongest correction whose modules are good ones, else the
// weakest in modules that are just large enough. nullopt: the text is too long for the room.
[[nodiscard]] std::optional<qr_symbol> make_qr(std::string_view text, double room);

}  // namespace mlango::wallet
