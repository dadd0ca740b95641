#include <gtest/gtest.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <boost/json.hpp>
#include <functional>

#include "base/bytes.hpp"
#include "console/oidc/id_token.hpp"
#include "console/oidc/provider.hpp"
#include "wallet/jose/compact_jws.hpp"

namespace mlango::console::oidc {
namespace {

namespace json = boost::json;

const wall_time now{std::chrono::sys_days(std::chrono::year(2026) / 11 / 28)};
const std::int64_t seconds = now.time_since_epoch().count() / 1'000'000;
const std::string issuer = "https://id.example.org";
const std::string client = "mlango-console";

// Signs as a provider does, with OpenSSL's own generator and signer: what is tested only verifies.
class rsa_key {
public:
    explicit rsa_key(unsigned bits = 2048) : key_(EVP_RSA_gen(bits)) {}
    ~rsa_key() { EVP_PKEY_free(key_); }
    rsa_key(const rsa_key&) = delete;

    [[nodiscard]] std::string sign(std::string_view text, const EVP_MD* hash = EVP_sha256()) const {
        EVP_MD_CTX* context = EVP_MD_CTX_new();
        std::size_t length = 0;
        const auto* raw = reinterpret_cast<const unsigned char*>(text.data());
        EXPECT_EQ(EVP_DigestSignInit(context, nullptr, hash, nullptr, key_), 1);
        EXPECT_EQ(EVP_DigestSign(context, nullptr, &length, raw, text.size()), 1);
        std::string out(length, '\0');
        EXPECT_EQ(EVP_DigestSign(context, reinterpret_cast<unsigned char*>(out.data()), &length, raw, text.size()), 1);
        EVP_MD_CTX_free(context);
        return out;
    }
    [[nodiscard]] json::object jwk(std::string_view kid) const {
        return {{"kty", "RSA"},
                {"kid", kid},
                {"use", "sig"},
                {"alg", "RS256"},
                {"n", number(OSSL_PKEY_PARAM_RSA_N)},
                {"e", number(OSSL_PKEY_PARAM_RSA_E)}};
    }

private:
    [[nodiscard]] std::string number(const char* name) const {
        BIGNUM* found = nullptr;
        EXPECT_EQ(EVP_PKEY_get_bn_param(key_, name, &found), 1);
        std::string octets(static_cast<std::size_t>(BN_num_bytes(found)), '\0');
        BN_bn2bin(found, reinterpret_cast<unsigned char*>(octets.data()));
        BN_free(found);
        return to_base64url(as_byte_view(octets));
    }
    EVP_PKEY* key_;
};

const rsa_key& rsa() {
    static const rsa_key one;
    return one;
}
const wallet::es256_key& ec() {
    static const wallet::es256_key one = wallet::es256_key::generate();
    return one;
}

json::object ec_jwk(std::string_view kid) {
    json::object jwk = ec().public_key().jwk();
    jwk["kid"] = kid;
    jwk["use"] = "sig";
    return jwk;
}

std::string set_of(json::array keys) {
    return json::serialize(json::object{{"keys", std::move(keys)}});
}

const provider_keys& keys() {
    static const provider_keys both = *provider_keys::from_jwks(set_of({rsa().jwk("r1"), ec_jwk("e1")}));
    return both;
}

struct draft {
    json::object header{{"alg", "RS256"}, {"kid", "r1"}};
    json::object claims{{"iss", issuer},      {"sub", "u-17"},         {"aud", client}, {"nonce", "n-1"},
                        {"iat", seconds - 1}, {"exp", seconds + 3600}, {"acr", "mfa"}};
    std::function<std::string(std::string_view)> sign = [](std::string_view text) { return rsa().sign(text); };

