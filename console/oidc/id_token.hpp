// Whom an ID token tells of (OpenID Connect Core 1.0 §3.1.3.7). Pure. Caller: client.hpp. Not here: which account that
// is; name and address in the token mean nothing to us.
#pragma once

#include <expected>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "console/oidc/provider_keys.hpp"

namespace mlango::console::oidc {

struct token_rules {
    std::string_view issuer;
    std::string_view client_id;
    std::string_view nonce;
    std::span<const std::string> acr_values;  // empty: any, or none
    wall_time now;
    std::chrono::seconds oldest{600};  // since it was issued
    std::chrono::seconds leeway{60};
};

enum class token_fault {
    malformed,
    wrong_algorithm,  // or a critical header
    unknown_key,      // perhaps a new one: the set is worth fetching again
    bad_signature,
    wrong_issuer,
    wrong_audience,
    wrong_nonce,
    wrong_time,
    not_sure_enough,  // acr
    no_subject,
};
[[nodiscard]] std::string_view name_of(token_fault fault);

// The subject: the provider's name for her, 1 to 200 bytes.
[[nodiscard]] std::expected<std::string, token_fault> read_id_token(std::string_view jwt, const provider_keys& keys,
                                                                    const token_rules& rules);

}  // namespace mlango::console::oidc
