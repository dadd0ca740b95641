#include "gsm/gateway.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>
#include <stdexcept>

namespace mlango::gsm {
namespace {

using namespace std::chrono_literals;

struct recording_sink final : ussd_sink, sms_sink {
    task<ussd_reply> on_hop(ussd_hop hop, const gateway_profile& profile, deadline until) override {
        if (fails) throw std::runtime_error("the sink is broken");
        hops.push_back(std::move(hop));
        deadlines.push_back(until);
        regions.push_back(profile.region);
        co_return ussd_reply{"Karibu", ends};
    }
    task<void> on_fragment(sms_fragment) override { co_return; }
    task<void> on_message(sms_in message) override {
        if (fails) throw std::runtime_error("the sink is broken");
        messages.push_back(std::move(message));
        co_return;
    }
    task<void> on_receipt(sms_receipt receipt) override {
        if (fails) throw std::runtime_error("the sink is broken");
        receipts.push_back(std::move(receipt));
        co_return;
    }

    bool fails = false;
    bool ends = false;
    std::vector<ussd_hop> hops;
    std::vector<deadline> deadlines;
    std::vector<std::string> regions;
    std::vector<sms_in> messages;
    std::vector<sms_receipt> receipts;
};

gateway_settings africastalking() {
    gateway_settings settings;
    settings.name = "africastalking";
    settings.secrets = {"demo", "next-secret"};
    settings.profile.region = "UG";
    settings.profile.deadline = 7s;
    return settings;
}

class gateway_doors_test : public testing::Test {
protected:
    void open(std::vector<gateway_settings> gateways) {
        for (const gateway_settings& settings : gateways) ASSERT_EQ(faults_of(settings), std::vector<std::string>{});
        routes_ = gateway_routes(gateways, sink_, sink_, numbers_, clock_);
    }

    // `pattern` is the route the server would choose.
    http_response ask(std::string_view method, std::string_view pattern, http_request request) {
        request.method = method;
        for (const http_route& route : routes_) {
            if (route.method != method || route.path != pattern) continue;
            asio::io_context context;
            http_response response;
            std::exception_ptr failure;
            asio::co_spawn(context, route.handler(request), [&](std::exception_ptr error, http_response answer) {
                failure = error;
                response = std::move(answer);
            });
            context.run();
            if (failure) std::rethrow_exception(failure);
            return response;
        }
        ADD_FAILURE() << "no route " << method << " " << pattern;
        return {};
    }
    http_response hop(std::string target, std::string body = dial, std::string peer = "192.0.2.1") {
        http_request request;
        request.target = std::move(target);
        request.body = std::move(body);
        request.peer = std::move(peer);
        return ask("POST", "/ussd/{gateway}", std::move(request));
    }
    http_response post(std::string_view pattern, std::string target, std::string body) {
        http_request request;
        request.target = std::move(target);
        request.body = std::move(body);
        request.peer = "192.0.2.1";
        return ask("POST", pattern, std::move(request));
    }
    std::uint64_t refused(std::string_view gateway, std::string_view reason) {
        return numbers_.count("gateway_refusals_total", "", {{"gateway", gateway}, {"reason", reason}}).value();
    }
    std::uint64_t counted(std::string_view gateway, std::string_view event) {
        return numbers_.count("ussd_hops_total", "", {{"gateway", gateway}, {"event", event}}).value();
    }

    static inline const std::string dial =
        "sessionId=s1&phoneNumber=%2B254700000001&networkCode=63902&serviceCode=%2A384%23&text=";

