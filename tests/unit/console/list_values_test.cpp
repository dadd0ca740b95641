#include "console/lists/list_values.hpp"

#include <gtest/gtest.h>

namespace mlango::console {
namespace {

template <class T>
std::string printed(const by_rule<T>& value) {
    if (!value) return "!" + std::string(value.error());
    if constexpr (std::is_same_v<T, std::string>)
        return *value;
    else
        return std::to_string(*value);
}

TEST(list_values, every_form_of_a_registration_number_is_one) {
    for (const std::string_view form :
         {"KEN-12C01234", "KEN-12-01234", "KEN12C01234", "KEN1201234", "ken-12c01234", "KEN 12 01234"})
        EXPECT_EQ(printed(read_registration_number(form)), "KEN1201234") << form;
    EXPECT_EQ(printed(read_registration_number("1A2-99C1234567")), "1A2991234567");
    for (const std::string_view form : {"", "KEN", "KEN-1C01234", "KEN-12C0123", "KEN-12C01234567", "KEN-12X01234",
                                        "KE--1201234", "KEN-12C012\xc3\xa9", "KEN-12CC01234"})
        EXPECT_EQ(printed(read_registration_number(form)), "!number_form") << form;
}

TEST(list_values, individual_and_order_numbers) {
    EXPECT_EQ(printed(read_individual_number("KEN-00000001")), "KEN-00000001");
    EXPECT_EQ(printed(read_individual_number("ken000000012")), "KEN-000000012");
    for (const std::string_view form : {"", "KEN-", "KEN-0000001", "KEN-0000000123", "KEN-0000000a"})
        EXPECT_EQ(printed(read_individual_number(form)), "!number_form") << form;
    EXPECT_EQ(printed(read_order_number("000000001")), "000000001");
    EXPECT_EQ(printed(read_order_number("00000001")), "!number_form");
}

TEST(list_values, money_is_exact_in_its_currency) {
    EXPECT_EQ(minor_digits("KES"), 2);
    EXPECT_EQ(minor_digits("UGX"), 0);
    EXPECT_EQ(minor_digits("KWD"), 3);
    for (const std::string_view none : {"", "KE", "kes", "XXX", "S K", "DKES"})
        EXPECT_EQ(minor_digits(none), std::nullopt) << none;
    const std::tuple<std::string_view, int, std::string_view> samples[] = {{"1", 2, "100"},
                                                                           {"1.5", 2, "150"},
                                                                           {"0.01", 2, "1"},
                                                                           {"1.500", 2, "150"},
                                                                           {"26000", 0, "26000"},
                                                                           {"26000.00", 0, "26000"},
                                                                           {"1.234", 3, "1234"},
                                                                           {"999999999999.99", 2, "99999999999999"},
                                                                           {"1.005", 2, "!too_fine"},
                                                                           {"0.5", 0, "!too_fine"},
                                                                           {"0", 2, "!not_positive"},
                                                                           {"0.00", 2, "!not_positive"},
                                                                           {"", 2, "!amount_form"},
                                                                           {"-1", 2, "!amount_form"},
                                                                           {"1,5", 2, "!amount_form"},
                                                                           {"1.", 2, "!amount_form"},
                                                                           {".5", 2, "!amount_form"},
                                                                           {"1e3", 2, "!amount_form"},
                                                                           {"1.2.3", 2, "!amount_form"},
                                                                           {"1000000000000", 2, "!amount_form"}};
    for (const auto& [text, digits, read] : samples) EXPECT_EQ(printed(read_amount(text, digits)), read) << text;
    EXPECT_EQ(amount_text(150, 2), "1.50");
    EXPECT_EQ(amount_text(5, 2), "0.05");
    EXPECT_EQ(amount_text(5, 0), "5");
    for (const std::int64_t minor : {1, 99, 100, 123'456'789})
        for (const int digits : {0, 2, 3}) EXPECT_EQ(*read_amount(amount_text(minor, digits), digits), minor);
}

TEST(list_values, quantities_days_and_times) {
    EXPECT_EQ(printed(read_quantity("12.50")), "12.5");
    EXPECT_EQ(printed(read_quantity("10")), "10");
    EXPECT_EQ(printed(read_quantity("100.000")), "100");
    EXPECT_EQ(printed(read_quantity("0.001")), "0.001");
    EXPECT_EQ(printed(read_quantity("0.0001")), "!too_fine");
    EXPECT_EQ(printed(read_quantity("x")), "!quantity_form");
    EXPECT_EQ(printed(read_quantity("123456789")), "!quantity_form");
    EXPECT_EQ(printed(read_day("2028-02-29")), "2028-02-29");
    EXPECT_EQ(printed(read_day("2027-02-29")), "!no_such_day");
    EXPECT_EQ(printed(read_day("1999-12-31")), "!no_such_day");
    for (const std::string_view form : {"", "2026-3-1", "01/03/2026", "2026-03-01x", "20x6-03-01"})
        EXPECT_EQ(printed(read_day(form)), "!day_form") << form;
    EXPECT_EQ(printed(read_time("23:59")), "23:59");
    EXPECT_EQ(printed(read_time("24:00")), "!time_form");
    EXPECT_EQ(printed(read_time("8:00")), "!time_form");
    EXPECT_EQ(printed(read_moment("2026-03-01")), "2026-03-01T12:00:00Z");
    EXPECT_EQ(printed(read_moment("2026-03-01T08:00:61Z")), "!day_form");
    EXPECT_EQ(printed(read_moment("2026-03-01T08:00:59Z")), "2026-03-01T08:00:59Z");
}

}  // namespace
}  // namespace mlango::console
