#include "base/hmac.hpp"
#include "exchange/problem.hpp"
#include "exchange/sealed_token.hpp"
#include "exchange/visitor.hpp"
#include "exchange_fixture.hpp"

namespace mlango::exchange::test {
namespace {

constexpr std::string_view root = "/api/partner/v1";

class partner_door_test : public exchange_fixture {
protected:
    http_response ask_token(const std::string& id, const std::string& secret) {
        return post_form(std::string(root) + "/token",
                         {{"grant_type", "client_credentials"}, {"client_id", id}, {"client_secret", secret}});
    }
    std::vector<http_header> bank_token() {
        const auto got = ask_token("core.bank", "s3cret");
        EXPECT_EQ(got.status, 200U) << got.body;
        return {{"Authorization", "Bearer " + text(body_of(got), "access_token")}};
    }
    http_response redeem_code(const std::string& code, const std::vector<http_header>& by) {
        return post_json(std::string(root) + "/redemptions", {{"code", code}}, by);
    }
};

TEST_F(partner_door_test, gives_a_program_a_token_by_header_or_form_for_ten_minutes) {
    const std::string path = std::string(root) + "/token";
    const auto by_form = ask_token("core.bank", "s3cret");
    EXPECT_EQ(by_form.status, 200U);
    EXPECT_EQ(header_of(by_form, "Cache-Control"), "no-store");
    EXPECT_EQ(body_of(by_form).at("expires_in").as_int64(), 600);
    const std::string basic = "Basic " + to_base64(as_byte_view("core.bank:s3cret"));
    EXPECT_EQ(post_form(path, {{"grant_type", "client_credentials"}}, {{"Authorization", basic}}).status, 200U);
    // By both is neither (RFC 6749 §2.3).
    EXPECT_EQ(
        post_form(path, {{"grant_type", "client_credentials"}, {"client_id", "core.bank"}, {"client_secret", "s3cret"}},
                  {{"Authorization", basic}})
            .status,
        401U);
    EXPECT_EQ(text(body_of(post_form(path, {{"grant_type", "password"}})), "error"), "unsupported_grant_type");
    EXPECT_EQ(text(body_of(post_form(path, {{"client_id", "x"}})), "error"), "invalid_request");
    EXPECT_EQ(text(body_of(post_json(path, {{"grant_type", "client_credentials"}})), "error"), "invalid_request");

    const auto token = bank_token();
    EXPECT_EQ(ask("GET", std::string(root) + "/erasures", token).status, 200U);
    now.advance(10min - 1s);
    EXPECT_EQ(ask("GET", std::string(root) + "/erasures", token).status, 200U);
    now.advance(1s);
    const auto over = ask("GET", std::string(root) + "/erasures", token);
    EXPECT_EQ(over.status, 401U);
    EXPECT_NE(header_of(over, "WWW-Authenticate").find("invalid_token"), std::string::npos);
}

TEST_F(partner_door_test, tells_an_unknown_program_and_a_wrong_secret_alike) {
    const auto unknown = ask_token("nobody", "s3cret");
    const auto wrong = ask_token("core.bank", "wrong");
    EXPECT_EQ(unknown.status, 401U);
    EXPECT_EQ(told(unknown), told(wrong));
    EXPECT_EQ(unknown.body.find("nobody"), std::string::npos);
}

TEST_F(partner_door_test, redeems_a_code_and_answers_the_same_receipt_again) {
    const auto token = bank_token();
    const std::string code = code_for(bank);
    const auto first = redeem_code(code, token);
    ASSERT_EQ(first.status, 201U) << first.body;
    const auto body = body_of(first);
    EXPECT_EQ(body.at("facts").as_object(), (json::object{{"registered", true}, {"age_over_18", true}}));
    EXPECT_EQ(text(body, "preset"), "over_18");
    EXPECT_EQ(text(body, "issued_at"), "2026-10-20T12:00:00Z");
    EXPECT_EQ(header_of(first, "Cache-Control"), "no-store");
    const std::string location = header_of(first, "Location");
    EXPECT_EQ(location, std::string(root) + "/redemptions/" + text(body, "receipt"));
    EXPECT_EQ(location.find(code), std::string::npos);
    // Its answer was lost, say.
    EXPECT_EQ(body_of(redeem_code(code, token)), body);
    EXPECT_EQ(body_of(ask("GET", location, token)), body);
    const auto status = status_of(text(body, "credential"), bank_number);
    EXPECT_EQ(served_status(status), 0);
}

TEST_F(partner_door_test, binds_to_a_nonce) {
    const auto token = bank_token();
    const auto got =
        post_json(std::string(root) + "/redemptions", {{"code", code_for(bank)}, {"nonce", "n-0S6_WzA2Mj"}}, token);
    ASSERT_EQ(got.status, 201U);
    const std::string audience = wallet::verifier_audience(options.issuer, bank_number);
    auto wanted = rules(audience);
    wanted.binding = wallet::binding_rules{.audience = audience, .nonce = "n-0S6_WzA2Mj"};
    const auto read = wallet::verify_sd_jwt(text(body_of(got), "credential"), keys_of_issuer.get()->trusted(), wanted);
    ASSERT_TRUE(read) << name_of(read.error());
    EXPECT_TRUE(read->bound);
}

TEST_F(partner_door_test, answers_unknown_mistyped_used_over_and_others_codes_alike) {
    const auto token = bank_token();
    const std::string used = code_for(bank);
    ASSERT_TRUE(redeem(teller, used));
    const std::string of_shop = code_for(shop);
    const std::string over = code_for(bank);
    std::string mistyped = code_for(bank);
    mistyped.back() = mistyped.back() == '0' ? '1' : '0';
    const std::string first = told(redeem_code(wrong_code(), token));
    EXPECT_TRUE(first.starts_with("404\n")) << first;
    EXPECT_EQ(told(redeem_code(mistyped, token)), first);
    EXPECT_EQ(told(redeem_code(used, token)), first);
    EXPECT_EQ(told(redeem_code(of_shop, token)), first);
    forgive();
    now.advance(10min + 1s);
    EXPECT_EQ(told(redeem_code(over, bank_token())), first);
    EXPECT_EQ(told(redeem_code("hello", bank_token())), first);
}

TEST_F(partner_door_test, makes_a_program_wait_and_suspends_a_verifier_that_guesses) {
    const auto token = bank_token();
    for (int i = 0; i < 5; ++i) EXPECT_EQ(redeem_code(wrong_code(), token).status, 404U) << i;
    const auto wait = redeem_code(wrong_code(), token);
    EXPECT_EQ(wait.status, 429U);
    EXPECT_EQ(header_of(wait, "Retry-After"), "900");
    sql.run("UPDATE verifier SET state = 'suspended', reason = 'complaint' WHERE number = '" + bank_number + "'");
    EXPECT_EQ(redeem_code(wrong_code(), token).status, 403U);
    EXPECT_EQ(ask("GET", std::string(root) + "/erasures", token).status, 403U);
    // It may still come in, to be told why nothing opens.
    EXPECT_EQ(redeem_code(wrong_code(), bank_token()).status, 403U);
}

TEST_F(partner_door_test, shows_a_receipt_to_nobody_else) {
    const std::string location = header_of(redeem_code(code_for(bank), bank_token()), "Location");
    add_program(shop_number, "till");
    const std::vector<http_header> other = {
        {"Authorization", "Bearer " + text(body_of(ask_token("till", "s3cret")), "access_token")}};
    const auto foreign = ask("GET", location, other);
    EXPECT_EQ(foreign.status, 404U);
    EXPECT_EQ(told(foreign), told(ask("GET", std::string(root) + "/redemptions/0000000000", other)));
    EXPECT_EQ(ask("GET", location).status, 401U);
    EXPECT_EQ(ask("GET", location, bank_token()).status, 200U);
}

TEST_F(partner_door_test, asks_her_first_and_says_the_same_of_a_number_that_nobody_answers) {
    const auto token = bank_token();
    const auto asking = [&](std::string_view number) {
        return post_json(std::string(root) + "/requests", {{"number", number}, {"preset", "over_18"}}, token);
    };
    const auto hers = asking(registry::test::amina);
    const auto nobodys = asking(registry::test::nobody);
    ASSERT_EQ(hers.status, 202U) << hers.body;
    ASSERT_EQ(nobodys.status, 202U) << nobodys.body;
    EXPECT_EQ(hers.body.size(), nobodys.body.size());
    for (const auto& one : {hers, nobodys}) {
        const auto state = ask("GET", header_of(one, "Location"), token);
        EXPECT_EQ(state.body, R"({"state":"waiting"})");
    }
    EXPECT_EQ(
        post_json(std::string(root) + "/requests", {{"number", registry::test::amina}, {"preset", "nothing"}}, token)
            .status,
        403U);
    EXPECT_EQ(asking("0711").status, 400U);
    EXPECT_EQ(ask("GET", std::string(root) + "/requests/0000000000000000000000", token).status, 404U);

    // She answers yes: the redemption comes with the state.
    const auto waiting = wait(her().asked(wallet::test::amina, "en"));
    ASSERT_EQ(waiting.size(), 1U);
    auto answer_of_hers = wish("over_18", bank);
    answer_of_hers.ask = waiting.front().id;
    ASSERT_TRUE(share(answer_of_hers));
    const auto shared = body_of(ask("GET", header_of(hers, "Location"), token));
    EXPECT_EQ(text(shared, "state"), "shared");
    EXPECT_EQ(shared.at("redemption").as_object().at("facts").as_object().at("age_over_18").as_bool(), true);
}

TEST_F(partner_door_test, lists_what_she_wants_erased) {
    const auto token = bank_token();
    const auto taken = body_of(redeem_code(code_for(bank), token));
    EXPECT_EQ(ask("GET", std::string(root) + "/erasures", token).body, R"({"erasures":[]})");
    wait(her().stop_verifier(wallet::test::amina, bank, wallet::test::hop(9'001)));
    const auto all = body_of(ask("GET", std::string(root) + "/erasures", token)).at("erasures").as_array();
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(text(all.front().as_object(), "receipt"), text(taken, "receipt"));
    EXPECT_EQ(ask("GET", std::string(root) + "/redemptions/" + text(taken, "receipt"), token).status, 404U);
}

struct bad_body {
    const char* name;
    std::string type;
    std::string body;
    unsigned status;
};

TEST_F(partner_door_test, refuses_what_is_out_of_bounds_and_repeats_none_of_it) {
    const auto token = bank_token();
    const bad_body table[] = {
        {"no JSON", "application/json", "tell-tale", 400},
        {"an array", "application/json", R"(["tell-tale"])", 400},
        {"another type", "text/plain", R"({"code":"tell-tale"})", 415},
        {"no code", "application/json", R"({"cod":"tell-tale"})", 400},
        {"a number", "application/json", R"({"code":4829137706})", 400},
        {"long", "application/json", R"({"code":")" + std::string(65, '1') + "\"}", 400},
        {"short nonce", "application/json", R"({"code":"tell-tale","nonce":"1"})", 400},
        {"long nonce", "application/json", R"({"code":"tell-tale","nonce":")" + std::string(201, 'n') + "\"}", 400},
        {"huge", "application/json", R"({"code":")" + std::string(5'000, '1') + "\"}", 413},
    };
    for (const auto& [name, type, body, status] : table) {
        auto headers = token;
        headers.push_back({"Content-Type", type});
        const auto got = ask("POST", std::string(root) + "/redemptions", headers, body);
        EXPECT_EQ(got.status, status) << name << got.body;
        EXPECT_EQ(got.content_type, "application/problem+json") << name;
        EXPECT_EQ(got.body.find("tell-tale"), std::string::npos) << name;
    }
    for (const std::string value : {"", "Bearer", "Bearer x", "Basic x"}) {
        const auto got = ask("POST", std::string(root) + "/redemptions", {{"Authorization", value}}, "{}");
        EXPECT_EQ(got.status, 401U) << value;
        EXPECT_TRUE(header_of(got, "WWW-Authenticate").starts_with("Bearer")) << value;
    }
}

TEST_F(partner_door_test, keeps_an_address_off_that_asks_for_tokens_too_often) {
    rules_of_doors.strangers = {.a_minute = 6, .at_once = 3};
    open_doors_again();
    for (int i = 0; i < 3; ++i) EXPECT_EQ(ask_token("core.bank", "wrong").status, 401U);
    const auto refused = ask_token("core.bank", "s3cret");
    EXPECT_EQ(refused.status, 429U);
    EXPECT_EQ(header_of(refused, "Retry-After"), "10");
    now.advance(10s);
    EXPECT_EQ(ask_token("core.bank", "s3cret").status, 200U);
}

// A token that was given with a certificate works with it alone (RFC 8705 §3); that a certificate reaches the handler
// is tested in tests/integration/base.
TEST_F(partner_door_test, takes_a_token_with_its_certificate_only) {
    sealed_tokens same(keys.wallet, random, "exchange.partner");
    const std::vector<http_header> bound = {
        {"Authorization",
         "Bearer " + same.make(pack({.by = program, .signed_in_at = now.now(), .certificate = std::string(64, 'a')}),
                               now.now() + 10min)}};
    EXPECT_EQ(ask("GET", std::string(root) + "/erasures", bound).status, 401U);
    const std::vector<http_header> unbound = {
        {"Authorization", "Bearer " + same.make(pack({.by = program, .signed_in_at = now.now(), .certificate = {}}),
                                                now.now() + 10min)}};
    EXPECT_EQ(ask("GET", std::string(root) + "/erasures", unbound).status, 200U);
}

TEST_F(partner_door_test, explains_itself) {
    const auto description = ask("GET", std::string(root) + "/openapi.json");
    EXPECT_EQ(description.status, 200U);
    EXPECT_EQ(header_of(description, "Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(text(body_of(description), "openapi"), "3.1.0");
    EXPECT_EQ(
        ask("GET", std::string(root) + "/openapi.json", {{"If-None-Match", header_of(description, "ETag")}}).status,
        304U);
    for (const fault_kind& kind : fault_kinds()) {
        const auto explained = ask("GET", std::string(problem_types) + std::string(kind.name));
        EXPECT_EQ(explained.status, 200U) << kind.name;
        EXPECT_TRUE(explained.body.starts_with(kind.title));
    }
    EXPECT_EQ(ask("GET", std::string(problem_types) + "nothing").status, 404U);
}

}  // namespace
}  // namespace mlango::exchange::test
