// What the configuration says of the identity provider (`console.oidc`). Pure. Callers: the client, server/.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace mlango::console::oidc {

struct settings {
    std::string issuer;  // empty: nobody signs in this way
    std::string client_id;
    std::string client_secret;  // from a file or the environment
    std::string shown_name;     // on the button: "sign in with …"
    // Of the ways in which the provider may have made sure of her (acr, OpenID Connect Core §2): one of these must be
    // in the token. Empty: what the provider takes is enough.
    std::vector<std::string> acr_values;
    std::chrono::seconds leeway{60};  // of clocks
    [[nodiscard]] bool on() const { return !issuer.empty(); }
};

// Every fault, worded for who wrote the configuration. The console's public address is needed: the provider sends her
// back there.
[[nodiscard]] std::vector<std::string> faults_of(const settings& given, const std::string& public_url);

// https, or http on this machine itself (for tests and demos).
[[nodiscard]] bool is_safe_address(std::string_view url);

}  // namespace mlango::console::oidc
