#include "console/oidc/provider.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "base/bytes.hpp"
#include "base/hmac.hpp"
#include "wallet/jose/json_text.hpp"

namespace mlango::console::oidc {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_document = 64 * 1024;
constexpr std::size_t longest_token = 16 * 1024;
constexpr std::size_t longest_code = 2'000;

// Absent: `otherwise`.
bool lists(const json::object& document, std::string_view name, std::string_view value, bool otherwise) {
    const json::value* const all = document.if_contains(name);
    if (all == nullptr) return otherwise;
    if (!all->is_array()) return false;
    return std::ranges::any_of(all->get_array(), [&](const json::value& one) {
        return one.is_string() && std::string_view(one.get_string()) == value;
    });
}

std::expected<std::string, std::string> address_in(const json::object& document, std::string_view name) {
    const auto text = wallet::string_member(document, name);
    if (!text || !is_safe_address(*text)) return std::unexpected(std::string(name) + " is no https address");
    return std::string(*text);
}

std::string with_query(std::string address, const std::vector<std::pair<std::string, std::string>>& fields) {
    address += address.find('?') == std::string::npos ? '?' : '&';
    return address + encode_form(fields);
}

// RFC 6749 §2.3.1: both are form-encoded before they are joined.
std::string encoded(std::string_view text) {
    std::string field = encode_form({{"x", std::string(text)}});
    return field.substr(2);
}

}  // namespace

std::string discovery_address(std::string_view issuer) {
    while (issuer.ends_with('/')) issuer.remove_suffix(1);
    return std::string(issuer) + "/.well-known/openid-configuration";
}

std::expected<provider, std::string> read_discovery(std::string_view text, std::string_view issuer) {
    if (text.size() > longest_document) return std::unexpected("the document is too long");
    const auto document = wallet::read_json_object(text);
    if (!document) return std::unexpected("the document is no JSON object");
    // §4.3: else one provider could speak for another.
    if (wallet::string_member(*document, "issuer") != issuer) return std::unexpected("issuer is another one");
    provider found;
    found.issuer = issuer;
    for (const auto& [name, to] :
         {std::pair("authorization_endpoint", &found.authorization_endpoint),
          std::pair("token_endpoint", &found.token_endpoint), std::pair("jwks_uri", &found.jwks_uri)}) {
        auto address = address_in(*document, name);
        if (!address) return std::unexpected(address.error());
        *to = std::move(*address);
    }
    if (!lists(*document, "response_types_supported", "code", false))
        return std::unexpected("response_types_supported lacks code");
    if (!lists(*document, "code_challenge_methods_supported", "S256", true))
        return std::unexpected("code_challenge_methods_supported lacks S256");
    if (!lists(*document, "id_token_signing_alg_values_supported", "RS256", false) &&
        !lists(*document, "id_token_signing_alg_values_supported", "ES256", false))
        return std::unexpected("id_token_signing_alg_values_supported has neither RS256 nor ES256");
    constexpr std::string_view methods = "token_endpoint_auth_methods_supported";
    found.secret_in_body = !lists(*document, methods, "client_secret_basic", true);
    if (found.secret_in_body && !lists(*document, methods, "client_secret_post", false))
        return std::unexpected("token_endpoint_auth_methods_supported has neither of the two with a secret");
    const json::value* const named = document->if_contains("authorization_response_iss_parameter_supported");
    found.names_itself = named != nullptr && named->is_bool() && named->get_bool();
    return found;
}

std::string authorization_address(const provider& at, const settings& us, std::string_view redirect_uri,
                                  const flow& under_way) {
    std::vector<std::pair<std::string, std::string>> fields{{"response_type", "code"},
                                                            {"client_id", us.client_id},
                                                            {"redirect_uri", std::string(redirect_uri)},
                                                            {"scope", "openid"},
                                                            {"state", under_way.state},
                                                            {"nonce", under_way.nonce},
                                                            {"code_challenge", code_challenge(under_way.verifier)},
                                                            {"code_challenge_method", "S256"}};
    std::string wanted;
    for (const std::string& one : us.acr_values) wanted += (wanted.empty() ? "" : " ") + one;
    if (!wanted.empty()) fields.emplace_back("acr_values", wanted);
    // Who links an account says so anew, so that nobody's open browser does it for her.
    if (under_way.linking) fields.emplace_back("prompt", "login");
    return with_query(at.authorization_endpoint, fields);
}

token_request make_token_request(const provider& at, const settings& us, std::string_view redirect_uri,
                                 std::string_view code, std::string_view verifier) {
    token_request made;
    std::vector<std::pair<std::string, std::string>> fields{{"grant_type", "authorization_code"},
                                                            {"code", std::string(code)},
                                                            {"redirect_uri", std::string(redirect_uri)},
                                                            {"code_verifier", std::string(verifier)}};
    made.headers = {{"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
    if (at.secret_in_body) {
        fields.emplace_back("client_id", us.client_id);
        fields.emplace_back("client_secret", us.client_secret);
    } else {
        const std::string pair = encoded(us.client_id) + ":" + encoded(us.client_secret);
        made.headers.push_back({"Authorization", "Basic " + to_base64(as_byte_view(pair))});
    }
    made.body = encode_form(fields);
    return made;
}

std::expected<std::string, std::string> read_token_answer(std::string_view text) {
    if (text.size() > longest_document) return std::unexpected("the answer is too long");
    const auto answer = wallet::read_json_object(text);
    if (!answer) return std::unexpected("the answer is no JSON object");
    const auto token = wallet::string_member(*answer, "id_token");
    if (!token || token->empty() || token->size() > longest_token) return std::unexpected("id_token is missing");
    return std::string(*token);
}

std::expected<sent_back, way_back_fault> read_way_back(std::string_view query, const provider& from,
                                                       const flow& under_way) {
    const auto fields = parse_form(query, 16);
    if (!fields) return std::unexpected(way_back_fault::malformed);
    // nullopt: not there, or more than once.
    const auto one = [&](std::string_view name) -> std::optional<std::string_view> {
        std::optional<std::string_view> found;
        for (const auto& [key, value] : *fields) {
            if (key != name) continue;
            if (found) return std::nullopt;
            found = value;
        }
        return found;
    };
    const auto state = one("state");
    if (!state || !equal_in_constant_time(*state, under_way.state))
        return std::unexpected(way_back_fault::other_browser);
    const auto iss = one("iss");
    const bool said = std::ranges::any_of(*fields, [](const auto& field) { return field.first == "iss"; });
    if (said ? iss != from.issuer : from.names_itself) return std::unexpected(way_back_fault::other_provider);
    if (std::ranges::any_of(*fields, [](const auto& field) { return field.first == "error"; }))
        return std::unexpected(way_back_fault::refused);
    const auto code = one("code");
    if (!code || code->empty() || code->size() > longest_code) return std::unexpected(way_back_fault::malformed);
    return sent_back{.code = std::string(*code)};
}

}  // namespace mlango::console::oidc
