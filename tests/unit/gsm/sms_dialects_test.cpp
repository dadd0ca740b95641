// What holds for every SMS dialect: what the one side writes the other reads. And what is particular to each.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "base/bytes.hpp"
#include "gsm/gateway.hpp"

namespace mlango::gsm {
namespace {

using namespace std::chrono_literals;

const msisdn her = *msisdn::from_e164("+254700000001");
constexpr std::string_view texts[] = {"Habari", "مرحبا & karibu: 100%", "a+b=c&d;e\r\nf\t{€}~", "ኣመሰግናለሁ 😀",
                                      "\"'<>\\/"};

std::unique_ptr<sms_dialect> made(std::string_view name) {
    return make_sms_dialect(name);
}

sms_account account_of(std::string_view dialect) {
    return {.gateway = "g",
            .url = dialect == "twilio" ? "https://p.example/2010-04-01/Accounts/AC1/Messages.json"
                                       : "https://p.example/sms/2/text/advanced",
            .username = "mlango",
            .api_key = "5ecret:with+/=",
            .sender = "384",
            .receipts = "https://m.example/sms/g/receipt?key=demo",
            .route = {}};
}

http_request arrived(const http_client::outgoing& sent) {
    http_request request;
    request.method = sent.method;
    request.target = sent.url.substr(sent.url.find('/', 8));
    request.headers = sent.headers;
    request.body = sent.body;
    return request;
}

class every_sms_dialect : public testing::TestWithParam<std::string_view> {
protected:
    const std::unique_ptr<sms_dialect> dialect = made(GetParam());
    const sms_account account = account_of(GetParam());
};

TEST_P(every_sms_dialect, is_named_as_it_is_made) {
    ASSERT_NE(dialect, nullptr);
    EXPECT_EQ(dialect->name(), GetParam());
}

TEST_P(every_sms_dialect, hands_over_her_message_as_it_is) {
    for (const std::string_view text : texts) {
        const auto request = dialect->message_request({"g", "id-1", her, "384", std::string(text)}, "/sms/g/in?key=k");
        EXPECT_TRUE(dialect->reads(request.method));
        EXPECT_FALSE(request.target.contains("254700000001")) << "a number in an address";
        const auto batch = dialect->read_messages(request, "g");
        ASSERT_TRUE(batch) << batch.error().message;
        ASSERT_EQ(batch->values.size(), 1u);
        const sms_in& message = batch->values.front();
        EXPECT_EQ(message.gateway, "g");
        EXPECT_EQ(message.provider_id, "id-1");
        EXPECT_EQ(message.from, her);
        EXPECT_EQ(message.to, "384");
        EXPECT_EQ(message.text, text);
    }
}

TEST_P(every_sms_dialect, cuts_a_long_text_between_characters) {
    std::string text = "a";
    while (text.size() <= 1'700) text += "م";
    const auto batch = dialect->read_messages(dialect->message_request({"g", "1", her, "384", text}, "/sms/g/in"), "g");
    ASSERT_TRUE(batch);
    EXPECT_EQ(batch->values.at(0).text.size(), 1'599u);
}

TEST_P(every_sms_dialect, tells_each_state) {
    for (const receipt_state state :
         {receipt_state::accepted, receipt_state::buffered, receipt_state::delivered, receipt_state::failed,
          receipt_state::expired, receipt_state::rejected, receipt_state::unknown}) {
        const auto request = dialect->receipt_request(
            {.gateway = "g", .provider_id = "77", .to = her, .state = state, .reason = {}, .reference = 77},
            "/sms/g/receipt?key=k");
        EXPECT_TRUE(dialect->reads(request.method));
        const auto batch = dialect->read_receipts(request, "g");
        ASSERT_TRUE(batch) << batch.error().message;
        const sms_receipt& read = batch->values.at(0);
        EXPECT_EQ(read.provider_id, "77");
        EXPECT_EQ(is_final(read.state), is_final(state)) << name_of(state);
        if (state == receipt_state::delivered) EXPECT_EQ(read.state, state);
        if (read.to) EXPECT_EQ(*read.to, her);
    }
}

TEST_P(every_sms_dialect, submits_what_the_provider_reads) {
    for (const std::string_view text : texts) {
        const sms_out message{
            .to = her, .sender = "", .text = std::string(text), .reference = 77, .lasts = 90min, .urgent = true};
        const auto request = dialect->submit_request(account, message);
        EXPECT_FALSE(request.url.contains("254700000001"));
        EXPECT_FALSE(request.url.contains("5ecret"));
        const auto read = dialect->read_submission(arrived(request));
        ASSERT_TRUE(read) << read.error().body;
        EXPECT_EQ(read->api_key, account.api_key);
        if (dialect->needs_username()) EXPECT_EQ(read->username, "mlango");
        EXPECT_EQ(read->text, text);
        EXPECT_EQ(read->from, "384");
        ASSERT_EQ(read->to.size(), 1u);
        EXPECT_EQ(msisdn::from_e164(read->to.front()), her);
        EXPECT_TRUE(read->receipts.empty() || read->receipts.starts_with(account.receipts)) << read->receipts;

        const std::vector<played_recipient> taken{{her.e164(), "SM0123456789abcdef0123456789abcdef"}};
        const auto accepted = dialect->submit_result(message, dialect->write_submitted(*read, taken));
        ASSERT_TRUE(accepted) << accepted.error().reason;
        EXPECT_EQ(accepted->provider_ids.size(), 1u);
        const std::vector<played_recipient> refused{{"12", std::nullopt}};
        EXPECT_EQ(dialect->submit_result(message, dialect->write_submitted(*read, refused)).error(),
                  submit_refusal::permanent);
        EXPECT_EQ(dialect->submit_result(message, dialect->write_unknown_account()).error(), submit_refusal::temporary);
    }
}

TEST_P(every_sms_dialect, a_lost_answer_is_unknown_and_no_connection_is_not) {
    const sms_out message{her, "", "x"};
    EXPECT_EQ(dialect->submit_result(message, std::unexpected(http_failure::unknown)).error(), submit_refusal::unknown);
    EXPECT_EQ(dialect->submit_result(message, std::unexpected(http_failure::not_sent)).error(), submit_refusal::busy);
    EXPECT_EQ(dialect->submit_result(message, std::unexpected(http_failure::bad_url)).error(),
              submit_refusal::temporary);
    for (const unsigned status : {302u, 408u, 500u, 502u, 504u}) {
        http_response answer;
        answer.status = status;
        EXPECT_EQ(dialect->submit_result(message, answer).error(), submit_refusal::unknown) << status;
    }
    for (const std::string_view body : {"", "{", "null", "[]", "{}", "\xFF", "1: ?"}) {
        http_response answer;
        answer.body = body;
        EXPECT_EQ(dialect->submit_result(message, answer).error(), submit_refusal::unknown) << body;
    }
}

TEST_P(every_sms_dialect, an_acceptance_cut_anywhere_accepts_nothing_else) {
    const sms_out message{.to = her, .sender = "", .text = "x", .reference = 77};
    const std::vector<played_recipient> taken{{her.e164(), "SM0123456789abcdef0123456789abcdef"}};
    const http_response whole = dialect->write_submitted({}, taken);
    const auto accepted = dialect->submit_result(message, whole);
    ASSERT_TRUE(accepted);
    for (std::size_t length = 0; length < whole.body.size(); ++length) {
        http_response part = whole;
        part.body.resize(length);
        const auto result = dialect->submit_result(message, part);
        if (result) EXPECT_EQ(result->provider_ids, accepted->provider_ids) << length;
    }
}

TEST_P(every_sms_dialect, a_request_cut_anywhere_is_a_fault_or_well_formed) {
    const std::string text = "Siri yangu مرحبا";
    const http_request whole = dialect->message_request({"g", "id-1", her, "384", text}, "/sms/g/in?key=k");
    for (std::size_t length = 0; length < whole.body.size(); ++length) {
        http_request part = whole;
        part.body.resize(length);
        const auto batch = dialect->read_messages(part, "g");
        if (!batch) {
            EXPECT_FALSE(batch.error().message.contains("Siri"));
            continue;
        }
        for (const sms_in& message : batch->values) EXPECT_TRUE(is_utf8(message.text));
    }
}

INSTANTIATE_TEST_SUITE_P(sms, every_sms_dialect,
                         testing::ValuesIn(sms_dialect_names().begin(), sms_dialect_names().end()),
                         [](const auto& one) { return std::string(one.param); });

// The example of Twilio's own page on security, which its libraries test with.
TEST(twilio_sms, signature_of_the_known_example) {
    const auto twilio = make_twilio_sms_dialect();
    http_request request;
    request.body = "Digits=1234&To=%2B18005551212&From=%2B12349013030&Caller=%2B12349013030&CallSid=CA1234567890ABCDE";
    request.headers = {{"X-Twilio-Signature", "0/KCTR6DLpKmkAf8muzZqo1nDgQ="}};
    const std::vector<std::string> tokens{"another", "12345"};
    const std::string url = "https://mycompany.com/myapp.php?foo=1&bar=2";
    EXPECT_TRUE(twilio->is_signed(request, url, tokens));
    EXPECT_FALSE(twilio->is_signed(request, url, std::vector<std::string>{"1234"}));
    EXPECT_FALSE(twilio->is_signed(request, url + "3", tokens));
    EXPECT_FALSE(twilio->is_signed(request, url, {}));
    request.headers[0].value = "0/KCTR6DLpKmkAf8muzZqo1nDgQ";
    EXPECT_FALSE(twilio->is_signed(request, url, tokens));
    request.headers.clear();
    EXPECT_FALSE(twilio->is_signed(request, url, tokens));
}

TEST(twilio_sms, signature_covers_each_byte_of_the_form) {
    const auto twilio = make_twilio_sms_dialect();
    const std::vector<std::string> tokens{"t0ken"};
    const std::string url = "https://m.example:8443/sms/g/in?key=k";
    http_request request = twilio->message_request({"g", "SM1", her, "384", "Msaada مرحبا"}, "/sms/g/in?key=k");
    twilio->sign(request, url, tokens.front());
    ASSERT_TRUE(twilio->is_signed(request, url, tokens));
    EXPECT_TRUE(twilio->is_signed(request, "https://m.example/sms/g/in?key=k", tokens) == false)
        << "another port than the scheme's is part of the address";
    for (std::size_t at = 0; at < request.body.size(); ++at) {
        http_request changed = request;
        changed.body[at] = changed.body[at] == 'x' ? 'y' : 'x';
        EXPECT_FALSE(twilio->is_signed(changed, url, tokens)) << at;
    }
}

TEST(kannel_sms, reads_the_character_sets_that_smsbox_writes) {
    const auto kannel = make_kannel_sms_dialect();
    const auto text_of = [&](std::string charset, std::string body) -> std::string {
        http_request request = kannel->message_request({"g", "1", her, "384", std::move(body)}, "/sms/g/in?key=k");
        request.headers[0].value = "text/plain; charset=" + charset;
        const auto batch = kannel->read_messages(request, "g");
        return batch ? batch->values.at(0).text : "fault";
    };
    using namespace std::string_literals;
    EXPECT_EQ(text_of("\"UTF-16BE\"", "\x06\x33\x06\x2D\x06\x27\x06\x45"), "سحام");
    EXPECT_EQ(text_of("UTF-16BE", "\xD8\x3D\xDE\x00"s), "😀");
    EXPECT_EQ(text_of("utf-16be", "\xD8\x3D"s), "\uFFFD") << "half a pair";
    EXPECT_EQ(text_of("utf-16be", "\xD8\x3D\0a"s), "\uFFFDa");
    EXPECT_EQ(text_of("utf-16be", "\xDE\x00"s), "\uFFFD");
    EXPECT_EQ(text_of("utf-16be", "\x06"), "fault") << "half a unit";
    EXPECT_EQ(text_of("ISO-8859-1; x=y", "Caf\xE9"), "Café");
    EXPECT_EQ(text_of("UTF-8", "Caf\xE9"), "fault");
    EXPECT_EQ(text_of("KOI8-R", "x"), "fault");
    EXPECT_EQ(text_of("", "Café"), "Café");
    EXPECT_EQ(text_of("utf-16be", "\0\0"s), "fault") << "a NUL";
}

TEST(kannel_sms, asks_for_receipts_only_when_they_could_be_told_apart) {
    const auto kannel = make_kannel_sms_dialect();
    const auto asks = [&](const sms_account& account, std::uint64_t reference) {
        const auto request =
            kannel->submit_request(account, {.to = her, .sender = "", .text = "x", .reference = reference});
        return std::ranges::any_of(request.headers, [](const auto& one) { return one.name == "X-Kannel-DLR-Url"; });
    };
    sms_account account = account_of("kannel");
    EXPECT_TRUE(asks(account, 77));
    EXPECT_FALSE(asks(account, 0));
    account.receipts.clear();
    EXPECT_FALSE(asks(account, 77));
}

TEST(kannel_sms, a_receipt_names_the_reference_and_nothing_of_hers) {
    const auto kannel = make_kannel_sms_dialect();
    const auto request = kannel->submit_request(
        account_of("kannel"), {.to = her, .sender = "", .text = "Siri", .reference = 18'446'744'073'709'551'615u});
    const auto read = kannel->read_submission(arrived(request));
    ASSERT_TRUE(read);
    const auto receipt = kannel->receipt_request(
        {.gateway = "g", .provider_id = "", .to = her, .state = receipt_state::delivered, .reason = {}, .reference = 0},
        read->receipts.substr(17));
    EXPECT_EQ(receipt.target, "/sms/g/receipt?key=demo&ref=18446744073709551615&state=1");
    EXPECT_EQ(kannel->read_receipts(receipt, "g")->values.at(0).reference, 18'446'744'073'709'551'615u);
    for (const std::string_view query : {"ref=77", "state=1", "ref=0&state=1", "ref=x&state=1", "ref=77&ref=78&state=1",
                                         "ref=18446744073709551616&state=1", "ref=-1&state=1"}) {
        http_request request_of;
        request_of.method = "GET";
        request_of.target = fmt::format("/sms/g/receipt?key=demo&{}", query);
        EXPECT_FALSE(kannel->read_receipts(request_of, "g")) << query;
    }
}

TEST(infobip_sms, bounds_of_a_batch) {
    const auto infobip = make_infobip_sms_dialect();
    const auto batch_of = [&](std::size_t count) {
        std::string results;
        for (std::size_t i = 0; i < count; ++i) {
            results += fmt::format("{}{{\"messageId\":\"{}\",\"status\":{{\"groupId\":3}}}}", i == 0 ? "" : ",", i);
        }
        http_request request;
        request.method = "POST";
        request.body = fmt::format("{{\"results\":[{}]}}", results);
        return infobip->read_receipts(request, "g");
    };
    EXPECT_EQ(batch_of(500)->values.size(), 500u);
    EXPECT_FALSE(batch_of(501));
    EXPECT_TRUE(batch_of(0)->values.empty());
}

TEST(infobip_sms, our_id_is_asked_for_when_the_answer_was_lost) {
    const auto infobip = make_infobip_sms_dialect();
    const sms_account account = account_of("infobip");
    sms_out message{.to = her, .sender = "", .text = "x", .reference = 0};
    EXPECT_FALSE(infobip->query_request(account, message, ""));
    EXPECT_EQ(infobip->query_request(account, message, "a b")->url, "https://p.example/sms/1/logs?messageId=a+b");
    message.reference = 77;
    EXPECT_EQ(infobip->query_request(account, message, "")->url, "https://p.example/sms/1/logs?messageId=mlango-77");
    http_response answer;
    answer.body = R"({"results":[{"messageId":"mlango-77","to":"254700000002","status":{"groupId":3}}]})";
    EXPECT_FALSE(infobip->query_result(account, message, "", answer)) << "another installation's message";
    answer.body = R"({"results":[{"messageId":"mlango-77","to":"254700000001","status":{"groupId":3}}]})";
    EXPECT_EQ(infobip->query_result(account, message, "", answer)->state, receipt_state::delivered);
}

}  // namespace
}  // namespace mlango::gsm
