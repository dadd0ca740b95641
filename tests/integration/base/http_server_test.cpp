// Requests and what is answered.
#include "running_server.hpp"

using namespace mlango;
using namespace mlango::test;

TEST(http_server, answers_and_keeps_the_connection) {
    serve({}, [](running_server& one, executor where) -> task<void> {
        raw_peer peer(where, one.server.port());
        for (int i = 0; i < 3; ++i) {
            co_await peer.send(get);
            const std::string answer = co_await peer.read_until(end_of_get);
            EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\nDate: ")) << answer;
            EXPECT_TRUE(answer.ends_with("\r\n\r\nGET /echo 127.0.0.1 []")) << answer;
            EXPECT_EQ(count(answer, "Connection"), 0U);
            EXPECT_EQ(count(answer, "Server"), 0U);
        }
        EXPECT_EQ(one.answered("2xx"), 3U);
        EXPECT_EQ(one.connections(), 1);
    });
}

TEST(http_server, answers_pipelined_requests_in_order) {
    serve({}, [](running_server& one, executor where) -> task<void> {
        raw_peer peer(where, one.server.port());
        std::string all;
        for (int i = 0; i < 100; ++i)
            all += "POST /echo?" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
        all += "GET /slow?x HTTP/1.1\r\nHost: a\r\n\r\nGET /echo?last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
        co_await peer.send(all);
        const std::string answers = co_await peer.read_all();
        std::size_t at = 0;
        for (int i = 0; i < 100; ++i) {
            at = answers.find("POST /echo?" + std::to_string(i) + " 127.0.0.1 [abc]", at);
            EXPECT_NE(at, std::string::npos) << i;
        }
        at = answers.find("slow x", at);
        EXPECT_NE(at, std::string::npos);
        EXPECT_NE(answers.find("GET /echo?last", at), std::string::npos);
        EXPECT_EQ(count(answers, "HTTP/1.1 200 OK"), 102U);
        EXPECT_EQ(count(answers, "Connection: close"), 1U);
    });
}

TEST(http_server, takes_a_request_cut_at_any_byte) {
    serve({}, [](running_server& one, executor where) -> task<void> {
        const std::string text =
            "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
        raw_peer peer(where, one.server.port());
        for (std::size_t cut = 1; cut < text.size(); ++cut) {
            co_await peer.send(text.substr(0, cut));
            co_await sleep(1ms);
            co_await peer.send(text.substr(cut));
            const std::string answer = co_await peer.read_until("[abc]");
            EXPECT_TRUE(answer.ends_with("[abc]")) << cut;
        }
    });
}

TEST(http_server, survives_a_peer_that_leaves_at_any_byte) {
    serve({}, [](running_server& one, executor where) -> task<void> {
        const std::string text = "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
        for (std::size_t cut = 0; cut <= text.size(); ++cut) {
            raw_peer peer(where, one.server.port());
            co_await peer.send(text.substr(0, cut));
        }
        raw_peer last(where, one.server.port());
        co_await last.send(get);
        EXPECT_TRUE((co_await last.read_until(end_of_get)).ends_with(end_of_get));
    });
}

