// Files of rows for spreadsheets (their rows: base/csv), streamed: memory does not grow with them. Callers: doors that
// export.
#pragma once

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "base/http/message.hpp"
#include "base/task.hpp"

namespace mlango::console {

// So that spreadsheets take it for UTF-8.
[[nodiscard]] inline std::string export_beginning() {
    return "\xef\xbb\xbf";
}

// A file that can not go on ends without its end, so that nobody takes half of it for the whole.
[[noreturn]] inline void break_off_export() {
    throw boost::system::system_error(asio::error::operation_aborted);
}

// Writes `text` and empties it.
inline task<void> write_export(http_stream& out, std::string& text) {
    if (!co_await out.write(text)) break_off_export();
    text.clear();
}

// A file to be kept, still without its content; the name is ours. The guard says that nobody stores it on the way.
[[nodiscard]] inline http_response csv_file(std::string_view name) {
    http_response response;
    response.content_type = "text/csv; charset=utf-8";
    response.headers = {{"Content-Disposition", "attachment; filename=\"" + std::string(name) + "\""}};
    return response;
}

[[nodiscard]] inline http_response export_file(std::string_view name, std::function<task<void>(http_stream&)> write) {
    http_response response = csv_file(name);
    response.stream = std::move(write);
    return response;
}

}  // namespace mlango::console