    [[nodiscard]] std::string text() const {
        const std::string head = json::serialize(header);
        const std::string body = json::serialize(claims);
        const std::string input = to_base64url(as_byte_view(head)) + "." + to_base64url(as_byte_view(body));
        const std::string signature = sign(input);
        return input + "." + to_base64url(as_byte_view(signature));
    }
};

token_rules rules() {
    return {.issuer = issuer, .client_id = client, .nonce = "n-1", .acr_values = {}, .now = now};
}

TEST(id_token, tells_whom_it_is_about) {
    EXPECT_EQ(read_id_token(draft().text(), keys(), rules()), "u-17");
    draft by_curve;
    by_curve.header = {{"alg", "ES256"}, {"kid", "e1"}};
    by_curve.sign = [](std::string_view text) { return ec().sign(text); };
    EXPECT_EQ(read_id_token(by_curve.text(), keys(), rules()), "u-17");
}

struct spoilt {
    const char* name;
    std::function<void(draft&)> spoil;
    std::optional<token_fault> fault;  // none: it is good all the same
};

const spoilt table[] = {
    {"no algorithm", [](draft& d) { d.header.erase("alg"); }, token_fault::wrong_algorithm},
    {"alg none",
     [](draft& d) {
         d.header["alg"] = "none";
         d.sign = [](auto) { return std::string(); };
     },
     token_fault::wrong_algorithm},
    // The public key as a shared secret (RFC 8725 §2.1).
    {"alg HS256", [](draft& d) { d.header["alg"] = "HS256"; }, token_fault::wrong_algorithm},
    {"alg RS512",
     [](draft& d) {
         d.header["alg"] = "RS512";
         d.sign = [](auto t) { return rsa().sign(t, EVP_sha512()); };
     },
     token_fault::wrong_algorithm},
    {"another hash than it says", [](draft& d) { d.sign = [](auto t) { return rsa().sign(t, EVP_sha512()); }; },
     token_fault::bad_signature},
    {"the other kind of key's name", [](draft& d) { d.header["kid"] = "e1"; }, token_fault::unknown_key},
    {"a key that nobody has", [](draft& d) { d.header["kid"] = "r2"; }, token_fault::unknown_key},
    {"its name is a number", [](draft& d) { d.header["kid"] = 1; }, token_fault::malformed},
    {"without its name, there is one of the kind", [](draft& d) { d.header.erase("kid"); }, std::nullopt},
    {"critical header", [](draft& d) { d.header["crit"] = json::array{"b64"}; }, token_fault::wrong_algorithm},
    {"key in the header",
     [](draft& d) {
         static const rsa_key own;
         d.header["jwk"] = own.jwk("r1");
         d.sign = [](auto t) { return own.sign(t); };
     },
     token_fault::bad_signature},
    {"no signature", [](draft& d) { d.sign = [](auto) { return std::string(); }; }, token_fault::bad_signature},
    {"a signature cut short", [](draft& d) { d.sign = [](auto t) { return rsa().sign(t).substr(1); }; },
     token_fault::bad_signature},
    {"a signature of something else", [](draft& d) { d.sign = [](auto) { return rsa().sign("x"); }; },
     token_fault::bad_signature},
    {"another issuer", [](draft& d) { d.claims["iss"] = "https://id.example.com"; }, token_fault::wrong_issuer},
    {"the issuer with a slash", [](draft& d) { d.claims["iss"] = issuer + "/"; }, token_fault::wrong_issuer},
    {"no issuer", [](draft& d) { d.claims.erase("iss"); }, token_fault::wrong_issuer},
    {"for another", [](draft& d) { d.claims["aud"] = "other"; }, token_fault::wrong_audience},
    {"for nobody", [](draft& d) { d.claims.erase("aud"); }, token_fault::wrong_audience},
    {"for a list of nobody", [](draft& d) { d.claims["aud"] = json::array{}; }, token_fault::wrong_audience},
    {"for us as a list", [](draft& d) { d.claims["aud"] = json::array{client}; }, std::nullopt},
    {"for two", [](draft& d) { d.claims["aud"] = json::array{client, "other"}; }, token_fault::wrong_audience},
    {"for two, got by us",
     [](draft& d) {
         d.claims["aud"] = json::array{"other", client};
         d.claims["azp"] = client;
     },
     std::nullopt},
    {"got by another", [](draft& d) { d.claims["azp"] = "other"; }, token_fault::wrong_audience},
    {"no nonce", [](draft& d) { d.claims.erase("nonce"); }, token_fault::wrong_nonce},
    {"another nonce", [](draft& d) { d.claims["nonce"] = "n-2"; }, token_fault::wrong_nonce},
    {"a longer nonce", [](draft& d) { d.claims["nonce"] = "n-11"; }, token_fault::wrong_nonce},
    {"over", [](draft& d) { d.claims["exp"] = seconds - 60; }, token_fault::wrong_time},
    {"over, within the leeway", [](draft& d) { d.claims["exp"] = seconds - 59; }, std::nullopt},
    {"without an end", [](draft& d) { d.claims.erase("exp"); }, token_fault::wrong_time},
    {"its end is a text", [](draft& d) { d.claims["exp"] = "2027"; }, token_fault::wrong_time},
    {"without a beginning", [](draft& d) { d.claims.erase("iat"); }, token_fault::wrong_time},
    {"of the future", [](draft& d) { d.claims["iat"] = seconds + 61; }, token_fault::wrong_time},
    {"old", [](draft& d) { d.claims["iat"] = seconds - 661; }, token_fault::wrong_time},
    {"not yet", [](draft& d) { d.claims["nbf"] = seconds + 61; }, token_fault::wrong_time},
    {"not yet, in words", [](draft& d) { d.claims["nbf"] = "now"; }, token_fault::wrong_time},
    {"no subject", [](draft& d) { d.claims.erase("sub"); }, token_fault::no_subject},
    {"an empty subject", [](draft& d) { d.claims["sub"] = ""; }, token_fault::no_subject},
    {"a subject that is a number", [](draft& d) { d.claims["sub"] = 17; }, token_fault::no_subject},
    {"a subject too long", [](draft& d) { d.claims["sub"] = std::string(201, 'x'); }, token_fault::no_subject},
};

TEST(id_token, is_refused_when_it_is_spoilt) {
    for (const auto& [name, spoil, fault] : table) {
        draft one;
        spoil(one);
        const auto read = read_id_token(one.text(), keys(), rules());
        if (!fault) {
            EXPECT_EQ(read, "u-17") << name;
            continue;
        }
        ASSERT_FALSE(read) << name;
        EXPECT_EQ(read.error(), *fault) << name << ": " << name_of(read.error());
    }
}

TEST(id_token, every_cut_and_every_other_letter_is_refused) {
    const std::string good = draft().text();
    for (std::size_t at = 0; at < good.size(); ++at)
        EXPECT_FALSE(read_id_token(good.substr(0, at), keys(), rules())) << at;
    for (std::size_t at = 0; at + 1 < good.size(); at += 3) {  // of the last letter some bits say nothing
        std::string other = good;
        other[at] = other[at] == 'A' ? 'B' : 'A';
        EXPECT_FALSE(read_id_token(other, keys(), rules())) << at;
    }
    EXPECT_FALSE(read_id_token(std::string(20'000, 'a'), keys(), rules()));
}

TEST(id_token, must_be_as_sure_as_was_asked) {
    const std::vector<std::string> wanted{"mfa", "phishing-resistant"};
    token_rules strict = rules();
    strict.acr_values = wanted;
    EXPECT_TRUE(read_id_token(draft().text(), keys(), strict));
    draft weak;
    weak.claims["acr"] = "password";
    EXPECT_EQ(read_id_token(weak.text(), keys(), strict).error(), token_fault::not_sure_enough);
    weak.claims.erase("acr");
    EXPECT_EQ(read_id_token(weak.text(), keys(), strict).error(), token_fault::not_sure_enough);
    EXPECT_TRUE(read_id_token(weak.text(), keys(), rules()));
}

TEST(id_token, a_forgotten_nonce_is_no_nonce) {
    draft one;
    one.claims["nonce"] = "";
    token_rules none = rules();
    none.nonce = "";
    EXPECT_FALSE(read_id_token(one.text(), keys(), none));
}

TEST(provider_keys, takes_signing_keys_of_the_two_kinds_alone) {
    json::object for_secrets = rsa().jwk("enc");
    for_secrets["use"] = "enc";
    json::object other_alg = rsa().jwk("ps");
    other_alg["alg"] = "PS256";
    json::object even = rsa().jwk("even");
    even["e"] = "Ag";
    json::object one = rsa().jwk("one");
    one["e"] = "AQ";
    const rsa_key small(1024);
    const json::object secret{{"kty", "oct"}, {"kid", "s"}, {"k", "AAAA"}};
    const auto found = provider_keys::from_jwks(
        set_of({for_secrets, other_alg, even, one, small.jwk("small"), secret, rsa().jwk("r1"), ec_jwk("e1")}));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->size(), 2U);
    for (const char* text : {"", "[]", "{}", R"({"keys":{}})", R"({"keys":[1]})", R"({"keys":[],"keys":[]})"})
        EXPECT_FALSE(provider_keys::from_jwks(text)) << text;
}

TEST(provider_keys, two_of_one_name_are_nobodys) {
    const rsa_key other;
    const auto both = provider_keys::from_jwks(set_of({rsa().jwk("r1"), other.jwk("r1")}));
    ASSERT_TRUE(both);
    EXPECT_EQ(both->check("RS256", "r1", "x", rsa().sign("x")), verdict::unknown_key);
    const auto unnamed = provider_keys::from_jwks(set_of({rsa().jwk("r1"), other.jwk("r2")}));
    EXPECT_EQ(unnamed->check("RS256", "", "x", rsa().sign("x")), verdict::unknown_key);
    EXPECT_EQ(unnamed->check("RS256", "r1", "x", rsa().sign("x")), verdict::good);
    EXPECT_EQ(unnamed->check("RS256", "r2", "x", rsa().sign("x")), verdict::bad);
}

json::object good_document() {
    return {{"issuer", issuer},
            {"authorization_endpoint", issuer + "/auth"},
            {"token_endpoint", issuer + "/token"},
            {"jwks_uri", issuer + "/jwks"},
            {"response_types_supported", json::array{"code", "id_token"}},
            {"id_token_signing_alg_values_supported", json::array{"RS256"}},
            {"code_challenge_methods_supported", json::array{"S256"}},
            {"authorization_response_iss_parameter_supported", true}};
}

TEST(discovery, is_read) {
    const auto found = read_discovery(json::serialize(good_document()), issuer);
    ASSERT_TRUE(found) << found.error();
    EXPECT_EQ(found->token_endpoint, issuer + "/token");
    EXPECT_TRUE(found->names_itself);
    EXPECT_FALSE(found->secret_in_body);
    EXPECT_EQ(discovery_address(issuer + "/"), issuer + "/.well-known/openid-configuration");
    EXPECT_EQ(discovery_address(issuer + "/realm"), issuer + "/realm/.well-known/openid-configuration");
}

TEST(discovery, is_refused_when_it_is_spoilt) {
    const std::pair<const char*, std::function<void(json::object&)>> all[] = {
        {"another issuer", [](auto& d) { d["issuer"] = "https://evil.example"; }},
        {"no issuer", [](auto& d) { d.erase("issuer"); }},
        {"no token endpoint", [](auto& d) { d.erase("token_endpoint"); }},
        {"a token endpoint in the clear", [](auto& d) { d["token_endpoint"] = "http://id.example.org/token"; }},
        {"keys from a file", [](auto& d) { d["jwks_uri"] = "file:///etc/passwd"; }},
        {"a script", [](auto& d) { d["authorization_endpoint"] = "javascript:alert(1)"; }},
        {"a name and a password", [](auto& d) { d["authorization_endpoint"] = "https://a:b@id.example.org/auth"; }},
        {"a number", [](auto& d) { d["token_endpoint"] = 1; }},
        {"no code", [](auto& d) { d["response_types_supported"] = json::array{"id_token"}; }},
        {"plain PKCE only", [](auto& d) { d["code_challenge_methods_supported"] = json::array{"plain"}; }},
        {"other signatures",
         [](auto& d) { d["id_token_signing_alg_values_supported"] = json::array{"HS256", "none"}; }},
        {"no secret", [](auto& d) { d["token_endpoint_auth_methods_supported"] = json::array{"private_key_jwt"}; }},
    };
    for (const auto& [name, spoil] : all) {
        json::object one = good_document();
        spoil(one);
        EXPECT_FALSE(read_discovery(json::serialize(one), issuer)) << name;
    }
    EXPECT_FALSE(read_discovery("", issuer));
    EXPECT_FALSE(read_discovery(std::string(100'000, ' '), issuer));
}

key_set a_key() {
    key_bytes raw{};
    raw[0] = std::byte{7};
    return {{{1, raw}}};
}

TEST(flow, comes_back_from_its_cookie_until_it_is_over) {
    seeded_random random(1);
    sealer seal(a_key(), random);
    const flow one = begin_flow(random, {17}, now);
    EXPECT_EQ(one.verifier.size(), 43U);  // RFC 7636 §4.1: 43 to 128
    EXPECT_NE(one.state, one.nonce);
    const std::string cookie = seal_flow(one, seal);
    EXPECT_EQ(cookie.find(one.verifier), std::string::npos);
    const auto back = open_flow(cookie, seal, now);
    ASSERT_TRUE(back);
    EXPECT_EQ(back->state, one.state);
    EXPECT_EQ(back->nonce, one.nonce);
    EXPECT_EQ(back->verifier, one.verifier);
    EXPECT_EQ(back->linking.value, 17);
    EXPECT_FALSE(open_flow(cookie, seal, now + flow_life));
    for (std::size_t at = 0; at < cookie.size(); ++at) EXPECT_FALSE(open_flow(cookie.substr(0, at), seal, now)) << at;
    std::string other = cookie;
    other[20] = other[20] == 'A' ? 'B' : 'A';
    EXPECT_FALSE(open_flow(other, seal, now));
    EXPECT_FALSE(open_flow(std::string(5'000, 'A'), seal, now));
}

TEST(flow, the_challenge_is_that_of_the_specification) {
    // RFC 7636 Appendix B.
    EXPECT_EQ(code_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
              "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST(way_back, belongs_to_this_browser_and_this_provider) {
    provider from;
    from.issuer = issuer;
    from.names_itself = true;
    flow under_way;
    under_way.state = "s-1";
    const std::string iss = "&iss=https%3A%2F%2Fid.example.org";
    const auto fault = [&](const std::string& query) { return read_way_back(query, from, under_way).error(); };
    ASSERT_TRUE(read_way_back("code=c-1&state=s-1" + iss, from, under_way));
    EXPECT_EQ(read_way_back("code=c-1&state=s-1" + iss, from, under_way)->code, "c-1");
    EXPECT_EQ(fault("code=c-1&state=s-2" + iss), way_back_fault::other_browser);
    EXPECT_EQ(fault("code=c-1" + iss), way_back_fault::other_browser);
    EXPECT_EQ(fault("code=c-1&state=s-1&state=s-1" + iss), way_back_fault::other_browser);
    EXPECT_EQ(fault("code=c-1&state=s-1&iss=https%3A%2F%2Fevil.example"), way_back_fault::other_provider);
    EXPECT_EQ(fault("code=c-1&state=s-1"), way_back_fault::other_provider);
    EXPECT_EQ(fault("code=c-1&state=s-1" + iss + iss), way_back_fault::other_provider);
    EXPECT_EQ(fault("error=access_denied&state=s-1" + iss), way_back_fault::refused);
    EXPECT_EQ(fault("error=access_denied&code=c-1&state=s-1" + iss), way_back_fault::refused);
    EXPECT_EQ(fault("state=s-1" + iss), way_back_fault::malformed);
    EXPECT_EQ(fault("code=&state=s-1" + iss), way_back_fault::malformed);
    EXPECT_EQ(fault("code=%zz"), way_back_fault::malformed);
    from.names_itself = false;
    EXPECT_TRUE(read_way_back("code=c-1&state=s-1", from, under_way));
    EXPECT_EQ(fault("code=c-1&state=s-1&iss=x"), way_back_fault::other_provider);
}

TEST(request, says_what_the_specifications_want) {
    provider at;
    at.authorization_endpoint = issuer + "/auth?tenant=1";
    settings us;
    us.client_id = "a:b";
    us.client_secret = "c d";
    us.acr_values = {"mfa", "mfa2"};
    flow under_way;
    under_way.state = "s";
    under_way.nonce = "n";
    under_way.verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    EXPECT_EQ(
        authorization_address(at, us, "https://c.example/back", under_way),
        issuer +
            "/auth?tenant=1&response_type=code&client_id=a%3Ab&redirect_uri=https%3A%2F%2Fc.example%2Fback&scope=openid"
            "&state=s&nonce=n&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
            "&acr_values=mfa+mfa2");
    const auto basic = make_token_request(at, us, "https://c.example/back", "c-1", "v-1");
    EXPECT_EQ(basic.body,
              "grant_type=authorization_code&code=c-1&redirect_uri=https%3A%2F%2Fc.example%2Fback&code_verifier=v-1");
    // RFC 6749 §2.3.1: a%3Ab:c+d
    EXPECT_EQ(basic.headers.back().value, "Basic YSUzQWI6Yytk");
    provider body = at;
    body.secret_in_body = true;
    const auto posted = make_token_request(body, us, "https://c.example/back", "c-1", "v-1");
    EXPECT_NE(posted.body.find("client_secret=c+d"), std::string::npos);
    EXPECT_EQ(posted.headers.size(), 2U);
    EXPECT_EQ(read_token_answer(R"({"access_token":"x","id_token":"a.b.c"})"), "a.b.c");
    for (const char* text : {"", "{}", R"({"id_token":1})", R"({"id_token":""})", R"({"error":"invalid_grant"})"})
        EXPECT_FALSE(read_token_answer(text)) << text;
}

TEST(oidc_settings, are_checked) {
    settings good;
    good.issuer = issuer;
    good.client_id = client;
    good.client_secret = std::string(32, 's');
    EXPECT_TRUE(faults_of(good, "https://console.example").empty());
    EXPECT_TRUE(faults_of({}, "").empty());
    EXPECT_EQ(faults_of(good, "").size(), 1U);
    for (const char* bad :
         {"http://id.example.org", "id.example.org", "https://id.example.org?x=1", "https://u@id.example.org"}) {
        settings one = good;
        one.issuer = bad;
        EXPECT_EQ(faults_of(one, "https://console.example").size(), 1U) << bad;
    }
    settings local = good;
    local.issuer = "http://127.0.0.1:4000";
    EXPECT_TRUE(faults_of(local, "http://localhost:8080").empty());
    settings worst;
    worst.issuer = "x";
    worst.leeway = std::chrono::hours(1);
    worst.acr_values = {"a b"};
    worst.shown_name = std::string(81, 'x');
    EXPECT_EQ(faults_of(worst, "x").size(), 7U);
}

}  // namespace
}  // namespace mlango::console::oidc
