#include "base/http/message.hpp"

#include <gtest/gtest.h>

#include "base/http/server.hpp"
#include "base/http/text.hpp"

using namespace mlango;
using namespace std::string_literals;

using fields = std::vector<std::pair<std::string, std::string>>;

TEST(form, reads_its_table) {
    const std::vector<std::pair<std::string, fields>> table = {
        {"", {}},
        {"a=1&b=2", {{"a", "1"}, {"b", "2"}}},
        {"a=1&a=2", {{"a", "1"}, {"a", "2"}}},
        {"&&a=1&&", {{"a", "1"}}},
        {"a", {{"a", ""}}},
        {"a=", {{"a", ""}}},
        {"=1", {{"", "1"}}},
        {"=", {{"", ""}}},
        {"a=b=c", {{"a", "b=c"}}},
        {"text=1*2%2A3", {{"text", "1*2*3"}}},
        {"phoneNumber=%2B254700000001", {{"phoneNumber", "+254700000001"}}},
        {"phoneNumber=+254700000001", {{"phoneNumber", " 254700000001"}}},
        {"a+b=c+d", {{"a b", "c d"}}},
        {"%61=%e2%82%AC", {{"a", "€"}}},
        {"a=€", {{"a", "€"}}},
        {"a=%00", {{"a", "\0"s}}},
        {"a=1;b=2", {{"a", "1;b=2"}}},
    };
    for (const auto& [text, expected] : table) EXPECT_EQ(parse_form(text), expected) << text;
}

TEST(form, refuses_broken_escapes_and_what_is_not_utf8) {
    for (const std::string text : {"a=%", "a=%2", "a=%2&b=1", "a=%zz", "a=%2g", "%=1", "a=%ff", "%c0%80=1",
                                   "a=%ed%a0%80", "a=\x80", "a=%-1", "a=% 1"})
        EXPECT_EQ(parse_form(text), std::nullopt) << text;
}

TEST(form, takes_as_many_fields_as_the_limit_and_no_more) {
    EXPECT_TRUE(parse_form("a&b&c", 3));
    EXPECT_FALSE(parse_form("a&b&c&d", 3));
    EXPECT_TRUE(parse_form("a&b&c&&&", 3));
}

TEST(form, what_is_encoded_reads_back) {
    std::string every;
    for (int c = 1; c < 128; ++c) every += static_cast<char>(c);
    const fields values = {{"a b", "1+1=2&3"}, {every, "é€👋"}, {"", ""}};
    EXPECT_EQ(encode_form({{"a b", "1+1&"}, {"é", "*-._~"}}), "a+b=1%2B1%26&%C3%A9=*-._%7E");
    EXPECT_EQ(parse_form(encode_form(values)), values);
}

TEST(form, a_truncated_form_is_read_or_refused) {
    const std::string whole = "sessionId=x%2B1&text=%e2%82%ac";
    for (std::size_t size = 0; size <= whole.size(); ++size) {
        const auto read = parse_form(whole.substr(0, size));
        if (size == whole.size()) {
            ASSERT_TRUE(read);
        }
        if (read) {
            EXPECT_LE(read->size(), 2U);
        }
    }
}

TEST(query_field, finds_the_first_of_a_name) {
    EXPECT_EQ(query_field("key=demo&key=other", "key"), "demo");
    EXPECT_EQ(query_field("a=1&k%65y=d%20+e", "key"), "d  e");
    EXPECT_EQ(query_field("key", "key"), "");
    EXPECT_EQ(query_field("", "key"), std::nullopt);
    EXPECT_EQ(query_field("&&=1", ""), "1");
    EXPECT_EQ(query_field("keys=1&akey=2", "key"), std::nullopt);
    EXPECT_EQ(query_field("key=%f", "key"), std::nullopt);
    EXPECT_EQ(query_field("key=%ff", "key"), std::nullopt);
}

TEST(http_request, parts_of_the_target_and_headers) {
    http_request request;
    request.target = "/ussd/demo?key=1?2";
    request.headers = {{"Content-Type", "a"}, {"X-B", "b"}};
    EXPECT_EQ(request.path(), "/ussd/demo");
    EXPECT_EQ(request.query(), "key=1?2");
    EXPECT_EQ(request.header("content-TYPE"), "a");
    EXPECT_EQ(request.header("x-c"), "");
    request.target = "/plain";
    EXPECT_EQ(request.path(), "/plain");
    EXPECT_EQ(request.query(), "");
}

TEST(path_segment, decodes_one_segment) {
    EXPECT_EQ(path_segment("/ussd/africastalking", 0), "ussd");
    EXPECT_EQ(path_segment("/ussd/africastalking", 1), "africastalking");
    EXPECT_EQ(path_segment("/ussd/africastalking", 2), "");
    EXPECT_EQ(path_segment("/a%2Fb/%e2%82%ac+", 0), "a/b");
    EXPECT_EQ(path_segment("/a%2Fb/%e2%82%ac+", 1), "€+");
    EXPECT_EQ(path_segment("/%ff/%zz/%", 0), "");
    EXPECT_EQ(path_segment("/%ff/%zz/%", 1), "");
    EXPECT_EQ(path_segment("//x", 0), "");
    EXPECT_EQ(path_segment("//x", 1), "x");
    EXPECT_EQ(path_segment("", 0), "");
}

TEST(http_text, tokens_and_header_values) {
    EXPECT_TRUE(is_token("X-Request_Id!"));
    for (const std::string text : {"", "a b", "a:b", "a\r\n", "é", "a(b)"}) EXPECT_FALSE(is_token(text)) << text;
    EXPECT_TRUE(is_header_value("text/html; charset=utf-8\té"));
    for (const std::string& text : {"a\r\nb: c"s, "a\nb"s, "a\rb"s, "a\x7f"s, "a\0b"s})
        EXPECT_FALSE(is_header_value(text)) << text;
    EXPECT_TRUE(equal_ignoring_case("Content-LENGTH", "content-length"));
    EXPECT_FALSE(equal_ignoring_case("content[", "content{"));
}
