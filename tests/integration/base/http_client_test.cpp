#include "base/http/client.hpp"

#include "base/http/server.hpp"
#include "base/task_group.hpp"
#include "certificate.hpp"
#include "loop.hpp"

using namespace mlango;
using namespace mlango::test;

namespace {

using acceptor = asio::basic_socket_acceptor<tcp, executor>;

http_client::outgoing post(std::string url, std::string body = "a=1") {
    http_client::outgoing request;
    request.method = "POST";
    request.url = std::move(url);
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = std::move(body);
    return request;
}

std::vector<http_route> routes() {
    auto echo = [](http_request& request) -> task<http_response> {
        http_response response;
        response.status = 201;
        response.content_type = "text/echo";
        response.headers = {{"X-Host", std::string(request.header("host"))}};
        response.body = request.method + " " + request.target + " " + request.body;
        co_return response;
    };
    auto slow = [](http_request&) -> task<http_response> {
        co_await sleep(300ms);
        co_return http_response{};
    };
    return {{"POST", "/echo", echo}, {"GET", "/echo", echo}, {"GET", "/slow", slow}, {"HEAD", "/echo", echo}};
}

struct pair {
    explicit pair(asio::io_context& context, http_server_settings settings = {}, http_client_settings of_client = {})
        : server(context, free_port(std::move(settings)), routes(), numbers),
          client(context, of_client),
          group(context.get_executor()) {
        group.spawn("server", server.run());
    }
    static http_server_settings free_port(http_server_settings settings) {
        settings.port = 0;
        return settings;
    }
    [[nodiscard]] std::string url(std::string_view path, std::string_view scheme_and_host = "http://127.0.0.1") {
        return std::string(scheme_and_host) + ":" + std::to_string(server.port()) + std::string(path);
    }
    task<void> stop() {
        co_await server.drain(in(1s));
        co_await group.close(in(1s));
    }
    metrics numbers;
    http_server server;
    http_client client;
    task_group group;
    [[nodiscard]] std::int64_t connections() { return numbers.level("http_connections", "").value(); }
};

void with_pair(http_server_settings settings, http_client_settings of_client, std::function<task<void>(pair&)> body) {
    asio::io_context context(1);
    pair both(context, std::move(settings), of_client);
    run(context, [](pair& one, auto& test) -> task<void> {
        co_await test(one);
        co_await one.stop();
    }(both, body));
}

// A server of the test's own: `speak` gets each connection in turn.
task<void> play(acceptor& at, int connections, std::function<task<void>(tcp_socket&)> speak) {
    for (int i = 0; i < connections; ++i) {
        tcp_socket one(at.get_executor());
        co_await at.async_accept(one, use_task);
        co_await speak(one);
    }
}

task<std::string> read_request(tcp_socket& from) {
    std::string text;
    while (text.find("\r\n\r\n") == std::string::npos || !text.ends_with("a=1")) {
        std::array<char, 1024> buffer;
        const std::size_t n = co_await from.async_read_some(asio::buffer(buffer), use_task);
        text.append(buffer.data(), n);
    }
    co_return text;
}

// Sends one POST to a server that `speak`s on each connection; returns what came of it.
struct played {
    std::optional<std::expected<http_response, http_failure>> result;
    std::chrono::nanoseconds took{};
};

played against(int connections, std::function<task<void>(tcp_socket&)> speak, std::chrono::milliseconds patience = 5s,
               int requests = 1) {
    played out;
    asio::io_context context(1);
    run(context, [](asio::io_context& on, int n, auto act, auto time, int times, played& told) -> task<void> {
        acceptor at(on.get_executor(), {asio::ip::address_v4::loopback(), 0});
        task_group group(on.get_executor());
        group.spawn("player", play(at, n, act));
        http_client client(on, {});
        const std::string url = "http://127.0.0.1:" + std::to_string(at.local_endpoint().port()) + "/";
        const auto start = std::chrono::steady_clock::now();
        for (int i = 0; i < times; ++i) told.result = co_await client.send(post(url), in(time));
        told.took = std::chrono::steady_clock::now() - start;
        co_await group.close(in(0s));
    }(context, connections, speak, patience, requests, out));
    return out;
}

constexpr std::string_view ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

}  // namespace

