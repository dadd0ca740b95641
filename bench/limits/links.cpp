#include "bench/limits/links.hpp"

#include <fmt/format.h>
#include <hiredis/hiredis.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <cstdlib>

namespace mlango::bench {
namespace {

[[noreturn]] void give_up(std::string_view what) {
    fmt::print(stderr, "mlango_limit: {}\n", what);
    std::exit(1);
}

}  // namespace

redis_link::redis_link(asio::io_context& context, const std::string& socket_path)
    : context_(context), socket_(context), reader_(redisReaderCreate()) {
    socket_.connect(asio::local::stream_protocol::endpoint{socket_path});
}

redis_link::~redis_link() {
    redisReaderFree(reader_);
}

task<std::optional<std::string>> redis_link::get(std::string_view key) {
    fmt::format_to(std::back_inserter(out_), "*2\r\n$3\r\nGET\r\n${}\r\n{}\r\n", key.size(), key);
    flush_soon();
    answer got = co_await reply();
    co_return std::move(got.value);
}

task<void> redis_link::set(std::string_view key, std::string_view value, int seconds) {
    const fmt::format_int keep{seconds};
    fmt::format_to(std::back_inserter(out_), "*5\r\n$3\r\nSET\r\n${}\r\n{}\r\n${}\r\n{}\r\n$2\r\nEX\r\n${}\r\n{}\r\n",
                   key.size(), key, value.size(), value, keep.size(), keep.c_str());
    flush_soon();
    co_await reply();
}

task<redis_link::answer> redis_link::reply() {
    return asio::async_initiate<const asio::use_awaitable_t<executor>, void(answer)>(
        [this](auto handler) { waiting_.push_back(std::move(handler)); }, use_task);
}

void redis_link::flush_soon() {
    if (flushing_) return;
    flushing_ = true;
    asio::post(context_, [this] { flush(); });
}

void redis_link::flush() {
    sending_.clear();
    sending_.swap(out_);
    asio::async_write(socket_, asio::buffer(sending_), [this](const boost::system::error_code& error, std::size_t) {
        if (error) give_up("Redis went away");
        if (out_.empty())
            flushing_ = false;
        else
            flush();
    });
}

task<void> redis_link::run() {
    char buffer[16 * 1024];
    for (;;) {
        const std::size_t got = co_await socket_.async_read_some(asio::buffer(buffer), use_task);
        redisReaderFeed(reader_, buffer, got);
        for (;;) {
            void* parsed = nullptr;
            if (redisReaderGetReply(reader_, &parsed) != REDIS_OK) give_up("Redis broke the protocol");
            if (parsed == nullptr) break;
            auto* reply = static_cast<redisReply*>(parsed);
            if (reply->type == REDIS_REPLY_ERROR) give_up("Redis refused a command");
            answer value;
            if (reply->type == REDIS_REPLY_STRING) value.value.emplace(reply->str, reply->len);
            freeReplyObject(parsed);
            auto next = std::move(waiting_.front());
            waiting_.pop_front();
            std::move(next)(std::move(value));
        }
    }
}

pg_link::pg_link(asio::io_context& context, const std::string& conninfo)
    : context_(context), connection_(PQconnectdb(conninfo.c_str()), PQfinish), descriptor_(context) {
    if (PQstatus(connection_.get()) != CONNECTION_OK) give_up("PostgreSQL refused the connection");
}

pg_link::~pg_link() {
    if (descriptor_.is_open()) descriptor_.release();
}

void pg_link::prepare(const char* name, const std::string& sql) {
    const pg_rows done{PQprepare(connection_.get(), name, sql.c_str(), 0, nullptr)};
    if (PQresultStatus(done.get()) != PGRES_COMMAND_OK) give_up(PQerrorMessage(connection_.get()));
}

task<pg_rows> pg_link::read(const char* name, std::span<const char* const> parameters) {
    if (PQsendQueryPrepared(connection_.get(), name, static_cast<int>(parameters.size()), parameters.data(), nullptr,
                            nullptr, 0) == 0)
        give_up(PQerrorMessage(connection_.get()));
    sync_soon();
    return asio::async_initiate<const asio::use_awaitable_t<executor>, void(pg_rows)>(
        [this](auto handler) { expected_.push_back({false, std::move(handler)}); }, use_task);
}

void pg_link::sync_soon() {
    if (syncing_) return;
    syncing_ = true;
    asio::post(context_, [this] {
        syncing_ = false;
        if (PQpipelineSync(connection_.get()) == 0) give_up(PQerrorMessage(connection_.get()));
        expected_.push_back({true, std::nullopt});
        flush();
    });
}

void pg_link::flush() {
    const int left = PQflush(connection_.get());
    if (left < 0) give_up(PQerrorMessage(connection_.get()));
    if (left == 0 || waiting_to_write_) return;
    waiting_to_write_ = true;
    descriptor_.async_wait(asio::posix::descriptor_base::wait_write, [this](const boost::system::error_code& error) {
        waiting_to_write_ = false;
        if (!error) flush();
    });
}

task<void> pg_link::run() {
    if (PQsetnonblocking(connection_.get(), 1) != 0 || PQenterPipelineMode(connection_.get()) != 1)
        give_up("PostgreSQL: no pipeline mode");
    descriptor_.assign(PQsocket(connection_.get()));
    for (;;) {
        co_await descriptor_.async_wait(asio::posix::descriptor_base::wait_read, use_task);
        if (PQconsumeInput(connection_.get()) == 0) give_up(PQerrorMessage(connection_.get()));
        take_results();
    }
}

// In pipeline mode a query's result is followed by a null, a Sync's is not; with nothing expected null comes for ever.
void pg_link::take_results() {
    while (!expected_.empty() && PQisBusy(connection_.get()) == 0) {
        pg_rows next{PQgetResult(connection_.get())};
        if (expected_.front().sync) {
            if (PQresultStatus(next.get()) != PGRES_PIPELINE_SYNC) give_up("PostgreSQL: no sync");
            expected_.pop_front();
        } else if (next) {
            if (PQresultStatus(next.get()) != PGRES_TUPLES_OK) give_up(PQresultErrorMessage(next.get()));
            held_ = std::move(next);
        } else {
            auto then = std::move(expected_.front().then);
            expected_.pop_front();
            std::move (*then)(std::move(held_));
        }
    }
}

}  // namespace mlango::bench