    recording_sink sink_;
    metrics numbers_;
    manual_clock clock_{wall_time{}};
    std::vector<http_route> routes_;
};

void expect_hidden(const http_response& response) {
    EXPECT_EQ(response.status, 404u);
    EXPECT_EQ(response.body, "");
    EXPECT_TRUE(response.headers.empty());
}

TEST_F(gateway_doors_test, answers_a_hop) {
    open({africastalking()});
    clock_.advance(5s);
    const http_response menu = hop("/ussd/africastalking?key=demo");
    EXPECT_EQ(menu.status, 200u);
    EXPECT_EQ(menu.content_type, "text/plain; charset=utf-8");
    EXPECT_EQ(menu.body, "CON Karibu");
    ASSERT_EQ(sink_.hops.size(), 1u);
    EXPECT_EQ(sink_.hops[0].gateway, "africastalking");
    EXPECT_EQ(sink_.hops[0].event, ussd_event::begin);
    EXPECT_EQ(sink_.regions[0], "UG");
    EXPECT_EQ(sink_.deadlines[0], clock_.steady() + 7s);

    sink_.ends = true;
    EXPECT_EQ(hop("/ussd/africastalking?key=next-secret", dial + "1*2").body, "END Karibu");
    ASSERT_EQ(sink_.hops.size(), 2u);
    EXPECT_EQ(sink_.hops[1].transcript, "1*2");
    EXPECT_EQ(counted("africastalking", "begin"), 1u);
    EXPECT_EQ(counted("africastalking", "answer"), 1u);
    EXPECT_TRUE(numbers_.text().contains("ussd_hop_seconds_count{gateway=\"africastalking\"} 2")) << numbers_.text();
}

TEST_F(gateway_doors_test, the_servers_patience_limits_the_gateways) {
    open({africastalking()});
    http_request request;
    request.target = "/ussd/africastalking?key=demo";
    request.body = dial;
    request.until = clock_.steady() + 2s;
    ask("POST", "/ussd/{gateway}", request);
    EXPECT_EQ(sink_.deadlines.at(0), clock_.steady() + 2s);
}

TEST_F(gateway_doors_test, strangers_see_an_empty_404) {
    auto walled = africastalking();
    walled.name = "walled";
    walled.allow = {"192.0.2.0/24", "2001:db8::/32"};
    open({africastalking(), walled});

    for (const std::string_view target :
         {"/ussd/africastalking", "/ussd/africastalking?", "/ussd/africastalking?key=", "/ussd/africastalking?key",
          "/ussd/africastalking?key=dem", "/ussd/africastalking?key=demo1", "/ussd/africastalking?key=Demo",
          "/ussd/africastalking?key=%FF", "/ussd/africastalking?Key=demo", "/ussd/africastalking?key=wrong&key=demo"}) {
        expect_hidden(hop(std::string(target)));
    }
    EXPECT_EQ(refused("africastalking", "secret"), 10u);
    for (const std::string_view target : {"/ussd/africastalkin?key=demo", "/ussd/?key=demo", "/ussd/walled2?key=demo",
                                          "/ussd/AFRICASTALKING?key=demo"}) {
        expect_hidden(hop(std::string(target)));
    }
    EXPECT_EQ(refused("", "gateway"), 4u);
    for (const std::string_view peer : {"192.0.3.1", "2001:db9::1", "", "::1", "localhost"}) {
        expect_hidden(hop("/ussd/walled?key=demo", dial, std::string(peer)));
    }
    EXPECT_EQ(refused("walled", "address"), 5u);
    // Nothing of the form is looked at before.
    expect_hidden(hop("/ussd/africastalking?key=wrong", ""));
    expect_hidden(post("/ussd/{gateway}/end", "/ussd/africastalking/end?key=wrong", ""));
    expect_hidden(post("/sms/{gateway}/in", "/sms/africastalking/in?key=wrong", ""));
    expect_hidden(post("/sms/{gateway}/receipt", "/sms/nobody/receipt?key=demo", ""));
    EXPECT_TRUE(sink_.hops.empty());

    for (const std::string_view peer : {"192.0.2.200", "::ffff:192.0.2.200", "2001:db8::5"}) {
        EXPECT_EQ(hop("/ussd/walled?key=demo", dial, std::string(peer)).status, 200u) << peer;
    }
    expect_hidden(hop("/ussd/walled?key=wrong", dial, "192.0.2.200"));
}

TEST_F(gateway_doors_test, an_address_alone_will_do) {
    auto walled = africastalking();
    walled.secrets.clear();
    walled.allow = {"192.0.2.1"};
    open({walled});
    EXPECT_EQ(hop("/ussd/africastalking").status, 200u);
    EXPECT_EQ(hop("/ussd/africastalking?key=any").status, 200u);
    expect_hidden(hop("/ussd/africastalking", dial, "192.0.2.2"));
}

TEST_F(gateway_doors_test, a_secret_may_need_escapes) {
    auto settings = africastalking();
    settings.secrets = {"a&b=c d+é"};
    open({settings});
    EXPECT_EQ(hop("/ussd/africastalking?key=a%26b%3Dc+d%2B%C3%A9").status, 200u);
    EXPECT_EQ(hop("/ussd/africastalking?x=1&key=a%26b%3dc%20d%2B%c3%a9").status, 200u);
    expect_hidden(hop("/ussd/africastalking?key=a%26b%3Dc+d+%C3%A9"));
}

TEST_F(gateway_doors_test, a_bad_form_is_told_what_is_wrong) {
    open({africastalking()});
    const http_response response =
        hop("/ussd/africastalking?key=demo", "sessionId=s1&phoneNumber=tel&serviceCode=*384%23&text=4826");
    EXPECT_EQ(response.status, 400u);
    EXPECT_EQ(response.content_type, "application/problem+json");
    const auto problem = boost::json::parse(response.body).as_object();
    EXPECT_EQ(problem.at("type"), "about:blank");
    EXPECT_EQ(problem.at("title"), "Bad Request");
    EXPECT_EQ(problem.at("status"), 400);
    EXPECT_TRUE(problem.at("detail").as_string().starts_with("phoneNumber is not a telephone number"));
    EXPECT_FALSE(response.body.contains("4826"));
    EXPECT_EQ(refused("africastalking", "form"), 1u);
    EXPECT_TRUE(sink_.hops.empty());
}

TEST_F(gateway_doors_test, the_dialect_says_the_method) {
    auto by_get = africastalking();
    by_get.name = "likeness";
    by_get.dialect = "con_end";
    by_get.fields.by_get = true;
    open({africastalking(), by_get});

    http_request request;
    request.target = "/ussd/likeness?key=demo&" + dial;
    EXPECT_EQ(ask("GET", "/ussd/{gateway}", request).body, "CON Karibu");
    request.target = "/ussd/africastalking?key=demo&" + dial;
    const http_response by_wrong_get = ask("GET", "/ussd/{gateway}", request);
    EXPECT_EQ(by_wrong_get.status, 405u);
    ASSERT_EQ(by_wrong_get.headers.size(), 1u);
    EXPECT_EQ(by_wrong_get.headers[0].name, "Allow");
    EXPECT_EQ(by_wrong_get.headers[0].value, "POST");
    EXPECT_EQ(hop("/ussd/likeness?key=demo").status, 405u);
    request.target = "/ussd/africastalking?key=wrong&" + dial;
    expect_hidden(ask("GET", "/ussd/{gateway}", request));
}

TEST_F(gateway_doors_test, the_limit_is_a_bucket_of_one_second) {
    auto limited = africastalking();
    limited.hops_per_second = 3;
    auto slow = africastalking();
    slow.name = "slow";
    slow.hops_per_second = 0.5;
    open({limited, slow});
    const auto allowed = [&](std::string target) {
        int count = 0;
        while (hop(target).status == 200) ++count;
        return count;
    };
    EXPECT_EQ(allowed("/ussd/africastalking?key=demo"), 3);
    EXPECT_EQ(allowed("/ussd/slow?key=demo"), 1);
    clock_.advance(1s);
    EXPECT_EQ(allowed("/ussd/africastalking?key=demo"), 3);
    EXPECT_EQ(allowed("/ussd/slow?key=demo"), 0);
    clock_.advance(1h);
    EXPECT_EQ(allowed("/ussd/africastalking?key=demo"), 3);
    EXPECT_EQ(allowed("/ussd/slow?key=demo"), 1);
    const http_response refused_hop = hop("/ussd/africastalking?key=demo");
    EXPECT_EQ(refused_hop.status, 429u);
    EXPECT_EQ(refused_hop.content_type, "application/problem+json");
    EXPECT_EQ(refused_hop.headers.at(0).name, "Retry-After");
    EXPECT_EQ(refused("africastalking", "rate"), 4u);
    // The end of a session is never refused for it.
    EXPECT_EQ(post("/ussd/{gateway}/end", "/ussd/africastalking/end?key=demo",
                   "sessionId=s1&phoneNumber=254700000001&status=Failed")
                  .status,
              200u);
}

TEST_F(gateway_doors_test, end_events_become_hops) {
    auto likeness = africastalking();
    likeness.name = "likeness";
    likeness.dialect = "con_end";
    open({africastalking(), likeness});
    const auto end = [&](std::string_view status) {
        return post(
            "/ussd/{gateway}/end", "/ussd/africastalking/end?key=demo",
            "sessionId=s1&phoneNumber=%2B254700000001&serviceCode=*384%23&networkCode=63902&input=1*4826&status=" +
                std::string(status));
    };
    for (const std::string_view status : {"Incomplete", "Failed", "Success"}) {
        const http_response response = end(status);
        EXPECT_EQ(response.status, 200u);
        EXPECT_EQ(response.body, "");
    }
    ASSERT_EQ(sink_.hops.size(), 2u);
    EXPECT_EQ(sink_.hops[0].event, ussd_event::abort);
    EXPECT_EQ(sink_.hops[1].event, ussd_event::timeout);
    EXPECT_EQ(sink_.hops[0].transcript + sink_.hops[0].input, "");
    EXPECT_EQ(counted("africastalking", "abort"), 1u);
    EXPECT_EQ(counted("africastalking", "timeout"), 1u);
    EXPECT_EQ(post("/ussd/{gateway}/end", "/ussd/africastalking/end?key=demo", "sessionId=s1").status, 400u);
    expect_hidden(post("/ussd/{gateway}/end", "/ussd/likeness/end?key=demo", "sessionId=s1"));
}

gateway_settings of_dialect(std::string_view dialect) {
    gateway_settings settings;
    settings.name = settings.dialect = dialect;
    settings.secrets = {"demo"};
    settings.profile = usual_profile(dialect);
    return settings;
}

TEST_F(gateway_doors_test, a_dialect_s_addresses_are_its_own) {
    open({africastalking(), of_dialect("infobip")});
    const std::string start = R"({"msisdn":"254711000001","text":null})";
    const std::string route = "/ussd/{gateway}/session/{session}/start";
    EXPECT_EQ(post(route, "/ussd/infobip/session/s1/start?key=demo", start).status, 200u);
    ASSERT_EQ(sink_.hops.size(), 1u);
    EXPECT_EQ(sink_.hops[0].session, "s1");
    expect_hidden(post(route, "/ussd/africastalking/session/s1/start?key=demo", start));
    expect_hidden(post(route, "/ussd/infobip/session/s1/start?key=wrong", start));
    expect_hidden(post("/ussd/{gateway}", "/ussd/infobip?key=demo", start));
    expect_hidden(post("/ussd/{gateway}/end", "/ussd/infobip/end?key=demo", start));
    EXPECT_EQ(sink_.hops.size(), 1u);
    for (const http_route& one : routes_) {
        EXPECT_EQ(std::ranges::count_if(
                      routes_, [&](const auto& other) { return other.method == one.method && other.path == one.path; }),
                  1)
            << one.method << " " << one.path;
    }
}

TEST_F(gateway_doors_test, a_hop_that_ends_a_session_is_not_refused_for_the_rate) {
    auto limited = of_dialect("hubtel");
    limited.hops_per_second = 1;
    open({limited});
    const auto send = [&](std::string_view type) {
        return hop("/ussd/hubtel?key=demo",
                   R"({"SessionId":"s1","Mobile":"233200000001","Message":"1","Sequence":2,"Type":")" +
                       std::string(type) + "\"}")
            .status;
    };
    EXPECT_EQ(send("Response"), 200u);
    EXPECT_EQ(send("Response"), 429u);
    EXPECT_EQ(send("Release"), 200u);
    EXPECT_EQ(send("Timeout"), 200u);
    ASSERT_EQ(sink_.hops.size(), 3u);
    EXPECT_EQ(sink_.hops[1].event, ussd_event::abort);
    EXPECT_EQ(sink_.hops[2].event, ussd_event::timeout);
    EXPECT_EQ(counted("hubtel", "abort"), 1u);
    EXPECT_EQ(refused("hubtel", "rate"), 1u);
}

TEST_F(gateway_doors_test, refusals_of_infobip_have_status_200) {
    auto limited = of_dialect("infobip");
    limited.hops_per_second = 1;
    open({limited});
    const auto send = [&](std::string body) {
        return post("/ussd/{gateway}/session/{session}/response", "/ussd/infobip/session/s1/response?key=demo",
                    std::move(body));
    };
    const auto exit_code = [](const http_response& response) {
        EXPECT_EQ(response.status, 200u);
        EXPECT_EQ(response.content_type, "application/json");
        return boost::json::parse(response.body).at("responseExitCode").as_int64();
    };
    EXPECT_EQ(exit_code(send("[]")), 400);
    EXPECT_EQ(exit_code(send(R"({"msisdn":"254711000001","text":"1"})")), 200);
    EXPECT_EQ(exit_code(send(R"({"msisdn":"254711000001","text":"1"})")), 429);
    EXPECT_EQ(refused("infobip", "form"), 1u);
    EXPECT_EQ(refused("infobip", "rate"), 1u);
}

// In characters, whatever they take in bytes; of a transcript each input for itself.
TEST_F(gateway_doors_test, an_input_longer_than_she_can_send_is_refused) {
    auto short_inputs = africastalking();
    short_inputs.profile.input_limit = 10;
    auto nalo = of_dialect("nalo");
    nalo.profile.input_limit = 10;
    open({short_inputs, nalo});
    const auto transcript = [&](const std::string& text) {
        return hop("/ussd/africastalking?key=demo", dial + text).status;
    };
    EXPECT_EQ(transcript("0123456789"), 200u);
    EXPECT_EQ(transcript("0123456789*0123456789*1"), 200u);
    EXPECT_EQ(transcript("%D9%85%D8%B1%D8%AD%D8%A8%D8%A7%D9%85%D8%B1%D8%AD%D8%A8%D8%A7"), 200u) << "ten letters";
    EXPECT_EQ(transcript("01234567890"), 400u);
    EXPECT_EQ(transcript("1*01234567890*2"), 400u);
    EXPECT_EQ(transcript("%D9%85%D8%B1%D8%AD%D8%A8%D8%A7%D9%85%D8%B1%D8%AD%D8%A8%D8%A71"), 400u);
    const auto last = [&](const std::string& text) {
        return hop(
            "/ussd/nalo?key=demo",
            R"({"USERID":"u","MSISDN":"233240000001","MSGTYPE":false,"SESSIONID":"s","USERDATA":")" + text + "\"}");
    };
    EXPECT_EQ(last("012345*789").status, 200u);
    const http_response refusal = last("012345*7890");
    EXPECT_EQ(refusal.status, 400u);
    EXPECT_TRUE(refusal.body.contains("10 characters")) << refusal.body;
    EXPECT_FALSE(refusal.body.contains("012345"));
    EXPECT_EQ(refused("nalo", "form"), 1u);
    EXPECT_EQ(sink_.hops.size(), 4u);
}

