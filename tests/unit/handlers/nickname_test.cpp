#include "handlers/nickname.hpp"

#include <gtest/gtest.h>

namespace mlango::handlers {
namespace {

const std::vector<std::pair<std::string, std::vector<std::string>>> forbidden{
    {"en", {"refugee", "unhcr"}}, {"sw", {"mkimbizi"}}, {"ar", {"لاجئ"}}};

bool may_be(std::string_view nickname) {
    return may_be_nickname(nickname, "Hodan", "Ali", forbidden);
}

TEST(nickname, is_a_short_name_in_any_letters) {
    for (const char* good : {"Mama Hodan", "A", "Ali 2", "أم خالد", "ማማ", "Zé", "Hodan", "Ali", "room 123",
                             "twenty letters it is", "عشرون حرفا في الاسم "})
        EXPECT_TRUE(may_be(good)) << good;
}

TEST(nickname, is_no_number) {
    for (const char* bad : {"", "1", "4826", "077", "+254711", "1-2-3", "...", "Asha 0711", "Asha4826", "803-22-00011"})
        EXPECT_FALSE(may_be(bad)) << bad;
}

TEST(nickname, is_at_most_twenty_letters) {
    EXPECT_FALSE(may_be("twenty one letters it"));
    EXPECT_FALSE(may_be("واحد وعشرون حرفا هنا ا"));
}

TEST(nickname, is_not_her_whole_name) {
    for (const char* bad : {"Hodan Ali", "hodan ali", "Ali Hodan", "AliHodan"}) EXPECT_FALSE(may_be(bad)) << bad;
    EXPECT_TRUE(may_be_nickname("Hodan", "Hodan", "", forbidden)) << "who has one name may go by it";
}

TEST(nickname, tells_nothing) {
    for (const char* bad : {"Refugee", "the REFUGEE", "UNHCR mama", "Mkimbizi", "لاجئ"})
        EXPECT_FALSE(may_be(bad)) << bad;
}

TEST(nickname, loses_the_spaces_that_nobody_sees) {
    EXPECT_EQ(plain_nickname("  Mama   Hodan "), "Mama Hodan");
    EXPECT_EQ(plain_nickname("   "), "");
    EXPECT_FALSE(may_be(plain_nickname("   ")));
}

TEST(nickname, holds_no_line_break) {
    EXPECT_FALSE(may_be("Mama\nHodan"));
}

}  // namespace
}  // namespace mlango::handlers
