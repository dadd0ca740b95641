// What a verifier is told, as JSON. Pure. Callers: the partners' API and the page's.
#pragma once

#include <boost/json/object.hpp>
#include <span>
#include <string>

#include "base/http/message.hpp"
#include "exchange/problem.hpp"
#include "wallet/counter.hpp"

namespace mlango::exchange {

// RFC 3339 in UTC, to the second.
[[nodiscard]] std::string time_text(wall_time at);
[[nodiscard]] boost::json::object to_json(wallet::redemption taken);
// {"verifier": {number, name, purpose, country, presets}, "operator"?, "expires_at"}
[[nodiscard]] boost::json::object to_json(const wallet::verifier_face& face, wall_time until);
[[nodiscard]] boost::json::object to_json(std::span<const wallet::erasure> erasures);
// One problem for every code that can not be redeemed, whatever the reason.
[[nodiscard]] http_response refusal(const wallet::redeem_refusal& why, fault not_found = fault::not_redeemable);

}  // namespace mlango::exchange
