#include "simulator/phone_api.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace mlango::simulator {
namespace {

namespace json = boost::json;

constexpr std::string_view good =
    R"({"gateway":"africastalking","session":"web-1","from":"+254711000001","inputs":["1","2*3"],"event":"answer"})";

gsm::gateway_settings gateway() {
    gsm::gateway_settings settings;
    settings.name = "africastalking";
    settings.secrets = {"s3cret&1"};
    settings.sms_url = "http://127.0.0.1/sms";
    return settings;
}

TEST(hop_order, reads_every_field) {
    const auto order = read_hop_order(good);
    ASSERT_TRUE(order) << order.error();
    EXPECT_EQ(order->gateway, "africastalking");
    EXPECT_EQ(order->session, "web-1");
    EXPECT_EQ(order->from.e164(), "+254711000001");
    EXPECT_EQ(order->inputs, (std::vector<std::string>{"1", "2*3"}));
    EXPECT_EQ(order->event, gsm::ussd_event::answer);
}

TEST(hop_order, refuses_what_is_cut_at_any_byte) {
    for (std::size_t length = 0; length < good.size(); ++length) {
        EXPECT_FALSE(read_hop_order(good.substr(0, length))) << length;
    }
}

struct refusal {
    const char* name;
    std::string body;
    std::string says;
};

std::string hop(std::string_view session, std::string_view from, std::string_view inputs, std::string_view event) {
    return fmt::format(R"({{"gateway":"g","session":{},"from":{},"inputs":{},"event":{}}})", session, from, inputs,
                       event);
}

std::string array_of(std::size_t count, const std::string& item) {
    std::string all = "[";
    for (std::size_t i = 0; i < count; ++i) all += (i == 0 ? "\"" : ",\"") + item + '"';
    return all + "]";
}

TEST(hop_order, refuses_what_is_out_of_bounds) {
    const std::string from = R"("+254711000001")";
    const refusal table[] = {
        {"no object", "[]", "object"},
        {"deep", R"({"gateway":[[[[[[1]]]]]]})", "object"},
        {"session empty", hop(R"("")", from, R"(["1"])", R"("answer")"), "session"},
        {"session long", hop('"' + std::string(65, 'a') + '"', from, R"(["1"])", R"("answer")"), "session"},
        {"session with a space", hop(R"("a b")", from, R"(["1"])", R"("answer")"), "session"},
        {"number no text", hop(R"("s")", "254711000001", R"(["1"])", R"("answer")"), "from"},
        {"number short", hop(R"("s")", R"("+254")", R"(["1"])", R"("answer")"), "from"},
        {"inputs no array", hop(R"("s")", from, R"("1")", R"("answer")"), "inputs"},
        {"inputs not strings", hop(R"("s")", from, "[1]", R"("answer")"), "inputs"},
        {"65 inputs", hop(R"("s")", from, array_of(65, "1"), R"("answer")"), "inputs"},
        {"one long input", hop(R"("s")", from, array_of(1, std::string(641, 'x')), R"("answer")"), "inputs"},
        {"long together", hop(R"("s")", from, array_of(4, std::string(600, 'x')), R"("answer")"), "together"},
        {"event unknown", hop(R"("s")", from, R"(["1"])", R"("dance")"), "event"},
        {"begin with inputs", hop(R"("s")", from, R"(["1"])", R"("begin")"), "begin"},
        {"answer without inputs", hop(R"("s")", from, "[]", R"("answer")"), "answer"},
    };
    for (const refusal& row : table) {
        const auto order = read_hop_order(row.body);
        ASSERT_FALSE(order) << row.name;
        EXPECT_NE(order.error().find(row.says), std::string::npos) << row.name << ": " << order.error();
    }
    EXPECT_TRUE(read_hop_order(hop(R"("s")", from, array_of(64, "1"), R"("answer")")));
    EXPECT_TRUE(read_hop_order(hop(R"("s")", from, array_of(1, std::string(640, 'x')), R"("answer")")));
}

TEST(sms_order, holds_text_to_its_bounds) {
    const auto body = [](const std::string& text) {
        return fmt::format(R"({{"gateway":"g","from":"+254711000001","text":"{}"}})", text);
    };
    const auto order = read_sms_order(body("HELP"));
    ASSERT_TRUE(order);
    EXPECT_EQ(order->text, "HELP");
    EXPECT_FALSE(read_sms_order(body("")));
    EXPECT_TRUE(read_sms_order(body(std::string(1600, 'a'))));
    EXPECT_FALSE(read_sms_order(body(std::string(1601, 'a'))));
    EXPECT_FALSE(read_sms_order(body("\\u0000")));
}

TEST(setup_json, tells_gateways_and_people_and_no_secret) {
    const phone_line line(gateway(), "*384#", "63902");
    const phone_line* lines[] = {&line};
    const registry::demo_person people[] = {{"+254711000001", "4826", "en", "a \"quoted\" situation"}};
    const std::string text = setup_json(lines, people);
    EXPECT_EQ(text.find("s3cret"), std::string::npos);
    const json::value all = json::parse(text);
    const json::object& first = all.at("gateways").at(0).as_object();
    EXPECT_EQ(first.at("name"), "africastalking");
    EXPECT_EQ(first.at("service_code"), "*384#");
    EXPECT_EQ(first.at("screen").at("septets"), 160);
    EXPECT_EQ(first.at("screen").at("ucs2"), 70);
    EXPECT_EQ(first.at("idle_seconds"), 30);
    EXPECT_EQ(first.at("session_seconds"), 180);
    EXPECT_EQ(first.at("tells_ends"), true);
    EXPECT_EQ(first.at("sends_sms"), true);
    EXPECT_EQ(all.at("people").at(0).at("situation"), "a \"quoted\" situation");
}

TEST(hop_json, measures_the_screen_and_hides_the_secret) {
    const phone_line line(gateway(), "*384#", "63902");
    wire_exchange exchange;
    exchange.request =
        line.request_for("web-1", *gsm::msisdn::from_e164("+254711000001"), {"1"}, gsm::ussd_event::answer);
    EXPECT_EQ(exchange.request.target, "/ussd/africastalking?key=s3cret%261");
    exchange.request.target = line.without_secret(exchange.request.target);
    http_response response;
    response.body = "CON مرحبا";
    exchange.response = response;
    exchange.took = std::chrono::microseconds(1234);
    const json::value all = json::parse(hop_json(line.understand(response, gsm::ussd_event::answer), exchange));
    EXPECT_EQ(all.at("text"), "مرحبا");
    EXPECT_EQ(all.at("ends"), false);
    EXPECT_EQ(all.at("alphabet"), "ucs2");
    EXPECT_EQ(all.at("units"), 5);
    EXPECT_EQ(all.at("limit"), 70);
    EXPECT_EQ(all.at("milliseconds").as_double(), 1.23);
    EXPECT_EQ(all.as_object().if_contains("fault"), nullptr);
    EXPECT_EQ(all.at("exchange").at("request").at("target"), "/ussd/africastalking?key=\u2026");
    EXPECT_EQ(all.at("exchange").at("response").at("body"), "CON مرحبا");
}

TEST(hop_json, tells_faults_in_words) {
    const phone_line line(gateway(), "*384#", "63902");
    http_response refused;
    refused.status = 404;
    http_response nonsense;
    nonsense.body = "\xFF\xFE";
    const std::expected<http_response, http_failure> table[] = {
        refused, nonsense, std::unexpected(http_failure::not_sent), std::unexpected(http_failure::unknown)};
    for (const auto& answer : table) {
        const phone_answer understood = line.understand(answer, gsm::ussd_event::answer);
        ASSERT_TRUE(understood.fault);
        EXPECT_TRUE(understood.reply.ends);
        wire_exchange exchange;
        if (answer) exchange.response = *answer;
        const json::value all = json::parse(hop_json(understood, exchange));
        EXPECT_EQ(all.at("fault").as_string().size(), understood.fault->size());
    }
}

TEST(sms_event, counts_segments) {
    struct {
        std::string text;
        std::int64_t segments;
    } const table[] = {{std::string(160, 'a'), 1},
                       {std::string(161, 'a'), 2},
                       {std::string(306, 'a'), 2},
                       {std::string(307, 'a'), 3},
                       {"م", 1}};
    for (const auto& row : table) {
        const std::string event = sms_event({.sequence = 7, .id = "i", .from = "384", .to = "+1", .text = row.text});
        EXPECT_TRUE(event.starts_with("id: 7\nevent: sms\ndata: {"));
        EXPECT_TRUE(event.ends_with("}\n\n"));
        const std::size_t data = event.find("data: ") + 6;
        EXPECT_EQ(json::parse(event.substr(data, event.size() - data - 2)).at("segments"), row.segments);
    }
    // A line feed in a text must not end the event.
    EXPECT_EQ(sms_event({.text = "a\n\nb"}).find("a\n"), std::string::npos);
}

TEST(problem, is_of_rfc_9457) {
    const http_response response = problem(404, "Not Found", "There is no \"x\".");
    EXPECT_EQ(response.status, 404U);
    EXPECT_EQ(response.content_type, "application/problem+json");
    const json::value all = json::parse(response.body);
    EXPECT_EQ(all.at("status"), 404);
    EXPECT_EQ(all.at("detail"), "There is no \"x\".");
}

}  // namespace
}  // namespace mlango::simulator
