#include "registry/wallet/desk.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"
#include "registry/recovery.hpp"
#include "registry/wallet/columns.hpp"

namespace mlango::registry {

namespace {

constexpr int number_tries = 50;

std::string as_json(const named_texts& texts) {
    boost::json::object out;
    for (const auto& [language, words] : texts) out[language] = words;
    return boost::json::serialize(out);
}

// What a mistyped digit or two swapped ones lead to is no other verifier's.
std::string new_number(random_source& random) {
    std::string digits(1, static_cast<char>('1' + random.below(9)));
    for (int i = 0; i < 3; ++i) digits += static_cast<char>('0' + random.below(10));
    return digits + check_digit(digits);
}

const registered_statement verifier_add{"verifier_add", R"(
    WITH made AS (
      INSERT INTO verifier (number, name, purpose, country, presets, contact, retention_days, expires_at, made_at)
      SELECT $2, $3::jsonb, $4::jsonb, $5, $6::text[], $7, $8::integer, g.now + $9::bigint * interval '1 day', g.now
        FROM (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now) g
      ON CONFLICT (number) DO NOTHING RETURNING id, number)
    INSERT INTO audit (kind, actor, record) SELECT 'verifier.added', 'staff', id FROM made RETURNING id)"};

}  // namespace

task<std::string> wallet_desk::add_verifier(const new_verifier& what) {
    for (int left = number_tries; left > 0; --left) {
        std::string number = new_number(random_);
        array_parameter presets;
        for (const auto& each : what.presets) presets.add(each);
        std::vector<parameter> given;
        given.emplace_back(time_parameter(time_.now()));
        given.emplace_back(number);
        given.emplace_back(as_json(what.name));
        given.emplace_back(as_json(what.purpose));
        given.emplace_back(what.country);
        given.push_back(presets.take());
        given.emplace_back(what.contact);
        given.emplace_back(std::to_string(what.retention_days));
        given.emplace_back(std::to_string(what.lasts.count()));
        const rows got = co_await pool_.write(verifier_add, std::move(given));
        if (!got.empty()) co_return number;
    }
    throw registry_unavailable("no verifier number is free");
}

namespace {

// What an operator has already stays where nothing new is given; a new password or PIN ends sessions and waits.
const registered_statement agent_put{"agent_put", R"(
    WITH g AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    put AS (
      INSERT INTO verifier_agent AS a (verifier, kind, name, password, number_blind, number_sealed, pin, made_at)
      SELECT v.id, 'operator', $3, $4::bytea, $5::bytea, $6::bytea, $7::bytea, g.now
        FROM verifier v, g WHERE v.number = $2 AND v.state <> 'ended'
      ON CONFLICT (verifier, name) DO UPDATE
        SET password = coalesce(excluded.password, a.password),
            number_blind = coalesce(excluded.number_blind, a.number_blind),
            number_sealed = coalesce(excluded.number_sealed, a.number_sealed), pin = coalesce(excluded.pin, a.pin),
            active = true, failures = 0, locked_until = NULL, signed_out_at = excluded.made_at
        WHERE a.kind = 'operator'
      RETURNING id)
    INSERT INTO audit (kind, actor, record) SELECT 'operator.put', 'staff', id FROM put RETURNING id)"};

const registered_statement agent_add_program{"agent_add_program", R"(
    WITH made AS (
      INSERT INTO verifier_agent (verifier, kind, name, secret_blind, certificate, made_at)
      SELECT v.id, 'program', $3, $4::bytea, $5::bytea,
             timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
        FROM verifier v WHERE v.number = $2 AND v.state <> 'ended'
      ON CONFLICT DO NOTHING RETURNING id)
    INSERT INTO audit (kind, actor, record) SELECT 'program.added', 'staff', id FROM made RETURNING id)"};

const registered_statement agent_end{"agent_end", R"(
    WITH done AS (
      UPDATE verifier_agent a SET active = false FROM verifier v
       WHERE v.number = $1 AND a.verifier = v.id AND a.name = $2 AND a.active RETURNING a.id)
    INSERT INTO audit (kind, actor, record) SELECT 'operator.ended', 'staff', id FROM done RETURNING id)"};

parameter bytea_or_null(const std::string& raw) {
    return raw.empty() ? parameter{} : parameter{bytea_parameter(raw)};
}

}  // namespace

task<bool> wallet_desk::put_operator(std::string_view verifier, const new_agent& what) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(verifier);
    given.emplace_back(what.name);
    given.push_back(bytea_or_null(what.password));
    const bool phone = !what.e164.empty();
    given.push_back(phone ? parameter{bytea_parameter(blind_.blind(msisdn_purpose, what.e164))} : parameter{});
    given.push_back(phone ? parameter{bytea_parameter(record_.seal(what.e164, msisdn_context))} : parameter{});
    given.push_back(bytea_or_null(what.pin));
    try {
        const rows got = co_await pool_.write(agent_put, std::move(given));
        co_return !got.empty();
    } catch (const statement_refused& refused) {
        // The number is another operator's.
        if (refused.constraint != "verifier_agent_number") throw;
        co_return false;
    }
}

