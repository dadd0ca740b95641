#include "simulator/terminal_phone.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <sstream>

namespace mlango::simulator {
namespace {

using namespace std::chrono_literals;
using exchange_result = std::expected<http_response, http_failure>;

exchange_result said(std::string body, unsigned status = 200) {
    http_response response;
    response.status = status;
    response.body = std::move(body);
    return response;
}

// A server that answers from a list and keeps what it was sent.
struct stage {
    terminal_phone_settings settings;
    std::deque<exchange_result> answers;
    std::vector<http_client::outgoing> sent;
    std::string typed;
    manual_clock time{wall_time{}};
    std::chrono::seconds thinks{0};
    std::ostringstream out, faults;

    stage() {
        settings.gateway.name = "africastalking";
        settings.gateway.secrets = {"demo"};
        settings.from = "+254711000001";
    }
    int run() {
        seeded_random random(1);
        std::istringstream in(typed);
        const phone_transport transport = [this](http_client::outgoing request, std::chrono::milliseconds) {
            sent.push_back(std::move(request));
            time.advance(thinks);
            exchange_result answer = answers.empty() ? said("") : std::move(answers.front());
            if (!answers.empty()) answers.pop_front();
            return answer;
        };
        return run_terminal_phone(settings, in, out, faults, transport, time, random);
    }
    [[nodiscard]] std::string field(std::size_t request, std::string_view name) const {
        return query_field(sent.at(request).body, name).value_or("(none)");
    }
};

TEST(terminal_phone, writes_a_transcript_until_the_end) {
    stage scene;
    scene.answers = {said("CON Enter your PIN"), said("CON 1 My assistance\n0 Back"), said("END Thank you.")};
    scene.typed = "4826\r\n1\n";
    EXPECT_EQ(scene.run(), 0) << scene.faults.str();
    EXPECT_EQ(scene.out.str(), "> *384#\n< Enter your PIN\n> 4826\n< 1 My assistance\n< 0 Back\n> 1\n< Thank you.\n");
    ASSERT_EQ(scene.sent.size(), 3U);
    EXPECT_EQ(scene.sent[0].url, "http://127.0.0.1:8080/ussd/africastalking?key=demo");
    EXPECT_EQ(scene.field(0, "phoneNumber"), "+254711000001");
    EXPECT_EQ(scene.field(0, "serviceCode"), "*384#");
    EXPECT_EQ(scene.field(0, "text"), "");
    EXPECT_EQ(scene.field(2, "text"), "4826*1");
    EXPECT_EQ(scene.field(0, "sessionId"), scene.field(2, "sessionId"));
    EXPECT_TRUE(scene.faults.str().empty());
}

TEST(terminal_phone, tells_the_network_when_she_hangs_up) {
    for (const char* typed : {"", "\n", "q\n"}) {
        stage scene;
        scene.answers = {said("CON Home"), said("")};
        scene.typed = typed;
        EXPECT_EQ(scene.run(), 0);
        ASSERT_EQ(scene.sent.size(), 2U);
        EXPECT_EQ(scene.sent[1].url, "http://127.0.0.1:8080/ussd/africastalking/end?key=demo");
        EXPECT_EQ(scene.field(1, "status"), "Incomplete");
    }
}

TEST(terminal_phone, speaks_the_dialect_of_its_gateway) {
    stage scene;
    scene.settings.gateway.name = scene.settings.gateway.dialect = "hubtel";
    scene.answers = {said(R"({"Type":"Response","Message":"Home"})"), said(R"({"Type":"Release","Message":"Bye"})")};
    scene.typed = "1\n";
    EXPECT_EQ(scene.run(), 0) << scene.faults.str();
    EXPECT_EQ(scene.out.str(), "> *384#\n< Home\n> 1\n< Bye\n");
    ASSERT_EQ(scene.sent.size(), 2U);
    EXPECT_EQ(scene.sent[1].url, "http://127.0.0.1:8080/ussd/hubtel?key=demo");
    EXPECT_NE(scene.sent[1].body.find(R"("Sequence":2)"), std::string::npos) << scene.sent[1].body;

    stage addressed;
    addressed.settings.gateway.name = addressed.settings.gateway.dialect = "infobip";
    addressed.answers = {said(R"({"ussdMenu":"Home","shouldClose":false,"responseExitCode":200})"), said("{}")};
    EXPECT_EQ(addressed.run(), 0) << addressed.faults.str();
    ASSERT_EQ(addressed.sent.size(), 2U);
    EXPECT_TRUE(addressed.sent[0].url.ends_with("/start?key=demo")) << addressed.sent[0].url;
    EXPECT_EQ(addressed.sent[1].method, "PUT");
    EXPECT_TRUE(addressed.sent[1].url.ends_with("/end?key=demo")) << addressed.sent[1].url;
}

TEST(terminal_phone, is_silent_at_the_end_where_the_gateway_is) {
    stage scene;
    scene.settings.gateway.dialect = "con_end";
    scene.answers = {said("CON Home")};
    EXPECT_EQ(scene.run(), 0);
    EXPECT_EQ(scene.sent.size(), 1U);
}

TEST(terminal_phone, fails_with_words_when_the_server_refuses) {
    const std::pair<exchange_result, const char*> table[] = {
        {said("", 404), "404"},
        {said("", 500), "500"},
        {said("Hello"), "CON"},
        {std::unexpected(http_failure::not_sent), "reached"},
        {std::unexpected(http_failure::unknown), "within 10 s"},
    };
    for (const auto& [answer, words] : table) {
        stage scene;
        scene.answers = {answer};
        EXPECT_EQ(scene.run(), 1);
        EXPECT_NE(scene.faults.str().find(words), std::string::npos) << scene.faults.str();
        EXPECT_EQ(scene.sent.size(), 1U);
    }
    stage nobody;
    nobody.settings.from = "12";
    EXPECT_EQ(nobody.run(), 1);
    EXPECT_TRUE(nobody.sent.empty());
}

TEST(terminal_phone, sends_nothing_longer_than_the_network_takes) {
    stage scene;
    scene.settings.gateway.profile.input_limit = 5;
    scene.answers = {said("CON Name?"), said("END Good.")};
    scene.typed = "123456\n\u0645\u0631\u062D\u0628\u0627\n";
    EXPECT_EQ(scene.run(), 0);
    EXPECT_EQ(scene.sent.size(), 2U);
    EXPECT_EQ(scene.field(1, "text"), "\u0645\u0631\u062D\u0628\u0627");
    EXPECT_NE(scene.faults.str().find("at most 5"), std::string::npos);
}

TEST(terminal_phone, ends_with_the_time_of_the_session) {
    stage scene;
    scene.settings.gateway.profile.session_time = 60s;
    scene.thinks = 25s;
    scene.answers = {said("CON 1"), said("CON 2"), said("CON 3"), said("")};
    scene.typed = "1\n2\n3\n";
    EXPECT_EQ(scene.run(), 1);
    ASSERT_EQ(scene.sent.size(), 4U);
    EXPECT_EQ(scene.field(3, "status"), "Failed");
    EXPECT_NE(scene.faults.str().find("60 s"), std::string::npos);
}

TEST(terminal_phone, draws_boxes_on_a_terminal_only) {
    stage scene;
    scene.settings.draws = true;
    scene.answers = {said("CON مرحبا"), said("END \033[2J!")};
    scene.typed = "1\n";
    EXPECT_EQ(scene.run(), 0);
    const std::string drawn = scene.out.str();
    EXPECT_NE(drawn.find("5/70 UCS-2 units"), std::string::npos);
    EXPECT_NE(drawn.find("*384# by africastalking"), std::string::npos);
    EXPECT_EQ(drawn.find("\033[2J"), std::string::npos);

    stage plain;
    plain.answers = {said("END Bye")};
    EXPECT_EQ(plain.run(), 0);
    EXPECT_EQ(plain.out.str().find('\033'), std::string::npos);
}

}  // namespace
}  // namespace mlango::simulator
