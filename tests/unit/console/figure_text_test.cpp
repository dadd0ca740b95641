#include "console/figures/figure_text.hpp"

#include <gtest/gtest.h>

namespace mlango::console {
namespace {

const wall_time noon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 28) + std::chrono::hours(12);

TEST(figure_text, the_last_seven_days_when_none_are_named) {
    const auto when = period_of("", "", 93, noon);
    ASSERT_TRUE(when);
    EXPECT_EQ(when->from, "2026-11-22");
    EXPECT_EQ(when->to, "2026-11-28");
}

TEST(figure_text, days_that_there_are_in_their_order_and_not_too_many) {
    struct {
        const char *from, *to;
        bool good;
    } const cases[]{
        {"2026-11-01", "2026-11-01", true},  {"2026-02-28", "2026-03-01", true},
        {"2026-02-29", "2026-03-01", false}, {"2026-11-02", "2026-11-01", false},
        {"2026-11-01", "", false},           {"", "2026-11-01", false},
        {"2026-8-01", "2026-11-01", false},  {"2026-11-01T", "2026-11-02", false},
        {"2026-01-01", "2026-04-03", true},  {"2026-01-01", "2026-04-04", false},
        {"0001-01-01", "0001-01-02", false}, {"2026-11-0a", "2026-11-02", false},
    };
    for (const auto& each : cases)
        EXPECT_EQ(period_of(each.from, each.to, 93, noon).has_value(), each.good) << each.from << " " << each.to;
}

TEST(figure_text, csv_quotes_what_must_be_and_makes_no_formula) {
    const plain_table table{.columns = {{"name", false}, {"count", true}},
                            .rows = {{"=SUM(A1)", "-3"}, {"a, \"b\"", "7"}, {"+254", "0"}, {"plain", ""}}};
    EXPECT_EQ(as_csv(table), "\xef\xbb\xbfname,count\r\n'=SUM(A1),-3\r\n\"a, \"\"b\"\"\",7\r\n'+254,0\r\nplain,\r\n");
}

TEST(figure_text, rows_are_objects_with_numbers_where_there_are_some) {
    const plain_table table{.columns = {{"name", false}, {"count", true}}, .rows = {{"a", "12"}, {"b", ""}}};
    EXPECT_EQ(boost::json::serialize(rows_as_json(table)), R"([{"name":"a","count":12},{"name":"b","count":null}])");
}

}  // namespace
}  // namespace mlango::console
