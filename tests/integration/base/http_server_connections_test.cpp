// Connections: how long they may last, how many there may be, and how a server ends them.
#include "running_server.hpp"

using namespace mlango;
using namespace mlango::test;

namespace {

http_server_settings impatient() {
    http_server_settings settings;
    settings.header_timeout = 1s;
    settings.idle_timeout = 1s;
    return settings;
}

}  // namespace

TEST(http_server, cuts_who_sends_a_request_too_slowly) {
    serve(impatient(), [](running_server& one, executor where) -> task<void> {
        for (const std::string text : {"GET /ec", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc"}) {
            raw_peer peer(where, one.server.port());
            for (const char c : text.substr(0, text.size() - 4)) co_await peer.send(std::string_view(&c, 1));
            const auto start = std::chrono::steady_clock::now();
            std::string answer;
            // A byte now and then does not help.
            for (std::size_t i = 4; i > 0 && answer.empty(); --i) {
                co_await peer.send(text.substr(text.size() - i, 1));
                answer = co_await peer.read_until("}", 500ms);
            }
            if (answer.empty()) answer = co_await peer.read_until("}");
            EXPECT_TRUE(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n")) << answer;
            EXPECT_GT(std::chrono::steady_clock::now() - start, 700ms);
            EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
            co_await peer.read_all();
            EXPECT_TRUE(peer.ended());
        }
        EXPECT_EQ(one.rejected("slow"), 2U);
    });
}

TEST(http_server, closes_idle_connections_silently) {
    serve(impatient(), [](running_server& one, executor where) -> task<void> {
        raw_peer fresh(where, one.server.port());
        raw_peer used(where, one.server.port());
        co_await used.send(get);
        co_await used.read_until(end_of_get);
        EXPECT_EQ(co_await fresh.read_all(), "");
        EXPECT_EQ(co_await used.read_all(), "");
        EXPECT_TRUE(fresh.ended());
        EXPECT_TRUE(used.ended());
        EXPECT_EQ(one.rejected("slow"), 0U);
    });
}

TEST(http_server, accepts_wait_beyond_the_limit_of_connections) {
    http_server_settings settings;
    settings.connection_limit = 2;
    serve(settings, [](running_server& one, executor where) -> task<void> {
        auto first = std::make_unique<raw_peer>(where, one.server.port());
        raw_peer second(where, one.server.port());
        raw_peer third(where, one.server.port());
        co_await second.send(get);
        co_await second.read_until(end_of_get);
        co_await third.send(get);
        EXPECT_EQ(co_await third.read_until(end_of_get, 100ms), "");
        first.reset();
        EXPECT_TRUE((co_await third.read_until(end_of_get)).ends_with(end_of_get));
    });
}

TEST(http_server, drain_answers_what_is_under_way_and_closes_the_idle) {
    asio::io_context context(1);
    running_server one(context);
    run(context, [](running_server& server, executor where) -> task<void> {
        const auto port = server.server.port();
        raw_peer idle(where, port);
        raw_peer busy(where, port);
        raw_peer half(where, port);
        co_await idle.send(get);
        co_await idle.read_until(end_of_get);
        co_await half.send(get.substr(0, 10));
        co_await busy.send("GET /slow?x HTTP/1.1\r\nHost: a\r\n\r\n");
        co_await sleep(20ms);
        raw_peer queued(where, port);
        co_await queued.send(get);
        task_group group(where);
        group.spawn("drain", server.stop());
        co_await sleep(20ms);
        EXPECT_THROW(raw_peer(where, port), boost::system::system_error);
        co_await half.send(get.substr(10));
        for (raw_peer* peer : {&busy, &half, &queued}) {
            const std::string answer = co_await peer->read_all();
            EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK")) << answer;
            EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
        }
        EXPECT_EQ(co_await idle.read_all(), "");
        EXPECT_TRUE(idle.ended());
        co_await group.close(in(10s));
        EXPECT_EQ(server.connections(), 0);
        EXPECT_EQ(server.answered("2xx"), 4U);
    }(one, context.get_executor()));
}

TEST(http_server, drain_cuts_who_outlasts_its_patience) {
    asio::io_context context(1);
    running_server one(context);
    run(context, [](running_server& server, executor where) -> task<void> {
        raw_peer half(where, server.server.port());
        raw_peer stream(where, server.server.port());
        co_await half.send("GET /ec");
        co_await stream.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
        co_await stream.read_until("first");
        const auto start = std::chrono::steady_clock::now();
        co_await server.stop(100ms);
        EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
        co_await half.read_all();
        co_await stream.read_all();
        EXPECT_TRUE(half.ended());
        EXPECT_TRUE(stream.ended());
        EXPECT_EQ(server.connections(), 0);
    }(one, context.get_executor()));
}

TEST(http_server, an_accept_that_was_cancelled_is_not_worth_a_word) {
    for (const bool drained : {true, false}) {
        testing::internal::CaptureStderr();
        asio::io_context context(1);
        running_server one(context);
        run(context, [](running_server& server, bool politely, executor where) -> task<void> {
            raw_peer peer(where, server.server.port());
            co_await peer.send(get);
            co_await peer.read_until(end_of_get);
            if (!politely) co_await server.group.close(in(0s));
            co_await server.stop();
        }(one, drained, context.get_executor()));
        EXPECT_EQ(testing::internal::GetCapturedStderr(), "") << drained;
    }
}

TEST(http_server, two_servers_share_a_port) {
    asio::io_context context(1);
    metrics numbers;
    http_server_settings settings;
    settings.port = 0;
    const auto named = [](std::string name) {
        return std::vector<http_route>{{"GET", "/", [name](http_request&) -> task<http_response> {
                                            http_response response;
                                            response.body = "<" + name + ">";
                                            co_return response;
                                        }}};
    };
    http_server first(context, settings, named("one"), numbers);
    settings.port = first.port();
    http_server second(context, settings, named("two"), numbers);
    run(context, [](http_server& a, http_server& b, executor where) -> task<void> {
        task_group group(where);
        group.spawn("a", a.run());
        group.spawn("b", b.run());
        std::string answers;
        for (int i = 0; i < 64; ++i) {
            raw_peer peer(where, a.port());
            co_await peer.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            answers += co_await peer.read_until(">");
        }
        EXPECT_GT(count(answers, "<one>"), 5U);
        EXPECT_GT(count(answers, "<two>"), 5U);
        EXPECT_EQ(count(answers, "<one>") + count(answers, "<two>"), 64U);
        co_await a.drain(in(1s));
        co_await b.drain(in(1s));
        co_await group.close(in(1s));
    }(first, second, context.get_executor()));
}

TEST(http_server, refuses_settings_it_cannot_use) {
    asio::io_context context(1);
    metrics numbers;
    const auto make = [&](const http_server_settings& settings) { http_server one(context, settings, {}, numbers); };
    http_server_settings settings;
    settings.port = 0;
    settings.address = "192.0.2.1";
    EXPECT_THROW(make(settings), std::system_error);
    settings.address = "localhost";
    EXPECT_THROW(make(settings), std::system_error);
    settings.address = "127.0.0.1";
    settings.tls_certificate_file = "/nonexistent";
    EXPECT_THROW(make(settings), std::invalid_argument);
    settings.tls_key_file = "/nonexistent";
    EXPECT_THROW(make(settings), std::system_error);
    settings.tls_certificate_file = settings.tls_key_file = "";
    settings.trusted_proxies = {"proxy.example"};
    EXPECT_THROW(make(settings), std::invalid_argument);
}
