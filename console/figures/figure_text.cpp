#include "console/figures/figure_text.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace mlango::console {

namespace {

constexpr int usual_days = 7;

void add_cell(std::string& out, std::string_view cell, bool number) {
    std::string safe(cell);
    if (!number && !safe.empty() && std::string_view("=+-@\t\r").find(safe.front()) != std::string_view::npos)
        safe.insert(safe.begin(), '\'');
    if (safe.find_first_of(",;\"\r\n") == std::string::npos) {
        out += safe;
        return;
    }
    out += '"';
    for (const char c : safe) {
        if (c == '"') out += '"';
        out += c;
    }
    out += '"';
}

// "2026-11-28", a day that there is.
std::optional<std::chrono::sys_days> day_of(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t length) {
        unsigned value = 0;
        const char* const end = text.data() + at + length;
        const auto [stop, error] = std::from_chars(text.data() + at, end, value);
        return error == std::errc() && stop == end ? value : 0U;
    };
    const std::chrono::year_month_day day{std::chrono::year(static_cast<int>(number(0, 4))),
                                          std::chrono::month(number(5, 2)), std::chrono::day(number(8, 2))};
    if (!day.ok() || day.year() < std::chrono::year(2000)) return std::nullopt;
    return std::chrono::sys_days(day);
}

std::string text_of(std::chrono::sys_days at) {
    const std::chrono::year_month_day day(at);
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                       static_cast<unsigned>(day.day()));
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
            add_cell(out, row[i], from.columns[i].number);
        }
        out += "\r\n";
    }
    return out;
}

std::expected<registry::figure_period, std::string> period_of(std::string_view from, std::string_view to,
                                                              std::size_t most_days, wall_time now) {
    const auto today = std::chrono::floor<std::chrono::days>(now);
    if (from.empty() && to.empty())
        return registry::figure_period{.from = text_of(today - std::chrono::days(usual_days - 1)),
                                       .to = text_of(today)};
    const auto first = day_of(from), last = day_of(to);
    if (!first || !last) return std::unexpected("from and to: two days as 2026-11-28");
    if (*last < *first) return std::unexpected("to: not before from");
    if (static_cast<std::size_t>((*last - *first).count()) >= most_days)
        return std::unexpected(fmt::format("from and to: at most {} days", most_days));
    return registry::figure_period{.from = text_of(*first), .to = text_of(*last)};
}

}  // namespace mlango::console
