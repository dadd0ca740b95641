// HMAC-SHA-1 (RFC 2104), for checking the signatures of partners that sign so. What is our own is protected by
// base/seal.hpp.
#pragma once

#include <array>

#include "base/bytes.hpp"

namespace mlango {

[[nodiscard]] std::array<std::byte, 20> hmac_sha1(std::string_view key, std::string_view text);

}  // namespace mlango
