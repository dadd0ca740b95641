#include "sessions/resp.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace mlango::sessions {
namespace {

using std::string_view_literals::operator""sv;
using outcome = resp_reader::outcome;

std::string shown(const redis_reply& reply) {
    struct {
        std::string operator()(redis_nil) const { return "nil"; }
        std::string operator()(std::int64_t value) const { return "int " + std::to_string(value); }
        std::string operator()(const std::string& value) const { return "string " + value; }
        std::string operator()(const redis_refusal& value) const { return "refusal " + value.text; }
    } show;
    return std::visit(show, reply);
}

std::string all_replies(resp_reader& reader) {
    std::string found;
    redis_reply reply;
    for (;;) {
        switch (reader.next(reply)) {
            case outcome::reply:
                found += shown(reply) + "|";
                break;
            case outcome::incomplete:
                return found;
            case outcome::broken:
                return found + "broken";
        }
    }
}

TEST(append_command, writes_arrays_of_bulk_strings) {
    struct {
        std::vector<std::string_view> words;
        std::string_view wire;
    } const rows[] = {
        {{"PING"}, "*1\r\n$4\r\nPING\r\n"sv},
        {{"GET", "k"}, "*2\r\n$3\r\nGET\r\n$1\r\nk\r\n"sv},
        {{"SET", "", "v"}, "*3\r\n$3\r\nSET\r\n$0\r\n\r\n$1\r\nv\r\n"sv},
        {{"ECHO", "a\0\r\n\xff"sv}, "*2\r\n$4\r\nECHO\r\n$5\r\na\0\r\n\xff\r\n"sv},
        {{}, "*0\r\n"sv},
        {{"A", "B", "C", "D", "E", "F", "G", "H", "I", "1234567890"},
         "*10\r\n$1\r\nA\r\n$1\r\nB\r\n$1\r\nC\r\n$1\r\nD\r\n$1\r\nE\r\n$1\r\nF\r\n$1\r\nG\r\n$1\r\nH\r\n$1\r\nI\r\n"
         "$10\r\n1234567890\r\n"sv},
    };
    std::string all;
    std::string expected;
    for (const auto& row : rows) {
        std::string out;
        append_command(out, row.words);
        EXPECT_EQ(out, row.wire);
        append_command(all, row.words);
        expected += row.wire;
        EXPECT_EQ(all, expected) << "what was there must stay";
    }
}

TEST(append_command, writes_long_words) {
    const std::string word(1'234'567, 'w');
    std::string out;
    append_command(out, std::vector<std::string_view>{"SET", word});
    EXPECT_EQ(out, "*2\r\n$3\r\nSET\r\n$1234567\r\n" + word + "\r\n");
}

struct dialogue {
    const char* name;
    std::string_view wire;
    std::string_view replies;
};

constexpr dialogue dialogues[] = {
    {"status", "+OK\r\n", "string OK|"},
    {"empty status", "+\r\n", "string |"},
    {"integer", ":42\r\n", "int 42|"},
    {"negative integer", ":-7\r\n", "int -7|"},
    {"largest integer", ":9223372036854775807\r\n", "int 9223372036854775807|"},
    {"bulk", "$5\r\nhello\r\n", "string hello|"},
    {"bulk with line ends", "$4\r\n\r\n\r\n\r\n", "string \r\n\r\n|"},
    {"empty bulk", "$0\r\n\r\n", "string |"},
    {"nil", "$-1\r\n", "nil|"},
    {"nil array", "*-1\r\n", "nil|"},
    {"error", "-LOADING Redis is loading\r\n", "refusal LOADING Redis is loading|"},
    {"array", "*2\r\n$1\r\na\r\n:1\r\n+OK\r\n", "refusal ARRAY replies are not read|string OK|"},
    {"empty array", "*0\r\n:3\r\n", "refusal ARRAY replies are not read|int 3|"},
    {"nested array", "*2\r\n*1\r\n-ERR x\r\n*1\r\n$-1\r\n:5\r\n", "refusal ARRAY replies are not read|int 5|"},
    {"pipeline", "+OK\r\n$-1\r\n:1\r\n$2\r\nab\r\n-ERR no\r\n", "string OK|nil|int 1|string ab|refusal ERR no|"},
};

TEST(resp_reader, reads_replies_whole_and_split_at_each_byte) {
    for (const auto& row : dialogues) {
        SCOPED_TRACE(row.name);
        for (std::size_t cut = 0; cut <= row.wire.size(); ++cut) {
            resp_reader reader;
            reader.feed(row.wire.substr(0, cut));
            auto found = all_replies(reader);
            reader.feed(row.wire.substr(cut));
            found += all_replies(reader);
            EXPECT_EQ(found, row.replies) << "cut at " << cut;
        }
        resp_reader reader;
        std::string found;
        for (char letter : row.wire) {
            reader.feed({&letter, 1});
            found += all_replies(reader);
        }
        EXPECT_EQ(found, row.replies) << "byte by byte";
    }
}

TEST(resp_reader, waits_for_the_end_of_a_reply) {
    for (const auto& row : {dialogues[0], dialogues[2], dialogues[5], dialogues[8], dialogues[10]}) {
        for (std::size_t length = 0; length < row.wire.size(); ++length) {
            resp_reader reader;
            reader.feed(row.wire.substr(0, length));
            EXPECT_EQ(all_replies(reader), "") << row.name << " cut to " << length;
        }
    }
}

TEST(resp_reader, stays_broken_after_a_protocol_error) {
    for (auto wire : {"?what\r\n", "HTTP/1.1 200 OK\r\n", "%1\r\n+a\r\n+b\r\n", "_\r\n", "$-2\r\n", "\r\n"}) {
        resp_reader reader;
        reader.feed(wire);
        EXPECT_EQ(all_replies(reader), "broken") << wire;
        reader.feed("+OK\r\n");
        EXPECT_EQ(all_replies(reader), "broken") << wire;
    }
}

TEST(resp_reader, gives_what_came_before_the_error) {
    resp_reader reader;
    reader.feed(":1\r\n+OK\r\n!\r\n");
    EXPECT_EQ(all_replies(reader), "int 1|string OK|broken");
}

TEST(resp_reader, is_broken_by_deep_nesting) {
    resp_reader reader;
    std::string wire;
    for (int depth = 0; depth < 20; ++depth) wire += "*1\r\n";
    reader.feed(wire);
    EXPECT_EQ(all_replies(reader), "broken");
}

TEST(resp_reader, does_not_collect_more_than_its_limit) {
    resp_reader reader(1'000);
    reader.feed("$5000\r\n" + std::string(900, 'x'));
    EXPECT_EQ(all_replies(reader), "");
    reader.feed(std::string(200, 'x'));
    EXPECT_EQ(all_replies(reader), "broken");

    resp_reader endless_line(1'000);
    endless_line.feed("+" + std::string(1'100, 'x'));
    EXPECT_EQ(all_replies(endless_line), "broken");

    // Many small replies at once are not one large one.
    resp_reader many(1'000);
    std::string wire;
    for (int i = 0; i < 1'000; ++i) wire += "+OK\r\n";
    many.feed(wire);
    EXPECT_EQ(all_replies(many).size(), 1'000 * std::string_view("string OK|").size());
}

}  // namespace
}  // namespace mlango::sessions
