#include <gtest/gtest.h>

#include "console/access/fields.hpp"

namespace mlango::console::access {
namespace {

namespace json = boost::json;

json::object body(std::string_view text) {
    return json::parse(json::string_view(text.data(), text.size())).as_object();
}

TEST(access_fields, days_are_those_of_the_calendar) {
    for (const char* good : {"2026-11-28", "2028-02-29", "1900-01-01", "2999-12-31"}) EXPECT_TRUE(is_day(good)) << good;
    for (const char* bad :
         {"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-1-1", "26-11-28", "2026/11/28",
          "2026-11-28 ", "+026-11-28", "2026--1-28", "1899-12-31", "3000-01-01", "2026-11-2x"})
        EXPECT_FALSE(is_day(bad)) << bad;
}

TEST(access_fields, times_are_in_utc_to_the_second) {
    EXPECT_EQ(read_time(body(R"({"until":"2027-02-28T23:59:59Z"})"), "until"), "2027-02-28T23:59:59Z");
    for (const char* bad : {R"({})", R"({"until":null})", R"({"until":1})", R"({"until":"2027-02-29T00:00:00Z"})",
                            R"({"until":"2027-02-28T24:00:00Z"})", R"({"until":"2027-02-28T23:60:00Z"})",
                            R"({"until":"2027-02-28T23:59:60Z"})", R"({"until":"2027-02-28 23:59:59Z"})",
                            R"({"until":"2027-02-28T23:59:59"})", R"({"until":"2027-02-28T23:59:5-Z"})"})
        EXPECT_FALSE(read_time(body(bad), "until")) << bad;
}

TEST(access_fields, keys_are_whole_positive_and_exact_in_javascript) {
    EXPECT_EQ(read_key(body(R"({"staff":9007199254740991})"), "staff").value_or(0), 9'007'199'254'740'991);
    for (const char* bad : {R"({})", R"({"staff":null})", R"({"staff":0})", R"({"staff":-1})", R"({"staff":1.5})",
                            R"({"staff":"1"})", R"({"staff":9007199254740992})", R"({"staff":18446744073709551615})"})
        EXPECT_FALSE(read_key(body(bad), "staff")) << bad;
    const auto none = read_optional_key(body(R"({"office":null})"), "office");
    ASSERT_TRUE(none);
    EXPECT_FALSE(none->has_value());
    EXPECT_FALSE(read_optional_key(body(R"({"office":"x"})"), "office"));
    for (const char* bad : {R"({})", R"({"revision":-1})", R"({"revision":"1"})", R"({"revision":3000000000})"})
        EXPECT_FALSE(read_revision(body(bad))) << bad;
}

TEST(access_fields, a_fault_never_repeats_what_was_sent) {
    EXPECT_EQ(read_day(body(R"({"trained_until":"SECRET-123"})"), "trained_until").error().find("SECRET"),
              std::string::npos);
    EXPECT_EQ(read_time(body(R"({"until":"SECRET-12345678901Z"})"), "until").error().find("SECRET"), std::string::npos);
}

TEST(access_fields, names) {
    for (const char* good : {"ab", "a.b-c_9", "amina"}) EXPECT_TRUE(is_account_name(good)) << good;
    for (const std::string& bad : {std::string("a"), std::string("A"), std::string("a b"), std::string("é1"),
                                   std::string(61, 'a'), std::string("a'b")})
        EXPECT_FALSE(is_account_name(bad)) << bad;
    for (const char* good : {"Amina Yusuf", "أمينة", "O'Neill-Kamau"}) EXPECT_TRUE(is_shown_name(good)) << good;
    // A character that turns what stands beside it round, a line of its own, bytes that are no text.
    for (const char* bad : {"", "   ", "a\nb", "a\x7f", "a\u202eb", "a\u2066b", "a\xff"})
        EXPECT_FALSE(is_shown_name(bad)) << bad;
}

}  // namespace
}  // namespace mlango::console::access
