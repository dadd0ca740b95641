#include "bench/limits/door.hpp"

#include <fmt/format.h>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cstdio>

namespace mlango::bench {
namespace {

namespace http = boost::beast::http;
using socket = asio::basic_stream_socket<asio::ip::tcp, executor>;
using acceptor = asio::basic_socket_acceptor<asio::ip::tcp, executor>;

template <class Answer>
task<void> talk(socket peer, const Answer& answer) {
    boost::beast::flat_buffer buffer;
    try {
        for (;;) {
            http::request<http::string_body> request;
            co_await http::async_read(peer, buffer, request, use_task);
            http::response<http::string_body> response{http::status::ok, request.version()};
            response.set(http::field::content_type, "text/plain");
            response.keep_alive(request.keep_alive());
            if constexpr (std::is_same_v<Answer, in_time>)
                response.body() = co_await answer(request.body());
            else
                response.body() = answer(request.body());
            response.prepare_payload();
            co_await http::async_write(peer, response, use_task);
            if (!request.keep_alive()) co_return;
        }
    } catch (const boost::system::system_error&) {
        // The generator hung up.
    }
}

template <class Answer>
task<void> accept_for_ever(std::uint16_t port, Answer answer) {
    const executor here = co_await asio::this_coro::executor;
    acceptor door{here, asio::ip::tcp::endpoint{asio::ip::address_v4::loopback(), port}};
    fmt::print("ready: {}\n", door.local_endpoint().port());
    std::fflush(stdout);
    for (;;) {
        socket peer = co_await door.async_accept(use_task);
        peer.set_option(asio::ip::tcp::no_delay{true});
        asio::co_spawn(here, talk(std::move(peer), answer), asio::detached);
    }
}

}  // namespace

task<void> serve(std::uint16_t port, at_once answer) {
    return accept_for_ever(port, std::move(answer));
}
task<void> serve(std::uint16_t port, in_time answer) {
    return accept_for_ever(port, std::move(answer));
}

}  // namespace mlango::bench
