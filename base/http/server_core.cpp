#include "base/http/server_core.hpp"

#include <stdexcept>

#include "base/http/response_text.hpp"
#include "base/http/text.hpp"

namespace mlango {

namespace {

constexpr std::string_view rejected_name = "http_rejected_total";
constexpr std::string_view rejected_help = "Requests and connections refused before any handler, by reason.";

std::array<counter*, 5> answer_counters(metrics& numbers) {
    constexpr std::array<std::string_view, 5> classes = {"1xx", "2xx", "3xx", "4xx", "5xx"};
    std::array<counter*, 5> out{};
    for (std::size_t i = 0; i < classes.size(); ++i)
        out[i] = &numbers.count("http_requests_total", "Requests answered, by status class.", {{"status", classes[i]}});
    return out;
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

std::optional<asio::ip::address> parse_address(std::string_view text) {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(text, error);
    if (error) return std::nullopt;
    return plain_address(address);
}

}  // namespace

server_core::server_core(http_server_settings given, std::vector<http_route> given_routes, metrics& numbers)
    : settings(std::move(given)),
      routes(std::move(given_routes)),
      date(http_date(system_clock().now())),
      tick(std::chrono::steady_clock::now()),
      answered(answer_counters(numbers)),
      open_connections(numbers.level("http_connections", "Open connections.")),
      rejected_syntax(numbers.count(rejected_name, rejected_help, {{"reason", "bad_request"}})),
      rejected_header(numbers.count(rejected_name, rejected_help, {{"reason", "header_too_large"}})),
      rejected_body(numbers.count(rejected_name, rejected_help, {{"reason", "body_too_large"}})),
      rejected_slow(numbers.count(rejected_name, rejected_help, {{"reason", "slow"}})),
      rejected_handshake(numbers.count(rejected_name, rejected_help, {{"reason", "tls_handshake"}})) {
    for (const std::string& text : settings.trusted_proxies) {
        const auto address = parse_address(text);
        if (!address) throw std::invalid_argument("a trusted proxy must be an IP address");
        trusted_proxies.push_back(*address);
    }
}

asio::ip::address plain_address(const asio::ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    return address;
}

bool server_core::trusts(const asio::ip::address& address) const {
    for (const auto& proxy : trusted_proxies)
        if (proxy == address) return true;
    return false;
}

std::string server_core::forwarded_peer(const http_request& request, const asio::ip::address& peer) const {
    asio::ip::address nearest = peer;
    for (std::size_t i = request.headers.size(); i-- > 0;) {
        if (!equal_ignoring_case(request.headers[i].name, "X-Forwarded-For")) continue;
        std::string_view list = request.headers[i].value;
        while (!list.empty()) {
            const std::size_t comma = list.rfind(',');
            const std::string_view last = comma == std::string_view::npos ? list : list.substr(comma + 1);
            list = comma == std::string_view::npos ? std::string_view{} : list.substr(0, comma);
            // Left of a word that no trusted proxy can have written nothing is to be believed.
            const auto address = parse_address(trimmed(last));
            if (!address) return nearest.to_string();
            nearest = *address;
            if (!trusts(nearest)) return nearest.to_string();
        }
    }
    return nearest.to_string();
}

}  // namespace mlango
