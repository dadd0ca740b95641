#include "base/http/reader.hpp"

#include <gtest/gtest.h>

#include "base/http/response_text.hpp"

using namespace mlango;

namespace {

// Feeds `text` in pieces of at most `piece` bytes, as a connection does, and says what became of it.
struct outcome {
    read_state state = read_state::need_more;
    std::size_t taken = 0;
    unsigned fault = 0;
};

outcome feed(request_reader& reader, std::string_view text, std::size_t piece) {
    outcome out;
    std::size_t given = 0;
    while (given < text.size() && out.state == read_state::need_more) {
        given = std::min(text.size(), given + piece);
        const auto [taken, state] = reader.feed(text.substr(out.taken, given - out.taken));
        out.taken += taken;
        out.state = state;
    }
    if (out.state == read_state::fault) out.fault = reader.fault_status();
    return out;
}

unsigned fault_of(std::string_view text, std::size_t piece = 100'000) {
    http_request request;
    request_reader reader(1024, 100);
    reader.start(request);
    const outcome out = feed(reader, text, piece);
    return out.state == read_state::fault ? out.fault : out.state == read_state::complete ? 0 : 1;
}

constexpr std::string_view form =
    "POST /ussd/demo?key=x HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nb=%31+1";
constexpr std::string_view chunked =
    "POST /ussd/demo?key=x HTTP/1.1\r\nHost: a\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
    "3;x=y\r\nb=%\r\n4\r\n31+1\r\n0\r\nTrailer: t\r\n\r\n";

}  // namespace

