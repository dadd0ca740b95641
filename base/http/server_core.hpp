// What the connections of one server share: settings, routes, counters, the coarse clock. One io_context thread.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <list>

#include "base/http/router.hpp"
#include "base/http/server.hpp"

namespace mlango {

using tcp = asio::ip::tcp;
using plain_socket = asio::basic_stream_socket<tcp, executor>;

enum class connection_phase { handshake, idle, receiving, handling, writing, lingering };

// What the sweep and the drain see of a connection.
class connection_base {
public:
    virtual ~connection_base() = default;
    // The coroutine's pending operation ends with an error.
    virtual void cancel() = 0;
    virtual void close() = 0;
    [[nodiscard]] virtual bool has_input() = 0;  // bytes have arrived that nobody has read

    connection_phase phase = connection_phase::idle;
    deadline since{};       // when the phase began, in coarse time
    bool too_slow = false;  // set by the sweep before cancel()
    bool streaming = false;
    bool served = false;  // has answered a request
};

struct server_core {
    server_core(http_server_settings given, std::vector<http_route> given_routes, metrics& numbers);

    http_server_settings settings;
    router routes;
    std::vector<asio::ip::address> trusted_proxies;
    std::string date;
    deadline tick;  // coarse steady time
    bool draining = false;
    bool newcomers_waited_for = false;  // while draining: who connected and has said nothing yet had time to
    std::list<connection_base*> connections;

    std::array<counter*, 5> answered;  // by the status' first digit, from 1
    gauge& open_connections;
    counter& rejected_syntax;
    counter& rejected_header;
    counter& rejected_body;
    counter& rejected_slow;
    counter& rejected_handshake;

    void count_answer(unsigned status) { answered[status >= 100 && status < 600 ? status / 100 - 1 : 4]->add(); }
    [[nodiscard]] bool trusts(const asio::ip::address& address) const;
    // The right-most address of X-Forwarded-For that is no trusted proxy; `peer`, a trusted proxy, when there is none.
    [[nodiscard]] std::string forwarded_peer(const http_request& request, const asio::ip::address& peer) const;
};

// An IPv4 address in IPv6's clothes is the IPv4 address.
[[nodiscard]] asio::ip::address plain_address(const asio::ip::address& address);

// Serves one connection until it ends. Own files, because each instantiation is slow to compile.
task<void> serve_plain(std::shared_ptr<server_core> core, plain_socket socket);
task<void> serve_tls(std::shared_ptr<server_core> core, plain_socket socket, std::shared_ptr<asio::ssl::context> tls);

}  // namespace mlango
