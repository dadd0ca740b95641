#include "registry/inbox.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

inbox::inbox(pg_pool& pool, sealer& record, blinder& blind, const clock& time)
    : pool_(pool), record_(record), blind_(blind), time_(time) {}

namespace {

const registered_statement inbox_store{"inbox_store", R"(
    INSERT INTO inbox (gateway, provider_id, number_blind, number_sealed, recipient, text_sealed)
    VALUES ($1, $2, $3::bytea, $4::bytea, $5, $6::bytea)
    ON CONFLICT (gateway, provider_id) DO NOTHING)"};

const registered_statement inbox_allow_sms{"inbox_allow_sms", R"(
    INSERT INTO number_preference AS n (number_blind, sms_allowed) VALUES ($1::bytea, $2::boolean)
    ON CONFLICT (number_blind) DO UPDATE SET sms_allowed = excluded.sms_allowed, changed_at = now()
      WHERE n.sms_allowed <> excluded.sms_allowed)"};

}  // namespace

task<bool> inbox::store(std::string_view gateway, std::string_view provider_id, std::string_view e164,
                        std::string_view to, std::string_view text) {
    std::vector<parameter> given;
    given.emplace_back(gateway);
    given.emplace_back(provider_id);
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    given.emplace_back(bytea_parameter(record_.seal(e164, msisdn_context)));
    given.emplace_back(to);
    given.emplace_back(bytea_parameter(record_.seal(text, sms_context)));
    const rows got = co_await pool_.write(inbox_store, std::move(given));
    co_return got.affected() == 1;
}

task<void> inbox::allow_sms(std::string_view e164, bool allowed) {
    std::vector<parameter> given;
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    given.emplace_back(allowed ? "true" : "false");
    co_await pool_.write(inbox_allow_sms, std::move(given));
}

}  // namespace mlango::registry
