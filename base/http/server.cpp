#include "base/http/server.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <system_error>

#include "base/http/response_text.hpp"
#include "base/http/server_core.hpp"
#include "base/http/tls_files.hpp"
#include "base/log.hpp"
#include "base/task_group.hpp"

namespace mlango {

using namespace std::chrono_literals;

namespace {

using plain_acceptor = asio::basic_socket_acceptor<tcp, executor>;

constexpr auto linger_timeout = 2s;
constexpr auto accept_pause = 100ms;
constexpr auto newcomer_grace = 500ms;  // drain: from connecting to the first byte

// Asio has no public option for it.
struct reuse_port {
    int value = 1;
    template <class Protocol>
    [[nodiscard]] int level(const Protocol&) const {
        return SOL_SOCKET;
    }
    template <class Protocol>
    [[nodiscard]] int name(const Protocol&) const {
        return SO_REUSEPORT;
    }
    template <class Protocol>
    [[nodiscard]] const void* data(const Protocol&) const {
        return &value;
    }
    template <class Protocol>
    [[nodiscard]] std::size_t size(const Protocol&) const {
        return sizeof value;
    }
};

void require(const boost::system::error_code& error, const char* what) {
    if (error) throw std::system_error(error, what);
}

}  // namespace

struct http_server::state : server_core {
    state(asio::io_context& context, http_server_settings given, std::vector<http_route> given_routes, metrics& numbers)
        : server_core(std::move(given), std::move(given_routes), numbers),
          where(context.get_executor()),
          tls(settings.tls_certificate_file, settings.tls_key_file, settings.ask_client_certificates),
          acceptor(where),
          children(where),
          ticker(where),
          room(where) {}

    executor where;
    tls_files tls;
    plain_acceptor acceptor;
    task_group children;
    coarse_timer ticker;
    coarse_timer room;
    bool stopped = false;

    void listen();
    void start(const std::shared_ptr<state>& self, plain_socket socket);
    void sweep();
    static void keep_time(const std::weak_ptr<state>& weak);
};

void http_server::state::listen() {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(settings.address, error);
    require(error, "the listening address is not an IP address");
    const tcp::endpoint endpoint(address, settings.port);
    acceptor.open(endpoint.protocol(), error);
    require(error, "no socket to listen on");
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    require(error, "SO_REUSEADDR");
    acceptor.set_option(reuse_port{}, error);
    require(error, "SO_REUSEPORT");
    acceptor.bind(endpoint, error);
    require(error, "the listening address and port are not to be had");
    acceptor.listen(asio::socket_base::max_listen_connections, error);
    require(error, "listen");
}

void http_server::state::start(const std::shared_ptr<state>& self, plain_socket socket) {
    if (tls.context()) {
        children.spawn("http_connection", serve_tls(self, std::move(socket), tls.context()));
    } else {
        children.spawn("http_connection", serve_plain(self, std::move(socket)));
    }
}

// The phase's beginning may be stamped one tick early, so a tick is given on top.
void http_server::state::sweep() {
    for (connection_base* one : connections) {
        const auto age = tick - one->since;
        switch (one->phase) {
            case connection_phase::handshake:
                if (age > settings.header_timeout + 1s) one->close();
                break;
            case connection_phase::receiving:
                if (age > settings.header_timeout && !one->too_slow) {
                    one->too_slow = true;
                    one->cancel();
                }
                break;
            case connection_phase::idle:
                if (age > settings.idle_timeout) one->cancel();
                break;
            case connection_phase::writing:
                if (age > settings.idle_timeout) one->close();
                break;
            case connection_phase::lingering:
                if (age > linger_timeout) one->close();
                break;
            case connection_phase::handling:
                break;
        }
    }
}

void http_server::state::keep_time(const std::weak_ptr<state>& weak) {
    const auto self = weak.lock();
    if (!self || self->stopped) return;
    const auto period = std::min({self->settings.header_timeout, self->settings.idle_timeout, 4s}) / 4.0;
    self->ticker.expires_after(std::chrono::duration_cast<std::chrono::milliseconds>(period));
    self->ticker.async_wait([weak](const boost::system::error_code& error) {
        const auto held = weak.lock();
        if (!held || error) return;
        held->tick = std::chrono::steady_clock::now();
        held->date = http_date(system_clock().now());
        held->sweep();
        held->tls.look_again(held->tick, held->settings.tls_check_interval);
        keep_time(weak);
    });
}

http_server::http_server(asio::io_context& context, http_server_settings settings, std::vector<http_route> routes,
                         metrics& numbers)
    : state_(std::make_shared<state>(context, std::move(settings), std::move(routes), numbers)) {
    state_->listen();
    state::keep_time(state_);
}

http_server::~http_server() {
    boost::system::error_code ignored;
    state_->stopped = true;
    state_->acceptor.close(ignored);
    state_->ticker.cancel();
    state_->room.cancel();
}

std::uint16_t http_server::port() const {
    return state_->acceptor.local_endpoint().port();
}

task<void> http_server::run() {
    const auto self = state_;
    while (!self->draining && !self->stopped) {
        boost::system::error_code error;
        if (self->children.size() >= self->settings.connection_limit) {
            self->room.expires_after(accept_pause);
            co_await self->room.async_wait(asio::redirect_error(use_task, error));
            continue;
        }
        plain_socket socket(self->where);
        co_await self->acceptor.async_accept(socket, asio::redirect_error(use_task, error));
        if (!error) {
            self->start(self, std::move(socket));
        } else if (error == asio::error::operation_aborted) {
            co_return;
        } else if (!self->draining && !self->stopped && error != asio::error::connection_aborted) {
            // Out of descriptors or memory: connections that end give some back.
            log_warning("http_accept_failed", {{"error", error.value()}});
            self->room.expires_after(accept_pause);
            co_await self->room.async_wait(asio::redirect_error(use_task, error));
        }
    }
}

task<void> http_server::drain(deadline patience) {
    const auto self = state_;
    boost::system::error_code error;
    self->draining = true;
    // Who is in the queue of the listening socket has been let in by the kernel, and may have sent a request.
    self->acceptor.cancel(error);
    co_await asio::post(self->where, use_task);
    self->acceptor.non_blocking(true, error);
    while (!error) {
        plain_socket socket(self->where);
        self->acceptor.accept(socket, error);
        if (!error) self->start(self, std::move(socket));
    }
    self->acceptor.close(error);
    self->room.cancel();
    // A request whose bytes have been read this instant is not lost: cancel() does not touch a finished read.
    const auto silent = [](connection_base* one) { return one->phase == connection_phase::idle && !one->has_input(); };
    bool newcomers = false;
    for (connection_base* one : self->connections) {
        if (one->streaming || (silent(one) && one->served))
            one->cancel();
        else if (silent(one))
            newcomers = true;
    }
    if (newcomers) {
        // Who has just connected is about to send its request.
        coarse_timer grace(self->where, std::min(patience, std::chrono::steady_clock::now() + newcomer_grace));
        co_await grace.async_wait(asio::redirect_error(use_task, error));
    }
    self->newcomers_waited_for = true;
    for (connection_base* one : self->connections)
        if (silent(one)) one->cancel();
    co_await self->children.close(patience);
    self->stopped = true;
    self->ticker.cancel();
}

}  // namespace mlango
