// A list of IP networks in CIDR form (RFC 4632, RFC 4291 §2.3): the addresses a gateway may call from. Pure value; an
// IPv4 address written as IPv4-mapped IPv6 (::ffff:192.0.2.1) is the IPv4 address.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlango::gsm {

struct ip_address {
    bool is_v6 = false;
    std::array<std::uint8_t, 16> octets{};  // the first four for IPv4
    friend bool operator==(const ip_address&, const ip_address&) = default;
};
// A zone ("fe80::1%eth0") is passed over.
[[nodiscard]] std::optional<ip_address> parse_ip_address(std::string_view text);

class ip_network {
public:
    // "192.0.2.0/24", "2001:db8::/32", or an address alone. The error says what is wrong with it.
    [[nodiscard]] static std::expected<ip_network, std::string> parse(std::string_view text);
    [[nodiscard]] bool holds(const ip_address& address) const;

private:
    ip_address base_;
    unsigned prefix_ = 0;  // bits
};

class ip_networks {
public:
    ip_networks() = default;
    explicit ip_networks(std::vector<ip_network> networks) : networks_(std::move(networks)) {}
    [[nodiscard]] bool empty() const { return networks_.empty(); }
    // False for what is no address.
    [[nodiscard]] bool holds(std::string_view address) const;

private:
    std::vector<ip_network> networks_;
};

}  // namespace mlango::gsm
