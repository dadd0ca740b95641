#include "wallet/consents.hpp"

#include "wallet/consent_record.hpp"

namespace mlango::wallet {

namespace {

constexpr int batch = 500;
constexpr std::string_view shared_context = "consent";  // of records from before they were bound to anybody

}  // namespace

std::string consent_context(registry::person_id whose, std::string_view hop) {
    return "consent " + std::to_string(whose.value) + " " + std::string(hop);
}

std::optional<std::string> opened_consent(const registry::kept_consent& kept, sealer& seal) {
    auto opened = seal.open(kept.sealed, consent_context(kept.person, kept.hop));
    if (!opened) opened = seal.open(kept.sealed, shared_context);
    if (!opened || sha256_of(*opened) != kept.digest) return std::nullopt;
    return std::move(*opened);
}

task<std::vector<registry::wallet_desk::broken_chain>> altered_consents(registry::wallet_desk& desk, sealer& seal) {
    std::vector<registry::wallet_desk::broken_chain> altered;
    registry::wallet_desk::broken_chain last;
    for (bool more = true; more;) {
        const auto page = co_await desk.consents(last, batch);
        more = page.size() == batch;
        for (const auto& each : page) {
            last = {.person = each.person, .row = each.row};
            if (opened_consent(each, seal)) continue;
            if (altered.empty() || altered.back().person != each.person) altered.push_back(last);
        }
    }
    co_return altered;
}

}  // namespace mlango::wallet
