// The files of simulator/web as they were when the program was built (embed.cmake writes the definitions).
// Caller: web_phone.
#pragma once

#include <span>
#include <string_view>

namespace mlango::simulator {

struct web_file {
    std::string_view name;  // "phone.css"
    std::string_view content_type;
    std::string_view content;
};

[[nodiscard]] std::span<const web_file> web_files();
// Sixteen hexadecimal digits that change with any file: part of the files' addresses, so that they may be cached for
// good.
[[nodiscard]] std::string_view web_files_version();

}  // namespace mlango::simulator
