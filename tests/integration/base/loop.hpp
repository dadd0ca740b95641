// What the tests of base/ share: a context that runs until a coroutine ends, a raw TCP peer, a server on a free port.
#pragma once

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>

#include "base/http/server.hpp"
#include "base/within.hpp"

namespace mlango::test {

using namespace std::chrono_literals;
using tcp = asio::ip::tcp;
using tcp_socket = asio::basic_stream_socket<tcp, executor>;

inline deadline in(std::chrono::milliseconds time) {
    return std::chrono::steady_clock::now() + time;
}

// Runs the context until `body` has ended; its exception comes out here. A body that hangs fails after 20 s.
inline void run(asio::io_context& context, task<void> body) {
    bool ended = false;
    std::exception_ptr failure;
    asio::co_spawn(context.get_executor(), std::move(body), [&](const std::exception_ptr& error) {
        ended = true;
        failure = error;
        context.stop();
    });
    context.restart();
    context.run_for(20s);
    ASSERT_TRUE(ended) << "the test hangs";
    if (failure) std::rethrow_exception(failure);
}

inline task<void> sleep(std::chrono::milliseconds time) {
    coarse_timer timer(co_await asio::this_coro::executor, time);
    co_await timer.async_wait(use_task);
}

// A peer that writes what it likes.
class raw_peer {
public:
    raw_peer(executor where, std::uint16_t port) : socket_(where) {
        socket_.connect({asio::ip::address_v4::loopback(), port});
        socket_.set_option(tcp::no_delay(true));
    }
    task<void> send(std::string_view text) { co_await asio::async_write(socket_, asio::buffer(text), use_task); }
    // As much as comes within `patience` until `wanted` has been seen, or the end.
    task<std::string> read_until(std::string_view wanted, std::chrono::milliseconds patience = 10s) {
        const auto until = in(patience);
        while (seen_.find(wanted) == std::string::npos && !ended_) {
            if (!co_await within(until, read_some())) break;
        }
        const std::size_t at = seen_.find(wanted);
        const std::size_t end = at == std::string::npos ? seen_.size() : at + wanted.size();
        std::string out = seen_.substr(0, end);
        seen_.erase(0, end);
        co_return out;
    }
    task<std::string> read_all(std::chrono::milliseconds patience = 10s) {
        const auto until = in(patience);
        while (!ended_ && co_await within(until, read_some())) {
        }
        co_return std::exchange(seen_, {});
    }
    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] bool reset() const { return reset_; }
    tcp_socket& stream() { return socket_; }

private:
    task<void> read_some() {
        std::array<char, 4096> buffer;
        boost::system::error_code error;
        const std::size_t n =
            co_await socket_.async_read_some(asio::buffer(buffer), asio::redirect_error(use_task, error));
        seen_.append(buffer.data(), n);
        if (error && error != asio::error::operation_aborted) ended_ = true;
        if (error == asio::error::connection_reset) reset_ = true;
    }

    tcp_socket socket_;
    std::string seen_;
    bool ended_ = false;
    bool reset_ = false;
};

inline std::size_t count(std::string_view text, std::string_view part) {
    std::size_t n = 0;
    for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++n;
    return n;
}

}  // namespace mlango::test
