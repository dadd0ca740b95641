// What staff do for one person: verification, numbers from governments, delegation; and the countries of an operation.
#include "registry/parameters.hpp"
#include "registry/wallet/desk.hpp"

namespace mlango::registry {

namespace {

std::string day_parameter(std::chrono::year_month_day day) {
    return std::to_string(std::chrono::sys_days(day).time_since_epoch().count());
}

const registered_statement desk_person{"desk_person", R"(
    SELECT id FROM individual WHERE individual_number = $1 AND process_status <> 'C'
    UNION ALL
    SELECT m.individual FROM registration_group g
      JOIN membership m ON m.registration_group = g.id AND m.until IS NULL AND m.relationship = 'PA'
     WHERE g.registration_key = substr($1, 1, 3) || translate(substr($1, 4), '-C', ''))"};

const registered_statement desk_verify{"desk_verify", R"(
    WITH g AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    made AS (
      INSERT INTO verification (individual, method, reference, seen_by, second_by, at, valid_until)
      SELECT i.id, $3, $4, $5, $6, g.now, g.now + $7::bigint * interval '1 day'
        FROM individual i, g WHERE i.id = $2::bigint AND i.process_status <> 'C'
      RETURNING id, individual)
    INSERT INTO audit (kind, actor, individual, record, detail)
    SELECT 'person.verified', 'staff', individual, id, $3 FROM made RETURNING id)"};

const registered_statement desk_unverify{"desk_unverify", R"(
    WITH done AS (
      UPDATE verification SET ended_at = timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
       WHERE individual = $2::bigint AND ended_at IS NULL RETURNING id, individual)
    INSERT INTO audit (kind, actor, individual, record)
    SELECT 'person.verification_ended', 'staff', individual, id FROM done RETURNING id)"};

const registered_statement desk_identity{"desk_identity", R"(
    WITH g AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    before AS (
      UPDATE identity_number n SET ended_at = g.now FROM g
       WHERE n.individual = $2::bigint AND n.scheme = $3 AND n.ended_at IS NULL RETURNING n.id),
    made AS (
      INSERT INTO identity_number (individual, scheme, number_blind, number_sealed, since, valid_until)
      SELECT i.id, $3, $4::bytea, $5::bytea, g.now, date 'epoch' + $6::integer
        FROM individual i, g
       WHERE i.id = $2::bigint AND i.process_status <> 'C' AND (SELECT count(*) FROM before) >= 0
      RETURNING id, individual)
    INSERT INTO audit (kind, actor, individual, record, detail)
    SELECT 'identity.put', 'staff', individual, id, $3 FROM made RETURNING id)"};

const registered_statement desk_delegate{"desk_delegate", R"(
    WITH g AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    before AS (
      UPDATE delegation d SET ended_at = g.now FROM g
       WHERE d.delegate = $2::bigint AND d.subject = $3::bigint AND d.ended_at IS NULL RETURNING d.id),
    made AS (
      INSERT INTO delegation (delegate, subject, allowed, until, made_by, made_at)
      SELECT w.id, s.id, $4::boolean, date 'epoch' + $5::integer, $6, g.now
        FROM individual w, individual s, g
       WHERE w.id = $2::bigint AND s.id = $3::bigint AND w.id <> s.id AND w.process_status = 'A'
         AND s.process_status <> 'C' AND (SELECT count(*) FROM before) >= 0
      RETURNING id, subject)
    INSERT INTO audit (kind, actor, individual, record, detail)
    SELECT 'delegation.made', 'staff', subject, id, CASE WHEN $4::boolean THEN 'allowed' ELSE 'forbidden' END
      FROM made RETURNING id)"};

const registered_statement desk_refuse_country{"desk_refuse_country", R"(
    WITH known AS (SELECT code FROM operation WHERE code = $1),
    put AS (
      INSERT INTO refused_country (operation, country) SELECT code, $2 FROM known WHERE $3::boolean
      ON CONFLICT DO NOTHING),
    taken AS (
      DELETE FROM refused_country r USING known WHERE r.operation = known.code AND r.country = $2 AND NOT $3::boolean)
    INSERT INTO audit (kind, actor, detail)
    SELECT CASE WHEN $3::boolean THEN 'country.refused' ELSE 'country.allowed' END, 'staff', code || '.' || $2
      FROM known RETURNING id)"};

const registered_statement desk_consent_rows{"desk_consent_rows", R"(SELECT count(*) FROM wallet_consent)"};
const registered_statement desk_broken_consents{"desk_broken_consents", R"(
    SELECT individual, min(seq) FROM broken_consents() GROUP BY individual ORDER BY individual LIMIT 1000)"};

// A share that is gone leaves its consent without a hop, which opens nothing.
const registered_statement desk_consents{"desk_consents", R"(
    SELECT c.individual, c.seq, c.record_sealed, c.digest, coalesce(s.hop_key, '')
      FROM wallet_consent c LEFT JOIN wallet_share s ON s.id = c.share
     WHERE c.kind = 'given' AND (c.individual, c.seq) > ($1::bigint, $2::bigint)
     ORDER BY c.individual, c.seq LIMIT $3::integer)"};

const registered_statement desk_consent{"desk_consent", R"(
    WITH found AS (
      SELECT c.individual, c.seq, c.record_sealed, c.digest, s.hop_key, s.id
        FROM wallet_share s JOIN wallet_consent c ON c.share = s.id AND c.individual = s.individual AND c.kind = 'given'
       WHERE s.individual = $1::bigint AND s.reference = $2 ORDER BY s.id DESC LIMIT 1),
    noted AS (
      INSERT INTO audit (kind, actor, individual, record) SELECT 'consent.read', 'staff', individual, id FROM found)
    SELECT individual, seq, record_sealed, digest, hop_key FROM found)"};

kept_consent consent_in(const rows& got, int row) {
    return {.person = {got.number(row, 0)},
            .row = got.number(row, 1),
            .sealed = got.bytea(row, 2),
            .digest = got.bytea(row, 3),
            .hop = got.bytea(row, 4)};
}

}  // namespace

task<std::optional<person_id>> wallet_desk::person(std::string_view number) {
    std::vector<parameter> given;
    given.emplace_back(number);
    const rows got = co_await pool_.read(desk_person, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return person_id{got.number(0, 0)};
}

task<verification_outcome> wallet_desk::verify_person(const new_verification& what) {
    if (!what.second_by.empty() && what.second_by == what.seen_by) co_return verification_outcome::same_person;
    if (what.method == "biometric" && what.second_by.empty()) co_return verification_outcome::second_missing;
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(id_parameter(what.person));
    given.emplace_back(what.method);
    given.emplace_back(what.reference);
    given.emplace_back(what.seen_by);
    given.push_back(text_parameter(what.second_by));
    given.emplace_back(std::to_string(what.lasts.count()));
    const rows got = co_await pool_.write(desk_verify, std::move(given));
    co_return got.empty() ? verification_outcome::nobody : verification_outcome::done;
}

task<int> wallet_desk::end_verifications(person_id person) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(id_parameter(person));
    const rows got = co_await pool_.write(desk_unverify, std::move(given));
    co_return got.size();
}

task<number_outcome> wallet_desk::put_identity_number(person_id person, std::string_view scheme,
                                                      std::string_view number,
                                                      std::optional<std::chrono::year_month_day> valid_until) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(id_parameter(person));
    given.emplace_back(scheme);
    given.emplace_back(
        bytea_parameter(blind_.blind("identity number", std::string(scheme) + ":" + std::string(number))));
    given.emplace_back(bytea_parameter(record_.seal(number, identity_context)));
    given.push_back(valid_until ? parameter{day_parameter(*valid_until)} : parameter{});
    try {
        const rows got = co_await pool_.write(desk_identity, std::move(given));
        co_return got.empty() ? number_outcome::nobody : number_outcome::done;
    } catch (const statement_refused& refused) {
        if (refused.constraint != "identity_number_once") throw;
        co_return number_outcome::taken;
    }
}