TEST(http_client, sends_and_reads) {
    with_pair({}, {}, [](pair& both) -> task<void> {
        const auto response = co_await both.client.send(post(both.url("/echo?x=%20y"), "b=2"), in(5s));
        EXPECT_TRUE(response);
        if (!response) co_return;
        EXPECT_EQ(response->status, 201U);
        EXPECT_EQ(response->content_type, "text/echo");
        EXPECT_EQ(response->body, "POST /echo?x=%20y b=2");
        std::string host;
        for (const auto& field : response->headers)
            if (field.name == "X-Host") host = field.value;
        EXPECT_EQ(host, "127.0.0.1:" + std::to_string(both.server.port()));

        http_client::outgoing head;
        head.method = "HEAD";
        head.url = both.url("/echo", "http://localhost");
        const auto bodiless = co_await both.client.send(head, in(5s));
        EXPECT_TRUE(bodiless && bodiless->status == 201 && bodiless->body.empty());
    });
}

TEST(http_client, keeps_and_reuses_connections) {
    with_pair({}, {}, [](pair& both) -> task<void> {
        for (int i = 0; i < 20; ++i) EXPECT_TRUE(co_await both.client.send(post(both.url("/echo")), in(5s)));
        EXPECT_EQ(both.connections(), 1);
    });
}

TEST(http_client, never_holds_more_connections_than_the_limit) {
    with_pair({}, {.connections_per_origin = 3}, [](pair& both) -> task<void> {
        task_group group(co_await asio::this_coro::executor);
        int done = 0;
        std::int64_t most = 0;
        auto one = [](pair& to, int& count, std::int64_t& peak) -> task<void> {
            http_client::outgoing request;
            request.url = to.url("/slow");
            const auto response = co_await to.client.send(request, in(10s));
            EXPECT_TRUE(response);
            peak = std::max(peak, to.connections());
            ++count;
        };
        for (int i = 0; i < 9; ++i) group.spawn("one", one(both, done, most));
        co_await group.close(in(10s));
        EXPECT_EQ(done, 9);
        EXPECT_EQ(most, 3);
    });
}

TEST(http_client, waiting_for_a_connection_ends_at_the_deadline_unsent) {
    with_pair({}, {.connections_per_origin = 1}, [](pair& both) -> task<void> {
        task_group group(co_await asio::this_coro::executor);
        http_client::outgoing request;
        request.url = both.url("/slow");
        auto holder = [](pair& to, http_client::outgoing sent) -> task<void> {
            EXPECT_TRUE(co_await to.client.send(std::move(sent), in(10s)));
        };
        group.spawn("holder", holder(both, request));
        co_await sleep(20ms);
        const auto late = co_await both.client.send(request, in(50ms));
        EXPECT_TRUE(!late && late.error() == http_failure::not_sent);
        co_await group.close(in(10s));
    });
}

TEST(http_client, a_dead_server_means_not_sent) {
    asio::io_context context(1);
    run(context, [](asio::io_context& on) -> task<void> {
        std::uint16_t port;
        {
            acceptor at(on.get_executor(), {asio::ip::address_v4::loopback(), 0});
            port = at.local_endpoint().port();
        }
        http_client client(on, {});
        const auto result = co_await client.send(post("http://127.0.0.1:" + std::to_string(port) + "/"), in(5s));
        EXPECT_TRUE(!result && result.error() == http_failure::not_sent);
        const auto nameless = co_await client.send(post("http://no-such-host.invalid/"), in(3s));
        EXPECT_TRUE(!nameless && nameless.error() == http_failure::not_sent);
    }(context));
}

TEST(http_client, refuses_urls_it_cannot_mean) {
    asio::io_context context(1);
    run(context, [](asio::io_context& on) -> task<void> {
        http_client client(on, {});
        for (const std::string url :
             {"", "/path", "ftp://host/", "http://", "http:///x", "http://user:pw@host/", "http://host:0/",
              "http://host:99999/", "http://ho st/", "http://host/a b", "http://host/\r\nX: y", "mailto:a@b"}) {
            const auto result = co_await client.send(post(url), in(1s));
            EXPECT_TRUE(!result && result.error() == http_failure::bad_url) << url;
        }
    }(context));
}

TEST(http_client, refuses_headers_that_leave_their_line) {
    asio::io_context context(1);
    run(context, [](asio::io_context& on) -> task<void> {
        http_client client(on, {});
        auto request = post("http://127.0.0.1:1/");
        request.headers = {{"X-A", "b\r\nX-Evil: 1"}};
        bool refused = false;
        try {
            (void)co_await client.send(request, in(1s));
        } catch (const std::invalid_argument&) {
            refused = true;
        }
        EXPECT_TRUE(refused);
    }(context));
}

TEST(http_client, a_server_that_closes_after_reading_means_unknown) {
    const auto [result, took] = against(1, [](tcp_socket& from) -> task<void> { co_await read_request(from); });
    ASSERT_TRUE(result && !*result);
    EXPECT_EQ(result->error(), http_failure::unknown);
    EXPECT_LT(took, 4s);
}

