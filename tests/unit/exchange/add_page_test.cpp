#include "exchange/add_page.hpp"

#include <gtest/gtest.h>

namespace mlango::exchange {
namespace {

TEST(add_page, reads_digits_as_they_are_typed) {
    EXPECT_EQ(typed_digits("4829137706"), "4829137706");
    EXPECT_EQ(typed_digits("482 913-7706"), "4829137706");
    EXPECT_EQ(typed_digits("٤٨٢ ٩١٣ ٧٧٠٦"), "4829137706");
    EXPECT_EQ(typed_digits("۴۸۲۹۱۳۷۷۰۶"), "4829137706");
    for (const std::string_view bad : {"482x", "٪٪", "\xd9", "4\xdb", "<b>"}) EXPECT_EQ(typed_digits(bad), "") << bad;
}

TEST(add_page, is_in_her_language_and_direction) {
    EXPECT_NE(add_page("ar", add_state::asking).body.find("lang=\"ar\" dir=\"rtl\""), std::string::npos);
    EXPECT_NE(add_page("fr", add_state::asking).body.find("lang=\"fr\" dir=\"ltr\""), std::string::npos);
    EXPECT_NE(add_page("xx", add_state::asking).body.find("lang=\"en\" dir=\"ltr\""), std::string::npos);
}

TEST(add_page, holds_a_link_that_cannot_leave_its_place) {
    const auto page = add_page("en", add_state::found, "openid-credential-offer://?a=\"><script>&b");
    EXPECT_NE(page.body.find("href=\"openid-credential-offer://?a=&quot;>&lt;script>&amp;b\""), std::string::npos);
    EXPECT_EQ(page.body.find("<script>"), std::string::npos);
    EXPECT_EQ(page.body.find("<form"), std::string::npos);
}

}  // namespace
}  // namespace mlango::exchange
