// Compact JWS (RFC 7515 §7.1) with ES256: writing and taking apart. Callers: SD-JWT, key binding, status list tokens,
// OpenID4VCI's proofs. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "wallet/jose/es256.hpp"

namespace mlango::wallet {

struct compact_jws {
    boost::json::object header;
    boost::json::object payload;
    std::string_view signing_input;  // of the text that was read
    std::string signature;           // octets
};

// nullopt unless there are three parts of base64url, the first two JSON objects. Nothing is verified yet.
[[nodiscard]] std::optional<compact_jws> read_compact_jws(std::string_view text);

// alg is ES256, typ is `type`, and no critical header is there (RFC 7515 §4.1.11: we understand none).
[[nodiscard]] bool has_type(const compact_jws& jws, std::string_view type);
[[nodiscard]] inline bool is_signed_by(const compact_jws& jws, const es256_public_key& key) {
    return key.verify(jws.signing_input, jws.signature);
}

// `header` and `payload` are JSON texts.
[[nodiscard]] std::string write_compact_jws(std::string_view header, std::string_view payload, const es256_key& key);
// {"alg":"ES256","typ":…,"kid":…}; `kid` may be empty: then it is left out. Both are plain: no quote, no backslash.
[[nodiscard]] std::string jws_header(std::string_view type, std::string_view kid);

}  // namespace mlango::wallet
