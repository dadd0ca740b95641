#include <gtest/gtest.h>

#include "gsm/camara/messages.hpp"
#include "gsm/camara/settings.hpp"

namespace mlango::gsm::camara {
namespace {

using namespace std::chrono_literals;

const msisdn number = *msisdn::from_e164("+254711000001");

TEST(camara, asks_as_the_definitions_say) {
    EXPECT_EQ(sim_swap_body(number, 240), R"({"phoneNumber":"+254711000001","maxAge":240})");
    EXPECT_EQ(sim_swap_body(number, 0), R"({"phoneNumber":"+254711000001","maxAge":1})");
    EXPECT_EQ(sim_swap_body(number, 9'999), R"({"phoneNumber":"+254711000001","maxAge":2400})");
    EXPECT_EQ(number_recycling_body(number, std::chrono::year(2024) / 2 / 9),
              R"({"phoneNumber":"+254711000001","specifiedDate":"2024-02-09"})");
    EXPECT_EQ(token_body("sim-swap:check number-recycling:check"),
              "grant_type=client_credentials&scope=sim-swap%3Acheck+number-recycling%3Acheck");
    EXPECT_EQ(basic_credentials("mlango", "a:b c"), "Basic bWxhbmdvOmElM0FiK2M=");  // mlango:a%3Ab+c
}

TEST(camara, reads_what_is_answered) {
    struct one {
        unsigned status;
        const char* body;
        reply_kind kind;
        bool value = false;
    };
    for (const auto& [status, body, kind, value] : std::vector<one>{
             {200, R"({"swapped":true})", reply_kind::told, true},
             {200, R"({"swapped":false,"more":{}})", reply_kind::told, false},
             {200, R"({"swapped":"true"})", reply_kind::broken},
             {200, R"({"swapped":null})", reply_kind::broken},
             {200, R"({})", reply_kind::broken},
             {200, "[true]", reply_kind::broken},
             {200, "", reply_kind::broken},
             {400, R"({"status":400,"code":"OUT_OF_RANGE","message":"30 days"})", reply_kind::out_of_range},
             {400, R"({"status":400,"code":"SIM_SWAP.OUT_OF_RANGE","message":""})", reply_kind::out_of_range},
             {400, R"({"status":400,"code":"INVALID_ARGUMENT","message":""})", reply_kind::refused},
             {400, "no JSON", reply_kind::refused},
             {401, R"({"code":"UNAUTHENTICATED"})", reply_kind::not_allowed},
             {403, R"({"code":"PERMISSION_DENIED"})", reply_kind::refused},
             {404, R"({"code":"IDENTIFIER_NOT_FOUND"})", reply_kind::not_known},
             {422, R"({"code":"SERVICE_NOT_APPLICABLE"})", reply_kind::not_known},
             {429, R"({"code":"TOO_MANY_REQUESTS"})", reply_kind::busy},
             {503, "", reply_kind::busy},
             {302, "", reply_kind::refused}}) {
        const auto read = read_check(status, body, swapped_member);
        EXPECT_EQ(read.kind, kind) << status << body;
        EXPECT_EQ(read.value, value) << status << body;
    }
    EXPECT_EQ(read_check(200, R"({"phoneNumberRecycled":true})", recycled_member).value, true);
    EXPECT_EQ(read_check(200, std::string(1 << 20, ' ') + R"({"swapped":true})", swapped_member).kind,
              reply_kind::broken);
}

TEST(camara, reads_tokens) {
    const auto good = read_token(200, R"({"access_token":"abc","token_type":"Bearer","expires_in":600})");
    ASSERT_TRUE(good);
    EXPECT_EQ(good->value, "abc");
    EXPECT_EQ(good->life, 600s);
    EXPECT_EQ(read_token(200, R"({"access_token":"abc","token_type":"bearer"})")->life, 300s);
    EXPECT_EQ(read_token(200, R"({"access_token":"abc","token_type":"bearer","expires_in":-5})")->life, 0s);
    for (const char* bad :
         {"", "{}", R"({"access_token":"abc"})", R"({"access_token":"abc","token_type":"mac"})",
          R"({"access_token":"","token_type":"bearer"})", R"({"access_token":"a b","token_type":"bearer"})",
          R"({"access_token":"a\r\nX: y","token_type":"bearer"})", R"({"access_token":7,"token_type":"bearer"})"})
        EXPECT_FALSE(read_token(200, bad)) << bad;
    EXPECT_FALSE(read_token(401, R"({"access_token":"abc","token_type":"bearer"})"));
}

TEST(camara, faults_of_settings_are_told) {
    camara_settings good{.name = "safari",
                         .api_root = "https://api.example",
                         .token_url = "https://api.example/token",
                         .client_id = "c",
                         .client_secret = "s",
                         .prefixes = {"25471"}};
    EXPECT_TRUE(faults_of(good).empty());
    const auto faults = [&](auto change) {
        auto bad = good;
        change(bad);
        return faults_of(bad).size();
    };
    EXPECT_EQ(faults([](auto& s) { s.name.clear(); }), 1U);
    EXPECT_EQ(faults([](auto& s) { s.api_root = "http://api.example"; }), 1U);
    EXPECT_EQ(faults([](auto& s) { s.api_root = "http://127.0.0.1.example"; }), 1U);
    EXPECT_EQ(faults([](auto& s) { s.api_root = "http://127.0.0.1:9000"; }), 0U);
    EXPECT_EQ(faults([](auto& s) { s.api_root += "/"; }), 1U);
    EXPECT_EQ(faults([](auto& s) { s.token_url = "ftp://x"; }), 1U);
    EXPECT_EQ(faults([](auto& s) { s.client_secret.clear(); }), 1U);
    EXPECT_EQ(faults([](auto& s) { s.sim_swap_path = "x"; }), 1U);
    EXPECT_EQ(faults([](auto& s) { s.sim_swap_path.clear(); }), 0U);
    EXPECT_EQ(faults([](auto& s) { s.sim_swap_path.clear(), s.number_recycling_path.clear(); }), 1U);
    EXPECT_EQ(faults([](auto& s) { s.prefixes = {"+254"}; }), 1U);
    EXPECT_EQ(faults([](auto& s) { s.patience = 1ms; }), 1U);
}

}  // namespace
}  // namespace mlango::gsm::camara
