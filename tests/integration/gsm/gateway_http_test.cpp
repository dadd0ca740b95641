// The gateways' doors behind the real HTTP server, called by the real HTTP client and by a socket that dribbles; and
// the SMS sender against a server that answers as Africa's Talking does.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

#include "base/http/client.hpp"
#include "base/http/server.hpp"
#include "gsm/gateway.hpp"

namespace mlango::gsm {
namespace {

using namespace std::chrono_literals;

struct echoing_sink final : ussd_sink, sms_sink {
    task<ussd_reply> on_hop(ussd_hop hop, const gateway_profile&, deadline) override {
        if (hop.transcript == "500") throw std::runtime_error("broken");
        last_event = hop.event;
        ++hops;
        const std::string& typed = hop.identity == hop_identity::transcript ? hop.transcript : hop.input;
        co_return ussd_reply{"Karibu " + typed, typed == "0" || typed.ends_with("*0")};
    }
    task<void> on_fragment(sms_fragment) override { co_return; }
    task<void> on_message(sms_in message) override {
        if (message.text == "500") throw std::runtime_error("broken");
        messages.push_back(std::move(message));
        co_return;
    }
    task<void> on_receipt(sms_receipt) override { co_return; }

    int hops = 0;
    ussd_event last_event = ussd_event::begin;
    std::vector<sms_in> messages;
};

deadline soon() {
    return std::chrono::steady_clock::now() + 10s;
}

// A server with `routes` on a free port, and a coroutine that uses it.
class served {
public:
    explicit served(std::vector<http_route> routes)
        : server_(context_, {.port = 0}, std::move(routes), numbers_), client_(context_, {}) {}

    void run(std::function<task<void>()> use) {
        std::exception_ptr failure;
        asio::co_spawn(context_, server_.run(), [](std::exception_ptr) {});
        asio::co_spawn(context_, use_then_drain(use), [&](std::exception_ptr error) { failure = error; });
        context_.run();
        if (failure) std::rethrow_exception(failure);
    }

    task<http_response> send(http_request request) {
        http_client::outgoing out;
        out.method = request.method;
        out.url = url(request.target);
        out.headers = request.headers;
        out.body = request.body;
        auto answer = co_await client_.send(std::move(out), soon());
        if (!answer) throw std::runtime_error("no answer");
        co_return std::move(*answer);
    }
    task<http_response> post(std::string target, std::string body) {
        http_request request;
        request.method = "POST";
        request.target = std::move(target);
        request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
        request.body = std::move(body);
        co_return co_await send(std::move(request));
    }

    [[nodiscard]] std::string url(std::string_view target) const {
        return fmt::format("http://127.0.0.1:{}{}", server_.port(), target);
    }
    [[nodiscard]] std::uint16_t port() const { return server_.port(); }
    http_client& client() { return client_; }
    asio::io_context& context() { return context_; }

private:
    task<void> use_then_drain(std::function<task<void>()>& use) {
        std::exception_ptr failure;
        try {
            co_await use();
        } catch (...) {
            failure = std::current_exception();
        }
        co_await server_.drain(std::chrono::steady_clock::now() + 1s);
        context_.stop();
        if (failure) std::rethrow_exception(failure);
    }

    asio::io_context context_{1};
    metrics numbers_;
    http_server server_;
    http_client client_;
};

gateway_settings named(std::string name, std::string dialect) {
    gateway_settings settings;
    settings.name = std::move(name);
    settings.dialect = std::move(dialect);
    settings.secrets = {"demo"};
    return settings;
}

class gateway_http : public testing::Test {
protected:
    static std::vector<gateway_settings> gateways() {
        auto by_get = named("by_get", "con_end");
        by_get.fields.by_get = true;
        std::vector<gateway_settings> all{by_get};
        for (const std::string_view dialect : dialect_names()) {
            all.push_back(named(std::string(dialect), std::string(dialect)));
        }
        return all;
    }

