#include "server/config/wallet_config.hpp"

#include <algorithm>

namespace mlango::server {

namespace {

using namespace std::chrono_literals;

constexpr std::int64_t smallest_list = 1 << 10;
constexpr std::int64_t largest_list = 1 << 24;

// The name or address between "://" and the next ':', '/' or the end.
std::string_view host_of(std::string_view url) {
    const std::size_t start = url.find("://");
    if (start == std::string_view::npos) return {};
    url.remove_prefix(start + 3);
    return url.substr(0, url.find_first_of(":/"));
}

// What a verifier's program compares character by character must have one spelling.
std::string fault_of_issuer(std::string_view issuer) {
    const std::string_view host = host_of(issuer);
    const bool here = host == "127.0.0.1" || host == "localhost";
    if (!issuer.starts_with("https://") && !(issuer.starts_with("http://") && here))
        return "should begin with https:// (http:// only for 127.0.0.1 and localhost)";
    if (host.empty() || issuer.ends_with('/'))
        return "should be https://host or https://host/path, without / at its end";
    const bool plain = std::ranges::all_of(issuer, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == ':' || c == '/';
    });
    if (!plain || issuer.size() > 200) return "should have small letters, digits, '.', '-' and '/' only";
    return {};
}

void read_rate(yaml_reader& yaml, const std::string& key, rate_limit& out) {
    yaml.read(key + "_a_minute", out.a_minute, 1, 1'000'000);
    yaml.read(key + "_at_once", out.at_once, 1, 1'000'000);
}

}  // namespace

void read_wallet(const YAML::Node& node, const std::function<std::string(const std::string&)>& located,
                 std::vector<std::string>& faults, wallet_config& out) {
    if (!node || node.IsNull()) return;
    out.on = true;
    yaml_reader yaml(node, "wallet", faults);
    yaml.read("issuer", out.options.issuer);
    if (const std::string fault = fault_of_issuer(out.options.issuer); !fault.empty()) yaml.fault("issuer", fault);
    out.doors.issuer = out.options.issuer;
    out.options.privacy_notice = out.options.issuer + "/privacy";
    yaml.read("privacy_notice", out.options.privacy_notice);
    std::string keys = "issuer-keys", kinds = "wallet/credentials.yaml";
    yaml.read("signing_keys", keys);
    yaml.read("kinds", kinds);
    out.signing_keys = located(keys);
    out.kinds = located(kinds);
    yaml.read_number("list_size", out.options.list_size, smallest_list, largest_list);
    if ((out.options.list_size & (out.options.list_size - 1)) != 0) yaml.fault("list_size", "should be a power of two");
    yaml.read_time("list_ttl", out.options.list_ttl, 1s, 24h);
    out.doors.status_kept = out.options.list_ttl;
    yaml.read_time("list_pause", out.options.list_pause, 100ms, 60s);
    yaml_reader rates(yaml.child("rates"), "wallet.rates", faults);
    read_rate(rates, "strangers", out.doors.strangers);
    read_rate(rates, "readers", out.doors.readers);
    read_rate(rates, "programs", out.doors.programs);
}

}  // namespace mlango::server
