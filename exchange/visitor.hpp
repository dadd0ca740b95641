// Who is at the door: what a token of ours says about it, and where requests carry such tokens. Pure. Callers: the
// partners' API and the page's.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/http/message.hpp"
#include "wallet/counter.hpp"

namespace mlango::exchange {

struct visitor {
    wallet::redeemer by;
    wall_time signed_in_at;
    std::string certificate;  // SHA-256 in hexadecimal, when a program had one with it; then it must have it each time
};

// A token's content, and back; `channel` is the door's.
[[nodiscard]] std::string pack(const visitor& who);
[[nodiscard]] std::optional<visitor> unpack(std::string_view content, std::string_view channel);

struct basic_credentials {
    std::string id;
    std::string secret;
};
// "Basic …" (RFC 7617), both parts form-encoded inside (RFC 6749 §2.3.1).
[[nodiscard]] std::optional<basic_credentials> read_basic(std::string_view authorization);
// The token of "Bearer …" (RFC 6750 §2.1), else empty.
[[nodiscard]] std::string_view read_bearer(std::string_view authorization);
// The first language of Accept-Language, two or three letters; "en" without.
[[nodiscard]] std::string language_of(const http_request& request);

}  // namespace mlango::exchange
