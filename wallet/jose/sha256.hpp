// SHA-256 of a text, thousands of times a second: OpenSSL's one-call form looks the algorithm up each time, which costs
// more than a short text. Callers: ES256, SD-JWT's digests. Pure.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace mlango::wallet {

using sha256_digest = std::array<std::byte, 32>;
[[nodiscard]] sha256_digest sha256(std::string_view text);

}  // namespace mlango::wallet
