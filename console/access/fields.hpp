// Reads the fields of the access routes within bounds; faults name the field, never what it held. Pure. Callers: the
// doors of this folder.
#pragma once

#include <boost/json.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace mlango::console::access {

template <class T>
using field = std::expected<T, std::string>;

// A record's key: 1 to 2^53 - 1. Absent and null are nullopt in the second.
[[nodiscard]] field<std::int64_t> read_key(const boost::json::object& body, std::string_view name);
[[nodiscard]] field<std::optional<std::int64_t>> read_optional_key(const boost::json::object& body,
                                                                   std::string_view name);
[[nodiscard]] field<int> read_revision(const boost::json::object& body);
// "2026-11-28", a day that there is; absent and null are empty.
[[nodiscard]] field<std::string> read_day(const boost::json::object& body, std::string_view name);
// "2026-11-28T23:59:59Z"
[[nodiscard]] field<std::string> read_time(const boost::json::object& body, std::string_view name);
[[nodiscard]] bool is_day(std::string_view text);
[[nodiscard]] bool is_account_name(std::string_view text);  // as typed at sign-in: a-z, 0-9, '.', '_', '-', 2 to 60
// No control character, none that turns the direction of what stands beside it.
[[nodiscard]] bool is_shown_name(std::string_view text);

}  // namespace mlango::console::access