TEST(http_client, a_truncated_or_senseless_answer_means_unknown) {
    for (const std::string_view text :
         {ok.substr(0, 20), ok.substr(0, ok.size() - 1), std::string_view("nonsense\r\n\r\n")}) {
        const auto [result, took] = against(1, [text](tcp_socket& from) -> task<void> {
            co_await read_request(from);
            co_await asio::async_write(from, asio::buffer(text), use_task);
        });
        ASSERT_TRUE(result && !*result) << text;
        EXPECT_EQ(result->error(), http_failure::unknown);
    }
}

TEST(http_client, the_deadline_ends_everything_and_unknown_is_said) {
    const auto [result, took] = against(
        1,
        [](tcp_socket& from) -> task<void> {
            co_await read_request(from);
            co_await sleep(1h);
        },
        100ms);
    ASSERT_TRUE(result && !*result);
    EXPECT_EQ(result->error(), http_failure::unknown);
    EXPECT_LT(took, 3s);
}

TEST(http_client, a_kept_connection_that_was_closed_is_replaced) {
    int connections = 0;
    const auto [result, took] = against(
        2,
        [&](tcp_socket& from) -> task<void> {
            ++connections;
            co_await read_request(from);
            co_await asio::async_write(from, asio::buffer(ok), use_task);
        },
        5s, 2);
    ASSERT_TRUE(result && *result);
    EXPECT_EQ((*result)->body, "ok");
    EXPECT_EQ(connections, 2);
}

TEST(http_client, an_answer_with_more_behind_it_is_not_mixed_into_the_next) {
    int connections = 0;
    const auto [result, took] = against(
        2,
        [&](tcp_socket& from) -> task<void> {
            co_await read_request(from);
            const std::string text =
                std::string(ok) + (++connections == 1 ? "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n" : "");
            co_await asio::async_write(from, asio::buffer(text), use_task);
        },
        5s, 2);
    ASSERT_TRUE(result && *result);
    EXPECT_EQ((*result)->status, 200U);
    EXPECT_EQ(connections, 2);
}

TEST(http_client, an_answer_over_the_limit_is_not_taken) {
    with_pair({}, {.response_limit = 100}, [](pair& both) -> task<void> {
        const auto result = co_await both.client.send(post(both.url("/echo"), std::string(200, 'x')), in(5s));
        EXPECT_TRUE(!result && result.error() == http_failure::unknown);
    });
}

TEST(http_tls, server_and_client_speak_and_the_client_verifies) {
    const certificate own;
    http_server_settings settings;
    settings.tls_certificate_file = own.file();
    settings.tls_key_file = own.key();

    with_pair(settings, {}, [](pair& both) -> task<void> {
        const auto strange = co_await both.client.send(post(both.url("/echo", "https://localhost")), in(5s));
        EXPECT_TRUE(!strange && strange.error() == http_failure::not_sent);
    });

    setenv("SSL_CERT_FILE", own.file().c_str(), 1);
    with_pair(settings, {}, [](pair& both) -> task<void> {
        for (const std::string_view host : {"https://localhost", "https://127.0.0.1"})
            for (int i = 0; i < 3; ++i) {
                const auto response = co_await both.client.send(post(both.url("/echo", host), "b=2"), in(5s));
                EXPECT_TRUE(response && response->body == "POST /echo b=2") << host;
            }
        EXPECT_EQ(both.connections(), 2);
        const auto large =
            co_await both.client.send(post(both.url("/echo", "https://localhost"), std::string(60'000, 'x')), in(5s));
        EXPECT_TRUE(large && large->body.size() == 60'011);
        // The name in the certificate is not this one, though the address is the same.
        const auto other = co_await both.client.send(post(both.url("/echo", "https://127.0.0.2")), in(5s));
        EXPECT_TRUE(!other && other.error() == http_failure::not_sent);
        // Plain text to a TLS port.
        const auto plain = co_await both.client.send(post(both.url("/echo")), in(5s));
        EXPECT_FALSE(plain && plain->status == 201);
        EXPECT_GE(both.numbers.count("http_rejected_total", "", {{"reason", "tls_handshake"}}).value(), 1U);
    });
    unsetenv("SSL_CERT_FILE");

    with_pair(settings, {.verify_tls = false}, [](pair& both) -> task<void> {
        EXPECT_TRUE(co_await both.client.send(post(both.url("/echo", "https://127.0.0.1")), in(5s)));
    });
}
