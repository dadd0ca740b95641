// A file that the build put into the program (cmake/embed_files.cmake). Callers: the rooms that serve pages.
#pragma once

#include <string_view>

namespace mlango {

struct embedded_file {
    std::string_view name;  // "verify.html"
    std::string_view content_type;
    std::string_view content;
};

}  // namespace mlango
