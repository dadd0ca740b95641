#include "registry/wallet/agents.hpp"

#include "registry/parameters.hpp"
#include "registry/wallet/columns.hpp"

namespace mlango::registry {

std::string password_subject(std::string_view verifier_number, std::string_view name) {
    return "password " + std::string(verifier_number) + " " + std::string(name);
}
std::string pin_subject(std::string_view verifier_number, std::string_view name) {
    return "pin " + std::string(verifier_number) + " " + std::string(name);
}
blind_key secret_digest(blinder& blind, std::string_view program, std::string_view secret) {
    return blind.blind("verifier program", std::string(program) + '\0' + std::string(secret));
}

namespace {

const registered_statement verifier_by_number{"verifier_by_number", R"(
    SELECT v.id, v.number, coalesce(v.name->>$2, v.name->>'en'), coalesce(v.purpose->>$2, v.purpose->>'en'),
           coalesce((SELECT coalesce(o.name->>$2, o.name->>'en') FROM operation o WHERE o.country = v.country
                      ORDER BY o.code LIMIT 1), v.country), v.country, array_to_string(v.presets, ','), ''
      FROM verifier v
     WHERE v.number = $1 AND v.state = 'active'
       AND v.expires_at > timestamptz 'epoch' + $3::bigint * interval '1 microsecond')"};

const registered_statement agent_face{"agent_face", R"(
    SELECT v.id, v.number, coalesce(v.name->>$2, v.name->>'en'), coalesce(v.purpose->>$2, v.purpose->>'en'),
           coalesce((SELECT coalesce(o.name->>$2, o.name->>'en') FROM operation o WHERE o.country = v.country
                      ORDER BY o.code LIMIT 1), v.country), v.country, array_to_string(v.presets, ','), a.name
      FROM verifier_agent a JOIN verifier v ON v.id = a.verifier
     WHERE a.id = $1::bigint AND v.id = $4::bigint AND a.active AND v.state = 'active'
       AND v.expires_at > timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
       AND (a.signed_out_at >= timestamptz 'epoch' + $5::bigint * interval '1 microsecond') IS NOT TRUE)"};

const registered_statement agent_behind{"agent_behind", R"(
    SELECT v.id, v.number, coalesce(v.name->>$2, v.name->>'en'), coalesce(v.purpose->>$2, v.purpose->>'en'),
           coalesce((SELECT coalesce(o.name->>$2, o.name->>'en') FROM operation o WHERE o.country = v.country
                      ORDER BY o.code LIMIT 1), v.country), v.country, array_to_string(v.presets, ','), a.name
      FROM verifier_agent a JOIN verifier v ON v.id = a.verifier
     WHERE a.number_blind = $1::bytea AND a.active AND v.state <> 'ended'
       AND v.expires_at > timestamptz 'epoch' + $3::bigint * interval '1 microsecond')"};

std::optional<verifier_entry> entry_in(const rows& got) {
    if (got.empty()) return std::nullopt;
    return verifier_entry{.id = {got.number(0, 0)},
                          .number = std::string(got.text(0, 1)),
                          .name = std::string(got.text(0, 2)),
                          .purpose = std::string(got.text(0, 3)),
                          .country = std::string(got.text(0, 4)),
                          .country_code = std::string(got.text(0, 5)),
                          .presets = listed_names(got.text(0, 6)),
                          .agent_name = std::string(got.text(0, 7))};
}

}  // namespace

task<std::optional<verifier_entry>> agents::verifier(std::string_view number, std::string_view language) {
    std::vector<parameter> given;
    given.emplace_back(number);
    given.emplace_back(language);
    given.emplace_back(time_parameter(time_.now()));
    co_return entry_in(co_await pool_.read(verifier_by_number, std::move(given)));
}

task<std::optional<verifier_entry>> agents::face(agent_key who, std::string_view language, wall_time since) {
    std::vector<parameter> given;
    given.emplace_back(std::to_string(who.agent));
    given.emplace_back(language);
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(id_parameter(who.verifier));
    given.emplace_back(time_parameter(since));
    co_return entry_in(co_await pool_.read(agent_face, std::move(given)));
}

task<std::optional<verifier_entry>> agents::behind(std::string_view e164, std::string_view language) {
    std::vector<parameter> given;
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    given.emplace_back(language);
    given.emplace_back(time_parameter(time_.now()));
    co_return entry_in(co_await pool_.read(agent_behind, std::move(given)));
}

namespace {

// `old` locks the row and reads its latest version, so that parallel attempts are counted each.
const registered_statement agent_count_password{"agent_count_password", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    old AS (
      SELECT a.id, a.verifier, a.password AS stored, a.failures, a.locked_until, v.number, a.name,
             v.state = 'active' AND v.expires_at > given.now AS stands
        FROM verifier_agent a JOIN verifier v ON v.id = a.verifier, given
       WHERE v.number = $2 AND a.name = $3 AND a.kind = 'operator' AND a.active AND a.password IS NOT NULL
         FOR NO KEY UPDATE OF a),
    may AS (SELECT old.* FROM old, given WHERE (locked_until > given.now) IS NOT TRUE),
    counted AS (
      UPDATE verifier_agent a
         SET failures = least(may.failures + 1, 100),
             locked_until = given.now + CASE WHEN may.failures < 3 THEN NULL WHEN may.failures = 3 THEN interval '1 minute'
                                             WHEN may.failures = 4 THEN interval '5 minutes'
                                             WHEN may.failures < 9 THEN interval '15 minutes'
                                             ELSE interval '1 hour' END
        FROM may, given WHERE a.id = may.id)
    SELECT id, verifier, stands, stored, number, name FROM may)"};

// A hop that is delivered again is the same guess, and is not counted twice.
const registered_statement agent_count_pin{"agent_count_pin", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    old AS (
      SELECT a.id, a.verifier, a.pin AS stored, a.failures, a.locked_until, v.number, a.name,
             v.state = 'active' AND v.expires_at > given.now AS stands, a.last_hop IS NOT DISTINCT FROM $3::bytea AS again
        FROM verifier_agent a JOIN verifier v ON v.id = a.verifier, given
       WHERE a.number_blind = $2::bytea AND a.active FOR NO KEY UPDATE OF a),
    may AS (
      SELECT old.* FROM old, given WHERE again OR (locked_until > given.now) IS NOT TRUE),
    counted AS (
      UPDATE verifier_agent a
         SET failures = least(may.failures + 1, 100), last_hop = $3::bytea,
             locked_until = given.now + CASE WHEN may.failures < 3 THEN NULL WHEN may.failures = 3 THEN interval '5 minutes'
                                             WHEN may.failures = 4 THEN interval '15 minutes'
                                             WHEN may.failures < 9 THEN interval '1 hour'
                                             ELSE interval '24 hours' END
        FROM may, given WHERE a.id = may.id AND NOT may.again)
    SELECT id, verifier, stands, stored, number, name FROM may)"};

const registered_statement agent_succeeded{"agent_succeeded", R"(
    WITH done AS (
      UPDATE verifier_agent SET failures = 0, locked_until = NULL WHERE id = $1::bigint AND failures > 0 RETURNING id)
    INSERT INTO audit (kind, actor, record) SELECT 'operator.signed_in', 'operator:' || id, id FROM done)"};

const registered_statement agent_sign_out{"agent_sign_out", R"(
    UPDATE verifier_agent SET signed_out_at = timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
     WHERE id = $1::bigint AND verifier = $2::bigint)"};

agent_attempt attempt_in(const rows& got, std::string (*subject)(std::string_view, std::string_view)) {
    if (got.empty()) return {};
    return {.may_try = true,
            .agent = got.number(0, 0),
            .verifier = {got.number(0, 1)},
            .stands = got.truth(0, 2),
            .stored = got.bytea(0, 3),
            .subject = subject(got.text(0, 4), got.text(0, 5))};
}

}  // namespace

task<agent_attempt> agents::count_password(std::string_view verifier_number, std::string_view name) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(verifier_number);
    given.emplace_back(name);
    co_return attempt_in(co_await pool_.write(agent_count_password, std::move(given)), password_subject);
}