TEST_F(gateway_doors_test, sms_and_receipts_reach_the_sink) {
    open({africastalking()});
    const http_response received =
        post("/sms/{gateway}/in", "/sms/africastalking/in?key=demo", "id=m1&from=%2B254700000001&to=38400&text=Msaada");
    EXPECT_EQ(received.status, 200u);
    EXPECT_EQ(received.body, "");
    ASSERT_EQ(sink_.messages.size(), 1u);
    EXPECT_EQ(sink_.messages[0].text, "Msaada");
    EXPECT_EQ(sink_.messages[0].gateway, "africastalking");
    for (const std::string_view status : {"Success", "NeverHeardOf"}) {
        EXPECT_EQ(post("/sms/{gateway}/receipt", "/sms/africastalking/receipt?key=demo",
                       "id=m1&status=" + std::string(status))
                      .status,
                  200u);
    }
    ASSERT_EQ(sink_.receipts.size(), 2u);
    EXPECT_EQ(sink_.receipts[0].state, receipt_state::delivered);
    EXPECT_EQ(sink_.receipts[1].state, receipt_state::unknown);
    EXPECT_EQ(post("/sms/{gateway}/in", "/sms/africastalking/in?key=demo", "id=m1").status, 400u);
    EXPECT_EQ(post("/sms/{gateway}/receipt", "/sms/africastalking/receipt?key=demo", "id=m1").status, 400u);
    EXPECT_EQ(refused("africastalking", "form"), 2u);
}

