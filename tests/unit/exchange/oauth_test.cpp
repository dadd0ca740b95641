#include "exchange/oauth.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace mlango::exchange {
namespace {

http_request form_of(std::string body, std::string type = "application/x-www-form-urlencoded") {
    http_request request;
    request.method = "POST";
    request.headers.push_back({"Content-Type", std::move(type)});
    request.body = std::move(body);
    return request;
}

TEST(oauth, reads_a_form_whose_fields_are_there_once) {
    const auto form = oauth_form::read(form_of("grant_type=client_credentials&client_id=a%20b&empty="));
    ASSERT_TRUE(form);
    ASSERT_NE(form->find("client_id"), nullptr);
    EXPECT_EQ(*form->find("client_id"), "a b");
    EXPECT_EQ(form->find("empty"), nullptr);
    EXPECT_EQ(form->find("absent"), nullptr);
    EXPECT_TRUE(oauth_form::read(form_of("a=1", "application/x-www-form-urlencoded;charset=UTF-8")));
    EXPECT_FALSE(oauth_form::read(form_of("a=1&a=2")));
    EXPECT_FALSE(oauth_form::read(form_of("a=%zz")));
    EXPECT_FALSE(oauth_form::read(form_of(R"({"a":1})", "application/json")));
    EXPECT_FALSE(oauth_form::read(form_of("a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1&l=1&m=1&n=1&o=1&p=1&q=1")));
}

TEST(oauth, answers_in_its_own_words) {
    const auto error = oauth_error(401, "invalid_client");
    EXPECT_EQ(error.status, 401U);
    EXPECT_EQ(error.body, R"({"error":"invalid_client"})");
    const auto token = oauth_token("abc", 600);
    const auto body = boost::json::parse(token.body).as_object();
    EXPECT_EQ(body.at("access_token").as_string(), "abc");
    EXPECT_EQ(body.at("token_type").as_string(), "Bearer");
    EXPECT_EQ(body.at("expires_in").as_int64(), 600);
    EXPECT_EQ(token.headers.front().value, "no-store");
}

}  // namespace
}  // namespace mlango::exchange
