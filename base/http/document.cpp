#include "base/http/document.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <array>
#include <stdexcept>

#include "base/bytes.hpp"
#include "base/http/text.hpp"

namespace mlango {

namespace {

constexpr std::size_t short_body = 256;  // bytes; below it compressing saves nothing

std::string compressed(std::string_view body) {
    z_stream stream{};
    constexpr int gzip_window = 15 + 16;
    if (deflateInit2(&stream, Z_BEST_COMPRESSION, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        throw std::runtime_error("zlib refused to begin");
    std::string out(deflateBound(&stream, body.size()), '\0');
    // zlib's interface takes what it only reads as not constant.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
    stream.avail_in = static_cast<uInt>(body.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int ended = deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    if (ended != Z_STREAM_END) throw std::runtime_error("zlib did not end");
    return out;
}

std::string digest_of(std::string_view body) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    if (EVP_Digest(body.data(), body.size(), digest.data(), nullptr, EVP_sha256(), nullptr) != 1)
        throw std::runtime_error("OpenSSL refused SHA-256");
    return to_base64url(as_byte_view({reinterpret_cast<const char*>(digest.data()), 16}));
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Calls `each` with the items of a comma-separated list until it says true.
template <class Each>
bool any_item(std::string_view list, Each each) {
    while (!list.empty()) {
        const std::size_t end = list.find(',');
        if (each(trimmed(list.substr(0, end)))) return true;
        list.remove_prefix(end == std::string_view::npos ? list.size() : end + 1);
    }
    return false;
}

// Weak comparison (RFC 9110 §8.8.3.2), as If-None-Match wants it.
bool has_validator(std::string_view header, std::string_view etag) {
    return any_item(header, [etag](std::string_view item) {
        if (item.starts_with("W/")) item.remove_prefix(2);
        return item == "*" || item == etag;
    });
}

bool takes_gzip(std::string_view header) {
    return any_item(header, [](std::string_view item) {
        const std::string_view coding = trimmed(item.substr(0, item.find(';')));
        if (!equal_ignoring_case(coding, "gzip") && coding != "*") return false;
        const std::size_t weight = item.find("q=");
        // "q=0", "q=0.0", "q=0.00" and "q=0.000" refuse it.
        return weight == std::string_view::npos ||
               item.substr(weight + 2).find_first_of("123456789") != std::string_view::npos;
    });
}

}  // namespace

document make_document(std::string_view content_type, std::string body, std::string control) {
    document made;
    made.content_type = content_type;
    made.etag = fmt::format("\"{}\"", digest_of(body));
    made.control = std::move(control);
    if (body.size() >= short_body) {
        made.gzip = compressed(body);
        if (made.gzip.size() >= body.size()) made.gzip.clear();
    }
    made.body = std::move(body);
    return made;
}

document make_open_document(std::string_view content_type, std::string body, std::chrono::seconds kept) {
    document made = make_document(content_type, std::move(body), fmt::format("public, max-age={}", kept.count()));
    made.more.push_back({"Access-Control-Allow-Origin", "*"});
    return made;
}

http_response answer(const http_request& request, const document& of) {
    const bool small = !of.gzip.empty() && takes_gzip(request.header("accept-encoding"));
    std::string etag = of.etag;
    if (small) etag.insert(etag.size() - 1, "-gz");
    http_response response;
    response.content_type = of.content_type;
    response.headers = {{"Cache-Control", of.control}, {"X-Content-Type-Options", "nosniff"}};
    if (!of.gzip.empty()) response.headers.push_back({"Vary", "Accept-Encoding"});
    response.headers.insert(response.headers.end(), of.more.begin(), of.more.end());
    const bool same = has_validator(request.header("if-none-match"), etag);
    response.headers.push_back({"ETag", std::move(etag)});
    if (same) {
        response.status = 304;
        return response;
    }
    if (small) response.headers.push_back({"Content-Encoding", "gzip"});
    response.body = small ? of.gzip : of.body;
    return response;
}

}  // namespace mlango
