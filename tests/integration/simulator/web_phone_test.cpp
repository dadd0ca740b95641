// The web phone's doors on a real HTTP server, beside real gateway doors with a scripted conversation behind them: what
// the page asks goes out and comes back by HTTP.
#include "simulator/web_phone.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/json.hpp>
#include <functional>
#include <stdexcept>

namespace mlango::simulator {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

struct scripted_service final : gsm::ussd_sink, gsm::sms_sink {
    task<gsm::ussd_reply> on_hop(gsm::ussd_hop hop, const gsm::gateway_profile&, deadline) override {
        events.push_back(hop.event);
        if (hop.transcript.ends_with("slow")) {
            coarse_timer timer(co_await asio::this_coro::executor, 400ms);
            co_await timer.async_wait(use_task);
        }
        co_return gsm::ussd_reply{"Karibu " + hop.transcript, hop.transcript.ends_with('9')};
    }
    task<void> on_fragment(gsm::sms_fragment) override { co_return; }
    task<void> on_message(gsm::sms_in message) override {
        messages.push_back(std::move(message));
        co_return;
    }
    task<void> on_receipt(gsm::sms_receipt receipt) override {
        if (receipts_refused > 0) {
            --receipts_refused;
            throw std::runtime_error("not now");
        }
        receipts.push_back(std::move(receipt));
        co_return;
    }

    std::vector<gsm::ussd_event> events;
    std::vector<gsm::sms_in> messages;
    std::vector<gsm::sms_receipt> receipts;
    int receipts_refused = 0;
};

constexpr std::string_view number = "+254711000001";

class web_phone_http : public testing::Test {
protected:
    web_phone_http()
        : client_(context_, {}),
          phone_(context_.get_executor(), settings(), inbox_, client_, clock_, random_),
          server_(context_, on_free_port(), routes(), numbers_) {
        base_ = fmt::format("http://127.0.0.1:{}", server_.port());
        phone_.answer_at(base_);
    }

    static http_server_settings on_free_port() {
        http_server_settings free;
        free.port = 0;
        return free;
    }

    // SMS only but for Infobip; its provider is the played one.
    static gsm::gateway_settings sms_gateway_of(std::string_view dialect) {
        gsm::gateway_settings one;
        one.name = one.dialect = dialect;
        one.secrets = {"key-of-" + one.name};
        one.sms_url = "http://unused";
        one.sms_username = "AC1";
        one.sms_api_key = "5ecret-" + one.name;
        one.sms_sender = "384";
        one.sms_callback = "https://m.example";
        return one;
    }

    // The server's sender of a gateway, at the played provider.
    std::unique_ptr<gsm::sms_gateway> sender_of(std::string_view name) {
        for (gsm::gateway_settings one : settings().gateways) {
            if (one.name != name) continue;
            const auto dialect = gsm::make_sms_dialect(gsm::sms_dialect_of(one));
            one.sms_url = fmt::format("{}/simulator/{}{}", base_, dialect->name(), dialect->submission_path());
            if (const auto at = one.sms_url.find("{account}"); at != std::string::npos)
                one.sms_url.replace(at, 9, one.sms_username);
            return gsm::make_sms_gateway(one, client_);
        }
        return nullptr;
    }

    static web_phone_settings settings() {
        web_phone_settings all;
        gsm::gateway_settings talking;
        talking.name = "africastalking";
        talking.secrets = {"s&cret"};
        talking.profile.deadline = 200ms;
        talking.sms_url = "http://unused/version1/messaging";
        talking.sms_username = "sandbox";
        talking.sms_api_key = "key";
        talking.sms_sender = "384";
        gsm::gateway_settings by_get;
        by_get.name = "by_get";
        by_get.dialect = "con_end";
        by_get.fields.by_get = true;
        by_get.secrets = {"other"};
        all.gateways = {talking, by_get};
        for (const char* dialect : {"infobip", "kannel", "twilio"}) all.gateways.push_back(sms_gateway_of(dialect));
        all.report_delay = 5ms;
        return all;
    }

    std::vector<http_route> routes() {
        auto all = gsm::gateway_routes(settings().gateways, service_, service_, numbers_, clock_);
        auto more = phone_.routes();
        all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
        return all;
    }

