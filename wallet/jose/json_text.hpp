// JSON of strangers: bounded in size and depth, and without a name twice in one object, which readers would understand
// differently. Callers: JWS, disclosures, JWKs. Pure.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace mlango::wallet {

[[nodiscard]] std::optional<boost::json::value> read_json(std::string_view text);
[[nodiscard]] std::optional<boost::json::object> read_json_object(std::string_view text);
// The octets that base64url stands for, read as above.
[[nodiscard]] std::optional<boost::json::object> read_base64url_object(std::string_view text);

// A member that is a string; nullopt when there is none or it is something else.
[[nodiscard]] std::optional<std::string_view> string_member(const boost::json::object& object, std::string_view name);
// NumericDate (RFC 7519 §2) in whole seconds between 1970 and 9999; nullopt as above.
[[nodiscard]] std::optional<std::chrono::sys_seconds> time_member(const boost::json::object& object,
                                                                  std::string_view name);
[[nodiscard]] std::optional<std::chrono::sys_seconds> read_numeric_date(const boost::json::value& value);
[[nodiscard]] inline std::int64_t numeric_date(std::chrono::sys_seconds time) {
    return time.time_since_epoch().count();
}

}  // namespace mlango::wallet