TEST(request_reader, reads_a_request_cut_at_every_byte) {
    for (const std::string_view text : {form, chunked})
        for (std::size_t cut = 1; cut <= text.size(); ++cut) {
            http_request request;
            request_reader reader(1024, 100);
            reader.start(request);
            const outcome first = feed(reader, text.substr(0, cut), 100'000);
            ASSERT_EQ(first.state, cut == text.size() ? read_state::complete : read_state::need_more) << cut;
            if (first.state == read_state::need_more) {
                const outcome second = feed(reader, text.substr(first.taken), 100'000);
                ASSERT_EQ(second.state, read_state::complete) << cut;
                EXPECT_EQ(first.taken + second.taken, text.size());
            }
            EXPECT_EQ(request.method, "POST");
            EXPECT_EQ(request.target, "/ussd/demo?key=x");
            ASSERT_EQ(request.headers.size(), 3U) << cut;
            EXPECT_EQ(request.header("content-type"), "text/plain");
            EXPECT_EQ(request.body, "b=%31+1") << cut;
            EXPECT_TRUE(reader.keep_alive());
        }
}

TEST(request_reader, reads_byte_by_byte) {
    for (const std::string_view text : {form, chunked}) {
        http_request request;
        request_reader reader(1024, 100);
        reader.start(request);
        EXPECT_EQ(feed(reader, text, 1).state, read_state::complete);
        EXPECT_EQ(request.body, "b=%31+1");
        EXPECT_EQ(request.headers.size(), 3U);
    }
}

TEST(request_reader, takes_one_request_of_several_and_forgets_the_one_before) {
    http_request request;
    request_reader reader(1024, 100);
    const std::string second = "\r\nGET /b HTTP/1.0\r\n\r\n";
    const std::string both = std::string(form) + second;
    reader.start(request);
    const outcome first = feed(reader, both, 100'000);
    ASSERT_EQ(first.state, read_state::complete);
    EXPECT_EQ(first.taken, form.size());
    reader.start(request);
    EXPECT_FALSE(reader.started());
    EXPECT_EQ(feed(reader, std::string_view(both).substr(first.taken), 100'000).state, read_state::complete);
    EXPECT_EQ(request.method, "GET");
    EXPECT_EQ(request.target, "/b");
    EXPECT_TRUE(request.headers.empty());
    EXPECT_TRUE(request.body.empty());
    EXPECT_TRUE(reader.is_http_1_0());
    EXPECT_FALSE(reader.keep_alive());
}

TEST(request_reader, keeps_the_connection_as_version_and_header_say) {
    const std::vector<std::pair<std::string, bool>> table = {
        {"GET / HTTP/1.1\r\nHost: a\r\n\r\n", true},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false},
        {"GET / HTTP/1.1\r\nHost: a\r\nConnection: x, CLOSE\r\n\r\n", false},
        {"GET / HTTP/1.0\r\n\r\n", false},
        {"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true},
    };
    for (const auto& [text, keeps] : table) {
        http_request request;
        request_reader reader(1024, 100);
        reader.start(request);
        ASSERT_EQ(feed(reader, text, 100'000).state, read_state::complete) << text;
        EXPECT_EQ(reader.keep_alive(), keeps) << text;
    }
}

TEST(request_reader, knows_when_the_peer_waits_to_be_told) {
    http_request request;
    request_reader reader(1024, 100);
    reader.start(request);
    const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    EXPECT_EQ(feed(reader, head, 100'000).state, read_state::need_more);
    EXPECT_TRUE(reader.expects_continue());
    EXPECT_EQ(feed(reader, "ab", 1).state, read_state::complete);
    EXPECT_FALSE(reader.expects_continue());
}

TEST(request_reader, refuses_with_the_status_that_fits) {
    const std::string start = "POST / HTTP/1.1\r\nHost: a\r\n";
    const std::vector<std::pair<std::string, unsigned>> table = {
        {"\x16\x03\x01\x02\x01\x01\xfc\x03\x03", 400},
        {"GET\r\n\r\n", 400},
        {"GET /\r\n\r\n", 400},
        {"GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400},
        {start + "Bad Name: x\r\n\r\n", 400},
        {start + "No-Colon\r\n\r\n", 400},
        {start + "Content-Length: x\r\n\r\n", 400},
        {start + "Content-Length: -1\r\n\r\n", 400},
        {start + "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", 400},
        {start + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {start + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n", 400},
        {start + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
        {start + "Transfer-Encoding: gzip\r\n\r\n", 501},
        {start + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
        {start + "Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400},
        {start + "Expect: more\r\nContent-Length: 1\r\n\r\n", 417},
        {start + "Content-Length: 101\r\n\r\n", 413},
        {start + "Content-Length: 99999999999999999999\r\n\r\n", 400},
        {start + "Transfer-Encoding: chunked\r\n\r\n65\r\n", 413},
        {start + "Transfer-Encoding: chunked\r\n\r\n40\r\n" + std::string(64, 'x') + "\r\n40\r\n", 413},
        {start + "X: " + std::string(1100, 'x') + "\r\n\r\n", 431},
        {"GET /" + std::string(1100, 'x') + " HTTP/1.1\r\n\r\n", 431},
    };
    for (const auto& [text, status] : table) {
        EXPECT_EQ(fault_of(text), status) << text;
        EXPECT_EQ(fault_of(text, 1), status) << "byte by byte: " << text;
    }
}

TEST(request_reader, a_bare_line_feed_ends_no_line) {
    EXPECT_EQ(fault_of("GET / HTTP/1.1\nHost: a\n\n"), 400U);
    EXPECT_EQ(fault_of("GET / HTTP/1.1\r\nHost: a\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"), 400U);
}

TEST(request_reader, refuses_too_many_fields) {
    std::string text = "GET / HTTP/1.1\r\nHost: a\r\n";
    for (int i = 0; i < 99; ++i) text += "a:b\r\n";
    EXPECT_EQ(fault_of(text + "\r\n"), 0U);
    EXPECT_EQ(fault_of(text + "a:b\r\n\r\n"), 431U);
}

TEST(request_reader, a_trailer_is_no_header) {
    http_request request;
    request_reader reader(1024, 100);
    reader.start(request);
    ASSERT_EQ(feed(reader, chunked, 1).state, read_state::complete);
    EXPECT_EQ(request.header("Trailer"), "");
}

namespace {

std::optional<http_response> read_response(std::string_view text, std::size_t piece, bool closes, bool head = false) {
    response_reader reader(100, head);
    std::size_t taken = 0;
    std::size_t given = 0;
    while (given < text.size()) {
        given = std::min(text.size(), given + piece);
        const auto [used, state] = reader.feed(text.substr(taken, given - taken));
        taken += used;
        if (state == read_state::fault) return std::nullopt;
        if (state == read_state::complete) return reader.response();
    }
    if (closes && reader.finish() == read_state::complete) return reader.response();
    return std::nullopt;
}

}  // namespace

TEST(response_reader, reads_every_kind_of_body_cut_anywhere) {
    const std::vector<std::string> table = {
        "HTTP/1.1 200 OK\r\nContent-Type: text/x\r\nX-A: b\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Type: text/x\r\nX-A: b\r\nTransfer-Encoding: "
        "chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Type: text/x\r\nX-A: b\r\n\r\nhello",
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: "
        "text/x\r\nX-A: b\r\n"
        "Content-Length: 5\r\n\r\nhello"};
    for (const std::string& text : table)
        for (std::size_t piece = 1; piece <= text.size(); ++piece) {
            const auto response = read_response(text, piece, true);
            ASSERT_TRUE(response) << piece << text;
            EXPECT_EQ(response->status, 200U);
            EXPECT_EQ(response->content_type, "text/x");
            EXPECT_EQ(response->body, "hello");
            EXPECT_EQ(response->headers.front().name == "A", false);
        }
}

TEST(response_reader, a_truncated_response_is_a_fault) {
    const std::string text = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_FALSE(read_response(text.substr(0, size), 7, true)) << size;
}

TEST(response_reader, bodiless_answers_and_limits) {
    EXPECT_TRUE(read_response("HTTP/1.1 204 No Content\r\n\r\n", 100, false));
    EXPECT_TRUE(read_response("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n", 100, false, true));
    EXPECT_FALSE(read_response("HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n", 100, false));
    EXPECT_FALSE(read_response("HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x'), 10, true));
    EXPECT_FALSE(read_response("HTTP/1.1 101 Switching\r\n\r\n", 100, false));
    EXPECT_FALSE(read_response("SSH-2.0-OpenSSH\r\n\r\n", 100, false));
}

TEST(write_response, writes_the_whole_answer) {
    http_response response;
    response.body = "CON Hi";
    response.headers = {{"X-A", "1"}};
    std::string out = "old";
    write_response(out, response, {.date = "D"});
    EXPECT_EQ(out,
              "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 6\r\n"
              "X-A: 1\r\n\r\nCON Hi");
    write_response(out, response, {.date = "D", .http_1_0 = true, .head_only = true});
    EXPECT_EQ(out,
              "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 6\r\n"
              "X-A: 1\r\nConnection: keep-alive\r\n\r\n");
}

TEST(write_response, statuses_without_a_body_and_streams) {
    http_response response;
    response.status = 204;
    response.body = "never";
    std::string out;
    write_response(out, response, {.date = "D", .close = true});
    EXPECT_EQ(out, "HTTP/1.1 204 No Content\r\nDate: D\r\nConnection: close\r\n\r\n");
    response.status = 200;
    response.content_type = "text/event-stream";
    response.stream = [](http_stream&) -> task<void> { co_return; };
    write_response(out, response, {.date = "D", .close = true, .chunked = true});
    EXPECT_EQ(out,
              "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n"
              "Connection: close\r\n\r\n");
}

TEST(write_response, nothing_breaks_out_of_a_header) {
    http_response response;
    response.content_type = "text/plain\r\nX-Evil: 1";
    response.headers = {{"Location", "/\r\nX-Evil: 1"}, {"Bad name", "x"}, {"Good", "yes"}};
    std::string out;
    testing::internal::CaptureStderr();
    write_response(out, response, {.date = "D"});
    const std::string logged = testing::internal::GetCapturedStderr();
    EXPECT_EQ(out, "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 0\r\nGood: yes\r\n\r\n");
    EXPECT_NE(logged.find("http_header_left_out"), std::string::npos);
    EXPECT_EQ(logged.find("Evil"), std::string::npos);
}

TEST(problem, is_problem_json) {
    const http_response response = problem(405);
    EXPECT_EQ(response.status, 405U);
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(response.body, R"({"type":"about:blank","title":"Method Not Allowed","status":405})");
}

TEST(http_date, is_imf_fixdate) {
    EXPECT_EQ(http_date(wall_time(std::chrono::seconds(784111777))), "Sun, 06 Nov 1994 08:49:37 GMT");
}
