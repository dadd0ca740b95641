#include "registry/broadcast_filter.hpp"

#include <gtest/gtest.h>

namespace mlango::registry {
namespace {

std::string json_of(std::string_view text, const std::vector<std::int64_t>& programmes = {}) {
    const auto read = parse_broadcast_filter(text);
    return read ? to_json(*read, programmes) : "refused: " + read.error().front();
}

TEST(broadcast_filter, each_field_becomes_what_the_database_reads) {
    EXPECT_EQ(json_of(""), "{}");
    EXPECT_EQ(json_of(" operation = KEN | UGA "), R"({"operation":["KEN","UGA"]})");
    EXPECT_EQ(json_of("location=KE023,language=sw|ar"), R"({"location":["KE023"],"language":["sw","ar"]})");
    EXPECT_EQ(json_of("programme=Cash for work|7", {3, 7}), R"({"programme":[3,7]})");
    EXPECT_EQ(json_of("entitlement=available|partial"), R"({"entitlement":["available","partial"]})");
    EXPECT_EQ(json_of("answers=self,trust=2,principal=yes"), R"({"answers":["self"],"trust":2,"principal":true})");
    EXPECT_EQ(json_of("household=4-7"), R"({"household":[4,7]})");
    EXPECT_EQ(json_of("household=4-"), R"({"household":[4,null]})");
    EXPECT_EQ(json_of("household=-3"), R"({"household":[null,3]})");
    EXPECT_EQ(json_of("household=5"), R"({"household":[5,5]})");
    EXPECT_EQ(json_of("trust=1,principal=no"), "{}");
}

TEST(broadcast_filter, what_is_not_understood_is_refused_and_never_left_out) {
    for (const char* text : {"locaton=KE023",
                             "location",
                             "location=",
                             "location=KE023|",
                             "location=ke023",
                             "location=KE'023",
                             "language=SW",
                             "language=swahili",
                             "entitlement=open",
                             "trust=4",
                             "trust=-1",
                             "trust=one",
                             "household=7-4",
                             "household=-",
                             "household=a",
                             "household=4-b",
                             "household=1001",
                             "principal=maybe",
                             "answers=everybody",
                             "operation=KENYA",
                             "location=KE,location=UG",
                             "location=KE,,trust=1",
                             "programme=a\"b",
                             "programme=a\\b"})
        EXPECT_TRUE(json_of(text).starts_with("refused: filter: ")) << text << " gave " << json_of(text);
    EXPECT_TRUE(json_of(std::string(1'001, 'a')).starts_with("refused: "));
    std::string many = "location=KE";
    for (int i = 0; i < 20; ++i) many += "|KE" + std::to_string(i);
    EXPECT_TRUE(json_of(many).starts_with("refused: filter: location: at most"));
}

TEST(broadcast_filter, every_fault_is_told_at_once) {
    const auto read = parse_broadcast_filter("colour=red,trust=9,household=x");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().size(), 3U);
}

}  // namespace
}  // namespace mlango::registry
