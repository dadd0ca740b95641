#include "handlers/typed_date.hpp"

#include <array>
#include <cstddef>

namespace mlango::handlers {

namespace {

using std::chrono::year_month_day;

constexpr std::size_t longest = 20;  // characters of a date, spaces included
constexpr int earliest_year = 1900;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool separates(char c) {
    return c == '/' || c == '-' || c == '.' || c == ',' || c == ' ';
}

int number_in(std::string_view digits) {
    int number = 0;
    for (const char c : digits) number = number * 10 + (c - '0');
    return number;
}

// The groups of digits, at most three; nothing where there is anything but digits and separators.
struct groups {
    std::array<std::string_view, 3> of;
    std::size_t count = 0;
};
std::optional<groups> groups_in(std::string_view typed) {
    if (typed.empty() || typed.size() > longest || !is_digit(typed.front()) || !is_digit(typed.back()))
        return std::nullopt;
    groups found;
    while (!typed.empty()) {
        std::size_t end = 0;
        while (end < typed.size() && is_digit(typed[end])) ++end;
        if (end == 0 || end > 8 || found.count == found.of.size()) return std::nullopt;
        found.of[found.count++] = typed.substr(0, end);
        typed.remove_prefix(end);
        while (!typed.empty() && separates(typed.front())) typed.remove_prefix(1);
    }
    return found;
}

std::optional<year_month_day> day_of(std::string_view day, std::string_view month, std::string_view year,
                                     year_month_day today) {
    if (day.size() > 2 || month.size() > 2 || (year.size() != 2 && year.size() != 4)) return std::nullopt;
    const auto at = [&](int full_year) {
        return std::chrono::year(full_year) / std::chrono::month(static_cast<unsigned>(number_in(month))) /
               std::chrono::day(static_cast<unsigned>(number_in(day)));
    };
    int full_year = number_in(year);
    if (year.size() == 2) {
        full_year += static_cast<int>(today.year()) / 100 * 100;
        if (at(full_year) > today) full_year -= 100;
    }
    const year_month_day found = at(full_year);
    if (!found.ok() || full_year < earliest_year || found > today) return std::nullopt;
    return found;
}

}  // namespace

std::optional<year_month_day> typed_date(std::string_view typed, year_month_day today) {
    const auto found = groups_in(typed);
    if (!found) return std::nullopt;
    const auto& [first, second, third] = found->of;
    if (found->count == 3)
        return first.size() == 4 ? day_of(third, second, first, today) : day_of(first, second, third, today);
    if (found->count != 1) return std::nullopt;
    if (first.size() == 6) return day_of(first.substr(0, 2), first.substr(2, 2), first.substr(4), today);
    if (first.size() != 8) return std::nullopt;
    // As a year, 06 05 … would lie before 1900; as a month, 20 does not exist: one reading at most is a day.
    const auto day_first = day_of(first.substr(0, 2), first.substr(2, 2), first.substr(4), today);
    return day_first ? day_first : day_of(first.substr(6), first.substr(4, 2), first.substr(0, 4), today);
}

}  // namespace mlango::handlers