// The server answers an exception with 500, so that the gateway sends the message again.
TEST_F(gateway_doors_test, a_broken_sink_is_an_exception) {
    open({africastalking()});
    sink_.fails = true;
    EXPECT_THROW(hop("/ussd/africastalking?key=demo"), std::runtime_error);
    EXPECT_THROW(post("/sms/{gateway}/in", "/sms/africastalking/in?key=demo", "id=m1&from=254700000001&to=1"),
                 std::runtime_error);
    EXPECT_THROW(post("/sms/{gateway}/receipt", "/sms/africastalking/receipt?key=demo", "id=m1&status=Sent"),
                 std::runtime_error);
}

TEST_F(gateway_doors_test, sms_doors_have_the_methods_of_the_dialect) {
    auto kannel = of_dialect("kannel");
    kannel.sms_callback = "https://m.example";
    open({africastalking(), kannel, of_dialect("nalo")});
    http_request request;
    request.target = "/sms/kannel/receipt?key=demo&ref=77&state=8";
    EXPECT_EQ(ask("GET", "/sms/{gateway}/receipt", request).status, 200u);
    request.target = "/sms/kannel/in?key=demo&id=m1&from=254700000001&to=384&text=x";
    EXPECT_EQ(ask("GET", "/sms/{gateway}/in", request).body, "") << "else Kannel would send an SMS of it";
    ASSERT_EQ(sink_.messages.size(), 1u);
    ASSERT_EQ(sink_.receipts.size(), 1u);
    EXPECT_EQ(sink_.receipts[0].reference, 77u);
    request.target = "/sms/africastalking/in?key=demo&id=m1&from=254700000001&to=384&text=x";
    expect_hidden(ask("GET", "/sms/{gateway}/in", request));
    expect_hidden(post("/sms/{gateway}/in", "/sms/nalo/in?key=demo", "id=m1&from=254700000001&to=1"));
    expect_hidden(post("/ussd/{gateway}", "/ussd/kannel?key=demo", dial));
    EXPECT_EQ(sink_.messages.size(), 1u);
}

