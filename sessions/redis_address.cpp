#include "sessions/redis_address.hpp"

#include <charconv>

namespace mlango::sessions {
namespace {

// sockaddr_un::sun_path, its terminating NUL included.
constexpr std::size_t longest_socket_path = 107;
constexpr unsigned highest_database = 16'383;

template <class T>
bool read_number(std::string_view text, T& value) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc{} && end == text.data() + text.size() && !text.empty();
}

bool cut_prefix(std::string_view& text, std::string_view prefix) {
    if (!text.starts_with(prefix)) return false;
    text.remove_prefix(prefix.size());
    return true;
}

bool plain_host(std::string_view host) {
    return !host.empty() && host.size() <= 253 && host.find_first_of(" @/?#%\r\n\t") == std::string_view::npos &&
           host.find('\0') == std::string_view::npos;
}

// "host", "host:port", "[v6]", "[v6]:port"; false when it is none of them.
bool read_authority(std::string_view authority, redis_address& address) {
    std::string_view host = authority;
    std::string_view port;
    if (authority.starts_with('[')) {
        const auto close = authority.find(']');
        if (close == std::string_view::npos) return false;
        host = authority.substr(1, close - 1);
        port = authority.substr(close + 1);
        if (!port.empty() && !cut_prefix(port, ":")) return false;
        if (port.empty() && authority.back() == ':') return false;
    } else if (const auto colon = authority.find(':'); colon != std::string_view::npos) {
        host = authority.substr(0, colon);
        port = authority.substr(colon + 1);
        if (port.empty()) return false;
    }
    if (!plain_host(host)) return false;
    address.host = host;
    return port.empty() || (read_number(port, address.port) && address.port != 0);
}

}  // namespace

std::expected<redis_address, std::string> parse_redis_url(std::string_view url) {
    redis_address address;
    if (cut_prefix(url, "unix:")) {
        if (!url.starts_with('/') || url.size() > longest_socket_path || url.find('\0') != std::string_view::npos) {
            return std::unexpected("redis url: unix: needs an absolute path of at most 107 bytes");
        }
        address.transport = redis_address::kind::unix_socket;
        address.path = url;
        return address;
    }
    if (cut_prefix(url, "rediss://")) {
        address.transport = redis_address::kind::tls;
    } else if (!cut_prefix(url, "redis://")) {
        return std::unexpected("redis url: must start with unix:/, redis:// or rediss://");
    }
    const auto slash = url.find('/');
    const auto authority = url.substr(0, slash);
    if (authority.find('@') != std::string_view::npos) {
        return std::unexpected("redis url: user and password belong into a secret, not into the url");
    }
    if (!read_authority(authority, address)) return std::unexpected("redis url: needs a host, then maybe :port");
    const auto database = slash == std::string_view::npos ? std::string_view{} : url.substr(slash + 1);
    if (!database.empty() && (!read_number(database, address.database) || address.database > highest_database)) {
        return std::unexpected("redis url: after the host comes /number of the database");
    }
    return address;
}

}  // namespace mlango::sessions
