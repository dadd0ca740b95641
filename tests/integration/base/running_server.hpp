// A server on a free port with routes to try it by, for the tests of base/http.
#pragma once

#include <functional>

#include "base/http/server.hpp"
#include "base/task_group.hpp"
#include "loop.hpp"

namespace mlango::test {

inline std::vector<http_route> routes() {
    auto echo = [](http_request& request) -> task<http_response> {
        http_response response;
        response.body = request.method + " " + request.target + " " + request.peer + " [" + request.body + "]";
        co_return response;
    };
    auto slow = [](http_request& request) -> task<http_response> {
        co_await sleep(100ms);
        http_response response;
        response.body = "slow " + std::string(request.query());
        co_return response;
    };
    auto broken = [](http_request&) -> task<http_response> {
        co_await sleep(1ms);
        throw std::runtime_error("what she typed");
    };
    auto large = [](http_request&) -> task<http_response> {
        http_response response;
        response.body.assign(3'000'000, 'x');
        co_return response;
    };
    auto events = [](http_request&) -> task<http_response> {
        http_response response;
        response.content_type = "text/event-stream";
        response.stream = [](http_stream& out) -> task<void> {
            for (int i = 0; i < 3; ++i)
                if (!co_await out.write("data: " + std::to_string(i) + "\n\n")) co_return;
        };
        co_return response;
    };
    auto endless = [](http_request&) -> task<http_response> {
        http_response response;
        response.stream = [](http_stream& out) -> task<void> {
            co_await out.write("first");
            co_await sleep(1h);
        };
        co_return response;
    };
    return {{"POST", "/echo", echo},     {"GET", "/echo", echo},   {"GET", "/slow", slow},
            {"GET", "/broken", broken},  {"GET", "/large", large}, {"GET", "/events", events},
            {"GET", "/endless", endless}};
}

// A server on a free port for the length of a coroutine.
struct running_server {
    explicit running_server(asio::io_context& context, http_server_settings settings = {})
        : server(context, free_port(std::move(settings)), routes(), numbers), group(context.get_executor()) {
        group.spawn("server", server.run());
    }
    static http_server_settings free_port(http_server_settings settings) {
        settings.port = 0;
        return settings;
    }
    task<void> stop(std::chrono::milliseconds patience = 5s) {
        co_await server.drain(in(patience));
        co_await group.close(in(5s));
    }
    metrics numbers;
    http_server server;
    task_group group;

    [[nodiscard]] std::uint64_t answered(std::string_view status) {
        return numbers.count("http_requests_total", "", {{"status", status}}).value();
    }
    [[nodiscard]] std::uint64_t rejected(std::string_view reason) {
        return numbers.count("http_rejected_total", "", {{"reason", reason}}).value();
    }
    [[nodiscard]] std::int64_t connections() { return numbers.level("http_connections", "").value(); }
};

// Runs `body(server, port, executor)` against a fresh server and stops it after.
inline void serve(http_server_settings settings, std::function<task<void>(running_server&, executor)> body) {
    asio::io_context context(1);
    running_server server(context, std::move(settings));
    run(context, [](running_server& one, executor where, auto& test) -> task<void> {
        co_await test(one, where);
        co_await one.stop();
        EXPECT_EQ(one.connections(), 0);
    }(server, context.get_executor(), body));
}

inline constexpr std::string_view get = "GET /echo HTTP/1.1\r\nHost: a\r\n\r\n";
inline constexpr std::string_view end_of_get = "[]";

}  // namespace mlango::test
