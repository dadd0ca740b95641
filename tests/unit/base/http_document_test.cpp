#include "base/http/document.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>

namespace mlango {
namespace {

using namespace std::chrono_literals;

http_request asking(std::vector<http_header> headers) {
    http_request request;
    request.method = "GET";
    request.target = "/x";
    request.headers = std::move(headers);
    return request;
}

std::string header_of(const http_response& response, std::string_view name) {
    const auto found = std::ranges::find(response.headers, name, &http_header::name);
    return found == response.headers.end() ? std::string() : found->value;
}

std::string inflated(const std::string& gzip) {
    std::string out(100'000, '\0');
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
    stream.avail_in = static_cast<uInt>(gzip.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    out.resize(stream.total_out);
    inflateEnd(&stream);
    return out;
}

const std::string long_text(5'000, 'a');

TEST(document, says_how_long_it_may_be_kept_and_who_may_read_it) {
    const auto made = make_open_document("application/json", "{}", 3600s);
    const auto response = answer(asking({}), made);
    EXPECT_EQ(response.status, 200U);
    EXPECT_EQ(response.body, "{}");
    EXPECT_EQ(response.content_type, "application/json");
    EXPECT_EQ(header_of(response, "Cache-Control"), "public, max-age=3600");
    EXPECT_EQ(header_of(response, "Access-Control-Allow-Origin"), "*");
    EXPECT_EQ(header_of(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header_of(response, "Content-Encoding"), "");
}

TEST(document, is_not_sent_again_to_who_has_it) {
    const auto made = make_document("text/plain", "a", "no-cache");
    const auto first = answer(asking({}), made);
    const std::string etag = header_of(first, "ETag");
    for (const std::string& value : {etag, "W/" + etag, "\"other\", " + etag, std::string("*")}) {
        const auto again = answer(asking({{"If-None-Match", value}}), made);
        EXPECT_EQ(again.status, 304U) << value;
        EXPECT_EQ(again.body, "") << value;
        EXPECT_EQ(header_of(again, "ETag"), etag);
        EXPECT_EQ(header_of(again, "Cache-Control"), "no-cache");
    }
    EXPECT_EQ(answer(asking({{"If-None-Match", "\"other\""}}), made).status, 200U);
    EXPECT_NE(etag, header_of(answer(asking({}), make_document("text/plain", "b", "no-cache")), "ETag"));
}

TEST(document, goes_compressed_to_who_takes_it) {
    const auto made = make_document("text/plain", long_text, "no-cache");
    struct {
        const char* accepts;
        bool compressed;
    } const table[] = {{"gzip", true},           {"br, gzip;q=0.5", true}, {"*", true},   {"GZIP", true},
                       {"gzip;q=0", false},      {"gzip;q=0.000", false},  {"br", false}, {"", false},
                       {"xgzip, deflate", false}};
    for (const auto& [accepts, expected] : table) {
        const auto response = answer(asking({{"Accept-Encoding", accepts}}), made);
        EXPECT_EQ(header_of(response, "Content-Encoding"), expected ? "gzip" : "") << accepts;
        EXPECT_EQ(expected ? inflated(response.body) : response.body, long_text) << accepts;
        EXPECT_EQ(header_of(response, "Vary"), "Accept-Encoding");
    }
}

// A cache that holds one form must not be told that it is the other.
TEST(document, has_a_validator_for_each_form) {
    const auto made = make_document("text/plain", long_text, "no-cache");
    const auto plain = header_of(answer(asking({}), made), "ETag");
    const auto small = header_of(answer(asking({{"Accept-Encoding", "gzip"}}), made), "ETag");
    EXPECT_NE(plain, small);
    EXPECT_EQ(answer(asking({{"If-None-Match", small}}), made).status, 200U);
    EXPECT_EQ(answer(asking({{"If-None-Match", small}, {"Accept-Encoding", "gzip"}}), made).status, 304U);
}

}  // namespace
}  // namespace mlango
