#include "exchange/embedded_files.hpp"
#include "exchange_fixture.hpp"

namespace mlango::exchange::test {
namespace {

const http_header of_page{"X-Mlango-Verify", "1"};

class verify_door_test : public exchange_fixture {
protected:
    http_response sign_in(const std::string& number, const std::string& name, const std::string& password) {
        return post_json("/verify/api/session", {{"verifier", number}, {"operator", name}, {"password", password}},
                         {of_page});
    }
    // Of "mlango_verify=…; Path=…": what a browser sends back.
    static http_header cookie_of(const http_response& response) {
        const std::string all = header_of(response, "Set-Cookie");
        return {"Cookie", all.substr(0, all.find(';'))};
    }
    http_header teller_cookie() { return cookie_of(sign_in(bank_number, "teller1", "correct horse")); }
    http_response redeem_code(const std::string& code, const http_header& cookie) {
        return post_json("/verify/api/redeem", {{"code", code}}, {of_page, cookie});
    }
    std::string outcome_of(const std::string& credential, const http_header& cookie) {
        const auto got = post_json("/verify/api/check", {{"credential", credential}}, {of_page, cookie});
        EXPECT_EQ(got.status, 200U) << got.body;
        return text(body_of(got), "outcome");
    }
};

TEST_F(verify_door_test, signs_an_operator_in_and_out) {
    const auto in = sign_in(bank_number, "teller1", "correct horse");
    ASSERT_EQ(in.status, 200U) << in.body;
    const auto body = body_of(in);
    EXPECT_EQ(text(body, "operator"), "teller1");
    EXPECT_EQ(text(body.at("verifier").as_object(), "number"), bank_number);
    EXPECT_EQ(text(body.at("verifier").as_object(), "name"), "Bank");
    EXPECT_EQ(text(body, "expires_at"), "2026-10-20T12:30:00Z");
    const std::string set = header_of(in, "Set-Cookie");
    for (const std::string_view part : {"Path=/verify", "HttpOnly", "SameSite=Strict", "Secure", "Max-Age=1800"})
        EXPECT_NE(set.find(part), std::string::npos) << set;
    EXPECT_EQ(set.find("teller1"), std::string::npos);

    const auto cookie = cookie_of(in);
    EXPECT_EQ(body_of(ask("GET", "/verify/api/session", {cookie})), body);
    EXPECT_EQ(ask("GET", "/verify/api/session").status, 401U);
    now.advance(1s);
    const auto out = ask("DELETE", "/verify/api/session", {cookie, of_page});
    EXPECT_EQ(out.status, 204U);
    EXPECT_NE(header_of(out, "Set-Cookie").find("Max-Age=0"), std::string::npos);
    // The cookie was kept by somebody: it is over all the same.
    EXPECT_EQ(ask("GET", "/verify/api/session", {cookie}).status, 401U);
}

TEST_F(verify_door_test, tells_unknown_verifiers_operators_and_wrong_passwords_alike) {
    const std::string wrong = told(sign_in(bank_number, "teller1", "wrong"));
    EXPECT_TRUE(wrong.starts_with("401\n"));
    EXPECT_EQ(told(sign_in(bank_number, "nobody", "correct horse")), wrong);
    EXPECT_EQ(told(sign_in("00000", "teller1", "correct horse")), wrong);
    EXPECT_EQ(told(sign_in(shop_number, "teller1", "correct horse")), wrong);
}

TEST_F(verify_door_test, a_session_lasts_while_it_is_used_and_no_longer_than_a_shift) {
    auto cookie = teller_cookie();
    now.advance(14min);
    EXPECT_EQ(header_of(ask("GET", "/verify/api/session", {cookie}), "Set-Cookie"), "");
    now.advance(15min + 59s);
    const auto late = ask("GET", "/verify/api/session", {cookie});
    ASSERT_EQ(late.status, 200U);
    cookie = cookie_of(late);
    now.advance(29min);
    EXPECT_EQ(ask("GET", "/verify/api/session", {cookie}).status, 200U);
    now.advance(1min);
    EXPECT_EQ(ask("GET", "/verify/api/session", {cookie}).status, 401U);

    cookie = teller_cookie();
    int renewed = 0;
    for (; renewed < 100; ++renewed) {
        now.advance(20min);
        const auto again = ask("GET", "/verify/api/session", {cookie});
        if (again.status != 200U) break;
        if (!header_of(again, "Set-Cookie").empty()) cookie = cookie_of(again);
    }
    EXPECT_EQ(renewed, 35);  // twelve hours
}

TEST_F(verify_door_test, acts_for_its_own_page_only) {
    const auto cookie = teller_cookie();
    const std::string code = code_for(bank);
    const auto without = post_json("/verify/api/redeem", {{"code", code}}, {cookie});
    EXPECT_EQ(without.status, 403U);
    EXPECT_EQ(ask("DELETE", "/verify/api/session", {cookie}).status, 403U);
    EXPECT_EQ(post_json("/verify/api/session", {{"verifier", bank_number}}).status, 403U);
    EXPECT_EQ(redeem_code(code, {"Cookie", "mlango_verify=x"}).status, 401U);
    EXPECT_EQ(redeem_code(code, cookie).status, 200U);
}

TEST_F(verify_door_test, redeems_and_shows_the_receipt_again) {
    const auto cookie = teller_cookie();
    const auto got = redeem_code(code_for(bank), cookie);
    ASSERT_EQ(got.status, 200U) << got.body;
    EXPECT_EQ(header_of(got, "Cache-Control"), "no-store");
    const auto body = body_of(got);
    EXPECT_EQ(body.at("facts").as_object().at("age_over_18").as_bool(), true);
    EXPECT_EQ(body_of(ask("GET", "/verify/api/receipts/" + text(body, "receipt"), {cookie})), body);
    EXPECT_EQ(ask("GET", "/verify/api/receipts/1", {cookie}).status, 404U);
    const auto shop_cookie = cookie_of(sign_in(shop_number, "keeper", "correct horse"));
    EXPECT_EQ(ask("GET", "/verify/api/receipts/" + text(body, "receipt"), {shop_cookie}).status, 404U);
    EXPECT_EQ(told(redeem_code(wrong_code(), cookie)), told(redeem_code(code_for(shop), cookie)));
}

TEST_F(verify_door_test, checks_what_somebody_shows) {
    const auto cookie = teller_cookie();
    const auto taken = body_of(redeem_code(code_for(bank), cookie));
    const std::string credential = text(taken, "credential");
    const auto checked = body_of(post_json("/verify/api/check", {{"credential", credential}}, {of_page, cookie}));
    EXPECT_EQ(text(checked, "outcome"), "valid");
    EXPECT_EQ(text(checked, "kind"), "registration");
    EXPECT_EQ(checked.at("facts").as_object(), taken.at("facts").as_object());

    // Passed on: it was made for the bank.
    const auto shop_cookie = cookie_of(sign_in(shop_number, "keeper", "correct horse"));
    EXPECT_EQ(outcome_of(credential, shop_cookie), "not_ours");
    std::string touched = credential;
    touched[touched.size() / 2] = touched[touched.size() / 2] == 'A' ? 'B' : 'A';
    EXPECT_EQ(outcome_of(touched, cookie), "broken");
    EXPECT_EQ(outcome_of("hello", cookie), "broken");
    // She stops it: the list says so within seconds.
    wait(her().stop_all(wallet::test::amina, wallet::test::hop(9'002)));
    wait(rooms->lists.look());
    EXPECT_EQ(outcome_of(credential, cookie), "stopped");
    now.advance(26h);
    EXPECT_EQ(outcome_of(credential, teller_cookie()), "expired");
}

TEST_F(verify_door_test, a_printed_card_is_valid_for_everybody_until_it_is_frozen) {
    const auto printed = wait(issuing().print(wallet::test::amina, "registration", "over_18"));
    ASSERT_TRUE(printed);
    wait(rooms->lists.look());
    EXPECT_EQ(outcome_of(printed->credential, teller_cookie()), "valid");
    EXPECT_EQ(outcome_of(printed->credential, cookie_of(sign_in(shop_number, "keeper", "correct horse"))), "valid");
    wait(her().freeze(wallet::test::amina, wallet::test::hop(9'003)));
    wait(rooms->lists.look());
    EXPECT_EQ(outcome_of(printed->credential, teller_cookie()), "stopped");
}

TEST_F(verify_door_test, what_is_made_for_a_telephone_is_unsure_until_its_key_signs) {
    const auto offer = wait(issuing().offer(wallet::test::amina, wallet::test::her_group, "household",
                                            wallet::test::sure, wallet::test::hop(9'004)));
    ASSERT_TRUE(offer);
    const auto grant =
        wait(issuing().exchange(wait(issuing().offered_as(offer->number))->pre_authorized_code, offer->tx_code));
    const auto holder = wallet::es256_key::generate();
    const auto issued = wait(issuing().issue(*grant, holder.public_key().jwk()));
    ASSERT_TRUE(issued);
    wait(rooms->lists.look());
    const auto cookie = teller_cookie();
    const auto copied =
        body_of(post_json("/verify/api/check", {{"credential", issued->credential}}, {of_page, cookie}));
    EXPECT_EQ(text(copied, "outcome"), "unsure");
    EXPECT_EQ(text(copied, "why"), "unbound");
    const auto bound = wallet::bind_sd_jwt(issued->credential, holder, "somebody", "once", now.now());
    EXPECT_EQ(outcome_of(bound, cookie), "valid");
    const auto other =
        wallet::bind_sd_jwt(issued->credential, wallet::es256_key::generate(), "somebody", "once", now.now());
    EXPECT_EQ(outcome_of(other, cookie), "broken");
}

TEST_F(verify_door_test, gives_the_page_what_it_keeps_to_check_without_a_line) {
    const auto got = ask("GET", "/verify/trust.json");
    ASSERT_EQ(got.status, 200U);
    const auto body = body_of(got);
    EXPECT_EQ(text(body, "issuer"), options.issuer);
    EXPECT_EQ(body.at("keys").as_array().size(), 1U);
    EXPECT_EQ(text(body.at("keys").as_array().front().as_object(), "kid"), "k1");
    EXPECT_EQ(got.body.find("\"d\""), std::string::npos);
    EXPECT_FALSE(body.at("status_lists").as_array().empty());
    for (const auto& uri : body.at("status_lists").as_array())
        EXPECT_TRUE(std::string(uri.as_string()).starts_with(options.issuer + "/credentials/status/"));
}

TEST_F(verify_door_test, serves_the_page_with_a_policy_and_its_files_for_ever) {
    const auto page = ask("GET", "/verify");
    if (page_files().empty()) GTEST_SKIP() << "the page is not built in";
    ASSERT_EQ(page.status, 200U);
    EXPECT_NE(header_of(page, "Content-Security-Policy").find("default-src 'none'"), std::string::npos);
    EXPECT_EQ(header_of(page, "Cache-Control"), "no-cache");
    EXPECT_EQ(page.body.find("@version@"), std::string::npos);
    EXPECT_EQ(ask("GET", "/verify", {{"If-None-Match", header_of(page, "ETag")}}).status, 304U);
    std::size_t whole = 0;
    for (const embedded_file& one : page_files()) {
        const auto file =
            ask("GET", fmt::format("/verify/assets/{}/{}", page_version(), one.name), {{"Accept-Encoding", "gzip"}});
        EXPECT_EQ(file.status, 200U) << one.name;
        EXPECT_NE(header_of(file, "Cache-Control").find("immutable"), std::string::npos);
        EXPECT_EQ(file.content_type, one.content_type);
        whole += file.body.size();
    }
    EXPECT_LT(whole, 150U * 1'024U);
    EXPECT_EQ(ask("GET", "/verify/assets/old/verify.html").status, 404U);
    EXPECT_EQ(ask("GET", "/verify/nothing.js").status, 404U);
    EXPECT_EQ(ask("GET", "/verify/..%2Fverify.html").status, 404U);
}

}  // namespace
}  // namespace mlango::exchange::test
