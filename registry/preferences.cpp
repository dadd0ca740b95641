#include "registry/preferences.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

preferences::preferences(pg_pool& pool, blinder& blind) : pool_(pool), blind_(blind) {}

namespace {

const registered_statement preferences_of{"preferences_of", R"(
    SELECT sms_allowed, sms_hours, script FROM number_preference WHERE number_blind = $1::bytea)"};

const registered_statement preferences_allow_sms{"preferences_allow_sms", R"(
    WITH chosen AS (
      INSERT INTO number_preference AS n (number_blind, sms_allowed) VALUES ($1::bytea, $3::boolean)
      ON CONFLICT (number_blind) DO UPDATE SET sms_allowed = excluded.sms_allowed, changed_at = now()
        WHERE n.sms_allowed <> excluded.sms_allowed
      RETURNING 1)
    INSERT INTO audit (kind, actor, individual, detail) SELECT 'sms.allowed', 'phone', $2::bigint, CASE WHEN $3::boolean THEN 'yes' ELSE 'no' END FROM chosen)"};

const registered_statement preferences_choose_hours{"preferences_choose_hours", R"(
    WITH chosen AS (
      INSERT INTO number_preference AS n (number_blind, sms_hours) VALUES ($1::bytea, $3)
      ON CONFLICT (number_blind) DO UPDATE SET sms_hours = excluded.sms_hours, changed_at = now()
        WHERE n.sms_hours <> excluded.sms_hours
      RETURNING 1)
    INSERT INTO audit (kind, actor, individual, detail) SELECT 'sms.hours', 'phone', $2::bigint, $3 FROM chosen)"};

const registered_statement preferences_choose_script{"preferences_choose_script", R"(
    WITH chosen AS (
      INSERT INTO number_preference AS n (number_blind, script) VALUES ($1::bytea, $3)
      ON CONFLICT (number_blind) DO UPDATE SET script = excluded.script, changed_at = now()
        WHERE n.script <> excluded.script
      RETURNING 1)
    INSERT INTO audit (kind, actor, individual, detail) SELECT 'letters.chosen', 'phone', $2::bigint, $3 FROM chosen)"};

}  // namespace

task<number_preferences> preferences::of(std::string_view e164) {
    std::vector<parameter> given;
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    const rows got = co_await pool_.read(preferences_of, std::move(given));
    number_preferences found;
    if (got.empty()) co_return found;
    found.sms_allowed = got.truth(0, 0);
    found.sms_hours = got.text(0, 1);
    found.script = got.text(0, 2);
    co_return found;
}

task<void> preferences::choose(const statement& what, std::string_view e164, person_id person, std::string_view value) {
    std::vector<parameter> given;
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    given.push_back(id_parameter(person));
    given.emplace_back(value);
    co_await pool_.write(what, std::move(given));
}

task<void> preferences::allow_sms(std::string_view e164, person_id person, bool allowed) {
    co_await choose(preferences_allow_sms, e164, person, allowed ? "true" : "false");
}

task<void> preferences::choose_hours(std::string_view e164, person_id person, std::string_view hours) {
    co_await choose(preferences_choose_hours, e164, person, hours);
}

task<void> preferences::choose_script(std::string_view e164, person_id person, std::string_view script) {
    co_await choose(preferences_choose_script, e164, person, script);
}

}  // namespace mlango::registry
