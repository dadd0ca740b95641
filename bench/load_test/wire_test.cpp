#include "bench/load/wire.hpp"

#include <gtest/gtest.h>

namespace mlango::bench {
namespace {

using state = response_reader::state;

TEST(target, loopback_only) {
    const auto to = parse_target("http://127.0.0.1:8080/ussd/x?key=k");
    ASSERT_TRUE(to);
    EXPECT_EQ(to->address, 0x7f000001U);
    EXPECT_EQ(to->port, 8080);
    EXPECT_EQ(to->path, "/ussd/x?key=k");
    EXPECT_EQ(parse_target("http://localhost")->path, "/");
    EXPECT_EQ(parse_target("http://127.9.8.7:1/")->address, 0x7f090807U);
    for (const char* url : {"", "https://127.0.0.1/", "http://10.0.0.1/", "http://128.0.0.1/", "http://127.0.0/",
                            "http://127.0.0.1.1/", "http://127.0.0.256/", "http://127.0.0.1:0/",
                            "http://127.0.0.1:99999/", "http://example/", "http://127.0.0.1:/"})
        EXPECT_FALSE(parse_target(url)) << url;
}

TEST(request, is_the_dialects_form) {
    std::string out;
    append_request(*parse_target("http://127.0.0.1:81/u"), {"S 1", "+254700000001", "*384#", "63902", "1*a&b"}, out);
    const std::string body =
        "sessionId=S+1&phoneNumber=%2B254700000001&networkCode=63902&serviceCode=*384%23&text=1*a%26b";
    EXPECT_EQ(out,
              "POST /u HTTP/1.1\r\nHost: 127.0.0.1:81\r\nContent-Type: application/x-www-form-urlencoded\r\n"
              "Content-Length: " +
                  std::to_string(body.size()) + "\r\n\r\n" + body);
}

TEST(request, bytes_over_127_are_escaped) {
    std::string out;
    append_form_value("é~\x7f", out);
    EXPECT_EQ(out, "%C3%A9%7E%7F");
}

constexpr std::string_view whole =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\ncontent-length:  9 \r\nConnection: close\r\n\r\nCON hello";

TEST(response, whole) {
    response_reader reader;
    ASSERT_EQ(reader.feed(whole), state::complete);
    EXPECT_EQ(reader.status(), 200);
    EXPECT_TRUE(reader.closes());
    EXPECT_EQ(reader.body(), "CON hello");
}

TEST(response, split_at_each_byte) {
    for (std::size_t at = 1; at < whole.size(); ++at) {
        response_reader reader;
        ASSERT_EQ(reader.feed(whole.substr(0, at)), state::incomplete) << at;
        ASSERT_EQ(reader.feed(whole.substr(at)), state::complete) << at;
        EXPECT_EQ(reader.body(), "CON hello");
    }
}

TEST(response, reader_is_reused) {
    response_reader reader;
    reader.feed(whole);
    reader.reset();
    ASSERT_EQ(reader.feed("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"), state::complete);
    EXPECT_EQ(reader.status(), 404);
    EXPECT_FALSE(reader.closes());
    EXPECT_EQ(reader.body(), "");
}

TEST(response, refused) {
    for (const std::string_view text :
         {"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 2x0 OK\r\nContent-Length: 0\r\n\r\n",
          "HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1x\r\n\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "HTTP/1.1 200 OK\r\nnothing\r\n\r\n",
          "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab"}) {
        response_reader reader;
        EXPECT_EQ(reader.feed(text), state::malformed) << text;
    }
    response_reader endless;
    EXPECT_EQ(endless.feed(std::string(100'000, 'x')), state::malformed);
}

TEST(screen, con_and_end) {
    EXPECT_EQ(read_screen("CON a\nb")->text, "a\nb");
    EXPECT_FALSE(read_screen("CON ")->ended);
    EXPECT_TRUE(read_screen("END bye")->ended);
    for (const char* body : {"", "CON", "con x", " CON x", "ENDx"}) EXPECT_FALSE(read_screen(body)) << body;
}

}  // namespace
}  // namespace mlango::bench
