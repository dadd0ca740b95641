#include "wallet/facts.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>

#include "base/bytes.hpp"
#include "base/iso_day.hpp"
#include "registry/parameters.hpp"

namespace mlango::wallet {

namespace json = boost::json;

json::object stated_facts(std::string_view registered, std::chrono::year_month_day valid_until, sealer& record) {
    if (registered.empty()) return {};
    json::object stated = json::parse(registered).as_object();
    if (const auto number = stated.find("identity_number"); number != stated.end()) {
        const auto& held = number->value().as_object();
        const auto sealed = from_hex(std::string_view(held.at("sealed").as_string()));
        const auto opened = sealed ? record.open(as_string_view(*sealed), registry::identity_context)
                                   : std::unexpected(open_error::malformed);
        // A number that does not open is none: the key may be lost, the rest is still hers.
        if (opened)
            number->value() = json::string(*opened);
        else
            stated.erase(number);
    }
    stated["valid_until"] = json::string(iso_day(valid_until));
    return stated;
}

json::object chosen_facts(const json::object& stated, std::span<const std::string> names) {
    json::object chosen;
    for (const auto& name : names)
        if (const auto found = stated.find(name); found != stated.end()) chosen[name] = found->value();
    return chosen;
}

bool can_state(const json::object& stated, const preset& what) {
    return std::ranges::all_of(what.facts,
                               [&](const auto& name) { return name == "family_name" || stated.contains(name); });
}

std::chrono::year_month_day end_of(const credential_kind& kind, std::chrono::year_month_day today,
                                   const json::object& stated) {
    using namespace std::chrono;
    const sys_days usual = floor<days>(sys_days(today) + kind.lifetime);
    if (kind.name != assistance_kind) return usual;
    const auto* const entitlement = stated.if_contains("entitlement");
    if (entitlement == nullptr) return usual;
    return std::min(usual, sys_days(day_named(entitlement->at("valid_until").as_string())));
}

std::vector<disclosed_claim> as_claims(const json::object& facts) {
    std::vector<disclosed_claim> claims;
    for (const auto& each : facts) claims.push_back({.name = std::string(each.key()), .value = each.value()});
    return claims;
}

const credential_kind* kind_of_preset(const credential_kinds& kinds, std::string_view preset) {
    for (const auto& kind : kinds.all())
        if (kind.find_preset(preset) != nullptr) return &kind;
    return nullptr;
}

std::chrono::year_month_day day_of(std::chrono::sys_seconds at) {
    return std::chrono::floor<std::chrono::days>(at);
}

std::chrono::year_month_day day_named(std::string_view text) {
    return read_iso_day(text).value_or(std::chrono::sys_days{});
}

}  // namespace mlango::wallet
