#include "base/http/cookie.hpp"

namespace mlango {

std::string_view read_cookie(const http_request& request, std::string_view name) {
    std::string_view all = request.header("cookie");
    while (!all.empty()) {
        const std::size_t end = all.find(';');
        std::string_view one = all.substr(0, end);
        all.remove_prefix(end == std::string_view::npos ? all.size() : end + 1);
        while (one.starts_with(' ')) one.remove_prefix(1);
        if (one.size() > name.size() && one.starts_with(name) && one[name.size()] == '=')
            return one.substr(name.size() + 1);
    }
    return {};
}

}  // namespace mlango