    metrics numbers_;
    system_clock clock_;
    echoing_sink sink_;
    served served_{gateway_routes(gateways(), sink_, sink_, numbers_, clock_)};
};

constexpr std::string_view dial =
    "sessionId=s1&phoneNumber=%2B254700000001&networkCode=63902&serviceCode=%2A384%23&text=";

TEST_F(gateway_http, a_phone_talks_through_every_dialect) {
    served_.run([this]() -> task<void> {
        for (const gateway_settings& settings : gateways()) {
            const auto dialect = make_dialect(settings);
            phone_hop phone{.session = "s1",
                            .from = *msisdn::from_e164("+254700000001"),
                            .service_code = "*384#",
                            .network = "63902",
                            .inputs = {},
                            .sequence = 1};
            const std::string target = "/ussd/" + settings.name + "?key=demo";
            for (const std::string_view input : {"", "1", "مرحبا", "0"}) {
                if (!input.empty()) {
                    phone.inputs.emplace_back(input);
                    phone.event = ussd_event::answer;
                    ++phone.sequence;
                }
                const auto reply = dialect->understand(co_await served_.send(dialect->request_for(phone, target)));
                EXPECT_TRUE(reply) << settings.name;
                if (!reply) co_return;
                EXPECT_TRUE(reply->text.ends_with(input)) << reply->text;
                EXPECT_EQ(reply->ends, input == "0");
            }
            phone.event = ussd_event::timeout;
            if (dialect->tells_ends()) {
                const auto ended = co_await served_.send(dialect->request_for(phone, target));
                EXPECT_EQ(ended.status, 200u);
                // Infobip's end names nobody, so nobody hears of it.
                if (settings.name != "infobip") EXPECT_EQ(sink_.last_event, ussd_event::timeout);
            }
        }
    });
    EXPECT_EQ(sink_.hops, 7 * 4 + 2);
}

TEST_F(gateway_http, refusals) {
    served_.run([this]() -> task<void> {
        const std::string body(dial);
        const auto status = [this](std::string target, std::string form) -> task<unsigned> {
            co_return (co_await served_.post(std::move(target), std::move(form))).status;
        };
        EXPECT_EQ(co_await status("/ussd/africastalking?key=wrong", body), 404u);
        EXPECT_EQ(co_await status("/ussd/nobody?key=demo", body), 404u);
        EXPECT_EQ(co_await status("/ussd/africastalking?key=demo", ""), 400u);
        EXPECT_EQ(co_await status("/ussd/africastalking?key=demo", body + "%FF"), 400u);
        EXPECT_EQ(co_await status("/ussd/africastalking?key=demo", body + std::string(1'000'000, '1')), 413u);
        EXPECT_EQ(co_await status("/ussd/africastalking?key=demo", body + "500"), 500u);
        EXPECT_EQ(co_await status("/ussd/by_get?key=demo", body), 405u);
        EXPECT_EQ(co_await status("/ussd/con_end/end?key=demo", body), 404u);
        EXPECT_EQ(co_await status("/sms/africastalking/in?key=demo", "id=1&from=254700000001&to=1&text=500"), 500u);
        EXPECT_EQ(co_await status("/sms/africastalking/in?key=demo", "id=1&from=254700000001&to=1&text=ok"), 200u);
        EXPECT_EQ(co_await status("/sms/africastalking/receipt?key=demo", "id=1&status=New"), 200u);
        const http_response hidden = co_await served_.post("/ussd/nobody?key=demo", body);
        EXPECT_EQ(hidden.body, "");
        // Still there.
        EXPECT_EQ((co_await served_.post("/ussd/africastalking?key=demo", body)).body, "CON Karibu ");
    });
    EXPECT_EQ(sink_.messages.size(), 1u);
}

// The same request in two pieces, divided at each byte.
TEST_F(gateway_http, a_request_may_come_in_pieces) {
    const std::string body = std::string(dial) + "1";
    const std::string request = fmt::format(
        "POST /ussd/africastalking?key=demo HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
    served_.run([&]() -> task<void> {
        asio::basic_stream_socket<asio::ip::tcp, executor> socket(served_.context().get_executor());
        co_await socket.async_connect({asio::ip::address_v4::loopback(), served_.port()}, use_task);
        socket.set_option(asio::ip::tcp::no_delay(true));
        for (std::size_t at = 1; at < request.size(); ++at) {
            co_await asio::async_write(socket, asio::buffer(request.data(), at), use_task);
            co_await asio::post(use_task);
            co_await asio::async_write(socket, asio::buffer(request.data() + at, request.size() - at), use_task);
            std::string answer;
            while (!answer.ends_with("CON Karibu 1")) {
                std::array<char, 512> piece;
                const std::size_t length = co_await socket.async_read_some(asio::buffer(piece), use_task);
                answer.append(piece.data(), length);
                if (answer.size() > 2'000) throw std::runtime_error("another answer: " + answer);
            }
            EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 "));
        }
    });
    EXPECT_EQ(static_cast<std::size_t>(sink_.hops), request.size() - 1);
}

TEST(sms_sender_http, submits_to_a_server) {
    std::vector<http_request> seen;
    unsigned status = 201;
    std::string body;
    std::vector<http_route> routes{{"POST", "/version1/messaging", [&](http_request& request) -> task<http_response> {
                                        seen.push_back(request);
                                        http_response response;
                                        response.status = status;
                                        response.content_type = "application/json";
                                        response.body = body;
                                        co_return response;
                                    }}};
    served api(std::move(routes));
    gateway_settings settings = named("africastalking", "africastalking");
    settings.sms_url = api.url("/version1/messaging");
    settings.sms_username = "sandbox";
    settings.sms_api_key = "k3y";
    settings.sms_sender = "38400";
    ASSERT_EQ(faults_of(settings), std::vector<std::string>{});
    const auto sender = make_sms_gateway(settings, api.client());
    EXPECT_EQ(sender->name(), "africastalking");
    gateway_settings nobody = settings;
    nobody.sms_url = "http://127.0.0.1:1/version1/messaging";
    const auto lost = make_sms_gateway(nobody, api.client());
    const sms_out message{*msisdn::from_e164("+254700000001"), "", "Habari"};

    api.run([&]() -> task<void> {
        body =
            R"({"SMSMessageData":{"Message":"Sent to 1/1","Recipients":[{"statusCode":101,"messageId":"ATXid_7"}]}})";
        const auto accepted = co_await sender->submit(message, soon());
        EXPECT_TRUE(accepted);
        if (accepted) EXPECT_EQ(accepted->provider_ids.front(), "ATXid_7");
        status = 503;
        const auto unknown = co_await sender->submit(message, soon());
        EXPECT_EQ(unknown.error(), submit_refusal::unknown);
        status = 429;
        const auto later = co_await sender->submit(message, soon());
        EXPECT_EQ(later.error(), submit_refusal::busy);
        const auto not_sent = co_await lost->submit(message, soon());
        EXPECT_EQ(not_sent.error(), submit_refusal::busy);
    });
    ASSERT_EQ(seen.size(), 3u);
    EXPECT_EQ(seen[0].header("apikey"), "k3y");
    EXPECT_EQ(seen[0].header("accept"), "application/json");
    EXPECT_TRUE(seen[0].body.contains("username=sandbox&to=%2B254700000001&message=Habari&from=38400"));
}

TEST(sms_sender_http, asks_what_became_of_a_message) {
    std::string asked;
    std::vector<http_route> routes{{"GET", "/sms/1/logs", [&](http_request& request) -> task<http_response> {
                                        asked = request.target;
                                        http_response response;
                                        response.content_type = "application/json";
                                        response.body = R"({"results":[{"messageId":"mlango-77","to":"254700000001",)"
                                                        R"("status":{"groupId":3,"name":"DELIVERED_TO_HANDSET"}}]})";
                                        co_return response;
                                    }}};
    served api(std::move(routes));
    gateway_settings settings = named("infobip", "infobip");
    settings.sms_url = api.url("/sms/2/text/advanced");
    settings.sms_api_key = "k3y";
    ASSERT_EQ(faults_of(settings), std::vector<std::string>{});
    gateway_settings nobody = settings;
    nobody.sms_url = "http://127.0.0.1:1/sms/2/text/advanced";
    gateway_settings mute = named("africastalking", "africastalking");
    const sms_out message{.to = *msisdn::from_e164("+254700000001"), .sender = "", .text = "x", .reference = 77};
    api.run([&]() -> task<void> {
        const auto known = co_await make_sms_gateway(settings, api.client())->query(message, "", soon());
        EXPECT_TRUE(known);
        if (known) EXPECT_EQ(known->state, receipt_state::delivered);
        EXPECT_FALSE(co_await make_sms_gateway(nobody, api.client())->query(message, "", soon()));
        EXPECT_FALSE(co_await make_sms_gateway(mute, api.client())->query(message, "ATXid_1", soon()));
    });
    EXPECT_EQ(asked, "/sms/1/logs?messageId=mlango-77");
}

}  // namespace
}  // namespace mlango::gsm
