#include "simulator/played_sms.hpp"

#include <gtest/gtest.h>

#include "gsm/gateway.hpp"
#include "gsm/sms_africastalking.hpp"

namespace mlango::simulator {
namespace {

http_request post(std::string body) {
    http_request request;
    request.method = "POST";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"apiKey", "k"}};
    request.body = std::move(body);
    return request;
}

TEST(played_sms, reads_what_our_own_sender_writes) {
    gsm::gateway_settings settings;
    settings.sms_url = "http://127.0.0.1/version1/messaging";
    settings.sms_username = "sandbox";
    settings.sms_api_key = "secret";
    settings.sms_sender = "384";
    const http_client::outgoing sent =
        gsm::submit_request(settings, {*gsm::msisdn::from_e164("+254711000001"), "", "Habari & \"karibu\" مرحبا"});
    http_request request;
    request.method = sent.method;
    request.headers = sent.headers;
    request.body = sent.body;
    const auto submission = read_submission(request);
    ASSERT_TRUE(submission) << submission.error();
    EXPECT_EQ(submission->username, "sandbox");
    EXPECT_EQ(submission->api_key, "secret");
    EXPECT_EQ(submission->from, "384");
    EXPECT_EQ(submission->to, std::vector<std::string>{"+254711000001"});
    EXPECT_EQ(submission->message, "Habari & \"karibu\" مرحبا");
}

TEST(played_sms, answers_what_our_own_sender_understands) {
    const auto accepted = gsm::submit_result(submission_answer({{"+254711000001", "ATXid_1"}}));
    ASSERT_TRUE(accepted);
    EXPECT_EQ(accepted->provider_ids.front(), "ATXid_1");
    EXPECT_EQ(gsm::submit_result(submission_answer({{"12", std::nullopt}})).error(), gsm::submit_refusal::permanent);
    EXPECT_EQ(gsm::submit_result(unknown_account()).error(), gsm::submit_refusal::temporary);
}

TEST(played_sms, says_how_many_went_out) {
    const http_response answer =
        submission_answer({{"+254711000001", "a"}, {"x", std::nullopt}, {"+254711000002", "b"}});
    EXPECT_EQ(answer.status, 201U);
    EXPECT_NE(answer.body.find("Sent to 2/3 Total Cost: KES 1.6000"), std::string::npos) << answer.body;
    EXPECT_NE(answer.body.find(R"("statusCode":403)"), std::string::npos);
}

TEST(played_sms, splits_the_list_of_receivers) {
    const auto submission = read_submission(post("username=u&to=%2B1234567,+%2B2345678,,&message=m"));
    ASSERT_TRUE(submission);
    EXPECT_EQ(submission->to, (std::vector<std::string>{"+1234567", "+2345678"}));
    EXPECT_EQ(submission->from, "AFRICASTKNG");
}

TEST(played_sms, refuses_what_is_missing_or_too_long) {
    for (const char* body : {"", "username=u&to=%2B1234567", "username=u&message=m", "to=%2B1234567&message=m",
                             "username=u&to=,&message=m", "username=%ZZ&to=1&message=m"}) {
        EXPECT_FALSE(read_submission(post(body))) << body;
    }
    const std::string start = "username=u&to=%2B1234567&message=";
    EXPECT_TRUE(read_submission(post(start + std::string(1600, 'a'))));
    EXPECT_FALSE(read_submission(post(start + std::string(1601, 'a'))));
    std::string many = "username=u&message=m&to=";
    for (int i = 0; i < 100; ++i) many += "%2B1234567,";
    EXPECT_TRUE(read_submission(post(many)));
    EXPECT_FALSE(read_submission(post(many + "%2B1234567")));
    http_request json = post("{}");
    json.headers[0].value = "application/json";
    EXPECT_FALSE(read_submission(json));
}

}  // namespace
}  // namespace mlango::simulator
