#include "exchange/holder_proof.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <functional>

#include "wallet/jose/compact_jws.hpp"

namespace mlango::exchange {
namespace {

namespace json = boost::json;

const wall_time now{std::chrono::sys_days(std::chrono::year(2026) / 11 / 28)};
const std::int64_t seconds = now.time_since_epoch().count() / 1'000'000;
const std::string issuer = "https://id.example.org";

const wallet::es256_key& key() {
    static const wallet::es256_key one = wallet::es256_key::generate();
    return one;
}

struct draft {
    json::object header{{"alg", "ES256"}, {"typ", "openid4vci-proof+jwt"}, {"jwk", key().public_key().jwk()}};
    json::object payload{{"aud", issuer}, {"iat", seconds}, {"nonce", "n-1"}};
    [[nodiscard]] std::string signed_by(const wallet::es256_key& by) const {
        return wallet::write_compact_jws(json::serialize(header), json::serialize(payload), by);
    }
};

proof_rules rules() {
    return {.issuer = issuer, .now = now};
}

TEST(holder_proof, gives_the_key_and_the_nonce) {
    const auto proof = verify_proof(draft().signed_by(key()), rules());
    ASSERT_TRUE(proof) << name_of(proof.error());
    EXPECT_EQ(proof->nonce, "n-1");
    EXPECT_EQ(wallet::es256_public_key::from_jwk(proof->jwk), key().public_key());
}

struct spoilt {
    const char* name;
    std::function<void(draft&)> spoil;
    proof_fault fault;
};

const spoilt table[] = {
    {"another type", [](draft& d) { d.header["typ"] = "JWT"; }, proof_fault::wrong_type},
    {"no type", [](draft& d) { d.header.erase("typ"); }, proof_fault::wrong_type},
    {"alg none", [](draft& d) { d.header["alg"] = "none"; }, proof_fault::wrong_type},
    {"critical header", [](draft& d) { d.header["crit"] = json::array{"x"}; }, proof_fault::wrong_type},
    {"no key", [](draft& d) { d.header.erase("jwk"); }, proof_fault::bad_key},
    {"key id beside", [](draft& d) { d.header["kid"] = "did:example:1"; }, proof_fault::bad_key},
    {"chain beside", [](draft& d) { d.header["x5c"] = json::array{"AA"}; }, proof_fault::bad_key},
    {"private key", [](draft& d) { d.header["jwk"] = key().private_jwk(); }, proof_fault::bad_key},
    {"no point", [](draft& d) { d.header["jwk"].as_object()["x"] = "AAAA"; }, proof_fault::bad_key},
    {"another's key", [](draft& d) { d.header["jwk"] = wallet::es256_key::generate().public_key().jwk(); },
     proof_fault::bad_signature},
    {"another issuer", [](draft& d) { d.payload["aud"] = "https://other.example.org"; }, proof_fault::wrong_audience},
    {"no audience", [](draft& d) { d.payload.erase("aud"); }, proof_fault::wrong_audience},
    {"two audiences", [](draft& d) { d.payload["aud"] = json::array{issuer, "x"}; }, proof_fault::wrong_audience},
    {"iss in an anonymous flow", [](draft& d) { d.payload["iss"] = "client"; }, proof_fault::wrong_audience},
    {"no time", [](draft& d) { d.payload.erase("iat"); }, proof_fault::wrong_time},
    {"old", [](draft& d) { d.payload["iat"] = seconds - 661; }, proof_fault::wrong_time},
    {"of the future", [](draft& d) { d.payload["iat"] = seconds + 61; }, proof_fault::wrong_time},
    {"time as text", [](draft& d) { d.payload["iat"] = "now"; }, proof_fault::wrong_time},
    {"no nonce", [](draft& d) { d.payload.erase("nonce"); }, proof_fault::no_nonce},
    {"empty nonce", [](draft& d) { d.payload["nonce"] = ""; }, proof_fault::no_nonce},
};

TEST(holder_proof, is_refused_when_it_is_spoilt) {
    for (const auto& [name, spoil, fault] : table) {
        draft one;
        spoil(one);
        const auto proof = verify_proof(one.signed_by(key()), rules());
        ASSERT_FALSE(proof) << name;
        EXPECT_EQ(proof.error(), fault) << name;
    }
}

TEST(holder_proof, that_is_cut_or_touched_is_none) {
    const std::string whole = draft().signed_by(key());
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(verify_proof(whole.substr(0, length), rules())) << length;
    EXPECT_FALSE(verify_proof(whole + ".", rules()));
    EXPECT_FALSE(verify_proof(std::string(10'000, 'a'), rules()));
}

TEST(holder_proof, takes_one_audience_as_an_array_and_clocks_that_differ_a_little) {
    draft one;
    one.payload["aud"] = json::array{issuer};
    one.payload["iat"] = seconds + 30;
    EXPECT_TRUE(verify_proof(one.signed_by(key()), rules()));
}

}  // namespace
}  // namespace mlango::exchange
