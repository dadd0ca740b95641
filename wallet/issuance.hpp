// Credentials that outlive a share: on a printed card, or in a telephone's own wallet by OpenID4VCI's pre-authorised
// code. Each has a place of its own on the two-bit status list, so that freezing suspends it. One object a thread.
// Callers: `mlango card` and the screens (offers), exchange (OpenID4VCI).
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <vector>

#include <boost/json/object.hpp>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "base/task.hpp"
#include "registry/wallet/ids.hpp"
#include "wallet/assurance.hpp"

namespace mlango::wallet {

using registry::base_credential_id;
using registry::group_id;
using registry::person_id;

struct parts;  // wallet/parts.hpp

struct issued_credential {
    base_credential_id id;
    std::string kind;
    boost::json::object facts;
    std::string credential;  // SD-JWT VC with every disclosure
    wall_time expires_at;
};

enum class issue_refusal { frozen, not_allowed, gone };

// For her screen: `number` goes to the telephone (as a QR code or typed), `tx_code` only to her.
struct phone_offer {
    std::string number;   // ten digits, the last a check digit: names the offer, opens nothing
    std::string tx_code;  // six digits
    int minutes = 0;
};

struct offer_grant {
    person_id person;
    std::string kind;
};

enum class grant_refusal { invalid_request, invalid_grant };  // as RFC 6749 names them

class issuance {
public:
    explicit issuance(const parts& house) : house_(house) {}

    // On paper: no holder key; what the card shows is `preset`'s facts. A card before it of that kind ends.
    task<std::expected<issued_credential, issue_refusal>> print(person_id person, std::string kind, std::string preset);

    // Into a telephone: she makes an offer on her screen. A repeated hop gets the same one.
    task<std::expected<phone_offer, issue_refusal>> offer(person_id person, group_id group, std::string kind,
                                                          session_standing standing, blind_key hop);
    // The pre-authorised code of an offer that lives; its kind with it. Opens nothing without the tx_code.
    struct offered {
        std::string kind;
        std::string pre_authorized_code;
    };
    task<std::optional<offered>> offered_as(std::string number);
    // The token endpoint: once, five wrong tx_codes end it. Counted before it is compared. The grant is a string that
    // /credential takes once, for ten minutes.
    task<std::expected<std::string, grant_refusal>> exchange(std::string pre_authorized_code, std::string tx_code);
    // The credential endpoint: bound to the holder's public key (JWK), whose proof the caller has verified.
    task<std::expected<issued_credential, issue_refusal>> issue(std::string grant, boost::json::object holder_jwk);

private:
    const parts& house_;
};

}  // namespace mlango::wallet