task<agent_attempt> agents::count_pin(std::string_view e164, const blind_key& hop) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
    given.emplace_back(bytea_parameter(hop));
    co_return attempt_in(co_await pool_.write(agent_count_pin, std::move(given)), pin_subject);
}

task<void> agents::succeeded(std::int64_t agent) {
    std::vector<parameter> given;
    given.emplace_back(std::to_string(agent));
    co_await pool_.write(agent_succeeded, std::move(given));
}

task<void> agents::sign_out(agent_key who) {
    std::vector<parameter> given;
    given.emplace_back(std::to_string(who.agent));
    given.push_back(id_parameter(who.verifier));
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(agent_sign_out, std::move(given));
}

namespace {

const registered_statement agent_program{"agent_program", R"(
    SELECT a.verifier, a.id FROM verifier_agent a JOIN verifier v ON v.id = a.verifier
     WHERE a.kind = 'program' AND a.name = $1 AND a.active AND a.secret_blind = $2::bytea
       AND (a.certificate IS NULL OR a.certificate = $3::bytea) AND v.state <> 'ended')"};

}  // namespace

task<std::optional<agent_key>> agents::program(std::string_view name, std::string_view secret,
                                               std::string_view certificate) {
    std::vector<parameter> given;
    given.emplace_back(name);
    given.emplace_back(bytea_parameter(secret_digest(blind_, name, secret)));
    given.push_back(certificate.empty() ? parameter{} : parameter{bytea_parameter(certificate)});
    const rows got = co_await pool_.read(agent_program, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return agent_key{.verifier = {got.number(0, 0)}, .agent = got.number(0, 1)};
}

}  // namespace mlango::registry
