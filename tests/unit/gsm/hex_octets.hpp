// Octets written as hexadecimal, with spaces where they help to read, and back.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "base/bytes.hpp"

namespace mlango::gsm {

inline std::string octets(std::string_view hex) {
    std::string compact;
    for (const char c : hex) {
        if (c != ' ') compact += c;
    }
    const auto read = from_hex(compact);
    if (!read) throw std::invalid_argument("hexadecimal");
    return std::string(as_string_view(*read));
}
inline std::string hex(std::string_view text) {
    return to_hex(as_byte_view(text));
}

}  // namespace mlango::gsm
