// One sign-in that is under way at the identity provider: what ties her browser, the provider's answer and the token
// together (state, nonce, PKCE: RFC 7636, RFC 9700 §2.1). It lies sealed in a cookie of her browser and nowhere else.
// Pure but for randomness. Caller: oidc_door.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::console::oidc {

struct flow {
    std::string state;           // comes back with the answer
    std::string nonce;           // comes back in the token
    std::string verifier;        // RFC 7636 §4.1
    registry::staff_id linking;  // somebody signed in who ties her account to what comes; nobody: a sign-in
    wall_time until;
};

inline constexpr std::chrono::seconds flow_life{600};

[[nodiscard]] flow begin_flow(random_source& random, registry::staff_id linking, wall_time now);
// RFC 7636 §4.2, S256.
[[nodiscard]] std::string code_challenge(std::string_view verifier);

[[nodiscard]] std::string seal_flow(const flow& given, sealer& seal);
// nullopt: not one of ours, or over.
[[nodiscard]] std::optional<flow> open_flow(std::string_view cookie, sealer& seal, wall_time now);

}  // namespace mlango::console::oidc
