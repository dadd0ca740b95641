#include "console/oidc/settings.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace mlango::console::oidc {

bool is_safe_address(std::string_view url) {
    if (url.size() > 400) return false;
    const auto parsed = boost::urls::parse_uri(boost::core::string_view(url.data(), url.size()));
    if (!parsed || parsed->has_userinfo() || parsed->encoded_host().empty() || parsed->has_fragment()) return false;
    if (parsed->scheme() == "https") return true;
    const auto host = parsed->encoded_host();
    return parsed->scheme() == "http" && (host == "localhost" || host == "127.0.0.1" || host == "[::1]");
}

std::vector<std::string> faults_of(const settings& given, const std::string& public_url) {
    std::vector<std::string> faults;
    if (!given.on()) return faults;
    if (!is_safe_address(given.issuer) || given.issuer.find('?') != std::string::npos || given.issuer.size() > 200)
        faults.emplace_back("console.oidc.issuer must be an https address of at most 200 characters, without a query");
    if (given.client_id.empty() || given.client_id.size() > 200)
        faults.emplace_back("console.oidc.client_id must have 1 to 200 characters");
    if (given.client_secret.size() < 16 || given.client_secret.size() > 400)
        faults.emplace_back("console.oidc.client_secret_file must hold 16 to 400 characters");
    if (given.shown_name.size() > 80) faults.emplace_back("console.oidc.shown_name may have 80 characters at most");
    if (given.acr_values.size() > 10) faults.emplace_back("console.oidc.acr_values may list 10 values at most");
    for (const std::string& one : given.acr_values)
        if (one.empty() || one.size() > 100 || one.find(' ') != std::string::npos)
            faults.emplace_back("console.oidc.acr_values: each has 1 to 100 characters, without spaces");
    if (given.leeway < std::chrono::seconds(0) || given.leeway > std::chrono::minutes(5))
        faults.emplace_back("console.oidc.leeway must lie between 0 s and 5 min");
    if (!is_safe_address(public_url)) faults.emplace_back("console.public_url must be set for console.oidc");
    return faults;
}

}  // namespace mlango::console::oidc
