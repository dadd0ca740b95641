#include "console/page_door.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/bytes.hpp"
#include "console/description.hpp"
#include "console/embedded_files.hpp"
#include "console/problem.hpp"

namespace mlango::console {

namespace {

constexpr std::string_view nonce_place = "@NONCE@";

// For whoever takes nothing compressed.
std::string inflated(std::string_view gzip) {
    z_stream stream{};
    constexpr int gzip_window = 15 + 16;
    if (inflateInit2(&stream, gzip_window) != Z_OK) throw std::runtime_error("zlib refused to begin");
    // zlib's interface takes what it only reads as not constant.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(gzip.data()));
    stream.avail_in = static_cast<uInt>(gzip.size());
    std::string out;
    std::array<char, 32 * 1024> piece;
    int step = Z_OK;
    while (step == Z_OK) {
        stream.next_out = reinterpret_cast<Bytef*>(piece.data());
        stream.avail_out = piece.size();
        step = inflate(&stream, Z_NO_FLUSH);
        out.append(piece.data(), piece.size() - stream.avail_out);
    }
    inflateEnd(&stream);
    if (step != Z_STREAM_END) throw std::runtime_error("a file of the console's page is not gzip");
    return out;
}

// All files but the page itself, by their path below /console/. One copy for all threads.
const std::map<std::string_view, document>& page_documents() {
    static const std::map<std::string_view, document> made = [] {
        std::map<std::string_view, document> all;
        for (const embedded_file& file : page_files()) {
            if (file.name.ends_with(".html")) continue;
            // The name of an asset changes with its content.
            const bool hashed = file.name.starts_with("assets/");
            document one =
                make_document(file.content_type, {}, hashed ? "public, max-age=31536000, immutable" : "no-cache");
            one.body = inflated(file.content);
            one.gzip = file.content;
            one.etag = fmt::format(
                "\"{:08x}-{}\"",
                crc32(0, reinterpret_cast<const Bytef*>(one.body.data()), static_cast<uInt>(one.body.size())),
                one.body.size());
            one.more = {{"Cross-Origin-Resource-Policy", "same-origin"}};
            all.emplace(file.name, std::move(one));
        }
        return all;
    }();
    return made;
}

std::string_view page_text() {
    const auto files = page_files();
    const auto found = std::ranges::find(files, "index.html", &embedded_file::name);
    return found == files.end() ? std::string_view() : found->content;
}

}  // namespace

page_door::page_door(const parts& house, guard& keeper)
    : house_(house),
      guard_(keeper),
      description_(make_document("application/json", std::string(api_description()), "no-cache")) {}

std::vector<http_route> page_door::routes() {
    return {guard_.open("GET", "/openapi.json", [this](http_request& request) { return description(request); }),
            guard_.open("GET", "/problems/{name}", [this](http_request& request) { return explanation(request); }),
            {"GET", "/console", [this](http_request& request) { return page(request); }},
            {"GET", "/console/{rest...}", [this](http_request& request) { return page(request); }}};
}

// Addresses of pages are the application's own: all but its files get the page. Styles that its libraries make are
// allowed by a nonce, new each time; scripts only as files of ours.
task<http_response> page_door::page(http_request& request) {
    constexpr std::string_view folder = "/console/";
    std::string_view path = request.path();
    path = path.starts_with(folder) ? path.substr(folder.size()) : std::string_view();
    const auto& files = page_documents();
    if (const auto found = files.find(path); found != files.end()) co_return answer(request, found->second);
    http_response response;
    response.headers = {{"Cache-Control", "no-store"}, {"X-Content-Type-Options", "nosniff"}};
    if (path.starts_with("assets/")) {
        response.status = 404;
        response.body = "There is no such file.\n";
        co_return response;
    }
    std::array<std::byte, 16> bytes;
    house_.random.fill(bytes);
    const std::string nonce = to_base64url(bytes);
    response.content_type = "text/html; charset=utf-8";
    response.body = page_text();
    for (std::size_t at; (at = response.body.find(nonce_place)) != std::string::npos;)
        response.body.replace(at, nonce_place.size(), nonce);
    const http_header more[] = {
        {"Content-Security-Policy",
         fmt::format("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{}'; img-src 'self' data: blob:; "
                     "connect-src 'self'; font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                     nonce)},
        {"Referrer-Policy", "no-referrer"},
        {"Cross-Origin-Opener-Policy", "same-origin"},
        {"Cross-Origin-Resource-Policy", "same-origin"},
        {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"}};
    response.headers.insert(response.headers.end(), std::begin(more), std::end(more));
    co_return response;
}

task<http_response> page_door::description(http_request& request) {
    co_return answer(request, description_);
}

task<http_response> page_door::explanation(http_request& request) {
    const std::string name = path_segment(request.path(), 4);
    const auto kinds = fault_kinds();
    const auto found = std::ranges::find(kinds, std::string_view(name), &fault_kind::name);
    if (found == kinds.end()) co_return problem(fault::not_found);
    http_response response;
    response.body = fmt::format("{}\n\n{}\n", found->title, found->explained);
    co_return response;
}

}  // namespace mlango::console
