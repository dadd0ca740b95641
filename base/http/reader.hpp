// Turns bytes from a socket into messages, with limits; the syntax is Beast's parser. Callers: the server's connection
// and the client. Reads no socket and no clock.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

#include "base/http/message.hpp"

namespace mlango {

enum class read_state { need_more, complete, fault };

// The longest header block in fields, whatever their size.
inline constexpr std::size_t http_field_limit = 100;

class request_reader {
public:
    request_reader(std::size_t header_limit, std::size_t body_limit);
    ~request_reader();

    // The next message goes into `into`, whose strings are overwritten in place; it must live until the message ends.
    void start(http_request& into);
    // Takes as much of `data` as it can; what it did not take must be given again, with more behind it.
    struct progress {
        std::size_t taken;
        read_state state;
    };
    [[nodiscard]] progress feed(std::string_view data);

    [[nodiscard]] bool started() const;           // the first byte has come
    [[nodiscard]] bool expects_continue() const;  // headers are complete, the body is not, and the peer waits for 100
    [[nodiscard]] bool keep_alive() const;        // of a complete message
    [[nodiscard]] bool is_http_1_0() const;
    [[nodiscard]] unsigned fault_status() const;  // after fault: 400, 413, 417, 431 or 501

private:
    class parser;
    struct state;
    std::unique_ptr<state> state_;
};

class response_reader {
public:
    // `head`: the answer to HEAD has no body.
    response_reader(std::size_t body_limit, bool head);
    ~response_reader();

    [[nodiscard]] request_reader::progress feed(std::string_view data);
    // The peer has closed: complete when that is how the body ends.
    [[nodiscard]] read_state finish();
    [[nodiscard]] bool keep_alive() const;
    [[nodiscard]] http_response& response();

private:
    class parser;
    struct state;
    std::unique_ptr<state> state_;
};

}  // namespace mlango