task<bool> wallet_desk::add_program(std::string_view verifier, const new_agent& what) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(verifier);
    given.emplace_back(what.name);
    given.push_back(what.secret ? parameter{bytea_parameter(*what.secret)} : parameter{});
    given.push_back(bytea_or_null(what.certificate));
    const rows got = co_await pool_.write(agent_add_program, std::move(given));
    co_return !got.empty();
}

task<bool> wallet_desk::end_agent(std::string_view verifier, std::string_view name) {
    std::vector<parameter> given;
    given.emplace_back(verifier);
    given.emplace_back(name);
    const rows got = co_await pool_.write(agent_end, std::move(given));
    co_return !got.empty();
}

namespace {

const registered_statement verifier_suspend{"verifier_suspend", R"(
    WITH done AS (
      UPDATE verifier SET state = 'suspended', reason = $2 WHERE number = $1 AND state = 'active' RETURNING id)
    INSERT INTO audit (kind, actor, record, detail) SELECT 'verifier.suspended', 'staff', id, $2 FROM done RETURNING id)"};

const registered_statement verifier_resume{"verifier_resume", R"(
    WITH done AS (
      UPDATE verifier SET state = 'active', reason = $2, misses = 0, misses_since = NULL
       WHERE number = $1 AND state = 'suspended' RETURNING id),
    freed AS (
      UPDATE verifier_agent a SET misses = 0, misses_since = NULL, blocked_until = NULL FROM done
       WHERE a.verifier = done.id)
    INSERT INTO audit (kind, actor, record) SELECT 'verifier.resumed', 'staff', id FROM done RETURNING id)"};

const registered_statement verifier_end{"verifier_end", R"(
    WITH done AS (
      UPDATE verifier SET state = 'ended', reason = $2 WHERE number = $1 AND state <> 'ended' RETURNING id),
    gone AS (UPDATE verifier_agent a SET active = false FROM done WHERE a.verifier = done.id)
    INSERT INTO audit (kind, actor, record) SELECT 'verifier.ended', 'staff', id FROM done RETURNING id)"};

const registered_statement verifier_list{"verifier_list", R"(
    SELECT v.number, v.name->>'en', v.country, v.state, coalesce(v.reason, ''), (v.expires_at AT TIME ZONE 'UTC')::date,
           array_to_string(v.presets, ','),
           (SELECT count(*) FROM verifier_agent a WHERE a.verifier = v.id AND a.active AND a.kind = 'operator'),
           (SELECT count(*) FROM verifier_agent a WHERE a.verifier = v.id AND a.active AND a.kind = 'program'),
           v.misses
      FROM verifier v WHERE $1::text IS NULL OR v.number = $1 ORDER BY v.id)"};

verifier_summary summary_in(const rows& got, int row) {
    return {.number = std::string(got.text(row, 0)),
            .name = std::string(got.text(row, 1)),
            .country = std::string(got.text(row, 2)),
            .state = std::string(got.text(row, 3)),
            .reason = std::string(got.text(row, 4)),
            .expires_on = std::string(got.text(row, 5)),
            .presets = listed_names(got.text(row, 6)),
            .operators = static_cast<int>(got.number(row, 7)),
            .programs = static_cast<int>(got.number(row, 8)),
            .misses = static_cast<int>(got.number(row, 9))};
}

}  // namespace

task<bool> wallet_desk::turn(const statement& how, std::string_view verifier, parameter reason) {
    std::vector<parameter> given;
    given.emplace_back(verifier);
    given.push_back(std::move(reason));
    const rows got = co_await pool_.write(how, std::move(given));
    co_return !got.empty();
}
task<bool> wallet_desk::suspend(std::string_view verifier, std::string_view reason) {
    co_return co_await turn(verifier_suspend, verifier, std::string(reason));
}
task<bool> wallet_desk::resume(std::string_view verifier) {
    co_return co_await turn(verifier_resume, verifier, std::nullopt);
}
task<bool> wallet_desk::end(std::string_view verifier) {
    co_return co_await turn(verifier_end, verifier, std::string("staff"));
}

task<std::vector<verifier_summary>> wallet_desk::verifiers() {
    std::vector<parameter> given{std::nullopt};
    const rows got = co_await pool_.read(verifier_list, std::move(given));
    std::vector<verifier_summary> found;
    for (int row = 0; row < got.size(); ++row) found.push_back(summary_in(got, row));
    co_return found;
}

task<std::optional<verifier_summary>> wallet_desk::verifier(std::string_view number) {
    std::vector<parameter> given;
    given.emplace_back(number);
    const rows got = co_await pool_.read(verifier_list, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return summary_in(got, 0);
}

}  // namespace mlango::registry
