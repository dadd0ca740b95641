#include "base/iso_day.hpp"

#include <fmt/format.h>

namespace mlango {

std::optional<std::chrono::year_month_day> read_iso_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto number = [text](std::size_t at, std::size_t size) {
        unsigned value = 0;
        for (const char c : text.substr(at, size)) {
            if (c < '0' || c > '9') return 0U;  // which is no year, no month and no day
            value = value * 10 + static_cast<unsigned>(c - '0');
        }
        return value;
    };
    const unsigned year = number(0, 4);
    const std::chrono::year_month_day day(std::chrono::year(static_cast<int>(year)), std::chrono::month(number(5, 2)),
                                          std::chrono::day(number(8, 2)));
    if (year == 0 || !day.ok()) return std::nullopt;
    return day;
}

std::string iso_day(std::chrono::year_month_day day) {
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                       static_cast<unsigned>(day.day()));
}

}  // namespace mlango
