// What the issuer publishes about itself: keys, credential types, and how a telephone wallet fetches one (OpenID4VCI
// 1.0, pre-authorised code). Callers: the partners' door, which serves them with caching headers. Pure: documents as
// JSON values.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "wallet/credential_kinds.hpp"
#include "wallet/jose/trusted_keys.hpp"

namespace mlango::wallet {

// Below the issuer's URL.
inline constexpr std::string_view jwks_path = "/credentials/jwks.json";
inline constexpr std::string_view types_path = "/credentials/types/";    // + kind
inline constexpr std::string_view status_path = "/credentials/status/";  // + list
inline constexpr std::string_view vci_token_path = "/credentials/openid4vci/token";
inline constexpr std::string_view vci_nonce_path = "/credentials/openid4vci/nonce";
inline constexpr std::string_view vci_credential_path = "/credentials/openid4vci/credential";
inline constexpr std::string_view vci_offer_path = "/credentials/openid4vci/offers/";  // + its id
inline constexpr std::string_view pre_authorized_grant = "urn:ietf:params:oauth:grant-type:pre-authorized_code";

// The path where a well-known document of the issuer stands: between host and path ("https://a.org/b", "jwt-vc-issuer"
// → "/.well-known/jwt-vc-issuer/b"; RFC 8615, SD-JWT VC §4, OpenID4VCI §12.2.2, RFC 8414 §3).
[[nodiscard]] std::string well_known_path(std::string_view issuer, std::string_view name);

[[nodiscard]] boost::json::object jwt_vc_issuer_metadata(std::string_view issuer);  // jwt-vc-issuer
[[nodiscard]] boost::json::object type_metadata(std::string_view issuer, const credential_kind& kind,
                                                const credential_kinds& kinds);  // {issuer}/credentials/types/{kind}
[[nodiscard]] boost::json::object vci_issuer_metadata(std::string_view issuer,
                                                      const credential_kinds& kinds);      // openid-credential-issuer
[[nodiscard]] boost::json::object authorization_server_metadata(std::string_view issuer);  // oauth-authorization-server
// By reference: the QR code holds openid-credential-offer://?credential_offer_uri=…
[[nodiscard]] boost::json::object vci_offer(std::string_view issuer, std::string_view kind,
                                            std::string_view pre_authorized_code, int tx_code_digits);
[[nodiscard]] std::string vci_offer_link(std::string_view issuer, std::string_view offer_id);

}  // namespace mlango::wallet
