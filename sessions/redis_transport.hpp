// One byte stream to Redis over a Unix socket, TCP or TLS, so that redis_client need not know which. Used once: after
// close() make a new one. No retries, no timers.
#pragma once

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <tuple>

#include "base/task.hpp"
#include "sessions/redis_address.hpp"

namespace mlango::sessions {

class redis_transport {
public:
    using error_code = boost::system::error_code;

    // `tls` is wanted for kind::tls only and must outlive the transport.
    redis_transport(executor where, const redis_address& address, asio::ssl::context* tls);

    // Resolves, connects and shakes hands. close() makes it fail.
    task<error_code> connect();
    // Reads what is there, at least one byte.
    task<std::tuple<error_code, std::size_t>> read_some(std::span<char> into);
    // How much of `data` the socket took without waiting: always 0 with TLS.
    std::size_t write_now(std::string_view data, error_code& error);
    // Calls done(error) when all is written; `data` must live until then.
    void write_all(std::string_view data, std::move_only_function<void(error_code)> done);
    void close();

private:
    using socket = asio::basic_stream_socket<asio::generic::stream_protocol, executor>;
    using resolver = asio::ip::basic_resolver<asio::ip::tcp, executor>;

    task<error_code> connect_unix();
    task<error_code> connect_tcp();
    task<error_code> try_address(asio::ip::tcp::endpoint endpoint);
    task<error_code> shake_hands();

    redis_address address_;
    resolver resolver_;
    socket socket_;
    std::optional<asio::ssl::stream<socket&>> tls_;
    bool closed_ = false;
};

}  // namespace mlango::sessions