TEST_F(gateway_doors_test, without_kannel_nothing_comes_by_get) {
    open({africastalking()});
    EXPECT_TRUE(std::ranges::none_of(
        routes_, [](const auto& route) { return route.method == "GET" && route.path.starts_with("/sms/"); }));
}

TEST_F(gateway_doors_test, several_messages_are_stored_before_the_answer) {
    open({of_dialect("infobip")});
    const std::string both = R"({"results":[{"messageId":"1","from":"254700000001","to":"384","text":"a"},)"
                             R"({"messageId":"2","from":"?","to":"384","text":"b"},)"
                             R"({"messageId":"3","from":"254700000003","to":"384","text":"c"}]})";
    EXPECT_EQ(post("/sms/{gateway}/in", "/sms/infobip/in?key=demo", both).status, 200u);
    ASSERT_EQ(sink_.messages.size(), 2u);
    EXPECT_EQ(sink_.messages[1].provider_id, "3");
    EXPECT_EQ(refused("infobip", "form"), 1u);
    sink_.fails = true;
    EXPECT_THROW(post("/sms/{gateway}/in", "/sms/infobip/in?key=demo", both), std::runtime_error);
}

TEST_F(gateway_doors_test, what_a_provider_signs_must_be_signed) {
    auto twilio = of_dialect("twilio");
    twilio.sms_callback = "https://m.example";
    twilio.sms_tokens = {"new", "old"};
    open({twilio});
    const auto dialect = make_twilio_sms_dialect();
    const auto signed_with = [&](std::string_view token) {
        auto request = dialect->message_request({"twilio", "SM1", *msisdn::from_e164("+254700000001"), "384", "x"},
                                                "/sms/twilio/in?key=demo");
        // Behind a proxy the request itself knows neither scheme nor host.
        dialect->sign(request, "https://m.example/sms/twilio/in?key=demo", token);
        return ask("POST", "/sms/{gateway}/in", std::move(request));
    };
    EXPECT_EQ(signed_with("new").status, 200u);
    EXPECT_EQ(signed_with("old").status, 200u);
    expect_hidden(signed_with("older"));
    expect_hidden(post("/sms/{gateway}/in", "/sms/twilio/in?key=demo", "MessageSid=1&From=254700000001&To=384"));
    EXPECT_EQ(refused("twilio", "signature"), 2u);
    EXPECT_EQ(sink_.messages.size(), 2u);
}

}  // namespace
}  // namespace mlango::gsm
