// The links of the limit server to Redis and PostgreSQL, as lean as the libraries allow: commands of one loop turn go
// out together, answers are matched by order. Any failure of a store ends the program: a benchmark has nothing to
// recover.
#pragma once

#include <libpq-fe.h>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "base/task.hpp"

struct redisReader;

namespace mlango::bench {

template <class Value>
using resumed = asio::async_result<asio::use_awaitable_t<executor>, void(Value)>::handler_type;

class redis_link {
public:
    redis_link(asio::io_context& context, const std::string& socket_path);
    ~redis_link();

    task<std::optional<std::string>> get(std::string_view key);
    task<void> set(std::string_view key, std::string_view value, int seconds);
    // Reads answers for ever; spawn it.
    task<void> run();

private:
    struct answer {
        std::optional<std::string> value;
    };
    void flush_soon();
    void flush();
    task<answer> reply();

    asio::io_context& context_;
    asio::basic_stream_socket<asio::local::stream_protocol, executor> socket_;
    redisReader* reader_;
    std::string out_, sending_;
    bool flushing_ = false;
    std::deque<resumed<answer>> waiting_;
};

struct clear_result {
    void operator()(PGresult* result) const { PQclear(result); }
};
using pg_rows = std::unique_ptr<PGresult, clear_result>;

class pg_link {
public:
    pg_link(asio::io_context& context, const std::string& conninfo);
    ~pg_link();

    // Before run(); blocking.
    void prepare(const char* name, const std::string& sql);
    // Text parameters; $1 may be raw bytes in hexadecimal form.
    task<pg_rows> read(const char* name, std::span<const char* const> parameters);
    task<void> run();

private:
    struct expected {
        bool sync = false;
        std::optional<resumed<pg_rows>> then;
    };
    void sync_soon();
    void flush();
    void take_results();

    asio::io_context& context_;
    std::unique_ptr<PGconn, void (*)(PGconn*)> connection_;
    asio::posix::basic_stream_descriptor<executor> descriptor_;
    bool syncing_ = false, waiting_to_write_ = false;
    pg_rows held_;
    std::deque<expected> expected_;
};

}  // namespace mlango::bench