    // Runs `use` against the server, then drains as the program does.
    void run(std::function<task<void>()> use) {
        std::exception_ptr failure;
        asio::co_spawn(context_, server_.run(), [](std::exception_ptr) {});
        asio::co_spawn(
            context_,
            [&]() -> task<void> {
                try {
                    co_await use();
                } catch (...) {
                    failure = std::current_exception();
                }
                co_await phone_.close(clock_.steady() + 1s);
                co_await server_.drain(clock_.steady() + 1s);
                context_.stop();
            },
            [](std::exception_ptr) {});
        context_.run();
        if (failure) std::rethrow_exception(failure);
    }

    task<http_response> send(std::string method, std::string target, std::vector<http_header> headers = {},
                             std::string body = {}) {
        http_client::outgoing out;
        out.method = std::move(method);
        out.url = base_ + target;
        out.headers = std::move(headers);
        out.body = std::move(body);
        auto answer = co_await client_.send(std::move(out), clock_.steady() + 10s);
        if (!answer) throw std::runtime_error("no answer");
        co_return std::move(*answer);
    }
    task<http_response> post(std::string target, std::string body) {
        co_return co_await send("POST", std::move(target), {{"Content-Type", "application/json"}}, std::move(body));
    }
    task<http_response> submit(std::string key, std::string to) {
        gsm::gateway_settings account = settings().gateways.front();
        account.sms_api_key = std::move(key);
        account.sms_url = base_ + "/simulator/africastalking/version1/messaging";
        auto out = gsm::make_africastalking_sms_dialect()->submit_request(
            gsm::sms_account_of(account), {*gsm::msisdn::from_e164(to), "", "Reference K7QM"});
        auto answer = co_await client_.send(std::move(out), clock_.steady() + 10s);
        if (!answer) throw std::runtime_error("no answer");
        co_return std::move(*answer);
    }
    task<void> pause(std::chrono::milliseconds time) {
        coarse_timer timer(context_.get_executor(), time);
        co_await timer.async_wait(use_task);
    }
    task<void> until(std::function<bool()> holds) {
        for (int i = 0; i < 500 && !holds(); ++i) co_await pause(10ms);
    }
    static std::string hop(std::string_view gateway, std::string_view inputs, std::string_view event) {
        return fmt::format(R"({{"gateway":"{}","session":"web-1","from":"{}","inputs":{},"event":"{}"}})", gateway,
                           number, inputs, event);
    }

