#include <gtest/gtest.h>

#include "gsm/dialect.hpp"

namespace mlango::gsm {
namespace {

http_request post(std::string body) {
    http_request request;
    request.method = "POST";
    request.target = "/ussd/africastalking?key=demo";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = std::move(body);
    return request;
}

http_request get(std::string query) {
    http_request request;
    request.method = "GET";
    request.target = "/ussd/likeness?" + std::move(query);
    return request;
}

const msisdn her = *msisdn::from_e164("+254700000001");

constexpr std::string_view dial =
    "sessionId=ATUid_0123456789abcdef0123456789abcdef&phoneNumber=%2B254700000001&networkCode=63902&serviceCode=%2A384%"
    "23"
    "&text=";

TEST(africastalking, reads_a_dial) {
    const auto hop = make_africastalking_dialect()->read(post(std::string(dial)), "africastalking");
    ASSERT_TRUE(hop) << hop.error().message;
    EXPECT_EQ(hop->gateway, "africastalking");
    EXPECT_EQ(hop->session, "ATUid_0123456789abcdef0123456789abcdef");
    EXPECT_EQ(hop->from, her);
    EXPECT_EQ(hop->service_code, "*384#");
    EXPECT_EQ(hop->network, "63902");
    EXPECT_EQ(hop->event, ussd_event::begin);
    EXPECT_EQ(hop->identity, hop_identity::transcript);
    EXPECT_EQ(hop->transcript, "");
    EXPECT_EQ(hop->input, "");
}

TEST(africastalking, reads_answers_as_the_whole_transcript) {
    struct row {
        std::string_view text;  // as sent
        std::string_view transcript;
        ussd_event event;
    };
    const row rows[] = {
        {"", "", ussd_event::begin},
        {"1", "1", ussd_event::answer},
        {"1%2A4826", "1*4826", ussd_event::answer},
        {"1*4826*2", "1*4826*2", ussd_event::answer},
        {"1**2", "1**2", ussd_event::answer},
        {"*", "*", ussd_event::answer},
        {"Jina+langu", "Jina langu", ussd_event::answer},
        {"%D9%85%D8%B1%D8%AD%D8%A8%D8%A7", "مرحبا", ussd_event::answer},
        {"%23", "#", ussd_event::answer},
    };
    const auto dialect = make_africastalking_dialect();
    for (const row& row : rows) {
        const auto hop = dialect->read(post(std::string(dial) + std::string(row.text)), "g");
        ASSERT_TRUE(hop) << row.text;
        EXPECT_EQ(hop->transcript, row.transcript);
        EXPECT_EQ(hop->event, row.event) << row.text;
        EXPECT_EQ(hop->identity, hop_identity::transcript);
        EXPECT_EQ(hop->input, "");
    }
}

TEST(africastalking, takes_forms_that_people_send_by_hand) {
    const auto dialect = make_africastalking_dialect();
    // text absent; + not escaped; no network; fields in another order, and more of them
    for (const std::string_view form : {"sessionId=1&phoneNumber=%2B254700000001&serviceCode=*384%23&networkCode=63902",
                                        "sessionId=1&phoneNumber=+254700000001&serviceCode=*384#",
                                        "phoneNumber=254700000001&serviceCode=x&sessionId=1",
                                        "a=b&sessionId=1&phoneNumber=%2B254700000001&serviceCode=x&text&z=%FF"}) {
        const auto hop = dialect->read(post(std::string(form)), "g");
        ASSERT_TRUE(hop) << form << ": " << hop.error().message;
        EXPECT_EQ(hop->from, her);
        EXPECT_EQ(hop->event, ussd_event::begin);
        EXPECT_EQ(hop->session, "1");
    }
}

TEST(africastalking, refuses_naming_the_field) {
    struct row {
        std::string form;
        std::string_view field;
    };
    const std::string number = "&phoneNumber=%2B254700000001";
    const std::string code = "&serviceCode=%2A384%23";
    const row rows[] = {
        {"", "sessionId is missing"},
        {number + code, "sessionId is missing"},
        {"sessionId=" + number + code, "sessionId is missing"},
        {"sessionId=1" + code, "phoneNumber is missing"},
        {"sessionId=1" + number, "serviceCode is missing"},
        {"sessionId=1&phoneNumber=tel" + code, "phoneNumber is not a telephone number"},
        {"sessionId=1&phoneNumber=0700000001" + code, "phoneNumber is not a telephone number"},
        {"sessionId=1&phoneNumber=+" + code, "phoneNumber is not a telephone number"},
        {"sessionId=1&phoneNumber=" + std::string(33, '1') + code, "phoneNumber is longer than 32 bytes"},
        {"sessionId=" + std::string(129, 's') + number + code, "sessionId is longer than 128 bytes"},
        {"sessionId=1%0A2" + number + code, "sessionId has control characters"},
        {"sessionId=1%002" + number + code, "sessionId is not percent-encoded UTF-8"},
        {"sessionId=%FF" + number + code, "sessionId is not percent-encoded UTF-8"},
        {"sessionId=1&sessionId=2" + number + code, "sessionId is given more than once"},
        {"sessionId=1" + number + number + code, "phoneNumber is given more than once"},
        {"sessionId=1" + number + "&serviceCode=" + std::string(65, '*'), "serviceCode is longer than 64 bytes"},
        {"sessionId=1" + number + code + "&networkCode=" + std::string(65, '6'), "networkCode is longer than 64 bytes"},
        {"sessionId=1" + number + code + "&text=" + std::string(2'001, '4'), "text is longer than 2000 bytes"},
        {"sessionId=1" + number + code + "&text=" + std::string(1'000'000, '4'), "text is longer than 2000 bytes"},
        {"sessionId=1" + number + code + "&text=4826%FF", "text is not percent-encoded UTF-8"},
        {"sessionId=1" + number + code + "&text=4826%", "text is not percent-encoded UTF-8"},
        {"sessionId=1" + number + code + "&text=4826\xC3", "text is not percent-encoded UTF-8"},
        {"sessionId=1" + number + code + "&text=4826&text=4826", "text is given more than once"},
        {"{\"sessionId\":\"1\",\"text\":\"4826\"}", "sessionId is missing"},
    };
    const auto dialect = make_africastalking_dialect();
    for (const row& row : rows) {
        const auto hop = dialect->read(post(row.form), "g");
        ASSERT_FALSE(hop) << row.form.substr(0, 80);
        EXPECT_EQ(hop.error().status, 400u);
        EXPECT_TRUE(hop.error().message.starts_with(row.field)) << hop.error().message;
        EXPECT_FALSE(hop.error().message.contains("4826"));
        EXPECT_FALSE(hop.error().message.contains("0700000001"));
        EXPECT_LT(hop.error().message.size(), 300u);
    }
    EXPECT_TRUE(dialect->read(
        post("sessionId=" + std::string(128, 's') + number + code + "&text=" + std::string(2'000, '4')), "g"));
}

TEST(africastalking, any_other_method_is_405) {
    auto request = get("sessionId=1&phoneNumber=%2B254700000001&serviceCode=x");
    const auto hop = make_africastalking_dialect()->read(request, "g");
    ASSERT_FALSE(hop);
    EXPECT_EQ(hop.error().status, 405u);
}

// A body cut anywhere is refused, or read as the shorter form that it then is.
TEST(africastalking, truncated_bodies) {
    const auto dialect = make_africastalking_dialect();
    const std::string whole = std::string(dial) + "1%2A48%2A%E2%82%AC";
    int read = 0;
    for (std::size_t length = 0; length < whole.size(); ++length) {
        const auto hop = dialect->read(post(whole.substr(0, length)), "g");
        if (!hop) continue;
        ++read;
        EXPECT_GT(length, whole.find("serviceCode="));
        EXPECT_TRUE(std::string_view("*384#").starts_with(hop->service_code));
        EXPECT_TRUE(std::string_view("1*48*€").starts_with(hop->transcript));
    }
    EXPECT_GT(read, 8);
}

TEST(africastalking, writes_con_and_end_with_nothing_before) {
    const auto dialect = make_africastalking_dialect();
    const auto hop = dialect->read(post(std::string(dial)), "g");
    ASSERT_TRUE(hop);
    const http_response menu = dialect->write(*hop, {"Karibu\n1 Msaada", false});
    EXPECT_EQ(menu.status, 200u);
    EXPECT_EQ(menu.content_type, "text/plain; charset=utf-8");
    EXPECT_EQ(menu.body, "CON Karibu\n1 Msaada");
    EXPECT_TRUE(menu.headers.empty());
    EXPECT_EQ(dialect->write(*hop, {"مع السلامة", true}).body, "END مع السلامة");
    EXPECT_EQ(dialect->write(*hop, {"", true}).body, "END ");
}

TEST(africastalking, a_phone_and_the_server_understand_each_other) {
    const auto dialect = make_africastalking_dialect();
    EXPECT_EQ(dialect->name(), "africastalking");
    phone_hop phone{.session = "ATUid 1&2=3", .from = her, .service_code = "*384#", .network = "63902", .inputs = {}};
    for (const std::vector<std::string>& inputs :
         std::vector<std::vector<std::string>>{{}, {"1"}, {"1", "4826"}, {"1", "مرحبا & co", "#", "100%"}}) {
        phone.inputs = inputs;
        const http_request request = dialect->request_for(phone, "/ussd/africastalking?key=demo");
        EXPECT_EQ(request.method, "POST");
        EXPECT_EQ(request.target, "/ussd/africastalking?key=demo");
        EXPECT_EQ(request.header("content-type"), "application/x-www-form-urlencoded");
        const auto hop = dialect->read(request, "g");
        ASSERT_TRUE(hop) << hop.error().message;
        EXPECT_EQ(hop->session, phone.session);
        EXPECT_EQ(hop->from, her);
        EXPECT_EQ(hop->service_code, "*384#");
        EXPECT_EQ(hop->network, "63902");
        std::string transcript;
        for (const std::string& input : inputs) transcript += (transcript.empty() ? "" : "*") + input;
        EXPECT_EQ(hop->transcript, transcript);

        const auto reply = dialect->understand(dialect->write(*hop, {"Karibu", !inputs.empty()}));
        ASSERT_TRUE(reply);
        EXPECT_EQ(reply->text, "Karibu");
        EXPECT_EQ(reply->ends, !inputs.empty());
    }
}

TEST(africastalking, a_phone_refuses_what_the_gateway_would) {
    const auto dialect = make_africastalking_dialect();
    const auto understand = [&](unsigned status, std::string body) {
        http_response response;
        response.status = status;
        response.body = std::move(body);
        return dialect->understand(response);
    };
    EXPECT_TRUE(understand(200, "CON a"));
    EXPECT_TRUE(understand(200, "END "));
    for (const std::string_view body : {"", "CON", "END", "CO", "con a", " CON a",
                                        "\xEF\xBB\xBF"
                                        "CON a",
                                        "CON\na", "hello", "CON \xFF", "END \xC3"}) {
        EXPECT_FALSE(understand(200, std::string(body))) << body;
    }
    for (const unsigned status : {201u, 302u, 400u, 404u, 500u, 503u}) {
        const auto reply = understand(status, "CON a");
        ASSERT_FALSE(reply);
        EXPECT_EQ(reply.error().status, status);
    }
}

constexpr std::string_view end_of_session =
    "date=2025-03-01+09%3A30%3A12&sessionId=ATUid_1&serviceCode=%2A384%23&networkCode=63902&phoneNumber=%2B254700000001"
    "&cost=KES+0.0&durationInMillis=31000&hopsCount=3&hopsMetadata=a%7Cb&input=1%2A4826&lastAppResponse=CON+PIN";

TEST(africastalking, reads_the_end_event) {
    const auto dialect = make_africastalking_dialect();
    ASSERT_TRUE(dialect->tells_ends());
    struct row {
        std::string_view status;
        std::optional<ussd_event> event;
    };
    const row rows[] = {{"Incomplete", ussd_event::abort},
                        {"Failed", ussd_event::timeout},
                        {"SomethingNew", ussd_event::abort},
                        {"Success", std::nullopt}};
    for (const row& row : rows) {
        const auto hop =
            dialect->read_end(post(std::string(end_of_session) + "&status=" + std::string(row.status)), "g");
        ASSERT_TRUE(hop) << hop.error().message;
        ASSERT_EQ(hop->has_value(), row.event.has_value()) << row.status;
        if (!row.event) continue;
        EXPECT_EQ((*hop)->event, *row.event);
        EXPECT_EQ((*hop)->session, "ATUid_1");
        EXPECT_EQ((*hop)->from, her);
        EXPECT_EQ((*hop)->gateway, "g");
        EXPECT_EQ((*hop)->service_code, "*384#");
        EXPECT_EQ((*hop)->network, "63902");
        EXPECT_EQ((*hop)->transcript, "") << "the event's input may hold a PIN";
        EXPECT_EQ((*hop)->input, "");
    }
}

TEST(africastalking, refuses_end_events_naming_the_field) {
    struct row {
        std::string_view form;
        std::string_view fault;
    };
    const row rows[] = {
        {"phoneNumber=%2B254700000001&status=Failed", "sessionId is missing"},
        {"sessionId=1&status=Failed", "phoneNumber is missing"},
        {"sessionId=1&phoneNumber=%2B254700000001", "status is missing"},
        {"sessionId=1&phoneNumber=x&status=Failed", "phoneNumber is not a telephone number"},
        {"sessionId=1&phoneNumber=%2B254700000001&status=%FF", "status is not percent-encoded UTF-8"},
    };
    const auto dialect = make_africastalking_dialect();
    for (const row& row : rows) {
        const auto hop = dialect->read_end(post(std::string(row.form)), "g");
        ASSERT_FALSE(hop) << row.form;
        EXPECT_TRUE(hop.error().message.starts_with(row.fault)) << hop.error().message;
    }
}

TEST(africastalking, a_phone_sends_end_events) {
    const auto dialect = make_africastalking_dialect();
    phone_hop phone{.session = "s1",
                    .from = her,
                    .service_code = "*384#",
                    .network = "63902",
                    .inputs = {"1", "4826"},
                    .sequence = 3};
    for (const ussd_event event : {ussd_event::abort, ussd_event::timeout}) {
        phone.event = event;
        const http_request request = dialect->request_for(phone, "/ussd/africastalking?key=demo");
        EXPECT_EQ(request.target, "/ussd/africastalking/end?key=demo");
        EXPECT_TRUE(request.body.contains("input=1*4826"));
        const auto hop = dialect->read_end(request, "g");
        ASSERT_TRUE(hop && hop->has_value());
        EXPECT_EQ((*hop)->event, event);
        EXPECT_EQ((*hop)->session, "s1");
        EXPECT_EQ(dialect->request_for(phone, "/ussd/x").target, "/ussd/x/end");
    }
}

con_end_fields likeness() {
    return {.name = "likeness",
            .by_get = true,
            .session = "sid",
            .msisdn = "msisdn",
            .service_code = "",
            .network = "",
            .input = "ussd_string",
            .whole_transcript = false,
            .separator = "*",
            .continue_prefix = "1|",
            .end_prefix = "0|"};
}

TEST(con_end, last_input_by_get) {
    const auto dialect = make_con_end_dialect(likeness());
    EXPECT_EQ(dialect->name(), "likeness");
    EXPECT_FALSE(dialect->tells_ends());
    struct row {
        std::string_view input;  // as sent
        ussd_event event;
        std::string_view read;
    };
    const row rows[] = {{"", ussd_event::begin, ""},       {"*384%23", ussd_event::begin, ""},
                        {"1", ussd_event::answer, "1"},    {"4826", ussd_event::answer, "4826"},
                        {"%23", ussd_event::answer, "#"},  {"*", ussd_event::answer, "*"},
                        {"1*2", ussd_event::answer, "1*2"}};
    for (const row& row : rows) {
        const auto hop =
            dialect->read(get("key=demo&sid=7&msisdn=254700000001&ussd_string=" + std::string(row.input)), "likeness");
        ASSERT_TRUE(hop) << hop.error().message;
        EXPECT_EQ(hop->identity, hop_identity::none);
        EXPECT_EQ(hop->event, row.event) << row.input;
        EXPECT_EQ(hop->input, row.read);
        EXPECT_EQ(hop->transcript, "");
        EXPECT_EQ(hop->service_code, "");
        EXPECT_EQ(hop->from, her);
    }
    const auto wrong_method = dialect->read(post("sid=7&msisdn=254700000001"), "likeness");
    ASSERT_FALSE(wrong_method);
    EXPECT_EQ(wrong_method.error().status, 405u);
    const auto missing = dialect->read(get("key=demo&sid=7"), "likeness");
    ASSERT_FALSE(missing);
    EXPECT_TRUE(missing.error().message.starts_with("msisdn is missing")) << missing.error().message;
}

TEST(con_end, phone_side_by_get) {
    const auto dialect = make_con_end_dialect(likeness());
    phone_hop phone{.session = "7", .from = her, .service_code = "*384#", .network = "", .inputs = {"1", "a b"}};
    const http_request request = dialect->request_for(phone, "/ussd/likeness?key=demo");
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.target, "/ussd/likeness?key=demo&sid=7&msisdn=%2B254700000001&ussd_string=a+b");
    EXPECT_EQ(request.body, "");
    EXPECT_TRUE(dialect->request_for(phone, "/ussd/likeness").target.starts_with("/ussd/likeness?sid=7&"));
    const auto hop = dialect->read(request, "likeness");
    ASSERT_TRUE(hop);
    EXPECT_EQ(hop->input, "a b");
    phone.inputs.clear();
    EXPECT_EQ(dialect->read(dialect->request_for(phone, "/ussd/likeness"), "likeness")->event, ussd_event::begin);

    EXPECT_EQ(dialect->write(*hop, {"Karibu", false}).body, "1|Karibu");
    EXPECT_EQ(dialect->write(*hop, {"Kwaheri", true}).body, "0|Kwaheri");
    EXPECT_TRUE(dialect->understand(dialect->write(*hop, {"Kwaheri", true}))->ends);
    EXPECT_FALSE(dialect->understand(dialect->write(*hop, {"Karibu", false}))->ends);
}

TEST(con_end, another_separator_becomes_the_star) {
    con_end_fields fields;
    fields.separator = "~|";
    const auto dialect = make_con_end_dialect(fields);
    const phone_hop phone{
        .session = "7", .from = her, .service_code = "*384#", .network = "1", .inputs = {"1", "2", "", "3"}};
    const http_request request = dialect->request_for(phone, "/ussd/con_end");
    EXPECT_TRUE(request.body.ends_with("text=1%7E%7C2%7E%7C%7E%7C3")) << request.body;
    const auto hop = dialect->read(request, "con_end");
    ASSERT_TRUE(hop);
    EXPECT_EQ(hop->transcript, "1*2**3");
    EXPECT_EQ(hop->identity, hop_identity::transcript);
}

TEST(con_end, has_no_end_event) {
    const auto hop = make_con_end_dialect({})->read_end(post(std::string(end_of_session) + "&status=Failed"), "g");
    ASSERT_FALSE(hop);
    EXPECT_EQ(hop.error().status, 404u);
}

}  // namespace
}  // namespace mlango::gsm
