// One connection of the server, over TCP or TLS: reads requests in order, calls the handler, writes the answers.
// Caller: connection_plain.cpp and connection_tls.cpp, which instantiate it. Time-outs come from the server's sweep.
#pragma once

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/this_coro.hpp>
#include <cstring>

#include "base/exception_kind.hpp"
#include "base/http/reader.hpp"
#include "base/http/response_text.hpp"
#include "base/http/server_core.hpp"
#include "base/http/tls_files.hpp"
#include "base/log.hpp"

namespace mlango {

using tls_stream = asio::ssl::stream<plain_socket>;

template <class Stream>
class connection final : public connection_base, private http_stream {
public:
    connection(server_core& core, Stream stream);
    ~connection() override;

    task<void> serve();

    void cancel() override;
    void close() override;
    bool has_input() override;

private:
    static constexpr bool is_tls = std::is_same_v<Stream, tls_stream>;
    static constexpr std::size_t first_buffer_size = 2048;
    static constexpr std::size_t kept_body_size = 16 * 1024;

    [[nodiscard]] plain_socket& socket() {
        if constexpr (is_tls) {
            return stream_.next_layer();
        } else {
            return stream_;
        }
    }
    void enter(connection_phase next) {
        phase = next;
        since = core_.tick;
    }
    [[nodiscard]] std::string_view unread() const { return {buffer_.get() + begin_, end_ - begin_}; }

    read_state parse();
    bool make_room();
    void prepare_request();
    task<http_response> answer();
    task<bool> write_all(std::string_view first, std::string_view second = {});
    task<bool> write(std::string_view piece) override;
    task<void> run_stream(http_response& response);
    task<void> refuse(unsigned status);
    task<void> end_politely(bool unread_input);

    server_core& core_;
    Stream stream_;
    std::list<connection_base*>::iterator place_;
    asio::ip::address peer_address_;
    std::string peer_;
    std::string certificate_;
    bool peer_is_proxy_ = false;

