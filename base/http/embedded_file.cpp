#include "base/http/embedded_file.hpp"

namespace mlango {

std::string with_version(std::string_view content, std::string_view version) {
    constexpr std::string_view mark = "@version@";
    std::string text(content);
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at))
        text.replace(at, mark.size(), version);
    return text;
}

}  // namespace mlango
