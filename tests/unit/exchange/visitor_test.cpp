#include "exchange/visitor.hpp"

#include <gtest/gtest.h>

#include "base/hmac.hpp"
#include "base/http/cookie.hpp"

namespace mlango::exchange {
namespace {

const wall_time then{std::chrono::sys_days(std::chrono::year(2026) / 11 / 28)};

visitor somebody() {
    visitor who;
    who.by.verifier.value = 7;
    who.by.who.value = 41;
    who.by.program.value = 0;
    who.by.channel = "web";
    who.signed_in_at = then;
    return who;
}

http_request with(std::string name, std::string value) {
    http_request request;
    request.headers.push_back({std::move(name), std::move(value)});
    return request;
}

std::string basic(std::string_view words) {
    return "Basic " + to_base64(as_byte_view(words));
}

TEST(visitor, comes_back_from_a_token_as_it_was) {
    visitor who = somebody();
    for (const std::string certificate : {"", "ab12"}) {
        who.certificate = certificate;
        const auto again = unpack(pack(who), "web");
        ASSERT_TRUE(again);
        EXPECT_EQ(again->by.verifier.value, 7);
        EXPECT_EQ(again->by.who.value, 41);
        EXPECT_EQ(again->by.program.value, 0);
        EXPECT_EQ(again->by.channel, "web");
        EXPECT_EQ(again->signed_in_at, then);
        EXPECT_EQ(again->certificate, certificate);
    }
}

TEST(visitor, is_nobody_of_a_cut_content) {
    for (const std::string_view cut : {"", "7", "7.41", "7.41.0", "7.41.0.", "7.41.0.x"})
        EXPECT_FALSE(unpack(cut, "web")) << cut;
    EXPECT_FALSE(unpack("1.2.x.4.", "web"));
    EXPECT_FALSE(unpack("1..3.4.", "web"));
}

TEST(visitor, reads_basic_credentials_as_oauth_writes_them) {
    const auto plain = read_basic(basic("client-7:s3cret"));
    ASSERT_TRUE(plain);
    EXPECT_EQ(plain->id, "client-7");
    EXPECT_EQ(plain->secret, "s3cret");
    const auto encoded = read_basic(basic("a%3Ab:c%2Bd%25:e+f"));
    ASSERT_TRUE(encoded);
    EXPECT_EQ(encoded->id, "a:b");
    EXPECT_EQ(encoded->secret, "c+d%:e f");
    EXPECT_TRUE(read_basic("basic " + to_base64(as_byte_view("a:b"))));
    for (const std::string& bad : {std::string(), std::string("Basic"), std::string("Basic "), basic("nocolon"),
                                   basic(":b"), basic("a%zz:b"), std::string("Bearer abc"), std::string("Basic %%%")}) {
        EXPECT_FALSE(read_basic(bad)) << bad;
    }
}

TEST(visitor, reads_bearer_and_cookie) {
    EXPECT_EQ(read_bearer("Bearer abc"), "abc");
    EXPECT_EQ(read_bearer("bearer  abc"), "abc");
    EXPECT_EQ(read_bearer("Basic abc"), "");
    EXPECT_EQ(read_bearer("Bearerabc"), "");
    EXPECT_EQ(read_cookie(with("Cookie", "a=1; mlango_verify=xyz; b=2"), "mlango_verify"), "xyz");
    EXPECT_EQ(read_cookie(with("Cookie", "mlango_verify=xyz"), "mlango_verify"), "xyz");
    EXPECT_EQ(read_cookie(with("Cookie", "xmlango_verify=no; mlango_verify2=no"), "mlango_verify"), "");
    EXPECT_EQ(read_cookie(with("Cookie", ""), "mlango_verify"), "");
}

TEST(visitor, asks_in_a_language_that_is_one) {
    EXPECT_EQ(language_of(with("Accept-Language", "fr-FR,fr;q=0.9")), "fr");
    EXPECT_EQ(language_of(with("Accept-Language", "AR")), "ar");
    EXPECT_EQ(language_of(with("Accept-Language", "*")), "en");
    EXPECT_EQ(language_of(with("Accept-Language", "'; drop")), "en");
    EXPECT_EQ(language_of(with("Accept-Language", "abcdef")), "en");
    EXPECT_EQ(language_of(http_request()), "en");
}

}  // namespace
}  // namespace mlango::exchange
