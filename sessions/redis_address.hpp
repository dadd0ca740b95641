// Where Redis is, read from redis_settings::url. A value; redis_transport connects to it.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace mlango::sessions {

struct redis_address {
    enum class kind { unix_socket, tcp, tls };
    kind transport = kind::tcp;
    std::string path{};  // unix_socket
    std::string host{};  // tcp, tls: a name or an IP address without brackets
    std::uint16_t port = 6379;
    unsigned database = 0;
    friend bool operator==(const redis_address&, const redis_address&) = default;
};

// The fault never repeats the URL: somebody may have put a password into it.
[[nodiscard]] std::expected<redis_address, std::string> parse_redis_url(std::string_view url);

}  // namespace mlango::sessions
