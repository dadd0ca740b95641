#include "base/http/json_body.hpp"

#include <gtest/gtest.h>

namespace mlango {
namespace {

TEST(json_body, is_told_by_its_content_type_alone) {
    const auto of = [](std::string type) {
        http_request request;
        request.headers.push_back({"content-type", std::move(type)});
        return is_json(request);
    };
    EXPECT_TRUE(of("application/json"));
    EXPECT_TRUE(of("Application/JSON ; charset=utf-8"));
    EXPECT_FALSE(of("application/jsonp"));
    EXPECT_FALSE(of("text/plain"));
    EXPECT_FALSE(of(""));
}

TEST(json_body, is_one_object_of_bounded_depth) {
    EXPECT_TRUE(read_object(R"({"a":[{"b":1}]})"));
    for (const std::string_view bad : {"", "[]", "1", "{", "{} {}", R"({"a":[[[[1]]]]})"}) {
        EXPECT_FALSE(read_object(bad)) << bad;
    }
}

TEST(json_body, names_a_field_but_never_what_it_held) {
    const auto object = *read_object(R"({"n":7,"e":"","l":"secret-secret","z":"a\u0000b","ok":"yes","null":null})");
    EXPECT_EQ(read_text(object, "ok", {1, 3}).value(), "yes");
    for (const std::string_view name : {"n", "e", "l", "z", "absent", "null"}) {
        const auto read = read_text(object, name, {1, 5});
        ASSERT_FALSE(read) << name;
        EXPECT_TRUE(read.error().starts_with(name)) << read.error();
        EXPECT_EQ(read.error().find("secret"), std::string::npos);
    }
    EXPECT_EQ(read_optional_text(object, "absent", {}).value(), std::optional<std::string>());
    EXPECT_EQ(read_optional_text(object, "null", {}).value(), std::optional<std::string>());
    EXPECT_EQ(read_optional_text(object, "ok", {}).value(), std::optional<std::string>("yes"));
    EXPECT_FALSE(read_optional_text(object, "n", {}));
}

}  // namespace
}  // namespace mlango
