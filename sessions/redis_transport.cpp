#include "sessions/redis_transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/write.hpp>

namespace mlango::sessions {
namespace {

constexpr auto with_error = asio::as_tuple(use_task);

}  // namespace

redis_transport::redis_transport(executor where, const redis_address& address, asio::ssl::context* tls)
    : address_(address), resolver_(where), socket_(where) {
    if (address.transport == redis_address::kind::tls) tls_.emplace(socket_, *tls);
}

task<redis_transport::error_code> redis_transport::connect() {
    return address_.transport == redis_address::kind::unix_socket ? connect_unix() : connect_tcp();
}

task<redis_transport::error_code> redis_transport::connect_unix() {
    auto [error] = co_await socket_.async_connect(asio::local::stream_protocol::endpoint(address_.path), with_error);
    if (!error) socket_.non_blocking(true, error);
    co_return error;
}

task<redis_transport::error_code> redis_transport::connect_tcp() {
    error_code error;
    if (const auto ip = asio::ip::make_address(address_.host, error); !error) {
        error = co_await try_address({ip, address_.port});
    } else {
        auto [resolve_error, found] = co_await resolver_.async_resolve(
            address_.host, std::to_string(address_.port), asio::ip::resolver_base::numeric_service, with_error);
        error = resolve_error;
        for (const auto& entry : found) {
            error = co_await try_address(entry.endpoint());
            if (!error) break;
        }
    }
    if (!error && tls_) error = co_await shake_hands();
    co_return error;
}

task<redis_transport::error_code> redis_transport::try_address(asio::ip::tcp::endpoint endpoint) {
    if (closed_) co_return asio::error::operation_aborted;
    error_code ignored;
    socket_.close(ignored);
    auto [error] = co_await socket_.async_connect(endpoint, with_error);
    if (error) co_return error;
    socket_.set_option(asio::ip::tcp::no_delay(true), error);
    if (!error) socket_.set_option(asio::socket_base::keep_alive(true), error);
    if (!error) socket_.non_blocking(true, error);
    co_return error;
}

task<redis_transport::error_code> redis_transport::shake_hands() {
    error_code not_an_ip;
    static_cast<void>(asio::ip::make_address(address_.host, not_an_ip));
    // Server name indication takes names only (RFC 6066 §3).
    if (not_an_ip && SSL_set_tlsext_host_name(tls_->native_handle(), address_.host.c_str()) != 1) {
        co_return asio::error::invalid_argument;
    }
    error_code error;
    tls_->set_verify_callback(asio::ssl::host_name_verification(address_.host), error);
    if (error) co_return error;
    auto [handshake_error] = co_await tls_->async_handshake(asio::ssl::stream_base::client, with_error);
    co_return handshake_error;
}

task<std::tuple<redis_transport::error_code, std::size_t>> redis_transport::read_some(std::span<char> into) {
    const auto buffer = asio::buffer(into.data(), into.size());
    return tls_ ? tls_->async_read_some(buffer, with_error) : socket_.async_read_some(buffer, with_error);
}

std::size_t redis_transport::write_now(std::string_view data, error_code& error) {
    if (tls_) return 0;
    const auto written = socket_.write_some(asio::buffer(data), error);
    if (error == asio::error::would_block || error == asio::error::try_again) error = {};
    return written;
}

void redis_transport::write_all(std::string_view data, std::move_only_function<void(error_code)> done) {
    auto finish = [done = std::move(done)](error_code error, std::size_t) mutable { done(error); };
    if (tls_) {
        asio::async_write(*tls_, asio::buffer(data), std::move(finish));
    } else {
        asio::async_write(socket_, asio::buffer(data), std::move(finish));
    }
}

void redis_transport::close() {
    closed_ = true;
    resolver_.cancel();
    error_code ignored;
    socket_.close(ignored);
}

}  // namespace mlango::sessions
