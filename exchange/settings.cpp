#include "exchange/settings.hpp"

namespace mlango::exchange {

std::string issuer_path(std::string_view issuer) {
    const std::size_t host = issuer.find("://");
    if (host == std::string_view::npos) return {};
    const std::size_t path = issuer.find('/', host + 3);
    if (path == std::string_view::npos) return {};
    std::string_view found = issuer.substr(path);
    while (found.ends_with('/')) found.remove_suffix(1);
    return std::string(found);
}

}  // namespace mlango::exchange
