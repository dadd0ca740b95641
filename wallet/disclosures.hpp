// Disclosures of an SD-JWT (RFC 9901 §4.2) and putting them back where their digests stand (§7.1 steps 3 to 5): nested
// ones, array elements and decoys too, though we issue flat ones only. Caller: sd_jwt.cpp. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mlango::wallet {

// base64url(["salt","name",value]).
[[nodiscard]] std::string write_disclosure(std::string_view salt, std::string_view name,
                                           const boost::json::value& value);

// The payload with each disclosure in its place and all digests taken out. nullopt when a disclosure is malformed,
// foreign, repeated, of the wrong kind for its place, collides with a name that is there, or carries a claim that
// decides about validity (SD-JWT VC §2.2.2.2, RFC 9901 §9.7); when a digest stands twice; when another hash is named.
[[nodiscard]] std::optional<boost::json::object> disclose(const boost::json::object& payload,
                                                          std::span<const std::string_view> disclosures);

inline constexpr std::size_t most_disclosures = 64;

}  // namespace mlango::wallet
