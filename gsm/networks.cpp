#include "gsm/networks.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace mlango::gsm {
namespace {

constexpr std::array<std::uint8_t, 12> mapped_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};

bool is_mapped(const ip_address& address) {
    return address.is_v6 && std::equal(mapped_prefix.begin(), mapped_prefix.end(), address.octets.begin());
}

ip_address unmapped(const ip_address& address) {
    ip_address v4;
    std::copy_n(address.octets.begin() + mapped_prefix.size(), 4, v4.octets.begin());
    return v4;
}

std::optional<ip_address> parse_as_written(std::string_view text) {
    text = text.substr(0, text.find('%'));
    std::array<char, INET6_ADDRSTRLEN> terminated{};
    if (text.empty() || text.size() >= terminated.size()) return std::nullopt;
    std::ranges::copy(text, terminated.begin());
    ip_address address;
    address.is_v6 = text.contains(':');
    if (inet_pton(address.is_v6 ? AF_INET6 : AF_INET, terminated.data(), address.octets.data()) != 1) {
        return std::nullopt;
    }
    return address;
}

bool same_prefix(const ip_address& a, const ip_address& b, unsigned bits) {
    const std::size_t whole = bits / 8;
    if (!std::equal(a.octets.begin(), a.octets.begin() + whole, b.octets.begin())) return false;
    const unsigned rest = bits % 8;
    if (rest == 0) return true;
    const auto mask = static_cast<std::uint8_t>(0xFF << (8 - rest));
    return (a.octets[whole] & mask) == (b.octets[whole] & mask);
}

}  // namespace

std::optional<ip_address> parse_ip_address(std::string_view text) {
    const std::optional<ip_address> address = parse_as_written(text);
    if (address && is_mapped(*address)) return unmapped(*address);
    return address;
}

std::expected<ip_network, std::string> ip_network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const std::optional<ip_address> address = parse_as_written(text.substr(0, slash));
    if (!address) {
        return std::unexpected(fmt::format("\"{}\" is no IP network; write 192.0.2.0/24 or 2001:db8::/32", text));
    }
    const unsigned longest = address->is_v6 ? 128 : 32;
    ip_network network;
    network.base_ = *address;
    network.prefix_ = longest;
    if (slash != std::string_view::npos) {
        const std::string_view length = text.substr(slash + 1);
        const auto [end, error] = std::from_chars(length.data(), length.data() + length.size(), network.prefix_);
        if (error != std::errc{} || end != length.data() + length.size() || network.prefix_ > longest) {
            return std::unexpected(fmt::format("\"{}\": the length after / is a number up to {}", text, longest));
        }
    }
    // A set bit beyond the length is a slip: was one host meant, or the whole network?
    ip_address lowest = network.base_;
    for (unsigned bit = network.prefix_; bit < longest; ++bit) {
        lowest.octets[bit / 8] &= static_cast<std::uint8_t>(~(0x80u >> (bit % 8)));
    }
    if (lowest != network.base_) {
        return std::unexpected(fmt::format("\"{}\" has bits set beyond its length of {}", text, network.prefix_));
    }
    if (is_mapped(network.base_) && network.prefix_ >= 96) {
        network.base_ = unmapped(network.base_);
        network.prefix_ -= 96;
    }
    return network;
}

bool ip_network::holds(const ip_address& address) const {
    return address.is_v6 == base_.is_v6 && same_prefix(address, base_, prefix_);
}

bool ip_networks::holds(std::string_view address) const {
    const std::optional<ip_address> parsed = parse_ip_address(address);
    return parsed && std::ranges::any_of(networks_, [&](const ip_network& network) { return network.holds(*parsed); });
}

}  // namespace mlango::gsm
