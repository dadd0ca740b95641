#include "exchange_fixture.hpp"
#include "wallet/jose/compact_jws.hpp"
#include "wallet/metadata.hpp"

namespace mlango::exchange::test {
namespace {

using namespace std::string_literals;

constexpr std::string_view base = "/credentials/openid4vci/";

class issuing_door_test : public exchange_fixture {
protected:
    wallet::phone_offer offer_of(const std::string& kind = "registration") {
        auto made = wait(issuing().offer(wallet::test::amina, wallet::test::her_group, kind, wallet::test::sure,
                                         wallet::test::hop(++hops)));
        if (!made) throw std::runtime_error("no offer");
        return *made;
    }
    http_response offered(const std::string& number) { return ask("GET", std::string(base) + "offers/" + number); }
    std::string code_in(const http_response& offer) {
        return text(body_of(offer)
                        .at("grants")
                        .as_object()
                        .at("urn:ietf:params:oauth:grant-type:pre-authorized_code")
                        .as_object(),
                    "pre-authorized_code");
    }
    http_response ask_token(const std::string& code, const std::string& tx) {
        return post_form(std::string(base) + "token",
                         {{"grant_type", "urn:ietf:params:oauth:grant-type:pre-authorized_code"},
                          {"pre-authorized_code", code},
                          {"tx_code", tx}});
    }
    std::vector<http_header> token_of(const wallet::phone_offer& offer) {
        const auto got = ask_token(code_in(offered(offer.number)), offer.tx_code);
        EXPECT_EQ(got.status, 200U) << got.body;
        return {{"Authorization", "Bearer " + text(body_of(got), "access_token")}};
    }
    std::string fresh_nonce() { return text(body_of(ask("POST", std::string(base) + "nonce")), "c_nonce"); }
    std::string proof(const std::string& nonce, const std::string& audience) {
        const json::object header{{"alg", "ES256"}, {"typ", "openid4vci-proof+jwt"}, {"jwk", phone.public_key().jwk()}};
        const json::object payload{
            {"aud", audience},
            {"iat", std::chrono::floor<std::chrono::seconds>(now.now()).time_since_epoch().count()},
            {"nonce", nonce}};
        return wallet::write_compact_jws(json::serialize(header), json::serialize(payload), phone);
    }
    http_response ask_credential(const std::vector<http_header>& by, const std::string& with,
                                 const std::string& kind = "registration") {
        return post_json(std::string(base) + "credential",
                         {{"credential_configuration_id", kind}, {"proofs", {{"jwt", json::array{with}}}}}, by);
    }

