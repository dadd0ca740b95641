#include "gsm/smpp/transport.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <stdexcept>

#include "gsm/networks.hpp"
#include "gsm/smpp/reach.hpp"

namespace mlango::gsm::smpp {

namespace {

using tcp = asio::ip::tcp;
using tls_stream = asio::ssl::stream<plain_socket>;
using listener = asio::basic_socket_acceptor<tcp, executor>;

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
    auto pending = std::make_shared<resolution>(co_await asio::this_coro::executor);
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
class stream_transport : public transport {
public:
    static constexpr bool is_tls = std::is_same_v<Stream, tls_stream>;

    stream_transport(executor where, const account_settings& settings, std::shared_ptr<asio::ssl::context> authorities)
        : settings_(settings), authorities_(std::move(authorities)), stream_(make_stream(where)) {}

    task<bool> open(deadline until) override {
        const auto endpoints = co_await resolve(settings_.host, settings_.port, until);
        if (endpoints.empty()) co_return false;
        const auto done = co_await within(until, connect(endpoints, until));
        co_return done && *done;
    }

    task<std::size_t> read(char* into, std::size_t size) override {
        boost::system::error_code error;
        const std::size_t n =
            co_await stream_.async_read_some(asio::buffer(into, size), asio::redirect_error(use_task, error));
        co_return error ? 0 : n;
    }

    std::size_t write_now(std::string_view octets) override {
        if constexpr (is_tls) {
            return 0;
        } else {
            boost::system::error_code error;
            const std::size_t n = stream_.write_some(asio::buffer(octets), error);
            return error ? 0 : n;
        }
    }

    task<bool> write(std::string_view octets) override {
        boost::system::error_code error;
        co_await asio::async_write(stream_, asio::buffer(octets), asio::redirect_error(use_task, error));
        co_return !error;
    }

    void close() override {
        boost::system::error_code ignored;
        // Octets still on their way are delivered before the end of the stream.
        socket().shutdown(plain_socket::shutdown_both, ignored);
        socket().close(ignored);
    }

protected:
    plain_socket& socket() {
        if constexpr (is_tls) {
            return stream_.next_layer();
        } else {
            return stream_;
        }
    }
    void ready() {
        boost::system::error_code ignored;
        socket().set_option(tcp::no_delay(true), ignored);
        socket().non_blocking(true, ignored);
    }
    account_settings settings_;

private:
    Stream make_stream(executor where) {
        if constexpr (is_tls) {
            return Stream(where, *authorities_);
        } else {
            return Stream(where);
        }
    }

    task<bool> connect(const std::vector<tcp::endpoint>& endpoints, deadline until) {
        if (!co_await reach(socket(), endpoints, until)) co_return false;
        ready();
        if constexpr (is_tls) {
            boost::system::error_code error;
            const std::string& name = settings_.server_name.empty() ? settings_.host : settings_.server_name;
            asio::ip::make_address(name, error);
            // SNI carries names only (RFC 6066 §3).
            if (error && SSL_set_tlsext_host_name(stream_.native_handle(), name.c_str()) != 1) co_return false;
            stream_.set_verify_callback(asio::ssl::host_name_verification(name));
            co_await stream_.async_handshake(asio::ssl::stream_base::client, asio::redirect_error(use_task, error));
            if (error) co_return false;
        }
        co_return true;
    }

    std::shared_ptr<asio::ssl::context> authorities_;
    Stream stream_;
};

class outbind_transport final : public stream_transport<plain_socket> {
public:
    outbind_transport(executor where, const account_settings& settings)
        : stream_transport(where, settings, nullptr), listener_(where) {
        std::vector<ip_network> networks;
        for (const auto& each : settings.outbind_allow)
            if (auto network = ip_network::parse(each)) networks.push_back(*network);
        allowed_ = ip_networks(std::move(networks));
    }

    task<bool> open(deadline) override {
        boost::system::error_code error;
        const tcp::endpoint where(asio::ip::make_address(settings_.outbind_address), settings_.outbind_port);
        listener_.open(where.protocol(), error);
        if (!error) listener_.set_option(listener::reuse_address(true), error);
        if (!error) listener_.bind(where, error);
        if (!error) listener_.listen(4, error);
        while (!error) {
            tcp::endpoint peer;
            co_await listener_.async_accept(socket(), peer, asio::redirect_error(use_task, error));
            if (!error && allowed_.holds(peer.address().to_string())) {
                ready();
                break;
            }
            boost::system::error_code ignored;
            socket().close(ignored);
        }
        // While this session lasts nobody else is let in.
        listener_.close();
        co_return !error;
    }

    void close() override {
        boost::system::error_code ignored;
        listener_.close(ignored);
        stream_transport::close();
    }

private:
    listener listener_;
    ip_networks allowed_;
};

}  // namespace

std::shared_ptr<asio::ssl::context> authorities_of(const account_settings& settings) {
    if (!settings.tls) return nullptr;
    auto made = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(made->native_handle(), TLS1_2_VERSION);
    SSL_CTX_set_options(made->native_handle(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    boost::system::error_code error;
    if (settings.ca_file.empty())
        made->set_default_verify_paths(error);
    else
        made->load_verify_file(settings.ca_file, error);
    if (error)
        throw std::runtime_error("smpp \"" + settings.name + "\": ca_file holds no certificates that can be used");
    made->set_verify_mode(asio::ssl::verify_peer);
    return made;
}

std::shared_ptr<transport> make_transport(executor where, const account_settings& settings,
                                          const std::shared_ptr<asio::ssl::context>& authorities) {
    if (settings.outbind_port != 0) return std::make_shared<outbind_transport>(where, settings);
    if (settings.tls) return std::make_shared<stream_transport<tls_stream>>(where, settings, authorities);
    return std::make_shared<stream_transport<plain_socket>>(where, settings, nullptr);
}

}  // namespace mlango::gsm::smpp
