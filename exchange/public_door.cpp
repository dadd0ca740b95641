#include "exchange/public_door.hpp"

#include <boost/json.hpp>

#include "exchange/problem.hpp"
#include "wallet/metadata.hpp"

namespace mlango::exchange {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_body = 1'024;
constexpr std::string_view status_type = "application/statuslist+jwt";

http_response simple(unsigned status) {
    http_response response = problem(fault::no_such_document);
    response.status = status;
    return response;
}

// The last segment.
std::string name_in(std::string_view path) {
    return std::string(path.substr(path.rfind('/') + 1));
}

}  // namespace

public_door::public_door(const door_parts& house)
    : house_(house), readers_("public", house.settings.readers, house.numbers) {}

std::vector<http_route> public_door::routes() {
    const std::string& issuer = house_.settings.issuer;
    const std::string base = issuer_path(issuer);
    std::vector<http_route> all;
    add_fixed(all, wallet::well_known_path(issuer, "jwt-vc-issuer"), wallet::jwt_vc_issuer_metadata(issuer));
    add_fixed(all, wallet::well_known_path(issuer, "openid-credential-issuer"),
              wallet::vci_issuer_metadata(issuer, house_.kinds));
    add_fixed(all, wallet::well_known_path(issuer, "oauth-authorization-server"),
              wallet::authorization_server_metadata(issuer));
    for (const wallet::credential_kind& kind : house_.kinds.all())
        add_fixed(all, base + std::string(wallet::types_path) + kind.name,
                  wallet::type_metadata(issuer, kind, house_.kinds));
    all.push_back(
        {"GET", base + std::string(wallet::jwks_path), [this](http_request& request) { return jwks(request); }});
    all.push_back({"GET", base + std::string(wallet::status_path) + "{list}",
                   [this](http_request& request) { return status(request); }});
    return all;
}

void public_door::add_fixed(std::vector<http_route>& all, std::string path, const json::object& content) {
    const auto held = std::make_shared<const document>(
        make_open_document("application/json", json::serialize(content), house_.settings.metadata_kept));
    all.push_back({"GET", std::move(path), [this, held](http_request& request) -> task<http_response> {
                       if (auto refused = readers_.turn_away(request, request.peer, longest_body, house_.time.steady()))
                           co_return std::move(*refused);
                       co_return readers_.counted(answer(request, *held));
                   }});
}

// Made again when a key came or went; a key's listing ends to the hour.
task<http_response> public_door::jwks(http_request& request) {
    if (auto refused = readers_.turn_away(request, request.peer, longest_body, house_.time.steady()))
        co_return std::move(*refused);
    const wall_time now = house_.time.now();
    const std::int64_t hour = std::chrono::floor<std::chrono::hours>(now).time_since_epoch().count();
    if (auto keys = house_.keys.get(); keys != keys_ || hour != keys_hour_) {
        jwks_ = make_open_document("application/jwk-set+json", json::serialize(keys->trusted().jwks(now)),
                                   house_.settings.metadata_kept);
        keys_ = std::move(keys);
        keys_hour_ = hour;
    }
    co_return readers_.counted(answer(request, jwks_));
}

task<http_response> public_door::status(http_request& request) {
    if (auto refused = readers_.turn_away(request, request.peer, longest_body, house_.time.steady()))
        co_return std::move(*refused);
    // How it was at another time is not kept (§8.4).
    if (query_field(request.query(), "time")) co_return readers_.counted(simple(501));
    const std::string name = name_in(request.path());
    const std::string* const token = house_.lists.token(name);
    if (token == nullptr) co_return readers_.counted(problem(fault::no_such_document));
    kept_list& kept = lists_[name];
    if (std::string version = house_.lists.version(name); kept.version != version) {
        kept.token = make_open_document(status_type, *token, house_.settings.status_kept);
        kept.version = std::move(version);
    }
    co_return readers_.counted(answer(request, kept.token));
}

}  // namespace mlango::exchange
