// HMAC-SHA-1 (RFC 2104) and base64 (RFC 4648 §4), as partners sign and HTTP's Basic credentials are written. What is
// our own is protected by base/seal.hpp.
#pragma once

#include <array>

#include "base/bytes.hpp"

namespace mlango {

[[nodiscard]] std::array<std::byte, 20> hmac_sha1(std::string_view key, std::string_view text);
// With padding.
[[nodiscard]] std::string to_base64(byte_view data);

}  // namespace mlango
