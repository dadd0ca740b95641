#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <thread>

#include "base/bytes.hpp"
#include "wallet/jose/compact_jws.hpp"
#include "wallet/jose/es256.hpp"
#include "wallet/jose/json_text.hpp"
#include "wallet/jose/trusted_keys.hpp"

namespace mlango::wallet {
namespace {

namespace json = boost::json;

// RFC 7515 appendix A.3: key, signing input, signature.
const json::object rfc_key{{"kty", "EC"},
                           {"crv", "P-256"},
                           {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"},
                           {"y", "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"},
                           {"d", "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}};
constexpr std::string_view rfc_input =
    "eyJhbGciOiJFUzI1NiJ9."
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
constexpr std::string_view rfc_signature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

TEST(es256, the_rfcs_signature_is_right) {
    const auto key = es256_public_key::from_jwk(rfc_key);
    ASSERT_TRUE(key);
    const std::string signature(as_string_view(*from_base64url(rfc_signature)));
    EXPECT_TRUE(key->verify(rfc_input, signature));
    EXPECT_FALSE(key->verify(std::string(rfc_input) + "A", signature));
    EXPECT_FALSE(key->verify(rfc_input, signature.substr(1)));
    EXPECT_FALSE(key->verify(rfc_input, signature + '\0'));
    for (std::size_t at = 0; at < signature.size(); ++at) {
        std::string changed = signature;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        ASSERT_FALSE(key->verify(rfc_input, changed)) << at;
    }
    EXPECT_FALSE(key->verify(rfc_input, std::string(64, '\0')));
    EXPECT_FALSE(key->verify(rfc_input, std::string(64, '\xff')));
}

TEST(es256, signs_and_verifies) {
    const auto given = es256_key::from_jwk(rfc_key);
    ASSERT_TRUE(given);
    for (const auto& key : {*given, es256_key::generate(), es256_key::generate()}) {
        for (int round = 0; round < 200; ++round) {  // r or s begins with zeros once in 128
            const std::string text = "text " + std::to_string(round);
            const std::string signature = key.sign(text);
            ASSERT_EQ(signature.size(), es256_signature_size);
            ASSERT_TRUE(key.public_key().verify(text, signature));
        }
    }
    EXPECT_FALSE(es256_key::generate().public_key().verify("x", given->sign("x")));
}

TEST(es256, keys_go_to_jwk_and_back) {
    const auto key = es256_key::generate();
    const auto again = es256_key::from_jwk(key.private_jwk());
    ASSERT_TRUE(again);
    EXPECT_EQ(again->public_key(), key.public_key());
    EXPECT_TRUE(key.public_key().verify("x", again->sign("x")));
    EXPECT_FALSE(key.public_key().jwk().contains("d"));
    EXPECT_EQ(json::serialize(es256_key::from_jwk(rfc_key)->private_jwk()), json::serialize(rfc_key));
    EXPECT_NE(es256_key::generate().public_key(), key.public_key());
}

TEST(es256, what_is_no_key_is_refused) {
    const auto with = [](const char* name, const json::value& value) {
        auto jwk = rfc_key;
        jwk[name] = value;
        return jwk;
    };
    for (const auto& [name, value] : std::vector<std::pair<const char*, json::value>>{
             {"kty", "RSA"},
             {"kty", 1},
             {"crv", "P-384"},
             {"crv", "secp256k1"},
             {"x", ""},
             {"x", "AAAA"},
             {"y", 7},
             {"x", "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEV"},   // not canonical
             {"x", "g83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"}})  // off the curve
        EXPECT_FALSE(es256_public_key::from_jwk(with(name, value))) << name << json::serialize(value);
    auto zero = with("x", json::string(to_base64url(as_byte_view(std::string(32, '\0')))));
    zero["y"] = zero["x"];
    EXPECT_FALSE(es256_public_key::from_jwk(zero));
    EXPECT_FALSE(es256_key::from_jwk(with("d", "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LA")));  // of another point
    EXPECT_FALSE(es256_key::from_jwk(with("d", nullptr)));
}

TEST(es256, the_thumbprint_is_that_of_the_members_in_order) {
    // RFC 7638 over RFC 7515's key, computed with jose.
    EXPECT_EQ(es256_public_key::from_jwk(rfc_key)->thumbprint(), "oKIywvGUpTVTyxMQ3bwIIeQUudfr_CkLMjCE19ECD-U");
}

TEST(es256, threads_may_share_a_key) {
    const auto key = es256_key::generate();
    std::atomic<int> good = 0;
    {
        std::vector<std::jthread> threads;
        for (int one = 0; one < 4; ++one)
            threads.emplace_back([&, one] {
                for (int round = 0; round < 100; ++round) {
                    const std::string text = std::to_string(one * 1000 + round);
                    const auto other = es256_key::generate();  // pushes contexts out
                    good += key.public_key().verify(text, key.sign(text)) &&
                            !other.public_key().verify(text, key.sign(text));
                }
            });
    }
    EXPECT_EQ(good, 400);
}

TEST(compact_jws, is_three_parts_of_base64url) {
    const auto key = es256_key::generate();
    const std::string good = write_compact_jws(jws_header("a+b", "k"), R"({"x":1})", key);
    const auto read = read_compact_jws(good);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->header.at("kid"), "k");
    EXPECT_EQ(read->payload.at("x"), 1);
    EXPECT_TRUE(is_signed_by(*read, key.public_key()));
    EXPECT_TRUE(has_type(*read, "a+b"));
    EXPECT_FALSE(has_type(*read, "a"));
    for (const std::string& bad :
         {std::string(), std::string("."), std::string(".."), good + ".", good + "=", "." + good,
          std::string("e30.e30"), std::string("W10.e30.AA"), std::string("e30.W10.AA"), std::string("e30.e30.A"),
          std::string("e30=.e30.AA"), std::string("e 30.e30.AA")})
        EXPECT_FALSE(read_compact_jws(bad)) << bad;
}

TEST(json_text, a_name_twice_is_refused) {
    EXPECT_TRUE(read_json_object(R"({"a":{"b":1},"b":[{"b":2},{"b":3}],"c:\"":":,:\\"})"));
    EXPECT_FALSE(read_json_object(R"({"a":1,"a":1})"));
    EXPECT_FALSE(read_json_object(R"({"a":{"b":1,"b":2}})"));
    EXPECT_FALSE(read_json_object(R"({"a":1,"\u0061":2})"));
    EXPECT_FALSE(read_json_object(R"([{"x":1,"x":2}])"));
    EXPECT_FALSE(read_json("[" + std::string(40, '[') + std::string(40, ']') + "]"));
    EXPECT_FALSE(read_json("{\"a\":\"\xff\"}"));
    EXPECT_FALSE(read_json("{} {}"));
    EXPECT_FALSE(read_json(""));
}

TEST(json_text, times_are_whole_seconds) {
    const auto read = [](const char* text) { return read_numeric_date(json::parse(text)); };
    EXPECT_EQ(read("1795860000"), std::chrono::sys_seconds(std::chrono::seconds(1'795'860'000)));
    for (const char* bad : {"-1", "1.5", "\"1\"", "253402300800", "18446744073709551615", "1e300", "null", "true"})
        EXPECT_FALSE(read(bad)) << bad;
}

TEST(trusted_keys, are_found_until_their_end) {
    const auto a = es256_key::generate(), b = es256_key::generate();
    const std::chrono::sys_seconds end{std::chrono::seconds(1000)};
    const trusted_keys keys({{"a", a.public_key(), end}, {"b", b.public_key(), std::nullopt}});
    EXPECT_EQ(*keys.find("a", end - std::chrono::seconds(1)), a.public_key());
    EXPECT_EQ(keys.find("a", end), nullptr);
    EXPECT_EQ(*keys.find("b", end), b.public_key());
    EXPECT_EQ(keys.find("c", end), nullptr);
    const auto listed = keys.jwks(end);
    EXPECT_EQ(listed.at("keys").as_array().size(), 1U);
    const auto read = trusted_keys::from_jwks(listed);
    ASSERT_TRUE(read);
    EXPECT_EQ(*read->find("b", end), b.public_key());
    EXPECT_FALSE(json::serialize(listed).contains("\"d\""));
}

TEST(trusted_keys, of_a_set_only_what_signs_es256) {
    const auto key = es256_key::generate().public_key();
    const auto jwk = [&](const char* kid, const char* use, const char* alg) {
        auto out = key.jwk();
        out["kid"] = kid;
        out["use"] = use;
        out["alg"] = alg;
        return out;
    };
    const json::object rsa{{"kty", "RSA"}, {"kid", "r"}, {"n", "AQAB"}, {"e", "AQAB"}};
    const json::object set{
        {"keys", json::array{jwk("a", "sig", "ES256"), jwk("e", "enc", "ES256"), jwk("x", "sig", "ES384"), rsa}}};
    const auto read = trusted_keys::from_jwks(set);
    ASSERT_TRUE(read);
    EXPECT_EQ(read->all().size(), 1U);
    EXPECT_FALSE(trusted_keys::from_jwks(
        json::object{{"keys", json::array{jwk("a", "sig", "ES256"), jwk("a", "sig", "ES256")}}}));
    EXPECT_FALSE(trusted_keys::from_jwks(json::object{{"keys", 1}}));
}

}  // namespace
}  // namespace mlango::wallet
