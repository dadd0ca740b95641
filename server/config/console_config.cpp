#include "server/config/console_config.hpp"

#include <algorithm>

namespace mlango::server {

namespace {

using namespace std::chrono_literals;

bool is_here(std::string_view url) {
    return url.starts_with("http://127.0.0.1") || url.starts_with("http://localhost");
}

void read_rate(yaml_reader& yaml, const std::string& key, rate_limit& out) {
    yaml.read(key + "_a_minute", out.a_minute, 1, 1'000'000);
    yaml.read(key + "_at_once", out.at_once, 1, 1'000'000);
}

void read_oidc(const YAML::Node& node, const config_surroundings& at, console::settings& out) {
    if (!node || node.IsNull()) return;
    yaml_reader yaml(node, "console.oidc", at.faults);
    yaml.read("issuer", out.oidc.issuer);
    yaml.read("client_id", out.oidc.client_id);
    out.oidc.client_secret = at.secret(yaml, "client_secret", "MLANGO_CONSOLE_OIDC_SECRET");
    out.oidc.shown_name = out.oidc.issuer;
    yaml.read("shown_name", out.oidc.shown_name);
    yaml.read("acr_values", out.oidc.acr_values);
    yaml.read_time("leeway", out.oidc.leeway, 0s, 5min);
    if (!out.oidc.on()) yaml.fault("issuer", "must be there");
    for (auto& fault : console::oidc::faults_of(out.oidc, out.public_url)) at.faults.push_back(std::move(fault));
}

}  // namespace

void read_console(const YAML::Node& node, const config_surroundings& at, console::settings& out) {
    auto& faults = at.faults;
    if (!node || node.IsNull()) return;
    out.on = true;
    yaml_reader yaml(node, "console", faults);
    yaml.read("public_url", out.public_url);
    const bool plain = std::ranges::none_of(out.public_url, [](char c) { return c <= ' ' || c == '"' || c == '\x7f'; });
    if (!plain || out.public_url.size() > 200 || out.public_url.ends_with('/') ||
        !(out.public_url.starts_with("https://") || is_here(out.public_url)))
        yaml.fault("public_url",
                   "should be https://host, as browsers reach it, without / at its end (http:// only for 127.0.0.1 and "
                   "localhost)");
    yaml.read_time("idle_time", out.idle_time, 1s, 1h);
    yaml.read_time("longest_session", out.longest_session, 2s, 24h);
    if (out.idle_time > out.longest_session) yaml.fault("idle_time", "should not be longer than longest_session");
    yaml.read("second_factor", out.second_factor);
    read_oidc(yaml.child("oidc"), at, out);
    yaml_reader rates(yaml.child("rates"), "console.rates", faults);
    read_rate(rates, "sign_in", out.sign_in);
    read_rate(rates, "requests", out.requests);
}

}  // namespace mlango::server
