// The HTTP/1.1 server: keep-alive, pipelined requests answered in order, bounded headers and bodies, slow clients timed
// out by one coarse timer, TLS, one acceptor a thread on the same port (SO_REUSEPORT), graceful drain.
// It routes by method and path; what it says itself (400, 404, 405, 408, 413, 431) is application/problem+json
// (RFC 9457), and an exception from a handler is logged and answered 500 without its text.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/http/message.hpp"
#include "base/metrics.hpp"
#include "base/task.hpp"

namespace mlango {

struct http_server_settings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;         // 0 takes a free one
    std::string tls_certificate_file;  // both or neither; PEM; renewed files are taken without a restart
    std::string tls_key_file;
    bool ask_client_certificates = false;                  // any is taken; what it is worth is the handler's to say
    std::size_t header_limit = 8 * 1024;                   // bytes
    std::size_t body_limit = 64 * 1024;                    // bytes
    std::size_t connection_limit = 4096;                   // a thread; beyond it accepts wait
    std::chrono::seconds header_timeout{10};               // from the first byte of a request to its last
    std::chrono::seconds idle_timeout{75};                 // between requests
    std::chrono::seconds request_deadline{30};             // http_request::until
    std::vector<std::string> trusted_proxies;              // IP addresses whose X-Forwarded-For is believed
    std::chrono::milliseconds tls_check_interval{30'000};  // at least, between looks at the TLS files' age
};

using http_handler = std::function<task<http_response>(http_request&)>;

// A path is matched segment by segment; "{name}" takes any one segment, a final "{rest...}" all that follow.
struct http_route {
    std::string method;
    std::string path;
    http_handler handler;
};

// The segment of `path` at `index` (from 0), percent-decoded; empty when there is none.
[[nodiscard]] std::string path_segment(std::string_view path, std::size_t index);

class http_server {
public:
    // One server belongs to one io_context thread; give each thread its own with the same settings.
    // Throws std::system_error when it cannot listen.
    http_server(asio::io_context& context, http_server_settings settings, std::vector<http_route> routes,
                metrics& numbers);
    ~http_server();  // drain() first: it must hold no connection

    [[nodiscard]] std::uint16_t port() const;
    // Accepts until drain() or until it is cancelled; spawn it on the context.
    task<void> run();
    // Stops accepting, lets requests under way be answered (with "Connection: close"), closes idle connections, and
    // returns when none is left or `patience` is over; then the rest are cut.
    task<void> drain(deadline patience);

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace mlango
