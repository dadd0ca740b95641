// Access tokens and page sessions that nobody keeps: who it is and until when, sealed, in base64url. What ends one
// early is asked at each use of it, by whoever knows (a suspended verifier, an operator who left). Pure but for
// randomness. Callers: the room's doors. One thread's own.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/seal.hpp"

namespace mlango::exchange {

struct opened_token {
    std::string content;
    wall_time until;
};

class sealed_tokens {
public:
    // `purpose` is sealed in, so that a token of one door opens no other.
    sealed_tokens(const key_set& keys, random_source& random, std::string purpose)
        : seal_(keys, random), purpose_(std::move(purpose)) {}

    // At most 400 bytes of content.
    [[nodiscard]] std::string make(std::string_view content, wall_time until);
    // nullopt: not one of ours, or over at `now`.
    [[nodiscard]] std::optional<opened_token> open(std::string_view token, wall_time now);

private:
    sealer seal_;
    std::string purpose_;
};

}  // namespace mlango::exchange
