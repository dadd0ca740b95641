// The HTTP client of gateways' APIs and of our own simulator: connections are kept and reused per origin.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "base/http/message.hpp"

namespace mlango {

struct http_client_settings {
    std::size_t connections_per_origin = 16;
    std::size_t response_limit = 1024 * 1024;  // bytes
    bool verify_tls = true;                    // certificates and host names
};

// What is known about the request decides whether it may be sent again:
//   not_sent: it never left (safe); unknown: it may have been received (not safe).
enum class http_failure { bad_url, not_sent, unknown };

class http_client {
public:
    http_client(asio::io_context& context, http_client_settings settings);
    ~http_client();

    struct outgoing {
        std::string method = "GET";
        std::string url;  // absolute: http://host:port/path?query or https://…
        std::vector<http_header> headers;
        std::string body;
        outgoing() = default;
    };
    // The whole exchange, connecting included, ends by `until`.
    task<std::expected<http_response, http_failure>> send(outgoing request, deadline until);

private:
    struct state;
    std::shared_ptr<state> state_;
};

}  // namespace mlango
