#include "console/figures/figure_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

#include "base/csv.hpp"
#include "base/iso_day.hpp"

namespace mlango::console {

namespace {

constexpr int usual_days = 7;

std::optional<std::chrono::sys_days> day_of(std::string_view text) {
    const auto day = read_iso_day(text);
    if (!day || day->year() < std::chrono::year(2000)) return std::nullopt;
    return std::chrono::sys_days(*day);
}

}  // namespace

plain_table plain(const registry::figure_table& from) {
    plain_table made{.columns = from.columns, .rows = {}};
    for (int row = 0; row < from.cells.size(); ++row) {
        auto& cells = made.rows.emplace_back();
        for (std::size_t column = 0; column < from.columns.size(); ++column)
            cells.emplace_back(from.cells.text(row, static_cast<int>(column)));
    }
    return made;
}

boost::json::array rows_as_json(const plain_table& from) {
    boost::json::array items;
    for (const auto& row : from.rows) {
        boost::json::object item;
        for (std::size_t i = 0; i < from.columns.size(); ++i) {
            std::int64_t number = 0;
            const std::string& cell = row[i];
            if (from.columns[i].number && !cell.empty() &&
                std::from_chars(cell.data(), cell.data() + cell.size(), number).ec == std::errc())
                item[from.columns[i].name] = number;
            else if (from.columns[i].number)
                item[from.columns[i].name] = nullptr;
            else
                item[from.columns[i].name] = cell;
        }
        items.push_back(std::move(item));
    }
    return items;
}

std::string as_csv(const plain_table& from) {
    std::string out = "\xef\xbb\xbf";
    for (std::size_t i = 0; i < from.columns.size(); ++i) {
        if (i > 0) out += ',';
        out += from.columns[i].name;
    }
    out += "\r\n";
    for (const auto& row : from.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            if (i > 0) out += ',';
            // A number is no formula, whatever its sign.
            if (from.columns[i].number)
                append_exact_csv_field(out, row[i]);
            else
                append_csv_field(out, row[i]);
        }
        out += "\r\n";
    }
    return out;
}

std::expected<registry::figure_period, std::string> period_of(std::string_view from, std::string_view to,
                                                              std::size_t most_days, wall_time now) {
    const auto today = std::chrono::floor<std::chrono::days>(now);
    if (from.empty() && to.empty())
        return registry::figure_period{.from = iso_day(today - std::chrono::days(usual_days - 1)),
                                       .to = iso_day(today)};
    const auto first = day_of(from), last = day_of(to);
    if (!first || !last) return std::unexpected("from and to: two days as 2026-11-28");
    if (*last < *first) return std::unexpected("to: not before from");
    if (static_cast<std::size_t>((*last - *first).count()) >= most_days)
        return std::unexpected(fmt::format("from and to: at most {} days", most_days));
    return registry::figure_period{.from = iso_day(*first), .to = iso_day(*last)};
}

}  // namespace mlango::console
