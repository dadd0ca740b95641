// One connection of the HTTP client, over TCP or TLS. Caller: client.cpp, which keeps the pool.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <expected>
#include <memory>
#include <string>

#include "base/http/client.hpp"
#include "base/within.hpp"

namespace mlango {

struct http_origin {
    bool tls = false;
    std::string host;  // without brackets
    std::uint16_t port = 0;
    [[nodiscard]] std::string key() const { return (tls ? "s " : "p ") + host + " " + std::to_string(port); }
};

class http_link {
public:
    virtual ~http_link() = default;
    // Resolves, connects and shakes hands; false when that fails or is not done by `until`.
    virtual task<bool> open(deadline until) = 0;
    // Sends a whole request and reads the response. After a failure the link is not reusable.
    virtual task<std::expected<http_response, http_failure>> exchange(std::string_view request, bool head,
                                                                      std::size_t response_limit, deadline until) = 0;
    [[nodiscard]] virtual bool reusable() const = 0;
    // Neither closed by the peer nor holding bytes that nobody asked for.
    [[nodiscard]] virtual bool is_quiet() = 0;
};

[[nodiscard]] std::unique_ptr<http_link> make_http_link(executor where, http_origin origin,
                                                        std::shared_ptr<asio::ssl::context> tls, bool verify);

}  // namespace mlango
