#include "base/http/client_link.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

#include "base/http/reader.hpp"

namespace mlango {

namespace {

using tcp = asio::ip::tcp;
using plain_socket = asio::basic_stream_socket<tcp, executor>;
using tls_stream = asio::ssl::stream<plain_socket>;

constexpr std::size_t read_size = 16 * 1024;

// getaddrinfo cannot be interrupted: on time-out it goes on in Asio's resolver thread and its answer is dropped.
struct resolution {
    explicit resolution(executor where) : resolver(where), done(where) {}
    asio::ip::basic_resolver<tcp, executor> resolver;
    coarse_timer done;
    std::vector<tcp::endpoint> endpoints;
    bool finished = false;
};

task<std::vector<tcp::endpoint>> resolve(std::string host, std::uint16_t port, deadline until) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(host, error);
    if (!error) co_return std::vector<tcp::endpoint>{{address, port}};
    auto here = co_await asio::this_coro::executor;
    auto pending = std::make_shared<resolution>(here);
    pending->done.expires_at(until);
    pending->resolver.async_resolve(host, std::to_string(port), [pending](const auto& failed, const auto& results) {
        if (!failed)
            for (const auto& one : results) pending->endpoints.push_back(one.endpoint());
        pending->finished = true;
        pending->done.cancel();
    });
    if (!pending->finished) co_await pending->done.async_wait(asio::redirect_error(use_task, error));
    co_return pending->finished ? std::move(pending->endpoints) : std::vector<tcp::endpoint>{};
}

template <class Stream>
class link final : public http_link {
public:
    static constexpr bool is_tls = std::is_same_v<Stream, tls_stream>;

    link(executor where, http_origin origin, std::shared_ptr<asio::ssl::context> tls, bool verify)
        : origin_(std::move(origin)), tls_(std::move(tls)), verify_(verify), stream_(make_stream(where)) {}

    task<bool> open(deadline until) override {
        const auto endpoints = co_await resolve(origin_.host, origin_.port, until);
        if (endpoints.empty()) co_return false;
        const auto done = co_await within(until, connect(endpoints));
        co_return done && *done;
    }

    task<std::expected<http_response, http_failure>> exchange(std::string_view request, bool head,
                                                              std::size_t response_limit, deadline until) override {
        reusable_ = false;
        bool sent = false;
        response_reader reader(response_limit, head);
        const auto done = co_await within(until, converse(request, reader, sent));
        if (!done || !*done) co_return std::unexpected(sent ? http_failure::unknown : http_failure::not_sent);
        reusable_ = reader.keep_alive() && !ended_ && !left_over_;
        co_return std::move(reader.response());
    }

    [[nodiscard]] bool reusable() const override { return reusable_; }

    [[nodiscard]] bool is_quiet() override {
        boost::system::error_code error;
        std::array<char, 1> one;
        socket().non_blocking(true, error);
        socket().receive(asio::buffer(one), plain_socket::message_peek, error);
        return error == asio::error::would_block;
    }

private:
    Stream make_stream(executor where) {
        if constexpr (is_tls) {
            return Stream(where, *tls_);
        } else {
            return Stream(where);
        }
    }
    plain_socket& socket() {
        if constexpr (is_tls) {
            return stream_.next_layer();
        } else {
            return stream_;
        }
    }

    task<bool> connect(const std::vector<tcp::endpoint>& endpoints) {
        boost::system::error_code error;
        co_await asio::async_connect(socket(), endpoints, asio::redirect_error(use_task, error));
        if (error) co_return false;
        socket().set_option(tcp::no_delay(true), error);
        if constexpr (is_tls) {
            asio::ip::make_address(origin_.host, error);
            // SNI carries names only (RFC 6066 §3).
            if (error && SSL_set_tlsext_host_name(stream_.native_handle(), origin_.host.c_str()) != 1) co_return false;
            if (verify_) stream_.set_verify_callback(asio::ssl::host_name_verification(origin_.host));
            co_await stream_.async_handshake(asio::ssl::stream_base::client, asio::redirect_error(use_task, error));
            if (error) co_return false;
        }
        co_return true;
    }

    // `sent`: the whole request has gone to the kernel, so the peer may have acted on it.
    task<bool> converse(std::string_view request, response_reader& reader, bool& sent) {
        boost::system::error_code error;
        const std::size_t written =
            co_await asio::async_write(stream_, asio::buffer(request), asio::redirect_error(use_task, error));
        sent = written == request.size();
        if (error) co_return false;
        std::string buffer(read_size, '\0');
        std::size_t held = 0;
        for (;;) {
            // The reader takes all but the pieces of a header, whose size it limits itself.
            if (held == buffer.size()) buffer.resize(buffer.size() * 2);
            const std::size_t n = co_await stream_.async_read_some(
                asio::buffer(buffer.data() + held, buffer.size() - held), asio::redirect_error(use_task, error));
            if (error) {
                ended_ = true;
                co_return is_end(error) && reader.finish() == read_state::complete;
            }
            held += n;
            const auto [taken, state] = reader.feed(std::string_view(buffer).substr(0, held));
            held -= taken;
            buffer.erase(0, taken);
            buffer.resize(std::max(buffer.size(), read_size));
            if (state == read_state::fault) co_return false;
            if (state == read_state::complete) {
                left_over_ = held != 0;
                co_return true;
            }
        }
    }

    // A TLS peer that cuts the connection without saying goodbye may have been cut off by someone else.
    static bool is_end(const boost::system::error_code& error) { return error == asio::error::eof; }

    http_origin origin_;
    std::shared_ptr<asio::ssl::context> tls_;
    bool verify_;
    Stream stream_;
    bool reusable_ = false;
    bool ended_ = false;
    bool left_over_ = false;
};

}  // namespace

std::unique_ptr<http_link> make_http_link(executor where, http_origin origin, std::shared_ptr<asio::ssl::context> tls,
                                          bool verify) {
    if (origin.tls) return std::make_unique<link<tls_stream>>(where, std::move(origin), std::move(tls), verify);
    return std::make_unique<link<plain_socket>>(where, std::move(origin), nullptr, verify);
}

}  // namespace mlango
