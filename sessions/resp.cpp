#include "sessions/resp.hpp"

#include <hiredis/read.h>

#include <charconv>
#include <cstring>
#include <limits>
#include <new>

namespace mlango::sessions {
namespace {

constexpr std::size_t longest_number = std::numeric_limits<std::size_t>::digits10 + 1;
constexpr std::size_t word_overhead = 1 + longest_number + 2 + 2;  // $ number CRLF … CRLF

char* put_header(char* at, char type, std::size_t number) {
    *at++ = type;
    at = std::to_chars(at, at + longest_number, number).ptr;
    *at++ = '\r';
    *at++ = '\n';
    return at;
}

}  // namespace

void append_command(std::string& out, std::span<const std::string_view> words) {
    const auto begin = out.size();
    std::size_t room = word_overhead;
    for (auto word : words) room += word_overhead + word.size();
    if (out.capacity() < begin + room) out.reserve(std::max(begin + room, out.capacity() * 2));
    out.resize_and_overwrite(begin + room, [&](char* buffer, std::size_t) {
        char* at = put_header(buffer + begin, '*', words.size());
        for (auto word : words) {
            at = put_header(at, '$', word.size());
            if (!word.empty()) std::memcpy(at, word.data(), word.size());
            at += word.size();
            *at++ = '\r';
            *at++ = '\n';
        }
        return static_cast<std::size_t>(at - buffer);
    });
}

// hiredis asks for an object per element; a top-level element becomes the value at once and the rest is let go.
struct resp_reader::parser {
    redisReader* reader = nullptr;
    std::size_t limit = 0;
    redis_reply value;

    ~parser() {
        if (reader != nullptr) redisReaderFree(reader);
    }

    // Any address but null means success to hiredis; nothing is ever read through it.
    static void* taken(const redisReadTask* task) { return task->privdata; }
    static bool outermost(const redisReadTask* task) { return task->parent == nullptr; }
    static parser& of(const redisReadTask* task) { return *static_cast<parser*>(task->privdata); }

    static void* make_string(const redisReadTask* task, char* text, std::size_t length) {
        if (outermost(task)) {
            if (task->type == REDIS_REPLY_ERROR) {
                of(task).value = redis_refusal{std::string(text, length)};
            } else {
                of(task).value.emplace<std::string>(text, length);
            }
        }
        return taken(task);
    }
    static void* make_array(const redisReadTask* task, int) {
        if (outermost(task)) of(task).value = redis_refusal{"ARRAY replies are not read"};
        return taken(task);
    }
    static void* make_integer(const redisReadTask* task, long long number) {
        if (outermost(task)) of(task).value = std::int64_t{number};
        return taken(task);
    }
    static void* make_nil(const redisReadTask* task) {
        if (outermost(task)) of(task).value = redis_nil{};
        return taken(task);
    }
    static void free_object(void*) {}
};

resp_reader::resp_reader(std::size_t reply_limit) : parser_(std::make_unique<parser>()) {
    static redisReplyObjectFunctions functions{parser::make_string, parser::make_array, parser::make_integer,
                                               parser::make_nil, parser::free_object};
    parser_->limit = reply_limit;
    parser_->reader = redisReaderCreateWithFunctions(&functions);
    if (parser_->reader == nullptr) throw std::bad_alloc();
    parser_->reader->privdata = parser_.get();
}

resp_reader::~resp_reader() = default;

void resp_reader::feed(std::string_view data) {
    redisReaderFeed(parser_->reader, data.data(), data.size());
}

resp_reader::outcome resp_reader::next(redis_reply& reply) {
    void* object = nullptr;
    if (redisReaderGetReply(parser_->reader, &object) != REDIS_OK) return outcome::broken;
    if (object == nullptr) {
        const auto unread = parser_->reader->len - parser_->reader->pos;
        return unread > parser_->limit ? outcome::broken : outcome::incomplete;
    }
    reply = std::move(parser_->value);
    return outcome::reply;
}

}  // namespace mlango::sessions
