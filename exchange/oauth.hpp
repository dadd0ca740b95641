// OAuth2's own words: form bodies and errors (RFC 6749 §5.2, RFC 6750 §3). Pure. Callers: the partners' token endpoint
// and OpenID4VCI's.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/http/message.hpp"

namespace mlango::exchange {

// The fields of a token request.
class oauth_form {
public:
    // nullopt: another content type, broken, too many fields, or one that is there twice (RFC 6749 §3.2).
    [[nodiscard]] static std::optional<oauth_form> read(const http_request& request);
    // nullptr: not there, or empty, which counts as not there (RFC 6749 §3.2).
    [[nodiscard]] const std::string* find(std::string_view name) const;

private:
    std::vector<std::pair<std::string, std::string>> fields_;
};

// {"error": …, "error_description": …}
[[nodiscard]] http_response oauth_error(unsigned status, std::string_view error, std::string_view description = {});
// {"access_token": …, "token_type": "Bearer", "expires_in": …}
[[nodiscard]] http_response oauth_token(std::string_view token, std::int64_t seconds);

}  // namespace mlango::exchange
