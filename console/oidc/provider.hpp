// An identity provider as its own document states it (OpenID Connect Discovery 1.0 §3, RFC 8414), and the texts that go
// to it and come back. Pure. Caller: client.hpp.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/message.hpp"
#include "console/oidc/flow.hpp"
#include "console/oidc/settings.hpp"

namespace mlango::console::oidc {

struct provider {
    std::string issuer;
    std::string authorization_endpoint;
    std::string token_endpoint;
    std::string jwks_uri;
    bool names_itself = false;    // RFC 9207: its answers carry "iss"
    bool secret_in_body = false;  // it does not take Basic
};

// Where its document lies.
[[nodiscard]] std::string discovery_address(std::string_view issuer);
// The fault is worded for the log: a member's name, never its value.
[[nodiscard]] std::expected<provider, std::string> read_discovery(std::string_view text, std::string_view issuer);

// Where her browser is sent.
[[nodiscard]] std::string authorization_address(const provider& at, const settings& us, std::string_view redirect_uri,
                                                const flow& under_way);

struct token_request {
    std::string body;  // application/x-www-form-urlencoded
    std::vector<http_header> headers;
};
[[nodiscard]] token_request make_token_request(const provider& at, const settings& us, std::string_view redirect_uri,
                                               std::string_view code, std::string_view verifier);
// The ID token of a token endpoint's answer; the other tokens are not for us and are dropped.
[[nodiscard]] std::expected<std::string, std::string> read_token_answer(std::string_view text);

// What the provider sent her back with.
struct sent_back {
    std::string code;
};
enum class way_back_fault {
    other_browser,   // the state is not that of this browser, or of nobody's
    other_provider,  // RFC 9207 §2.4
    refused,         // the provider says no, or she did
    malformed,
};
[[nodiscard]] std::expected<sent_back, way_back_fault> read_way_back(std::string_view query, const provider& from,
                                                                     const flow& under_way);

}  // namespace mlango::console::oidc