    asio::io_context context_{1};
    metrics numbers_;
    system_clock clock_;
    seeded_random random_{1};
    scripted_service service_;
    phone_inbox inbox_;
    http_client client_;
    web_phone phone_;
    http_server server_;
    std::string base_;
};

TEST_F(web_phone_http, serves_the_page_and_its_files) {
    run([&]() -> task<void> {
        const http_response page = co_await send("GET", "/phone");
        EXPECT_EQ(page.status, 200U);
        EXPECT_NE(page.body.find("<title>Mlango"), std::string::npos);
        EXPECT_EQ(page.body.find("@version@"), std::string::npos);
        std::string policy;
        std::string etag;
        for (const http_header& header : page.headers) {
            if (header.name == "Content-Security-Policy") policy = header.value;
            if (header.name == "ETag") etag = header.value;
        }
        EXPECT_NE(policy.find("default-src 'none'"), std::string::npos);
        EXPECT_EQ(policy.find("unsafe"), std::string::npos);
        EXPECT_EQ((co_await send("GET", "/phone", {{"If-None-Match", etag}})).status, 304U);

        const std::size_t at = page.body.find("/phone/assets/");
        const std::string folder = page.body.substr(at, page.body.find('/', at + 14) + 1 - at);
        for (const char* name : {"phone.css", "phone.js", "line.js", "door.svg"}) {
            EXPECT_EQ((co_await send("GET", folder + name)).status, 200U) << name;
        }
        EXPECT_EQ((co_await send("GET", folder + "phone.png")).status, 404U);
        EXPECT_EQ((co_await send("GET", "/phone/assets/0123456789abcdef/phone.js")).status, 404U);
    });
}

TEST_F(web_phone_http, tells_the_page_its_gateways) {
    run([&]() -> task<void> {
        const json::value all = json::parse((co_await send("GET", "/phone/api/setup")).body);
        EXPECT_EQ(all.at("gateways").at(0).at("name"), "africastalking");
        EXPECT_EQ(all.at("gateways").at(0).at("tells_ends"), true);
        EXPECT_EQ(all.at("gateways").at(1).at("tells_ends"), false);
    });
}

TEST_F(web_phone_http, dials_through_each_gateway) {
    run([&]() -> task<void> {
        for (const char* gateway : {"africastalking", "by_get"}) {
            json::value screen = json::parse((co_await post("/phone/api/hop", hop(gateway, "[]", "begin"))).body);
            EXPECT_EQ(screen.at("text"), "Karibu ");
            EXPECT_EQ(screen.at("ends"), false);
            screen = json::parse((co_await post("/phone/api/hop", hop(gateway, R"(["1","9"])", "answer"))).body);
            EXPECT_EQ(screen.at("text"), "Karibu 1*9");
            EXPECT_EQ(screen.at("ends"), true);
            EXPECT_EQ(screen.at("exchange").at("response").at("body"), "END Karibu 1*9");
            EXPECT_EQ(json::serialize(screen).find("cret"), std::string::npos);
        }
        EXPECT_EQ((co_await post("/phone/api/hop", hop("by_get", R"(["1"])", "abort"))).status, 409U);
        EXPECT_EQ((co_await post("/phone/api/hop", hop("africastalking", R"(["1"])", "abort"))).status, 200U);
    });
    EXPECT_EQ(service_.events.size(), 5U);
    EXPECT_EQ(service_.events.back(), gsm::ussd_event::abort);
}

TEST_F(web_phone_http, says_when_no_answer_came_in_time) {
    run([&]() -> task<void> {
        const http_response answer = co_await post("/phone/api/hop", hop("africastalking", R"(["slow"])", "answer"));
        EXPECT_EQ(answer.status, 200U);
        EXPECT_NE(std::string_view(json::parse(answer.body).at("fault").as_string()).find("within 0.2 s"),
                  std::string::npos);
        co_await pause(500ms);
    });
}

TEST_F(web_phone_http, refuses_what_is_no_order) {
    run([&]() -> task<void> {
        EXPECT_EQ((co_await post("/phone/api/hop", "{")).status, 400U);
        EXPECT_EQ((co_await post("/phone/api/hop", hop("nobody", "[]", "begin"))).status, 404U);
        EXPECT_EQ((co_await post("/phone/api/hop", std::string(70'000, ' '))).status, 413U);
        // A form is what a page of another site could send.
        EXPECT_EQ((co_await send("POST", "/phone/api/hop", {{"Content-Type", "text/plain"}},
                                 hop("africastalking", "[]", "begin")))
                      .status,
                  415U);
        EXPECT_EQ((co_await send("GET", "/phone/api/inbox?number=12")).status, 400U);
        EXPECT_EQ((co_await post("/phone/api/sms", R"({"gateway":"nobody","from":"+254711000001","text":"a"})")).status,
                  404U);
    });
    EXPECT_TRUE(service_.events.empty());
}

TEST_F(web_phone_http, takes_an_sms_and_reports_its_delivery) {
    service_.receipts_refused = 1;
    std::string id;
    run([&]() -> task<void> {
        const auto accepted = gsm::make_africastalking_sms_dialect()->submit_result(
            {*gsm::msisdn::from_e164(number), "", ""}, co_await submit("key", std::string(number)));
        if (!accepted) throw std::runtime_error("refused");
        id = accepted->provider_ids.front();
        EXPECT_EQ((co_await submit("wrong", std::string(number))).status, 401U);
        co_await until([&] { return !service_.receipts.empty(); });
    });
    ASSERT_EQ(service_.receipts.size(), 1U);
    EXPECT_EQ(service_.receipts[0].provider_id, id);
    EXPECT_EQ(service_.receipts[0].gateway, "africastalking");
    EXPECT_EQ(service_.receipts[0].state, gsm::receipt_state::delivered);
    const auto kept = inbox_.latest(number, 0, 20);
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].text, "Reference K7QM");
}

TEST_F(web_phone_http, streams_the_inbox_as_it_fills) {
    using namespace asio::experimental::awaitable_operators;
    std::string streamed;
    run([&]() -> task<void> {
        inbox_.store({.id = "before", .from = "384", .to = std::string(number), .text = "one"});
        inbox_.store({.id = "other", .from = "384", .to = "+254711000002", .text = "secret"});
        const auto follow = [&]() -> task<void> {
            streamed = (co_await send("GET", "/phone/api/inbox?number=%2B254711000001")).body;
        };
        const auto fill = [&]() -> task<void> {
            co_await pause(100ms);
            (void)co_await submit("key", std::string(number));
            co_await pause(100ms);
            inbox_.close();
        };
        co_await (follow() && fill());
    });
    EXPECT_TRUE(streamed.starts_with("retry: 2000\n\nid: 1\nevent: sms\ndata: {\"id\":\"before\"")) << streamed;
    EXPECT_NE(streamed.find("id: 3\nevent: sms\n"), std::string::npos);
    EXPECT_NE(streamed.find("Reference K7QM"), std::string::npos);
    EXPECT_EQ(streamed.find("secret"), std::string::npos);
}

TEST_F(web_phone_http, sends_her_sms_to_the_service) {
    run([&]() -> task<void> {
        const http_response answer =
            co_await post("/phone/api/sms", R"({"gateway":"africastalking","from":"+254711000001","text":"مرحبا &"})");
        EXPECT_EQ(answer.status, 200U) << answer.body;
        co_await until([&] { return !service_.messages.empty(); });
    });
    ASSERT_EQ(service_.messages.size(), 1U);
    EXPECT_EQ(service_.messages[0].from.e164(), number);
    EXPECT_EQ(service_.messages[0].to, "384");
    EXPECT_EQ(service_.messages[0].text, "مرحبا &");
}

TEST_F(web_phone_http, plays_every_provider_both_ways) {
    run([&]() -> task<void> {
        for (const std::string_view name : {"africastalking", "infobip", "kannel", "twilio"}) {
            service_.receipts.clear();
            service_.messages.clear();
            const gsm::sms_out message{.to = *gsm::msisdn::from_e164(number),
                                       .sender = "",
                                       .text = fmt::format("Reference K7QM by {} مرحبا", name),
                                       .reference = 77};
            const auto accepted = co_await sender_of(name)->submit(message, clock_.steady() + 10s);
            EXPECT_TRUE(accepted) << name << (accepted ? "" : accepted.error().reason);
            if (!accepted) continue;
            co_await until([&] { return !service_.receipts.empty(); });
            EXPECT_EQ(service_.receipts.size(), 1U) << name;
            if (service_.receipts.empty()) continue;
            EXPECT_EQ(service_.receipts[0].gateway, name);
            EXPECT_EQ(service_.receipts[0].provider_id, accepted->provider_ids.front());
            EXPECT_EQ(service_.receipts[0].state, gsm::receipt_state::delivered);
            EXPECT_EQ(service_.receipts[0].reference, name == "africastalking" ? 0U : 77U) << name;
            EXPECT_EQ(inbox_.latest(number, 0, 20).back().text, message.text);

            const http_response sent =
                co_await post("/phone/api/sms",
                              fmt::format(R"({{"gateway":"{}","from":"{}","text":"Msaada & مرحبا"}})", name, number));
            EXPECT_EQ(sent.status, 200U) << name << sent.body;
            EXPECT_EQ(service_.messages.size(), 1U) << name;
            if (service_.messages.empty()) continue;
            EXPECT_EQ(service_.messages[0].gateway, name);
            EXPECT_EQ(service_.messages[0].text, "Msaada & مرحبا");
        }
    });
}

TEST_F(web_phone_http, a_submission_s_receipts_go_to_our_own_doors_only) {
    run([&]() -> task<void> {
        gsm::sms_account account = gsm::sms_account_of(sms_gateway_of("twilio"));
        account.url = base_ + "/simulator/twilio/2010-04-01/Accounts/AC1/Messages.json";
        account.receipts = "http://169.254.169.254/latest";
        const gsm::sms_out message{.to = *gsm::msisdn::from_e164(number), .sender = "", .text = "x", .reference = 77};
        const auto dialect = gsm::make_twilio_sms_dialect();
        const auto answer = co_await client_.send(dialect->submit_request(account, message), clock_.steady() + 10s);
        EXPECT_TRUE(answer && answer->status == 201);
        co_await until([&] { return !service_.receipts.empty(); });
    });
    ASSERT_EQ(service_.receipts.size(), 1U);
    EXPECT_EQ(service_.receipts[0].reference, 0U);
}

TEST_F(web_phone_http, an_sms_only_gateway_is_not_dialled) {
    run([&]() -> task<void> {
        EXPECT_EQ((co_await post("/phone/api/hop", hop("kannel", "[]", "begin"))).status, 409U);
        const json::value all = json::parse((co_await send("GET", "/phone/api/setup")).body);
        for (const json::value& one : all.at("gateways").as_array()) {
            const bool sms_only = one.at("name") == "kannel" || one.at("name") == "twilio";
            EXPECT_EQ(one.at("ussd").as_bool(), !sms_only);
            EXPECT_TRUE(one.at("takes_sms").as_bool());
        }
    });
}

}  // namespace
}  // namespace mlango::simulator