    wallet::es256_key phone = wallet::es256_key::generate();
};

TEST_F(issuing_door_test, gives_a_telephone_the_credential_bound_to_its_key) {
    const auto offer = offer_of();
    const auto token = token_of(offer);
    const auto got = ask_credential(token, proof(fresh_nonce(), options.issuer));
    ASSERT_EQ(got.status, 200U) << got.body;
    const std::string credential = text(body_of(got).at("credentials").as_array().front().as_object(), "credential");
    auto wanted = rules({});
    wanted.audience = std::nullopt;
    const auto read = wallet::verify_sd_jwt(credential, keys_of_issuer.get()->trusted(), wanted);
    ASSERT_TRUE(read) << name_of(read.error());
    EXPECT_EQ(text(read->claims, "given_name"), "Amina");
    EXPECT_EQ(wallet::es256_public_key::from_jwk(read->claims.at("cnf").as_object().at("jwk").as_object()),
              phone.public_key());
    // Once: the token has been used.
    EXPECT_EQ(ask_credential(token, proof(fresh_nonce(), options.issuer)).status, 401U);
}

TEST_F(issuing_door_test, publishes_what_the_flow_needs) {
    const auto issuer = body_of(ask("GET", "/.well-known/openid-credential-issuer"));
    EXPECT_EQ(text(issuer, "credential_issuer"), options.issuer);
    EXPECT_TRUE(issuer.at("credential_configurations_supported").as_object().contains("registration"));
    const auto server_of_tokens = body_of(ask("GET", "/.well-known/oauth-authorization-server"));
    EXPECT_EQ(server_of_tokens.at("pre-authorized_grant_anonymous_access_supported").as_bool(), true);
    const auto got = offered(offer_of().number);
    EXPECT_EQ(header_of(got, "Cache-Control"), "no-store");
    const auto nonce = ask("POST", std::string(base) + "nonce");
    EXPECT_EQ(header_of(nonce, "Cache-Control"), "no-store");
}

TEST_F(issuing_door_test, makes_a_link_of_the_number_that_she_types) {
    const auto offer = offer_of();
    const auto page = ask("GET", "/add", {{"Accept-Language", "ar"}});
    EXPECT_EQ(page.status, 200U);
    EXPECT_NE(page.body.find("dir=\"rtl\""), std::string::npos);
    EXPECT_NE(header_of(page, "Content-Security-Policy").find("default-src 'none'; style-src 'sha256-"),
              std::string::npos);
    std::string spoken = offer.number;
    spoken.insert(6, " ").insert(3, " ");
    const auto found = post_form("/add", {{"number", spoken}});
    EXPECT_EQ(found.status, 200U);
    EXPECT_NE(found.body.find(fmt::format("href=\"{}\"", wallet::vci_offer_link(options.issuer, offer.number))),
              std::string::npos)
        << found.body;
    for (const std::string wrong : {"0000000000", "", "<script>", "48291377061"}) {
        const auto unknown = post_form("/add", {{"number", wrong}});
        EXPECT_EQ(unknown.status, 404U) << wrong;
        EXPECT_EQ(unknown.body.find("openid-credential-offer"), std::string::npos);
        EXPECT_EQ(unknown.body.find("<script>"), std::string::npos);
    }
}

TEST_F(issuing_door_test, wants_the_code_of_her_screen) {
    const auto offer = offer_of();
    const std::string code = code_in(offered(offer.number));
    EXPECT_EQ(text(body_of(ask_token(code, "")), "error"), "invalid_request");
    const std::string wrong = offer.tx_code == "000000" ? "111111" : "000000";
    for (int i = 0; i < 5; ++i) EXPECT_EQ(text(body_of(ask_token(code, wrong)), "error"), "invalid_grant") << i;
    // Five wrong ones end the offer, whoever knows the right one.
    EXPECT_EQ(text(body_of(ask_token(code, offer.tx_code)), "error"), "invalid_grant");
    EXPECT_EQ(offered(offer.number).status, 404U);
    EXPECT_EQ(text(body_of(ask_token("made-up", offer.tx_code)), "error"), "invalid_grant");
    EXPECT_EQ(offered("0000000000").status, 404U);
    EXPECT_EQ(offered("hello").status, 404U);
}

TEST_F(issuing_door_test, gives_a_token_once_and_for_a_time) {
    const auto offer = offer_of();
    const std::string code = code_in(offered(offer.number));
    const auto first = ask_token(code, offer.tx_code);
    ASSERT_EQ(first.status, 200U);
    EXPECT_EQ(ask_token(code, offer.tx_code).status, 400U);
    const std::vector<http_header> token = {{"Authorization", "Bearer " + text(body_of(first), "access_token")}};
    now.advance(10min);
    EXPECT_EQ(ask_credential(token, proof(fresh_nonce(), options.issuer)).status, 401U);

    const auto late = offer_of();
    const std::string late_code = code_in(offered(late.number));
    now.advance(15min);
    EXPECT_EQ(ask_token(late_code, late.tx_code).status, 400U);
    EXPECT_EQ(offered(late.number).status, 404U);
}

TEST_F(issuing_door_test, refuses_a_spoilt_request_without_using_the_grant_up) {
    const auto token = token_of(offer_of());
    const auto error = [&](const http_response& of) {
        EXPECT_EQ(of.status, 400U) << of.body;
        return text(body_of(of), "error");
    };
    const std::string path = std::string(base) + "credential";
    const std::string good = proof(fresh_nonce(), options.issuer);
    EXPECT_EQ(error(ask_credential(token, good, "nothing")), "unknown_credential_configuration");
    EXPECT_EQ(error(ask_credential(token, good, "household")), "invalid_credential_request");
    EXPECT_EQ(error(ask_credential(token, proof(fresh_nonce(), "https://other.example"))), "invalid_proof");
    EXPECT_EQ(error(ask_credential(token, proof("made-up", options.issuer))), "invalid_nonce");
    EXPECT_EQ(error(ask_credential(token, "no.jwt.here")), "invalid_proof");
    EXPECT_EQ(error(post_json(path, {{"credential_configuration_id", "registration"}}, token)), "invalid_proof");
    EXPECT_EQ(
        error(post_json(
            path, {{"credential_configuration_id", "registration"}, {"proofs", {{"jwt", json::array{good, good}}}}},
            token)),
        "invalid_proof");
    EXPECT_EQ(error(post_json(path, json::array{}, token)), "invalid_credential_request");
    const std::string old = proof(fresh_nonce(), options.issuer);
    now.advance(301s);
    EXPECT_EQ(error(ask_credential(token, old)), "invalid_nonce");
    EXPECT_EQ(ask_credential({}, good).status, 401U);
    EXPECT_EQ(ask_credential({{"Authorization", "Bearer made-up"}}, good).status, 401U);
    EXPECT_EQ(ask_credential(token, proof(fresh_nonce(), options.issuer)).status, 200U);
}

TEST_F(issuing_door_test, gives_nothing_of_a_frozen_wallet) {
    const auto token = token_of(offer_of());
    wait(her().freeze(wallet::test::amina, wallet::test::hop(9'005)));
    const auto got = ask_credential(token, proof(fresh_nonce(), options.issuer));
    EXPECT_NE(got.status, 200U) << got.body;
}

}  // namespace
}  // namespace mlango::exchange::test
