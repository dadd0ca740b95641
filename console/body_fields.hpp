// Numbers, flags and lists of a JSON body within bounds; faults are worded as in base/http/json_body. Pure. Callers:
// the room's doors.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/http/json_body.hpp"

namespace mlango::console {

[[nodiscard]] std::expected<std::int64_t, std::string> read_whole(const boost::json::object& body,
                                                                  std::string_view name, std::int64_t least,
                                                                  std::int64_t most);
// Absent and null are nullopt.
[[nodiscard]] std::expected<std::optional<std::int64_t>, std::string> read_optional_whole(
    const boost::json::object& body, std::string_view name, std::int64_t least, std::int64_t most);
// Absent is `otherwise`.
[[nodiscard]] std::expected<bool, std::string> read_flag(const boost::json::object& body, std::string_view name,
                                                         bool otherwise);
// Absent is none.
[[nodiscard]] std::expected<std::vector<std::string>, std::string> read_texts(const boost::json::object& body,
                                                                              std::string_view name, std::size_t most,
                                                                              text_bounds each);

// The largest key of a record that JSON carries exactly.
inline constexpr std::int64_t most_key = (std::int64_t{1} << 53) - 1;

}  // namespace mlango::console
