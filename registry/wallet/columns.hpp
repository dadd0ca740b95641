// Reading columns of the wallet's statements.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

// Of a column in microseconds since 1970.
[[nodiscard]] inline wall_time moment_in(const rows& got, int row, int column) {
    return wall_time(std::chrono::microseconds(got.number(row, column)));
}
[[nodiscard]] inline std::optional<wall_time> optional_moment(const rows& got, int row, int column) {
    return got.is_null(row, column) ? std::optional<wall_time>{} : std::optional(moment_in(got, row, column));
}
// Of names without commas: array_to_string(…, ',').
[[nodiscard]] inline std::vector<std::string> listed_names(std::string_view joined) {
    std::vector<std::string> out;
    while (!joined.empty()) {
        const std::size_t end = joined.find(',');
        out.emplace_back(joined.substr(0, end));
        joined.remove_prefix(end == std::string_view::npos ? joined.size() : end + 1);
    }
    return out;
}

}  // namespace mlango::registry
