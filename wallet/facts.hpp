// What the registry states of her as claims: opened, chosen by preset, in the order of credentials.yaml. Pure but for
// the sealer. Callers: holder (what she may choose), counter and issuance (what is signed).
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/seal.hpp"
#include "wallet/credential_kinds.hpp"
#include "wallet/mint.hpp"

namespace mlango::wallet {

// `registered`: the registry's JSON (wallet_facts in the schema); `valid_until` is added, and an identity number
// opened.
[[nodiscard]] boost::json::object stated_facts(std::string_view registered, std::chrono::year_month_day valid_until,
                                               sealer& record);
// Those of `names` that are stated, in that order.
[[nodiscard]] boost::json::object chosen_facts(const boost::json::object& stated, std::span<const std::string> names);
// Whether a preset can be offered: everything in it is stated. A family name may be missing: many have none.
[[nodiscard]] bool can_state(const boost::json::object& stated, const preset& what);
[[nodiscard]] std::vector<disclosed_claim> as_claims(const boost::json::object& facts);

// Of which who collects for another sees it.
inline constexpr std::string_view assistance_kind = "entitlement";

// The last day of a card that begins today: it ends with what it is about.
[[nodiscard]] std::chrono::year_month_day end_of(const credential_kind& kind, std::chrono::year_month_day today,
                                                 const boost::json::object& stated);

// The kind that has a preset of this name; nullptr: none.
[[nodiscard]] const credential_kind* kind_of_preset(const credential_kinds& kinds, std::string_view preset);
[[nodiscard]] std::chrono::year_month_day day_of(std::chrono::sys_seconds at);
// ISO 8601; the epoch where it is none.
[[nodiscard]] std::chrono::year_month_day day_named(std::string_view text);

}  // namespace mlango::wallet
