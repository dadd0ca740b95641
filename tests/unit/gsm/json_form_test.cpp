#include "gsm/json_form.hpp"

#include <gtest/gtest.h>

#include <array>

namespace mlango::gsm {
namespace {

struct two_fields {
    std::string name;
    std::string text;
    std::array<form_field, 2> wanted{form_field{"name", &name, 8, true, "a name"},
                                     form_field{"text", &text, 20, false, "what she typed"}};
};

std::expected<two_fields, std::string> read(std::string_view json) {
    two_fields fields;
    if (auto done = read_json(json, fields.wanted); !done) {
        EXPECT_EQ(done.error().status, 400u);
        return std::unexpected(done.error().message);
    }
    return fields;
}

TEST(json_form, reads_text_numbers_and_truth) {
    struct row {
        std::string_view json;
        std::string_view name;
        std::string_view text;
    };
    const row rows[] = {
        {R"({"name":"a","text":"1"})", "a", "1"},
        {R"( { "text" : null , "other" : [ {} ] , "name" : "a" } )", "a", ""},
        {R"({"name":7})", "7", ""},
        {R"({"name":true,"text":false})", "true", "false"},
        {R"({"name":"a","text":18446744073709551615})", "a", "18446744073709551615"},
        {R"({"name":"a","text":-9})", "a", "-9"},
        {R"({"name":"a","text":""})", "a", ""},
        {R"({"name":"\u0645\u0631","text":"مر\n\"\\"})", "مر", "مر\n\"\\"},
        {R"({"name":"a","text":"\ud83d\ude00"})", "a", "😀"},
        {R"({"name":"a","text":"1","deep":[[[[[[[[[[[[[[1]]]]]]]]]]]]]]})", "a", "1"},
    };
    for (const row& row : rows) {
        const auto fields = read(row.json);
        ASSERT_TRUE(fields) << row.json << ": " << fields.error();
        EXPECT_EQ(fields->name, row.name);
        EXPECT_EQ(fields->text, row.text);
    }
}

TEST(json_form, refuses_without_repeating_what_was_sent) {
    struct row {
        std::string json;
        std::string_view fault;
    };
    const std::string deep = std::string(40, '[') + std::string(40, ']');
    const row rows[] = {
        {"", "The body is no JSON object"},
        {"4826", "The body is no JSON object"},
        {"[\"4826\"]", "The body is no JSON object"},
        {"name=a&text=4826", "The body is no JSON object"},
        {R"({"name":"a","text":"4826"} {})", "The body is no JSON object"},
        {R"({"name":"a","text":"4826",})", "The body is no JSON object"},
        {R"({name:"a","text":"4826"})", "The body is no JSON object"},
        {"{\"name\":\"a\",\"text\":\"4826\xFF\"}", "The body is no JSON object"},
        {"{\"name\":\"a\",\"text\":\"4826\n\"}", "The body is no JSON object"},
        {R"({"name":"a","text":"4826\ud83d"})", "The body is no JSON object"},
        {R"({"name":"a","text":"4826\q"})", "The body is no JSON object"},
        {R"({"name":"a","text":"4826","deep":)" + deep + "}", "The body is no JSON object"},
        {R"({"name":"a","text":")" + std::string(20'000, '4') + "\"}", "The body is no JSON object"},
        {R"({"text":"4826"})", "name is missing. Send a name."},
        {R"({"name":"","text":"4826"})", "name is missing"},
        {R"({"name":null,"text":"4826"})", "name is missing"},
        {R"({"Name":"a","text":"4826"})", "name is missing"},
        {R"({"name":"123456789","text":"4826"})", "name is longer than 8 bytes"},
        {R"({"name":"a","text":"4826 4826 4826 4826 48"})", "text is longer than 20 bytes"},
        {R"({"name":"a","text":"4826\u0000"})", "text holds a NUL"},
        {R"({"name":["a"],"text":"4826"})", "name is neither text nor a whole number"},
        {R"({"name":"a","text":{"4826":"4826"}})", "text is neither text nor a whole number"},
        {R"({"name":"a","text":4826.5})", "text is neither text nor a whole number"},
        {R"({"name":"a","text":48264826482648264826482648264826})", "text is neither text nor a whole number"},
    };
    for (const row& row : rows) {
        const auto fields = read(row.json);
        ASSERT_FALSE(fields) << row.json.substr(0, 80);
        EXPECT_TRUE(fields.error().starts_with(row.fault)) << row.json.substr(0, 80) << ": " << fields.error();
        EXPECT_FALSE(fields.error().contains("4826"));
    }
}

TEST(json_form, a_body_cut_anywhere_is_refused) {
    const std::string whole = R"({"name":"a","text":"\u0645مر1","more":[1,{"a":null}]})";
    ASSERT_TRUE(read(whole));
    for (std::size_t length = 0; length < whole.size(); ++length) EXPECT_FALSE(read(whole.substr(0, length))) << length;
}

TEST(json_form, sixteen_kilobytes_are_read) {
    std::string json = R"({"name":"a","text":"1","rest":")";
    json += std::string(json_form_limit - json.size() - 2, 'x') + "\"}";
    EXPECT_TRUE(read(json));
    json.insert(json.size() - 2, "x");
    EXPECT_FALSE(read(json));
}

TEST(json_form, only_a_post_is_read) {
    two_fields fields;
    http_request request;
    request.body = R"({"name":"a"})";
    for (const std::string_view method : {"GET", "PUT", "DELETE"}) {
        request.method = method;
        const auto done = read_json_post(request, fields.wanted);
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().status, 405u);
    }
    request.method = "POST";
    EXPECT_TRUE(read_json_post(request, fields.wanted));
}

TEST(json_form, writes_what_it_reads) {
    const std::string text = "مع السلامة\n\"\\ \u2028 \x01 😀";
    const auto response = json_response({{"name", "a"}, {"text", in_json(text)}});
    EXPECT_EQ(response.status, 200u);
    EXPECT_EQ(response.content_type, "application/json");
    EXPECT_TRUE(response.body.contains("مع السلامة")) << "as UTF-8, not escaped: " << response.body;
    two_fields fields;
    fields.wanted[1].limit = 100;
    ASSERT_TRUE(read_json(response.body, fields.wanted));
    EXPECT_EQ(fields.text, text);
}

}  // namespace
}  // namespace mlango::gsm