TEST(http_server, refuses_what_is_too_large_or_wrong_and_closes) {
    http_server_settings settings;
    settings.body_limit = 1000;
    serve(settings, [](running_server& one, executor where) -> task<void> {
        const std::string post = "POST /echo HTTP/1.1\r\nHost: a\r\n";
        const std::vector<std::pair<std::string, std::string>> table = {
            {"GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n", "431"},
            {post + "Content-Length: 1000000\r\n\r\n" + std::string(1'000'000, 'x'), "413"},
            {post + "Content-Length: 1001\r\nExpect: 100-continue\r\n\r\n", "413"},
            {post + "Transfer-Encoding: chunked\r\n\r\nfff\r\n" + std::string(4095, 'x') + "\r\n0\r\n\r\n", "413"},
            {post + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(20'000, 'x') + "\r\nx\r\n0\r\n\r\n", "400"},
            {"\x16\x03\x01\x02", "400"},
            {"NONSENSE\r\n\r\n", "400"},
            {"GET / HTTP/1.1\r\n\r\n", "400"},
        };
        for (const auto& [text, status] : table) {
            raw_peer peer(where, one.server.port());
            boost::system::error_code ignored;
            co_await asio::async_write(peer.stream(), asio::buffer(text), asio::redirect_error(use_task, ignored));
            peer.stream().shutdown(tcp_socket::shutdown_send, ignored);
            const std::string answer = co_await peer.read_all();
            EXPECT_TRUE(answer.starts_with("HTTP/1.1 " + status + " ")) << text.substr(0, 100) << answer;
            EXPECT_NE(answer.find("Content-Type: application/problem+json\r\n"), std::string::npos);
            EXPECT_NE(answer.find("Connection: close\r\n"), std::string::npos);
            EXPECT_NE(answer.find("\"status\":" + status + "}"), std::string::npos);
            EXPECT_EQ(count(answer, "HTTP/1.1"), 1U);
            EXPECT_FALSE(peer.reset());
        }
        EXPECT_EQ(one.rejected("header_too_large"), 1U);
        EXPECT_EQ(one.rejected("body_too_large"), 3U);
        EXPECT_EQ(one.rejected("bad_request"), 4U);
        EXPECT_EQ(one.answered("4xx"), 8U);
    });
}

TEST(http_server, tells_who_waits_to_send_the_body) {
    serve({}, [](running_server& one, executor where) -> task<void> {
        raw_peer peer(where, one.server.port());
        co_await peer.send("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
        EXPECT_EQ(co_await peer.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
        co_await peer.send("abc");
        EXPECT_TRUE((co_await peer.read_until("[abc]")).starts_with("HTTP/1.1 200 OK"));
    });
}

TEST(http_server, knows_head_http_1_0_and_the_absolute_form) {
    serve({}, [](running_server& one, executor where) -> task<void> {
        raw_peer head(where, one.server.port());
        co_await head.send("HEAD /echo HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        const std::string bodiless = co_await head.read_all();
        EXPECT_TRUE(bodiless.ends_with("Connection: close\r\n\r\n")) << bodiless;
        EXPECT_NE(bodiless.find("Content-Length: 23\r\n"), std::string::npos) << bodiless;

        raw_peer old(where, one.server.port());
        co_await old.send("GET /echo HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        EXPECT_NE((co_await old.read_until(end_of_get)).find("Connection: keep-alive\r\n"), std::string::npos);
        co_await old.send("GET /echo HTTP/1.0\r\n\r\n");
        EXPECT_TRUE((co_await old.read_all()).ends_with(end_of_get));

        raw_peer proxy(where, one.server.port());
        co_await proxy.send("GET http://other.example/echo?q HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_TRUE((co_await proxy.read_until(end_of_get)).ends_with("GET /echo?q 127.0.0.1 []"));
        co_await proxy.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_TRUE((co_await proxy.read_until("}")).starts_with("HTTP/1.1 404 "));
    });
}

TEST(http_server, says_what_is_not_there_and_what_is_allowed) {
    serve({}, [](running_server& one, executor where) -> task<void> {
        raw_peer peer(where, one.server.port());
        co_await peer.send("GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_TRUE((co_await peer.read_until("}")).starts_with("HTTP/1.1 404 Not Found\r\n"));
        co_await peer.send("DELETE /echo HTTP/1.1\r\nHost: a\r\n\r\n");
        const std::string answer = co_await peer.read_until("}");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 405 Method Not Allowed\r\n"));
        EXPECT_NE(answer.find("Allow: POST, GET, HEAD\r\n"), std::string::npos) << answer;
    });
}

TEST(http_server, a_handler_that_throws_is_logged_without_text_and_answered_500) {
    testing::internal::CaptureStderr();
    serve({}, [](running_server& one, executor where) -> task<void> {
        raw_peer peer(where, one.server.port());
        co_await peer.send("GET /broken?secret HTTP/1.1\r\nHost: a\r\n\r\n");
        const std::string answer = co_await peer.read_until("}");
        EXPECT_TRUE(answer.starts_with("HTTP/1.1 500 "));
        EXPECT_EQ(answer.find("typed"), std::string::npos);
        co_await peer.send(get);
        EXPECT_TRUE((co_await peer.read_until(end_of_get)).ends_with(end_of_get));
        EXPECT_EQ(one.answered("5xx"), 1U);
    });
    const std::string out = testing::internal::GetCapturedStderr();
    EXPECT_NE(out.find("error http_handler_failed route=/broken kind=std::runtime_error"), std::string::npos) << out;
    EXPECT_EQ(out.find("typed"), std::string::npos);
    EXPECT_EQ(out.find("secret"), std::string::npos);
}

TEST(http_server, sends_a_large_body_to_a_slow_reader) {
    serve({}, [](running_server& one, executor where) -> task<void> {
        raw_peer peer(where, one.server.port());
        co_await peer.send("GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        co_await sleep(50ms);
        const std::string answer = co_await peer.read_all();
        EXPECT_TRUE(answer.ends_with(std::string(3'000'000, 'x')));
        EXPECT_LT(answer.size(), 3'000'300U);
    });
}

TEST(http_server, streams_in_chunks_or_until_the_end) {
    serve({}, [](running_server& one, executor where) -> task<void> {
        raw_peer chunked(where, one.server.port());
        co_await chunked.send("GET /events HTTP/1.1\r\nHost: a\r\n\r\n");
        const std::string whole = co_await chunked.read_all();
        EXPECT_NE(whole.find("Content-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"), std::string::npos);
        EXPECT_TRUE(whole.ends_with("\r\n\r\n9\r\ndata: 0\n\n\r\n9\r\ndata: 1\n\n\r\n9\r\ndata: 2\n\n\r\n0\r\n\r\n"))
            << whole;

        raw_peer plain(where, one.server.port());
        co_await plain.send("GET /events HTTP/1.0\r\n\r\n");
        EXPECT_TRUE((co_await plain.read_all()).ends_with("\r\n\r\ndata: 0\n\ndata: 1\n\ndata: 2\n\n"));
    });
}

TEST(http_server, a_stream_ends_when_its_reader_leaves) {
    serve({}, [](running_server& one, executor where) -> task<void> {
        {
            raw_peer peer(where, one.server.port());
            co_await peer.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
            co_await peer.read_until("first");
            EXPECT_EQ(one.connections(), 1);
        }
        for (int i = 0; i < 100 && one.connections() > 0; ++i) co_await sleep(10ms);
        EXPECT_EQ(one.connections(), 0);
    });
}

TEST(http_server, believes_forwarded_addresses_of_trusted_proxies_only) {
    const auto peer_of = [](std::vector<std::string> trusted, std::string headers) {
        std::string seen;
        http_server_settings settings;
        settings.trusted_proxies = std::move(trusted);
        serve(settings, [&](running_server& one, executor where) -> task<void> {
            raw_peer peer(where, one.server.port());
            co_await peer.send("GET /echo HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
            const std::string answer = co_await peer.read_until(end_of_get);
            const std::size_t at = answer.find("/echo ") + 6;
            seen = answer.substr(at, answer.find(' ', at) - at);
        });
        return seen;
    };
    const std::string spoofed = "X-Forwarded-For: 9.9.9.9, 192.0.2.7\r\n";
    EXPECT_EQ(peer_of({}, spoofed), "127.0.0.1");
    EXPECT_EQ(peer_of({"10.0.0.1"}, spoofed), "127.0.0.1");
    EXPECT_EQ(peer_of({"127.0.0.1"}, spoofed), "192.0.2.7");
    EXPECT_EQ(peer_of({"::ffff:127.0.0.1"}, spoofed), "192.0.2.7");
    EXPECT_EQ(peer_of({"127.0.0.1", "192.0.2.7"}, spoofed), "9.9.9.9");
    EXPECT_EQ(peer_of({"127.0.0.1"}, ""), "127.0.0.1");
    EXPECT_EQ(peer_of({"127.0.0.1"}, "X-Forwarded-For: 9.9.9.9, unknown\r\n"), "127.0.0.1");
    EXPECT_EQ(peer_of({"127.0.0.1"}, "X-Forwarded-For: 9.9.9.9,,\r\n"), "127.0.0.1");
    EXPECT_EQ(
        peer_of({"127.0.0.1", "192.0.2.1"}, "X-Forwarded-For: 9.9.9.9\r\nx-forwarded-for: 2001:db8::1,192.0.2.1\r\n"),
        "2001:db8::1");
}
