#include "base/http/response_text.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/http/text.hpp"
#include "base/log.hpp"

namespace mlango {

void write_response(std::string& out, const http_response& response, const response_form& form) {
    const bool stream = response.stream != nullptr;
    const bool bodiless = response.status == 204 || response.status == 304 || response.status < 200;
    const bool with_body = !stream && !bodiless && !form.head_only && response.body.size() <= copied_body_limit;
    out.clear();
    out.reserve(256 + (with_body ? response.body.size() : 0));
    if (response.status == 200) {
        out.append("HTTP/1.1 200 OK\r\nDate: ");
    } else {
        out.append("HTTP/1.1 ");
        out.append(std::string_view(fmt::format_int(response.status).c_str()));
        out.append(" ").append(status_title(response.status)).append("\r\nDate: ");
    }
    out.append(form.date);
    if (!response.content_type.empty() && !bodiless && is_header_value(response.content_type)) {
        out.append("\r\nContent-Type: ").append(response.content_type);
    }
    if (form.chunked) {
        out.append("\r\nTransfer-Encoding: chunked");
    } else if (!stream && !bodiless) {
        const fmt::format_int length(response.body.size());
        out.append("\r\nContent-Length: ").append(length.data(), length.size());
    }
    for (const http_header& field : response.headers) {
        if (!is_token(field.name) || !is_header_value(field.value)) {
            log_error("http_header_left_out", {{"status", response.status}});
            continue;
        }
        out.append("\r\n").append(field.name).append(": ").append(field.value);
    }
    if (form.close) {
        out.append("\r\nConnection: close");
    } else if (form.http_1_0) {
        out.append("\r\nConnection: keep-alive");
    }
    out.append("\r\n\r\n");
    if (with_body) out.append(response.body);
}

http_response problem(unsigned status) {
    http_response response;
    response.status = status;
    response.content_type = "application/problem+json";
    response.body = fmt::format(R"({{"type":"about:blank","title":"{}","status":{}}})", status_title(status), status);
    return response;
}

std::string http_date(wall_time at) {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S} GMT", fmt::gmtime(std::chrono::system_clock::to_time_t(at)));
}

}  // namespace mlango
