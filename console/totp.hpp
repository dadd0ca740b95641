// Codes of an authenticator app (TOTP, RFC 6238: SHA-1, 30 seconds, six digits, which is what every such app can), and
// how the app is told its secret. Pure. Callers: the sign-in door, the command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace mlango::console {

inline constexpr std::size_t totp_secret_size = 20;  // octets (RFC 4226 §4 R6)

// RFC 4648 §6, without padding. Reading takes small letters and spaces, as people type them; nullopt on anything else.
[[nodiscard]] std::string to_base32(std::string_view raw);
[[nodiscard]] std::optional<std::string> from_base32(std::string_view text);

[[nodiscard]] std::int64_t totp_step_at(wall_time at);
[[nodiscard]] std::string totp_code(std::string_view secret, std::int64_t step);
// The step that `code` is of, when it is now's, the one's before or the one's after, and later than `last_used`: each
// code works once (§5.2). The time does not tell which digits were right.
[[nodiscard]] std::optional<std::int64_t> matching_totp_step(std::string_view secret, std::string_view code,
                                                             wall_time now, std::int64_t last_used);
// otpauth://totp/…, as authenticator apps read it from a QR code.
[[nodiscard]] std::string otpauth_uri(std::string_view issuer, std::string_view account, std::string_view secret);

}  // namespace mlango::console