    std::unique_ptr<char[]> buffer_;
    std::size_t capacity_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    request_reader reader_;
    http_request request_;
    std::string out_;
    bool chunked_ = false;
};

template <class Stream>
connection<Stream>::connection(server_core& core, Stream stream)
    : core_(core),
      stream_(std::move(stream)),
      place_(core.connections.insert(core.connections.end(), this)),
      capacity_(std::min(first_buffer_size, core.settings.header_limit)),
      reader_(core.settings.header_limit, core.settings.body_limit) {
    buffer_ = std::make_unique_for_overwrite<char[]>(capacity_);
    core_.open_connections.add(1);
    boost::system::error_code error;
    const auto endpoint = socket().remote_endpoint(error);
    if (!error) {
        peer_address_ = plain_address(endpoint.address());
        peer_ = peer_address_.to_string();
        peer_is_proxy_ = core_.trusts(peer_address_);
    }
    socket().set_option(tcp::no_delay(true), error);
    socket().non_blocking(true, error);
    enter(is_tls ? connection_phase::handshake : connection_phase::idle);
}

template <class Stream>
connection<Stream>::~connection() {
    core_.connections.erase(place_);
    core_.open_connections.add(-1);
}

template <class Stream>
void connection<Stream>::cancel() {
    boost::system::error_code ignored;
    socket().cancel(ignored);
}

template <class Stream>
void connection<Stream>::close() {
    boost::system::error_code ignored;
    socket().close(ignored);
}

template <class Stream>
bool connection<Stream>::has_input() {
    boost::system::error_code ignored;
    return begin_ != end_ || (socket().is_open() && socket().available(ignored) > 0);
}

template <class Stream>
read_state connection<Stream>::parse() {
    const auto [taken, state] = reader_.feed(unread());
    begin_ += taken;
    if (begin_ == end_) begin_ = end_ = 0;
    return state;
}

// False: what is unread fills the largest buffer, and yet the reader cannot use it.
template <class Stream>
bool connection<Stream>::make_room() {
    if (end_ < capacity_) return true;
    if (begin_ > 0) {
        std::memmove(buffer_.get(), buffer_.get() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
        return true;
    }
    if (capacity_ >= core_.settings.header_limit) return false;
    const std::size_t larger = std::min(capacity_ * 2, core_.settings.header_limit);
    auto grown = std::make_unique_for_overwrite<char[]>(larger);
    std::memcpy(grown.get(), buffer_.get(), end_);
    buffer_ = std::move(grown);
    capacity_ = larger;
    return true;
}

template <class Stream>
task<void> connection<Stream>::serve() {
    boost::system::error_code error;
    if constexpr (is_tls) {
        co_await stream_.async_handshake(asio::ssl::stream_base::server, asio::redirect_error(use_task, error));
        if (error) {
            core_.rejected_handshake.add();
            co_return;
        }
        if (core_.settings.ask_client_certificates) certificate_ = client_certificate_of(stream_.native_handle());
    }
    for (;;) {
        reader_.start(request_);
        enter(unread().empty() ? connection_phase::idle : connection_phase::receiving);
        too_slow = false;
        bool told_to_continue = false;
        read_state state;
        while ((state = parse()) == read_state::need_more) {
            if (too_slow) {
                co_await refuse(408);
                co_return;
            }
            if (core_.draining && phase == connection_phase::idle && !has_input() &&
                (served || core_.newcomers_waited_for))
                co_return;
            if (!told_to_continue && reader_.expects_continue()) {
                told_to_continue = true;
                if (!co_await write_all("HTTP/1.1 100 Continue\r\n\r\n")) co_return;
                enter(connection_phase::receiving);
            }
            if (!make_room()) break;
            const std::size_t n = co_await stream_.async_read_some(asio::buffer(buffer_.get() + end_, capacity_ - end_),
                                                                   asio::redirect_error(use_task, error));
            if (error && !(too_slow && socket().is_open())) co_return;
            end_ += n;
            if (phase == connection_phase::idle) enter(connection_phase::receiving);
        }
        if (state != read_state::complete) {
            co_await refuse(state == read_state::fault ? reader_.fault_status() : 400);
            co_return;
        }

        enter(connection_phase::handling);
        prepare_request();
        http_response response = co_await answer();
        response_form form{.date = core_.date, .http_1_0 = reader_.is_http_1_0()};
        form.head_only = request_.method == "HEAD";
        form.close = core_.draining || response.stream || !reader_.keep_alive();
        form.chunked = response.stream && !form.http_1_0;
        write_response(out_, response, form);
        core_.count_answer(response.status);
        served = true;

        std::string_view head = out_;
        std::string_view body;
        if (!response.stream && !form.head_only && response.body.size() > copied_body_limit) body = response.body;
        if constexpr (!is_tls) {
            // Most answers fit the socket's buffer: no trip through the scheduler.
            if (body.empty()) head.remove_prefix(socket().write_some(asio::buffer(head), error));
            if (error && error != asio::error::would_block) co_return;
        }
        if (!head.empty() && !co_await write_all(head, body)) co_return;
        if (response.stream) {
            if (!form.head_only) co_await run_stream(response);
            co_await end_politely(false);
            co_return;
        }
        if (form.close) {
            co_await end_politely(has_input());
            co_return;
        }
        if (request_.body.capacity() > kept_body_size) request_.body = {};
        if (out_.capacity() > 2 * copied_body_limit) out_ = {};
    }
}

template <class Stream>
void connection<Stream>::prepare_request() {
    request_.until = std::chrono::steady_clock::now() + core_.settings.request_deadline;
    request_.client_certificate = certificate_;
    if (peer_is_proxy_) {
        request_.peer = core_.forwarded_peer(request_, peer_address_);
    } else {
        request_.peer = peer_;
    }
    // The absolute form, which every server must take (RFC 9112 §3.2.2).
    if (!request_.target.starts_with('/')) {
        const std::size_t authority = request_.target.find("://");
        if (authority != std::string::npos) {
            const std::size_t path = request_.target.find_first_of("/?", authority + 3);
            request_.target.erase(0, path);
            if (!request_.target.starts_with('/')) request_.target.insert(0, 1, '/');
        }
    }
}

template <class Stream>
task<http_response> connection<Stream>::answer() {
    const auto [route, allowed] = core_.routes.find(request_.method, request_.path());
    if (route == nullptr) {
        http_response response = problem(allowed != nullptr ? 405 : 404);
        if (allowed != nullptr) response.headers.push_back({"Allow", *allowed});
        co_return response;
    }
    std::exception_ptr failure;
    try {
        co_return co_await route->handler(request_);
    } catch (...) {
        failure = std::current_exception();
    }
    log_error("http_handler_failed", {{"route", route->path}, {"kind", exception_kind(failure)}});
    co_return problem(500);
}

template <class Stream>
task<bool> connection<Stream>::write_all(std::string_view first, std::string_view second) {
    boost::system::error_code error;
    while (!first.empty() || !second.empty()) {
        enter(connection_phase::writing);
        const std::array<asio::const_buffer, 2> pieces = {asio::buffer(first), asio::buffer(second)};
        const std::size_t n = co_await stream_.async_write_some(pieces, asio::redirect_error(use_task, error));
        if (error) co_return false;
        const std::size_t of_first = std::min(n, first.size());
        first.remove_prefix(of_first);
        second.remove_prefix(n - of_first);
    }
    co_return true;
}

template <class Stream>
task<bool> connection<Stream>::write(std::string_view piece) {
    if (piece.empty()) co_return true;
    bool ok;
    if (chunked_) {
        out_ = fmt::format("{:x}\r\n", piece.size());
        out_.append(piece).append("\r\n");
        ok = co_await write_all(out_);
    } else {
        ok = co_await write_all(piece);
    }
    enter(connection_phase::handling);
    co_return ok && !core_.draining;
}

// Runs the handler's stream until it ends, the peer goes away (or sends anything more), or the server drains.
template <class Stream>
task<void> connection<Stream>::run_stream(http_response& response) {
    if (core_.draining) co_return;
    enter(connection_phase::handling);
    chunked_ = !reader_.is_http_1_0();
    streaming = true;
    auto here = co_await asio::this_coro::executor;
    auto [order, failure, gone] =
        co_await asio::experimental::make_parallel_group(
            asio::co_spawn(here, response.stream(static_cast<http_stream&>(*this)), asio::deferred),
            socket().async_wait(plain_socket::wait_read, asio::deferred))
            .async_wait(asio::experimental::wait_for_one(), use_task);
    if (failure && !is_cancellation(failure)) log_error("http_stream_failed", {{"kind", exception_kind(failure)}});
    // A chunked body without its end tells the peer that it is not whole.
    if (!failure && chunked_) co_await write_all("0\r\n\r\n");
}

template <class Stream>
task<void> connection<Stream>::refuse(unsigned status) {
    switch (status) {
        case 408:
            core_.rejected_slow.add();
            break;
        case 413:
            core_.rejected_body.add();
            break;
        case 431:
            core_.rejected_header.add();
            break;
        default:
            core_.rejected_syntax.add();
            break;
    }
    write_response(out_, problem(status), {.date = core_.date, .close = true});
    core_.count_answer(status);
    if (co_await write_all(out_)) co_await end_politely(true);
}

// Closing a socket with unread input resets it, and the peer may lose the answer: the input is read away first, for
// as long as the sweep allows.
template <class Stream>
task<void> connection<Stream>::end_politely(bool unread_input) {
    boost::system::error_code error;
    enter(connection_phase::lingering);
    if constexpr (is_tls) {
        co_await stream_.async_shutdown(asio::redirect_error(use_task, error));
    } else {
        socket().shutdown(plain_socket::shutdown_send, error);
    }
    while (unread_input && !error)
        co_await socket().async_read_some(asio::buffer(buffer_.get(), capacity_),
                                          asio::redirect_error(use_task, error));
}

}  // namespace mlango
