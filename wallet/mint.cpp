#include "wallet/mint.hpp"

#include <boost/json/array.hpp>

#include "wallet/jose/json_text.hpp"
#include "wallet/metadata.hpp"

namespace mlango::wallet {

namespace {

namespace json = boost::json;

std::string below(std::string_view issuer, std::string_view path, std::string_view name) {
    std::string uri(issuer);
    uri += path;
    uri += name;
    return uri;
}

json::string text(std::string_view value) {
    return json::string(value.data(), value.size());
}

}  // namespace

std::string credential_type_uri(std::string_view issuer, std::string_view kind) {
    return below(issuer, types_path, kind);
}

std::string status_list_uri(std::string_view issuer, std::string_view list) {
    return below(issuer, status_path, list);
}

std::string_view kind_of_type(std::string_view issuer, std::string_view vct) {
    if (!vct.starts_with(issuer)) return {};
    vct.remove_prefix(issuer.size());
    if (!vct.starts_with(types_path)) return {};
    return vct.substr(types_path.size());
}

std::string mint_credential(const credential_order& order, const signing_key& key, random_source& random) {
    const auto hour = [](std::chrono::sys_seconds time) {
        return numeric_date(std::chrono::floor<std::chrono::hours>(time));
    };
    json::object payload;
    payload["iss"] = text(order.issuer);
    payload["vct"] = text(credential_type_uri(order.issuer, order.kind));
    payload["iat"] = hour(order.issued_at);
    payload["exp"] = numeric_date(order.expires_at);
    if (!order.audience.empty()) payload["aud"] = text(order.audience);
    if (order.status) payload["status"] = to_claim(*order.status);
    if (order.holder) payload["cnf"] = json::object{{"jwk", order.holder->jwk()}};
    if (order.pin_at) {
        payload["amr"] = json::array{"pin"};
        payload["auth_time"] = hour(*order.pin_at);
    }
    return issue_sd_jwt(payload, order.facts, key, random);
}

}  // namespace mlango::wallet
