// A file that the build put into the program (mlango_embed in cmake/rooms.cmake). Callers: the rooms that serve pages.
#pragma once

#include <string>
#include <string_view>

namespace mlango {

struct embedded_file {
    std::string_view name;  // "verify.html"
    std::string_view content_type;
    std::string_view content;
};

// With `version` in place of every "@version@", so that a page names its files as they are now.
[[nodiscard]] std::string with_version(std::string_view content, std::string_view version);

}  // namespace mlango
