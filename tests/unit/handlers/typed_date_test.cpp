#include "handlers/typed_date.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/iso_day.hpp"

namespace mlango::handlers {
namespace {

using std::chrono::year;
using std::chrono::year_month_day;

constexpr year_month_day today = year(2024) / 11 / 22;

struct typed_case {
    const char* name;
    const char* typed;
    const char* day;  // empty: it is none
};

void PrintTo(const typed_case& one, std::ostream* out) {
    *out << one.name;
}

class typed_dates : public testing::TestWithParam<typed_case> {};

TEST_P(typed_dates, are_read_with_the_day_first) {
    const auto found = typed_date(GetParam().typed, today);
    EXPECT_EQ(found ? iso_day(*found) : "", GetParam().day) << GetParam().typed;
}

const typed_case cases[] = {
    {"eight_digits", "05062019", "2019-06-05"},
    {"slashes", "5/6/2019", "2019-06-05"},
    {"slashes_and_zeros", "05/06/2019", "2019-06-05"},
    {"dashes", "5-6-2019", "2019-06-05"},
    {"dots", "5.6.2019", "2019-06-05"},
    {"spaces", "5 6 2019", "2019-06-05"},
    {"dots_and_spaces", "5. 6. 2019", "2019-06-05"},
    {"year_first", "20190605", "2019-06-05"},
    {"year_first_with_dashes", "2019-06-05", "2019-06-05"},
    {"six_digits", "050619", "2019-06-05"},
    {"two_digits_of_this_year", "1/11/24", "2024-11-01"},
    {"two_digits_of_the_last_century", "1/12/24", "1924-12-01"},
    {"two_digits_of_eighty_eight", "4/3/88", "1988-03-04"},
    {"today", "22112024", "2024-11-22"},
    {"leap_day", "29022024", "2024-02-29"},
    {"a_year_that_looks_like_a_day", "20112010", "2010-11-20"},
    {"a_year_first_that_looks_like_a_day", "20101120", "2010-11-20"},
    {"first_of_1900", "01011900", "1900-01-01"},
    {"tomorrow", "23112024", ""},
    {"before_1900", "31121899", ""},
    {"no_leap_day", "29022023", ""},
    {"thirteenth_month", "5/13/2019", ""},
    {"month_first_is_not_guessed", "6/25/2019", ""},
    {"day_zero", "00062019", ""},
    {"month_zero", "05002019", ""},
    {"a_year_alone", "2019", ""},
    {"seven_digits", "5062019", ""},
    {"nine_digits", "050620190", ""},
    {"two_groups", "5/2019", ""},
    {"four_groups", "5/6/20/19", ""},
    {"three_digits_of_year", "5/6/219", ""},
    {"five_digits_of_year", "5/6/20190", ""},
    {"letters", "5 June 2019", ""},
    {"a_separator_first", "/5/6/2019", ""},
    {"a_separator_last", "5/6/2019/", ""},
    {"nothing", "", ""},
    {"a_separator_alone", "/", ""},
    {"too_long", "5          6          2019", ""},
    {"other_digits", "٠٥٠٦٢٠١٩", ""},
};

INSTANTIATE_TEST_SUITE_P(dates, typed_dates, testing::ValuesIn(cases),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(typed_dates_of_every_kind, read_back_the_day_that_was_written) {
    for (auto day = std::chrono::sys_days(year(1990) / 1 / 1); day <= std::chrono::sys_days(today);
         day += std::chrono::days(7)) {
        const year_month_day wanted(day);
        const int y = static_cast<int>(wanted.year());
        const auto m = static_cast<unsigned>(wanted.month()), d = static_cast<unsigned>(wanted.day());
        for (const std::string& typed :
             {fmt::format("{:02}{:02}{:04}", d, m, y), fmt::format("{:04}{:02}{:02}", y, m, d),
              fmt::format("{}/{}/{}", d, m, y), fmt::format("{}-{}-{:02}", d, m, y % 100)})
            EXPECT_EQ(typed_date(typed, today), wanted) << typed;
    }
}

}  // namespace
}  // namespace mlango::handlers
