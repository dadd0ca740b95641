#include "base/iso_day.hpp"

#include <gtest/gtest.h>

namespace mlango {
namespace {

using namespace std::chrono_literals;

struct sample {
    std::string_view text;
    std::optional<std::chrono::year_month_day> day;
};

const sample samples[] = {
    {"2027-03-31", 2027y / 3 / 31},
    {"2024-02-29", 2024y / 2 / 29},
    {"0001-01-01", 1y / 1 / 1},
    {"9999-12-31", 9999y / 12 / 31},
    {"2027-02-29", {}},
    {"2027-04-31", {}},
    {"2027-00-10", {}},
    {"2027-13-10", {}},
    {"2027-10-00", {}},
    {"2027-10-32", {}},
    {"0000-01-01", {}},
    {"", {}},
    {"2027-3-31", {}},
    {"2027-03-3", {}},
    {"2027-03-310", {}},
    {"27-03-2031", {}},
    {"2027/03/31", {}},
    {"2027-03 31", {}},
    {"-027-03-31", {}},
    {"+027-03-31", {}},
    {" 027-03-31", {}},
    {"2027-+3-31", {}},
    {"2027- 3-31", {}},
    {"2027-03-3x", {}},
    {"2027-03--1", {}},
    {"2027-0x-31", {}},
    {"2027-03-31T00:00:00Z", {}},
};

TEST(iso_day, is_read) {
    for (const sample& one : samples) EXPECT_EQ(read_iso_day(one.text), one.day) << one.text;
}

TEST(iso_day, is_written_as_it_was_read) {
    for (const sample& one : samples)
        if (one.day) EXPECT_EQ(iso_day(*one.day), one.text);
}

TEST(iso_day, needs_all_of_its_characters) {
    const std::string_view day = "2027-03-31";
    for (std::size_t size = 0; size < day.size(); ++size) EXPECT_FALSE(read_iso_day(day.substr(0, size))) << size;
}

}  // namespace
}  // namespace mlango
