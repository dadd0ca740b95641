// Byte strings and their textual forms. Callers: every room. No I/O.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlango {

using bytes = std::vector<std::byte>;
using byte_view = std::span<const std::byte>;

[[nodiscard]] inline byte_view as_byte_view(std::string_view text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_string_view(byte_view data) {
    return {reinterpret_cast<const char*>(data.data()), data.size()};
}

// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(byte_view data);
// Accepts both cases; nullopt on an odd length or any other character.
[[nodiscard]] std::optional<bytes> from_hex(std::string_view text);

// RFC 4648 §5 (URL-safe alphabet, no padding).
[[nodiscard]] std::string to_base64url(byte_view data);
[[nodiscard]] std::optional<bytes> from_base64url(std::string_view text);

// Equal content; the time depends on the lengths only. Use it for every secret.
[[nodiscard]] bool equal_in_constant_time(byte_view a, byte_view b);
[[nodiscard]] inline bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return equal_in_constant_time(as_byte_view(a), as_byte_view(b));
}

// True when every byte sequence is well-formed UTF-8 (RFC 3629: no overlong form, no surrogate, at most U+10FFFF).
[[nodiscard]] bool is_utf8(std::string_view text);

}  // namespace mlango
