// HTTP messages as plain values. Beast stays inside http_server.cpp and http_client.cpp, because each file that
// instantiates its I/O takes 15 to 25 seconds to compile.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/task.hpp"

namespace mlango {

struct http_header {
    std::string name;
    std::string value;
};

struct http_request {
    std::string method;  // "GET", "POST", …
    std::string target;  // as sent: path and query
    std::vector<http_header> headers;
    std::string body;
    std::string peer;  // the other side's IP address; of X-Forwarded-For when it is a trusted proxy
    // SHA-256, in hexadecimal, of the certificate that the other side proved to hold the key of; empty without. Only
    // where the server asks for one, and never through a proxy.
    std::string client_certificate;
    deadline until{};  // when an answer no longer helps

    [[nodiscard]] std::string_view path() const;                         // before '?', still encoded
    [[nodiscard]] std::string_view query() const;                        // after '?', or empty
    [[nodiscard]] std::string_view header(std::string_view name) const;  // case-insensitive; empty when absent
};

// A response body that is written piece by piece (server-sent events). write() returns false when the peer has gone.
class http_stream {
public:
    virtual ~http_stream() = default;
    virtual task<bool> write(std::string_view piece) = 0;
};

struct http_response {
    unsigned status = 200;
    std::string content_type = "text/plain; charset=utf-8";
    std::string body;
    std::vector<http_header> headers;
    // When set, it is called after the headers are out and `body` is ignored; the connection closes after it.
    std::function<task<void>(http_stream&)> stream;
};

// application/x-www-form-urlencoded (WHATWG URL §5.1). nullopt: a broken escape, more than `limit` fields, or a name or
// value that is not UTF-8.
[[nodiscard]] std::optional<std::vector<std::pair<std::string, std::string>>> parse_form(std::string_view text,
                                                                                         std::size_t limit = 64);
[[nodiscard]] std::string encode_form(const std::vector<std::pair<std::string, std::string>>& fields);
// One field of a query string, decoded.
[[nodiscard]] std::optional<std::string> query_field(std::string_view query, std::string_view name);

}  // namespace mlango
