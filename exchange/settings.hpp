// What the partners' door is told. Defaults stand beside the fields. Immutable after start.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/http/address_rates.hpp"

namespace mlango::exchange {

struct exchange_settings {
    std::string issuer;  // https://host[/path] without a final '/'; http:// only where everything is on one machine
    std::chrono::seconds access_token_life{600};
    std::chrono::seconds session_life{1'800};      // of the page, renewed while it is used …
    std::chrono::seconds longest_session{43'200};  // … until then
    std::chrono::seconds nonce_life{300};          // OpenID4VCI's c_nonce
    std::chrono::seconds metadata_kept{3'600};     // max-age of keys, types and metadata
    std::chrono::seconds status_kept{60};          // of status lists: a stop is seen after it at the latest
    // A thread's share. Those who have shown who they are have the wide one, which only keeps a runaway program off.
    rate_limit strangers{.a_minute = 30, .at_once = 20};
    rate_limit readers{.a_minute = 1'200, .at_once = 300};
    rate_limit programs{.a_minute = 18'000, .at_once = 600};
};

// The path of an issuer with one: "/b" of "https://a.org/b", else empty.
[[nodiscard]] std::string issuer_path(std::string_view issuer);
// Cookies go over TLS alone.
[[nodiscard]] inline bool is_secure(std::string_view issuer) {
    return issuer.starts_with("https://");
}

}  // namespace mlango::exchange
