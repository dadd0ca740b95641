// A public document, served from memory: its validator, its compressed form, how long it may be kept (RFC 9110 §8.8,
// RFC 9111). Pure. Callers: the doors of partners and staff, for the page's files, metadata and status lists.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "base/http/message.hpp"

namespace mlango {

struct document {
    std::string content_type;
    std::string body;
    std::string gzip;     // empty: not shorter
    std::string etag;     // strong, of `body`; the compressed form has one of its own
    std::string control;  // Cache-Control
    std::vector<http_header> more;
};

[[nodiscard]] document make_document(std::string_view content_type, std::string body, std::string control);
// Any site may read it (Fetch §3.2): documents that verifiers' pages need.
[[nodiscard]] document make_open_document(std::string_view content_type, std::string body, std::chrono::seconds kept);

// 200, or 304 when If-None-Match names what would be sent.
[[nodiscard]] http_response answer(const http_request& request, const document& of);

}  // namespace mlango
