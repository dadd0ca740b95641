// The wire form of Redis (RESP2): commands out, replies in. Bytes to values and back, no I/O; redis_client is the
// caller. RESP3 is not spoken: its type bytes are protocol errors.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace mlango::sessions {

struct redis_nil {};
struct redis_refusal {
    std::string text;  // "LOADING …", "READONLY …", "OOM …"
};
// Simple and bulk strings are both std::string.
using redis_reply = std::variant<redis_nil, std::int64_t, std::string, redis_refusal>;

// Appends one command, an array of bulk strings, to `out`. Words may hold any bytes.
void append_command(std::string& out, std::span<const std::string_view> words);

// Cuts a byte stream into replies. After `broken` it stays broken: the connection has to go.
class resp_reader {
public:
    enum class outcome { reply, incomplete, broken };

    // A reply that does not end within `reply_limit` bytes is broken.
    explicit resp_reader(std::size_t reply_limit = 4 << 20);
    ~resp_reader();
    resp_reader(const resp_reader&) = delete;
    resp_reader& operator=(const resp_reader&) = delete;

    void feed(std::string_view data);
    // `reply` is set when the outcome is reply. An array, which none of our commands answers with, is read to its end
    // and given as a refusal that starts with ARRAY.
    [[nodiscard]] outcome next(redis_reply& reply);

private:
    struct parser;
    std::unique_ptr<parser> parser_;
};

}  // namespace mlango::sessions
