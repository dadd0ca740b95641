// Writes a response's head, and its body when that is short, into one reused string, so that it leaves in one write.
// Caller: the server's connection.
#pragma once

#include <string>
#include <string_view>

#include "base/http/message.hpp"

namespace mlango {

struct response_form {
    std::string_view date;  // the value of Date
    bool http_1_0 = false;
    bool head_only = false;  // the answer to HEAD
    bool close = false;      // "Connection: close"
    bool chunked = false;    // of a stream
};

// Above this a body is not copied behind its head.
inline constexpr std::size_t copied_body_limit = 16 * 1024;

// Replaces `out` by the head and, when it is short and wanted, the body. Header lines that would break out of their
// line are left out and logged.
void write_response(std::string& out, const http_response& response, const response_form& form);

// application/problem+json with the status' own title (RFC 9457).
[[nodiscard]] http_response problem(unsigned status);

// IMF-fixdate (RFC 9110 §5.6.7).
[[nodiscard]] std::string http_date(wall_time at);

}  // namespace mlango