task<bool> wallet_desk::delegate(person_id who, person_id subject, bool allowed, std::chrono::year_month_day until,
                                 std::string_view by) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(subject));
    given.emplace_back(allowed ? "true" : "false");
    given.emplace_back(day_parameter(until));
    given.emplace_back(by);
    const rows got = co_await pool_.write(desk_delegate, std::move(given));
    co_return !got.empty();
}

task<bool> wallet_desk::refuse_country(std::string_view operation, std::string_view country, bool refused) {
    std::vector<parameter> given;
    given.emplace_back(operation);
    given.emplace_back(country);
    given.emplace_back(refused ? "true" : "false");
    const rows got = co_await pool_.write(desk_refuse_country, std::move(given));
    co_return !got.empty();
}

task<wallet_desk::chain_verdict> wallet_desk::check_consents() {
    chain_verdict verdict;
    const rows all = co_await pool_.read(desk_consent_rows, {});
    verdict.rows = all.number(0, 0);
    const rows got = co_await pool_.read(desk_broken_consents, {});
    for (int row = 0; row < got.size(); ++row)
        verdict.broken.push_back({.person = {got.number(row, 0)}, .row = got.number(row, 1)});
    co_return verdict;
}

task<std::vector<kept_consent>> wallet_desk::consents(broken_chain after, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(after.person));
    given.emplace_back(std::to_string(after.row));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(desk_consents, std::move(given));
    std::vector<kept_consent> found;
    for (int row = 0; row < got.size(); ++row) found.push_back(consent_in(got, row));
    co_return found;
}

task<std::optional<kept_consent>> wallet_desk::consent(person_id person, std::string_view reference) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.emplace_back(reference);
    const rows got = co_await pool_.write(desk_consent, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return consent_in(got, 0);
}

}  // namespace mlango::registry
