#include "registry/inbox.hpp"

#include "base/bytes.hpp"
#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"

namespace mlango::registry {

inbox::inbox(pg_pool& pool, sealer& record, blinder& blind, const clock& time)
    : pool_(pool), record_(record), blind_(blind), time_(time) {}

namespace {

const registered_statement inbox_store{"inbox_store", R"(
    INSERT INTO inbox (gateway, provider_id, number_blind, number_sealed, recipient, text_sealed)
    VALUES ($1, $2, $3::bytea, $4::bytea, $5, $6::bytea)
    ON CONFLICT (gateway, provider_id) DO NOTHING)"};

const registered_statement inbox_store_by_words{"inbox_store_by_words", R"(
    INSERT INTO inbox (gateway, provider_id, number_blind, number_sealed, recipient, text_sealed)
    SELECT $1, $2, $3::bytea, $4::bytea, $5, $6::bytea
     WHERE NOT EXISTS (SELECT FROM inbox WHERE gateway = $1 AND provider_id = $7)
    ON CONFLICT (gateway, provider_id) DO NOTHING)"};

const registered_statement inbox_confirm{"inbox_confirm", R"(
    UPDATE inbox i SET provider_id = g.made_id
      FROM unnest($1::text[], $2::text[], $3::text[]) AS g(gateway, words, made_id)
     WHERE i.gateway = g.gateway AND i.provider_id = g.words)"};

// ':' and ';' follow each other, so that the index of the ids finds them.
const registered_statement inbox_forget_unconfirmed{"inbox_forget_unconfirmed", R"(
    UPDATE inbox SET provider_id = id || '-' || provider_id
     WHERE gateway = ANY ($1::text[]) AND provider_id >= 'u:' AND provider_id < 'u;'
       AND received_at <= now() - $2::bigint * interval '1 second')"};

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

std::string inbox::words_of(std::string_view gateway, std::string_view e164, std::string_view to,
                            std::string_view text) {
    std::string all;
    for (const std::string_view each : {gateway, e164, to, text}) (all += each) += '\0';
    return "u:" + to_hex(blind_.blind("inbox words", all));
}

task<bool> inbox::store_by_words(std::string_view gateway, std::string_view made_id, std::string_view e164,
                                 std::string_view to, std::string_view text, bool anew) {
    std::vector<parameter> given;
    given.emplace_back(gateway);
    given.emplace_back(words_of(gateway, e164, to, text));
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    given.emplace_back(bytea_parameter(record_.seal(e164, msisdn_context)));
    given.emplace_back(to);
    given.emplace_back(bytea_parameter(record_.seal(text, sms_context)));
    given.emplace_back(made_id);
    const rows got = co_await pool_.write(inbox_store_by_words, std::move(given));
    if (got.affected() == 1) co_return true;
    if (!anew) co_return false;
    co_return co_await store(gateway, made_id, e164, to, text);
}

task<void> inbox::confirm(std::span<const confirmed> these) {
    if (these.empty()) co_return;
    array_parameter gateways, words, made;
    for (const confirmed& each : these) {
        gateways.add(each.gateway);
        words.add(each.words);
        made.add(each.made_id);
    }
    co_await pool_.write(inbox_confirm, {gateways.take(), words.take(), made.take()});
}

task<void> inbox::forget_unconfirmed(std::span<const std::string> gateways, std::chrono::seconds longest) {
    array_parameter names;
    for (const std::string& each : gateways) names.add(each);
    std::vector<parameter> given{names.take()};
    given.emplace_back(std::to_string(longest.count()));
    co_await pool_.write(inbox_forget_unconfirmed, std::move(given));
}

task<void> inbox::allow_sms(std::string_view e164, bool allowed) {
    std::vector<parameter> given;
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    given.emplace_back(allowed ? "true" : "false");
    co_await pool_.write(inbox_allow_sms, std::move(given));
}

}  // namespace mlango::registry
