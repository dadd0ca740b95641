// Reads JSON bodies within bounds; faults are worded for the caller's author and never repeat what was sent. Pure.
// Callers: the doors of partners and staff.
#pragma once

#include <boost/json.hpp>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/http/message.hpp"

namespace mlango {

// A whole number of bytes that a field may have.
struct text_bounds {
    std::size_t least = 1;
    std::size_t most = 200;
};

[[nodiscard]] bool is_json(const http_request& request);
// One object, at most `depth` levels deep. Of a name given twice the last counts.
[[nodiscard]] std::expected<boost::json::object, std::string> read_object(std::string_view body, std::size_t depth = 4);
[[nodiscard]] std::expected<std::string, std::string> read_text(const boost::json::object& object,
                                                                std::string_view name, text_bounds bounds);
// Absent and null are nullopt.
[[nodiscard]] std::expected<std::optional<std::string>, std::string> read_optional_text(
    const boost::json::object& object, std::string_view name, text_bounds bounds);

[[nodiscard]] inline std::string_view view(const boost::json::string& text) {
    return {text.data(), text.size()};
}
[[nodiscard]] inline boost::json::string_view view(std::string_view text) {
    return {text.data(), text.size()};
}

// 200 and never stored.
[[nodiscard]] http_response json_answer(const boost::json::value& body, unsigned status = 200);

}  // namespace mlango
