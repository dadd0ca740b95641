// A table of figures as JSON and as CSV, and the days that a request names. Pure. Inside console/figures.
#pragma once

#include <boost/json.hpp>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "registry/staff/figures.hpp"

namespace mlango::console {

struct plain_table {
    std::vector<registry::figure_table::column> columns;
    std::vector<std::vector<std::string>> rows;  // as many cells as columns
};
[[nodiscard]] plain_table plain(const registry::figure_table& from);

// One object a row.
[[nodiscard]] boost::json::array rows_as_json(const plain_table& from);
// RFC 4180 with a byte order mark, by which spreadsheets know UTF-8. What a spreadsheet would take for a formula begins
// with an apostrophe.
[[nodiscard]] std::string as_csv(const plain_table& from);

// Both days given or none: then the last seven. The error names what is wrong.
[[nodiscard]] std::expected<registry::figure_period, std::string> period_of(std::string_view from, std::string_view to,
                                                                            std::size_t most_days, wall_time now);

}  // namespace mlango::console
