#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "gsm/gateway.hpp"

namespace mlango::gsm {
namespace {

const msisdn her = *msisdn::from_e164("+254700000001");
const std::unique_ptr<sms_dialect> dialect = make_africastalking_sms_dialect();

auto submit_request(const gateway_settings& settings, const sms_out& message) {
    return dialect->submit_request(sms_account_of(settings), message);
}

auto submit_result(const sms_dialect::answer& got) {
    return dialect->submit_result({her, "", ""}, got);
}

// Of a batch that holds one.
template <class Value>
std::expected<Value, dialect_fault> the_one(sms_dialect::reading<Value> batch) {
    if (!batch) return std::unexpected(batch.error());
    EXPECT_EQ(batch->values.size(), 1u);
    return batch->values.front();
}

http_request posted(std::string_view body) {
    http_request request;
    request.method = "POST";
    request.body = body;
    return request;
}

auto read_message(std::string_view form, std::string_view gateway) {
    return the_one(dialect->read_messages(posted(form), gateway));
}

auto read_receipt(std::string_view form, std::string_view gateway) {
    return the_one(dialect->read_receipts(posted(form), gateway));
}

std::string message_form(const sms_in& message) {
    return dialect->message_request(message, "/sms/g/in").body;
}

std::string receipt_form(const sms_receipt& receipt) {
    return dialect->receipt_request(receipt, "/sms/g/receipt").body;
}

gateway_settings sender_settings() {
    gateway_settings settings;
    settings.name = "africastalking";
    settings.sms_url = "https://sms.example/version1/messaging";
    settings.sms_username = "sandbox";
    settings.sms_api_key = "k3y";
    settings.sms_sender = "38400";
    return settings;
}

TEST(sms_out, request_is_the_form_of_africas_talking) {
    const auto request = submit_request(sender_settings(), {her, "", "Habari & karibu: 100%"});
    EXPECT_EQ(request.method, "POST");
    EXPECT_EQ(request.url, "https://sms.example/version1/messaging");
    ASSERT_EQ(request.headers.size(), 3u);
    EXPECT_EQ(request.headers[0].name, "apiKey");
    EXPECT_EQ(request.headers[0].value, "k3y");
    EXPECT_EQ(request.headers[1].name, "Accept");
    EXPECT_EQ(request.headers[1].value, "application/json");
    EXPECT_EQ(request.headers[2].value, "application/x-www-form-urlencoded");
    EXPECT_EQ(
        request.body,
        "username=sandbox&to=%2B254700000001&message=Habari+%26+karibu%3A+100%25&from=38400&bulkSMSMode=1&enqueue=1");
}

TEST(sms_out, sender_of_the_message_goes_before_the_gateways) {
    EXPECT_TRUE(submit_request(sender_settings(), {her, "MLANGO", "x"}).body.contains("&from=MLANGO&"));
    auto settings = sender_settings();
    settings.sms_sender.clear();
    EXPECT_FALSE(submit_request(settings, {her, "", "x"}).body.contains("from="));
}

std::string outcome(const std::expected<sms_accepted, submit_failure>& result) {
    if (result) return "accepted " + result->provider_ids.front();
    switch (result.error().what) {
        case submit_refusal::temporary:
            return "temporary";
        case submit_refusal::permanent:
            return "permanent";
        case submit_refusal::busy:
            return "busy";
        case submit_refusal::unknown:
            return "unknown";
    }
    return "?";
}

std::string outcome_of(unsigned status, std::string body) {
    http_response response;
    response.status = status;
    response.body = std::move(body);
    return outcome(submit_result(response));
}

std::string answer(std::string_view recipient, std::string_view message = "Sent to 1/1 Total Cost: KES 0.8000") {
    return fmt::format(R"({{"SMSMessageData":{{"Message":"{}","Recipients":[{}]}}}})", message, recipient);
}

TEST(sms_out, recipients_status_decides) {
    struct row {
        int code;
        std::string_view status;
        std::string_view outcome;
    };
    const row rows[] = {
        {100, "Processed", "accepted ATXid_1"},
        {101, "Sent", "accepted ATXid_1"},
        {102, "Queued", "accepted ATXid_1"},
        {401, "RiskHold", "unknown"},
        {402, "InvalidSenderId", "temporary"},
        {403, "InvalidPhoneNumber", "permanent"},
        {404, "UnsupportedNumberType", "permanent"},
        {405, "InsufficientBalance", "temporary"},
        {406, "UserInBlacklist", "permanent"},
        {407, "CouldNotRoute", "permanent"},
        {409, "DoNotDisturbRejection", "permanent"},
        {500, "InternalServerError", "unknown"},
        {501, "GatewayError", "unknown"},
        {502, "RejectedByGateway", "temporary"},
        {103, "SomethingNew", "unknown"},
        {0, "SomethingNew", "unknown"},
    };
    for (const row& row : rows) {
        const auto recipient = [&](std::string_view code) {
            return fmt::format(
                R"({{{}"number":"+254700000001","status":"{}","cost":"KES 0.8000","messageId":"ATXid_1"}})", code,
                row.status);
        };
        EXPECT_EQ(outcome_of(201, answer(recipient(fmt::format("\"statusCode\":{},", row.code)))), row.outcome)
            << row.code;
        EXPECT_EQ(outcome_of(200, answer(recipient(fmt::format("\"statusCode\":\"{}\",", row.code)))), row.outcome)
            << row.code;
        EXPECT_EQ(outcome_of(200, answer(recipient(""))), row.outcome) << row.status;
    }
}

TEST(sms_out, a_refusal_of_the_whole_request_lists_nobody) {
    EXPECT_EQ(outcome_of(201, answer("", "InvalidSenderId")), "temporary");
    EXPECT_EQ(outcome_of(201, answer("", "InvalidPhoneNumber")), "permanent");
    EXPECT_EQ(outcome_of(201, answer("", "Sent to 0/1 Total Cost: 0")), "permanent");
    EXPECT_EQ(outcome_of(201, answer("", "Sent")), "unknown");
    EXPECT_EQ(outcome_of(201, answer("", "Something new")), "unknown");
}

TEST(sms_out, answers_that_cannot_be_read_are_unknown) {
    const std::string whole = answer(R"({"statusCode":101,"messageId":"ATXid_1"})");
    ASSERT_EQ(outcome_of(201, whole), "accepted ATXid_1");
    for (std::size_t length = 0; length < whole.size(); ++length) {
        EXPECT_EQ(outcome_of(201, whole.substr(0, length)), "unknown") << length;
    }
    for (const std::string& body :
         {std::string("null"), std::string("[]"), std::string(R"({"SMSMessageData":[]})"),
          std::string(R"({"SMSMessageData":{"Recipients":{}}})"), answer("1"), answer("{}"), answer("[]"),
          answer(R"({"statusCode":101})"), answer(R"({"statusCode":101,"messageId":""})"),
          answer(R"({"statusCode":101,"messageId":"None"})"), answer(R"({"statusCode":101,"messageId":7})"),
          answer(R"({"statusCode":1.5,"messageId":"x"})"), answer(R"({"statusCode":-1,"messageId":"x"})"),
          answer(R"({"statusCode":"101x","messageId":"x"})"), answer(R"({"statusCode":99999999999,"messageId":"x"})"),
          answer(fmt::format(R"({{"statusCode":101,"messageId":"{}"}})", std::string(129, 'x'))),
          std::string(100'000, '['), whole + "x", std::string("\xFF")}) {
        EXPECT_EQ(outcome_of(201, body), "unknown") << body.substr(0, 80);
    }
}

TEST(sms_out, the_exchange_decides_what_may_be_sent_again) {
    struct row {
        unsigned status;
        std::string_view outcome;
    };
    const row rows[] = {{400, "permanent"}, {401, "temporary"}, {403, "temporary"}, {404, "temporary"},
                        {408, "unknown"},   {413, "permanent"}, {422, "permanent"}, {429, "busy"},
                        {500, "unknown"},   {502, "unknown"},   {503, "unknown"},   {504, "unknown"},
                        {302, "unknown"},   {204, "unknown"}};
    for (const row& row : rows) EXPECT_EQ(outcome_of(row.status, ""), row.outcome) << row.status;
    EXPECT_EQ(outcome(submit_result(std::unexpected(http_failure::not_sent))), "busy");
    EXPECT_EQ(outcome(submit_result(std::unexpected(http_failure::bad_url))), "temporary");
    EXPECT_EQ(outcome(submit_result(std::unexpected(http_failure::unknown))), "unknown");
}

constexpr std::string_view incoming =
    "linkId=28a92cdf&text=Msaada+wangu&to=38400&id=6f7a-1&date=2025-03-01+09%3A30%3A12&from=%2B254700000001&cost=None"
    "&networkCode=63902";

TEST(sms_in, reads_a_message) {
    for (const std::string_view date : {"2025-03-01+09%3A30%3A12", "2025-03-01T09%3A30%3A12Z", "yesterday", ""}) {
        const auto message = read_message(
            fmt::format("id=6f7a-1&from=%2B254700000001&to=38400&text=Msaada&date={}", date), "africastalking");
        ASSERT_TRUE(message) << message.error().message;
    }
    const auto message = read_message(incoming, "africastalking");
    ASSERT_TRUE(message) << message.error().message;
    EXPECT_EQ(message->gateway, "africastalking");
    EXPECT_EQ(message->provider_id, "6f7a-1");
    EXPECT_EQ(message->from, her);
    EXPECT_EQ(message->to, "38400");
    EXPECT_EQ(message->text, "Msaada wangu");
    EXPECT_EQ(read_message("id=1&from=254700000001&to=1", "g")->text, "");
}

TEST(sms_in, a_long_text_is_cut_between_characters) {
    const std::string arabic = "م";
    for (std::size_t before = 0; before < 4; ++before) {
        std::string text(before, 'a');
        while (text.size() <= 1'700) text += arabic;
        const auto message = read_message(message_form({"g", "1", her, "38400", text}), "g");
        ASSERT_TRUE(message);
        EXPECT_EQ(message->text.size(), before % 2 == 0 ? 1'600u : 1'599u);
        EXPECT_TRUE(text.starts_with(message->text));
    }
    const std::string fits(1'600, 'x');
    EXPECT_EQ(read_message(message_form({"g", "1", her, "38400", fits}), "g")->text, fits);
}

TEST(sms_in, refuses_naming_the_field) {
    struct row {
        std::string form;
        std::string_view fault;
    };
    const row rows[] = {
        {"from=254700000001&to=1&text=siri", "id is missing"},
        {"id=1&to=1&text=siri", "from is missing"},
        {"id=1&from=254700000001&text=siri", "to is missing"},
        {"id=1&from=siri&to=1", "from is not a telephone number"},
        {"id=1&from=254700000001&to=1&text=siri%FF", "text is not percent-encoded UTF-8"},
        {"id=1&id=1&from=254700000001&to=1", "id is given more than once"},
        {"id=" + std::string(129, '1') + "&from=254700000001&to=1", "id is longer than 128 bytes"},
        {"id=1&from=254700000001&to=" + std::string(33, '1'), "to is longer than 32 bytes"},
        {"id=1&from=254700000001&to=1&text=" + std::string(65'537, 'x'), "text is longer than 65536 bytes"},
    };
    for (const row& row : rows) {
        const auto message = read_message(row.form, "g");
        ASSERT_FALSE(message) << row.form.substr(0, 80);
        EXPECT_TRUE(message.error().message.starts_with(row.fault)) << message.error().message;
        EXPECT_FALSE(message.error().message.contains("siri"));
    }
}

TEST(sms_in, truncated_forms) {
    for (std::size_t length = 0; length < incoming.size(); ++length) {
        const auto message = read_message(incoming.substr(0, length), "g");
        if (message) EXPECT_GE(length, incoming.find("from=") + 5 + 8) << length;
    }
}

TEST(sms_receipts, states) {
    struct row {
        std::string_view status;
        receipt_state state;
        bool final;
        std::string_view reason;
    };
    const row rows[] = {
        {"Sent", receipt_state::accepted, false, ""},
        {"Submitted", receipt_state::accepted, false, ""},
        {"Buffered", receipt_state::buffered, false, "Buffered"},
        {"AbsentSubscriber", receipt_state::buffered, false, "AbsentSubscriber"},
        {"Success", receipt_state::delivered, true, ""},
        {"Failed", receipt_state::failed, true, ""},
        {"Expired", receipt_state::expired, true, ""},
        {"Rejected", receipt_state::rejected, true, ""},
        {"SomethingNew", receipt_state::unknown, false, "SomethingNew"},
        {"success", receipt_state::unknown, false, "success"},
    };
    for (const row& row : rows) {
        const auto receipt = read_receipt(
            fmt::format("id=ATXid_1&status={}&phoneNumber=%2B254700000001&networkCode=63902&retryCount=0", row.status),
            "africastalking");
        ASSERT_TRUE(receipt) << receipt.error().message;
        EXPECT_EQ(receipt->gateway, "africastalking");
        EXPECT_EQ(receipt->provider_id, "ATXid_1");
        EXPECT_EQ(receipt->to, her);
        EXPECT_EQ(receipt->state, row.state) << row.status;
        EXPECT_EQ(is_final(receipt->state), row.final) << row.status;
        EXPECT_EQ(receipt->reason, row.reason);
    }
}

TEST(sms_receipts, reason_and_number_may_be_anything) {
    const auto receipt =
        read_receipt("id=1&status=Failed&phoneNumber=unknown&failureReason=" + std::string(63, 'x') + "%D9%85", "g");
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->to, std::nullopt);
    EXPECT_EQ(receipt->reason, std::string(63, 'x'));
    EXPECT_EQ(read_receipt("id=1&status=Failed&failureReason=UserInBlackList", "g")->reason, "UserInBlackList");
    EXPECT_TRUE(read_receipt("status=Failed", "g").error().message.starts_with("id is missing"));
    EXPECT_TRUE(read_receipt("id=1", "g").error().message.starts_with("status is missing"));
}

TEST(sms_receipts, every_state_has_a_name_and_a_form) {
    std::set<std::string_view> names;
    for (const receipt_state state :
         {receipt_state::accepted, receipt_state::buffered, receipt_state::delivered, receipt_state::failed,
          receipt_state::expired, receipt_state::rejected, receipt_state::unknown}) {
        EXPECT_TRUE(names.insert(name_of(state)).second);
        const auto receipt = read_receipt(receipt_form({"g", "1", her, state, "why"}), "g");
        ASSERT_TRUE(receipt);
        EXPECT_EQ(receipt->state, state);
        EXPECT_EQ(receipt->to, her);
        EXPECT_EQ(receipt->reason, "why");
    }
}

http_request submission(std::string body) {
    http_request request = posted(body);
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"apiKey", "k"}};
    return request;
}

TEST(played_africastalking, splits_the_list_of_receivers) {
    const auto read = dialect->read_submission(submission("username=u&to=%2B1234567,+%2B2345678,,&message=m"));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->to, (std::vector<std::string>{"+1234567", "+2345678"}));
    EXPECT_EQ(read->from, "AFRICASTKNG");
    EXPECT_EQ(read->api_key, "k");
}

TEST(played_africastalking, says_how_many_went_out) {
    const std::vector<played_recipient> recipients{{"+254711000001", "a"}, {"x", std::nullopt}, {"+254711000002", "b"}};
    const http_response answer = dialect->write_submitted({}, recipients);
    EXPECT_EQ(answer.status, 201U);
    EXPECT_TRUE(answer.body.contains("Sent to 2/3 Total Cost: KES 1.6000")) << answer.body;
    EXPECT_TRUE(answer.body.contains(R"("statusCode":403)"));
}

TEST(played_africastalking, refuses_what_is_missing_or_too_long) {
    for (const char* body : {"", "username=u&to=%2B1234567", "username=u&message=m", "to=%2B1234567&message=m",
                             "username=u&to=,&message=m", "username=%ZZ&to=1&message=m"}) {
        EXPECT_FALSE(dialect->read_submission(submission(body))) << body;
    }
    const std::string start = "username=u&to=%2B1234567&message=";
    EXPECT_TRUE(dialect->read_submission(submission(start + std::string(1600, 'a'))));
    EXPECT_FALSE(dialect->read_submission(submission(start + std::string(1601, 'a'))));
    std::string many = "username=u&message=m&to=";
    for (int i = 0; i < 100; ++i) many += "%2B1234567,";
    EXPECT_TRUE(dialect->read_submission(submission(many)));
    EXPECT_FALSE(dialect->read_submission(submission(many + "%2B1234567")));
    http_request json = submission("{}");
    json.headers[0].value = "application/json";
    EXPECT_FALSE(dialect->read_submission(json));
}

}  // namespace
}  // namespace mlango::gsm
