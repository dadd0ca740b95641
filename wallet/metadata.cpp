#include "wallet/metadata.hpp"

#include <boost/json/array.hpp>

#include "wallet/mint.hpp"

namespace mlango::wallet {

namespace {

namespace json = boost::json;

json::string text(std::string_view value) {
    return json::string(value.data(), value.size());
}

json::string below(std::string_view issuer, std::string_view path, std::string_view name = {}) {
    json::string url(issuer.data(), issuer.size());
    url.append(json::string_view(path.data(), path.size()));
    url.append(json::string_view(name.data(), name.size()));
    return url;
}

// [{"locale": …, `word`: …}, …]
json::array displays(const display_names& names, std::string_view word) {
    json::array out;
    for (const auto& [language, name] : names) {
        json::object one{{"locale", language}};
        one[json::string_view(word.data(), word.size())] = name;
        out.push_back(std::move(one));
    }
    return out;
}

// Names of the facts of a kind, each with the path of its claim. SD-JWT VC adds that they are always hidden.
json::array claims_of(const credential_kind& kind, const credential_kinds& kinds, std::string_view word, bool hidden) {
    json::array out;
    for (const auto& name : kind.facts) {
        const fact* one = kinds.find_fact(name);
        json::object claim{{"path", json::array{json::string(name)}}};
        if (one != nullptr) claim["display"] = displays(one->display, word);
        if (hidden) claim["sd"] = "always";
        out.push_back(std::move(claim));
    }
    return out;
}

}  // namespace

std::string well_known_path(std::string_view issuer, std::string_view name) {
    std::string path = "/.well-known/";
    path += name;
    const std::size_t host = issuer.find("://");
    const std::size_t rest = host == std::string_view::npos ? host : issuer.find('/', host + 3);
    if (rest != std::string_view::npos && issuer.substr(rest) != "/") path += issuer.substr(rest);
    return path;
}

json::object jwt_vc_issuer_metadata(std::string_view issuer) {
    return {{"issuer", text(issuer)}, {"jwks_uri", below(issuer, jwks_path)}};
}

json::object type_metadata(std::string_view issuer, const credential_kind& kind, const credential_kinds& kinds) {
    const auto& names = kind.display;
    return {{"vct", credential_type_uri(issuer, kind.name)},
            {"name", text(display_name(names, "en", kind.name))},
            {"display", displays(names, "name")},
            {"claims", claims_of(kind, kinds, "label", true)}};
}

json::object vci_issuer_metadata(std::string_view issuer, const credential_kinds& kinds) {
    json::object configurations;
    for (const auto& kind : kinds.all()) {
        configurations[kind.name] = {
            {"format", "dc+sd-jwt"},
            {"vct", credential_type_uri(issuer, kind.name)},
            {"cryptographic_binding_methods_supported", json::array{"jwk"}},
            {"credential_signing_alg_values_supported", json::array{"ES256"}},
            {"proof_types_supported",
             json::object{{"jwt", json::object{{"proof_signing_alg_values_supported", json::array{"ES256"}}}}}},
            {"credential_metadata", json::object{{"display", displays(kind.display, "name")},
                                                 {"claims", claims_of(kind, kinds, "name", false)}}}};
    }
    return {{"credential_issuer", text(issuer)},
            {"credential_endpoint", below(issuer, vci_credential_path)},
            {"nonce_endpoint", below(issuer, vci_nonce_path)},
            {"credential_configurations_supported", std::move(configurations)}};
}

json::object authorization_server_metadata(std::string_view issuer) {
    return {{"issuer", text(issuer)},
            {"token_endpoint", below(issuer, vci_token_path)},
            {"jwks_uri", below(issuer, jwks_path)},
            {"grant_types_supported", json::array{text(pre_authorized_grant)}},
            {"token_endpoint_auth_methods_supported", json::array{"none"}},
            {"pre-authorized_grant_anonymous_access_supported", true}};
}

json::object vci_offer(std::string_view issuer, std::string_view kind, std::string_view pre_authorized_code,
                       int tx_code_digits) {
    const json::object grant{{"pre-authorized_code", text(pre_authorized_code)},
                             {"tx_code", json::object{{"input_mode", "numeric"}, {"length", tx_code_digits}}}};
    json::object grants;
    grants[json::string_view(pre_authorized_grant.data(), pre_authorized_grant.size())] = grant;
    return {{"credential_issuer", text(issuer)},
            {"credential_configuration_ids", json::array{text(kind)}},
            {"grants", std::move(grants)}};
}

std::string vci_offer_link(std::string_view issuer, std::string_view offer_id) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    constexpr std::string_view hex = "0123456789ABCDEF";
    const json::string offer = below(issuer, vci_offer_path, offer_id);
    std::string link = "openid-credential-offer://?credential_offer_uri=";
    for (const char c : offer) {
        if (plain.find(c) != std::string_view::npos) {
            link += c;
            continue;
        }
        link += '%';
        link += hex[static_cast<unsigned char>(c) >> 4];
        link += hex[static_cast<unsigned char>(c) & 15];
    }
    return link;
}

}  // namespace mlango::wallet
