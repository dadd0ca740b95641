#include "exchange/credential_check.hpp"

#include <boost/json.hpp>

#include "base/http/json_body.hpp"
#include "exchange/redemption_json.hpp"
#include "wallet/mint.hpp"
#include "wallet/parts.hpp"

namespace mlango::exchange {

namespace {

namespace json = boost::json;

json::object outcome(std::string_view what) {
    return {{"outcome", view(what)}};
}

std::string_view outcome_of(wallet::sd_jwt_fault fault) {
    switch (fault) {
        case wallet::sd_jwt_fault::expired:
            return "expired";
        case wallet::sd_jwt_fault::unknown_key:
        case wallet::sd_jwt_fault::wrong_issuer:
        case wallet::sd_jwt_fault::wrong_credential:
        case wallet::sd_jwt_fault::wrong_audience:
            return "not_ours";
        default:
            return "broken";
    }
}

}  // namespace

const wallet::status_list* credential_checker::list_of(std::string_view name) {
    const std::string version = house_.lists.version(name);
    const auto kept = lists_.find(name);
    if (kept != lists_.end() && kept->second.version == version) return &kept->second.list;
    const std::string* const token = house_.lists.token(name);
    if (token == nullptr) return nullptr;
    auto read = wallet::verify_status_token(*token, wallet::status_list_uri(house_.settings.issuer, name),
                                            house_.keys.get()->trusted(), house_.time.now());
    if (!read) return nullptr;
    const auto [place, fresh] =
        lists_.insert_or_assign(std::string(name), read_list{.version = version, .list = std::move(read->list)});
    return &place->second.list;
}

// What can not be looked up counts as stopped, and so does an index that the list does not have (§8.3).
bool credential_checker::is_stopped(const wallet::status_reference& status) {
    const std::string base = wallet::status_list_uri(house_.settings.issuer, "");
    if (!status.uri.starts_with(base)) return true;
    const wallet::status_list* const list = list_of(std::string_view(status.uri).substr(base.size()));
    return list == nullptr || list->get(status.index) != 0;
}

json::object credential_checker::check(std::string_view credential, std::string_view verifier_number) {
    const wallet::sd_jwt_rules rules{
        .issuer = house_.settings.issuer, .credentials = {}, .now = house_.time.now(), .audience = {}, .binding = {}};
    const auto read = wallet::verify_sd_jwt(credential, house_.keys.get()->trusted(), rules);
    if (!read) return outcome(outcome_of(read.error()));
    if (const auto* aud = read->claims.if_contains("aud");
        aud != nullptr && (!aud->is_string() || view(aud->get_string()) !=
                                                    wallet::verifier_audience(house_.settings.issuer, verifier_number)))
        return outcome("not_ours");
    if (!read->status || is_stopped(*read->status)) return outcome("stopped");
    json::object facts;
    for (const auto& [name, value] : read->claims)
        if (house_.kinds.find_fact({name.data(), name.size()}) != nullptr) facts.emplace(name, value);
    // What is made for a telephone's key is proven by that key alone; without it anybody may have copied it.
    const bool unbound = read->claims.contains("cnf") && !read->bound;
    json::object body = outcome(unbound ? "unsure" : "valid");
    if (unbound) body["why"] = "unbound";
    body["kind"] = view(wallet::kind_of_type(house_.settings.issuer, read->vct));
    body["facts"] = std::move(facts);
    if (read->expires_at) body["expires_at"] = time_text(*read->expires_at);
    return body;
}

}  // namespace mlango::exchange
