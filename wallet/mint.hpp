// From what she agreed to share to the credential that says it: an SD-JWT VC of one kind. Callers: the wallet's
// services. Pure but for the random source.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "wallet/credential_kinds.hpp"
#include "wallet/sd_jwt.hpp"

namespace mlango::wallet {

struct credential_order {
    std::string_view issuer;  // https://…, as configured
    std::string_view kind;
    std::vector<disclosed_claim> facts;  // all of them hidden behind digests
    std::string_view audience;           // the verifier; empty: for anybody (a printed card)
    std::chrono::sys_seconds issued_at;  // told to the hour: an exact time would link what two verifiers hold
    std::chrono::sys_seconds expires_at;
    std::optional<status_reference> status;
    std::optional<es256_public_key> holder;          // "cnf": who may bind it to a verifier's nonce
    std::optional<std::chrono::sys_seconds> pin_at;  // "amr":["pin"] and "auth_time", to the hour as well
};

[[nodiscard]] std::string mint_credential(const credential_order& order, const signing_key& key, random_source& random);

// Where things stand below the issuer.
[[nodiscard]] std::string credential_type_uri(std::string_view issuer, std::string_view kind);
[[nodiscard]] std::string status_list_uri(std::string_view issuer, std::string_view list);
// The kind that a vct names; empty when it is not one of this issuer's.
[[nodiscard]] std::string_view kind_of_type(std::string_view issuer, std::string_view vct);

}  // namespace mlango::wallet
