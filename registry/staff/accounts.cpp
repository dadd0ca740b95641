#include "registry/staff/accounts.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

std::string staff_password_subject(std::string_view name) {
    return "staff password " + std::string(name);
}
std::string staff_totp_context(std::string_view name) {
    return "staff codes " + std::string(name);
}

namespace {

std::vector<std::string> words_in(std::string_view text) {
    std::vector<std::string> out;
    while (!text.empty()) {
        const std::size_t end = text.find(' ');
        out.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return out;
}

// Codes are ASCII: sorted as bytes, as the caller searches them.
const registered_statement staff_at_work_now{"staff_at_work_now", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $2::bigint * interval '1 microsecond' AS now),
    held AS (
      SELECT g.operation, p.permission,
             what.personal AND (s.trained_until >= (given.now AT TIME ZONE 'UTC')::date) IS NOT TRUE AS waits
        FROM given, staff s
        JOIN staff_grant g ON g.staff = s.id AND g.ended_at IS NULL
        JOIN staff_role_permission p ON p.role = g.role
        JOIN staff_permission what ON what.code = p.permission
       WHERE s.id = $1::bigint AND g.since <= given.now AND g.until > given.now)
    SELECT s.name, s.shown_name, s.language,
           (SELECT string_agg(DISTINCT permission, ' ' ORDER BY permission) FROM held WHERE NOT waits),
           (SELECT string_agg(DISTINCT permission, ' ' ORDER BY permission) FROM held WHERE waits),
           (SELECT string_agg(DISTINCT operation, ' ' ORDER BY operation) FROM held),
           s.trained_until
      FROM staff s WHERE s.id = $1::bigint AND s.state = 'active'
       AND (s.reset_at > timestamptz 'epoch' + $3::bigint * interval '1 microsecond') IS NOT TRUE)"};

}  // namespace

task<std::optional<staff_at_work>> staff_accounts::at_work(staff_id who, wall_time session_begun) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(time_parameter(session_begun));
    const rows got = co_await pool_.read(staff_at_work_now, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return staff_at_work{.name = std::string(got.text(0, 0)),
                            .shown_name = std::string(got.text(0, 1)),
                            .language = std::string(got.text(0, 2)),
                            .permissions = words_in(got.text(0, 3)),
                            .untrained = words_in(got.text(0, 4)),
                            .operations = words_in(got.text(0, 5)),
                            .trained_until = std::string(got.text(0, 6))};
}

namespace {

const registered_statement staff_places{"staff_places", R"(
    WITH held AS (
      SELECT g.*, r.name AS role_name, o.name AS office_name, p.name AS programme_name
        FROM staff_grant g JOIN staff_role r ON r.code = g.role
        LEFT JOIN office o ON o.id = g.office LEFT JOIN programme p ON p.id = g.programme
       WHERE g.staff = $1::bigint AND g.ended_at IS NULL
         AND g.since <= timestamptz 'epoch' + $2::bigint * interval '1 microsecond'
         AND g.until > timestamptz 'epoch' + $2::bigint * interval '1 microsecond')
    SELECT jsonb_build_object(
      'operations', (SELECT coalesce(jsonb_agg(jsonb_build_object('code', o.code, 'name', o.name, 'country', o.country)
                                               ORDER BY o.code), '[]')
                       FROM operation o WHERE o.code IN (SELECT operation FROM held)),
      'grants', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                          'role', role, 'role_name', role_name, 'operation', operation, 'office', office,
                          'office_name', office_name, 'programme', programme, 'programme_name', programme_name,
                          'until', iso_utc(until)) ORDER BY id), '[]')
                   FROM held)))"};

}  // namespace

task<std::string> staff_accounts::places_json(staff_id who) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(staff_places, std::move(given));
    co_return std::string(got.text(0, 0));
}

namespace {

// `old` locks the row and reads its latest version, so that parallel guesses are counted each. After the third wrong
// one each waits longer; the hundredth is the last until somebody resets her.
// Where nothing is counted, something else of no meaning goes to the disk, so that the time does not tell which names
// there are.
const registered_statement staff_count_password{"staff_count_password", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    old AS (SELECT id, name, password, password_changes, totp_confirmed, failures, locked_until FROM staff
             WHERE name = $2 AND state = 'active' AND password IS NOT NULL FOR NO KEY UPDATE),
    may AS (SELECT old.* FROM old, given WHERE failures < 100 AND (locked_until > given.now) IS NOT TRUE),
    counted AS (
      UPDATE staff s
         SET failures = may.failures + 1,
             locked_until = given.now + staff_wait_after(may.failures)
        FROM may, given WHERE s.id = may.id),
    noted AS (INSERT INTO audit (kind, actor, record) SELECT 'staff.locked', 'staff:' || id, id FROM may WHERE failures >= 3),
    alike AS MATERIALIZED (
      SELECT pg_logical_emit_message(true, 'mlango', 'guess') WHERE NOT EXISTS (SELECT FROM may))
    SELECT may.id, may.name, may.password, may.password_changes, may.totp_confirmed, 0
      FROM (SELECT count(*) FROM alike) AS written LEFT JOIN may ON true)"};

const registered_statement staff_count_own_password{"staff_count_own_password", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    old AS (SELECT id, name, password, password_changes, totp_confirmed, failures, locked_until FROM staff
             WHERE id = $2::bigint AND state = 'active' AND password IS NOT NULL FOR NO KEY UPDATE),
    may AS (SELECT old.* FROM old, given WHERE failures < 100 AND (locked_until > given.now) IS NOT TRUE),
    counted AS (
      UPDATE staff s
         SET failures = may.failures + 1,
             locked_until = given.now + staff_wait_after(may.failures)
        FROM may, given WHERE s.id = may.id),
    noted AS (INSERT INTO audit (kind, actor, record) SELECT 'staff.locked', 'staff:' || id, id FROM may WHERE failures >= 3)
    SELECT id, name, password, password_changes, totp_confirmed, 0 FROM may)"};

const registered_statement staff_count_code{"staff_count_code", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now),
    old AS (SELECT id, name, totp_sealed, password_changes, totp_confirmed, totp_step, failures, locked_until FROM staff
             WHERE id = $2::bigint AND state = 'active' AND totp_sealed IS NOT NULL FOR NO KEY UPDATE),
    may AS (SELECT old.* FROM old, given WHERE failures < 100 AND (locked_until > given.now) IS NOT TRUE),
    counted AS (
      UPDATE staff s
         SET failures = may.failures + 1,
             locked_until = given.now + staff_wait_after(may.failures)
        FROM may, given WHERE s.id = may.id),
    noted AS (INSERT INTO audit (kind, actor, record) SELECT 'staff.locked', 'staff:' || id, id FROM may WHERE failures >= 3)
    SELECT id, name, totp_sealed, password_changes, totp_confirmed, totp_step FROM may)"};

// Takes back the one guess that was right: with a password alone nobody gets more guesses at codes.
const registered_statement staff_password_right{"staff_password_right", R"(
    UPDATE staff SET failures = greatest(failures - 1, 0), locked_until = NULL WHERE id = $1::bigint)"};

const registered_statement staff_code_right{"staff_code_right", R"(
    WITH used AS (
      UPDATE staff SET totp_step = $2::bigint, totp_confirmed = true, failures = 0, locked_until = NULL
       WHERE id = $1::bigint AND totp_step < $2::bigint AND state = 'active'
       RETURNING id, (SELECT b.totp_confirmed FROM staff b WHERE b.id = $1::bigint) AS known),
    noted AS (
      INSERT INTO audit (kind, actor, record) SELECT 'staff.codes_connected', 'staff:' || id, id FROM used WHERE NOT known)
    SELECT id FROM used)"};

const registered_statement staff_offer_codes{"staff_offer_codes", R"(
    UPDATE staff SET totp_sealed = $2::bytea, totp_step = 0
     WHERE id = $1::bigint AND NOT totp_confirmed AND state = 'active')"};

const registered_statement staff_signed_in{"staff_signed_in", R"(
    WITH done AS (
      UPDATE staff SET signed_in_at = timestamptz 'epoch' + $2::bigint * interval '1 microsecond', failures = 0,
                       locked_until = NULL
       WHERE id = $1::bigint RETURNING id)
    INSERT INTO audit (kind, actor, record, detail) SELECT 'staff.signed_in', 'staff:' || id, id, $3 FROM done)"};

const registered_statement staff_signed_out{"staff_signed_out", R"(
    INSERT INTO audit (kind, actor, record) SELECT 'staff.signed_out', 'staff:' || id, id FROM staff WHERE id = $1::bigint)"};

const registered_statement staff_change_password{"staff_change_password", R"(
    WITH done AS (
      UPDATE staff SET password = $2::bytea, password_changes = false WHERE id = $1::bigint RETURNING id)
    INSERT INTO audit (kind, actor, record) SELECT 'staff.password_changed', 'staff:' || id, id FROM done)"};

const registered_statement staff_change_language{"staff_change_language", R"(
    UPDATE staff SET language = $2 WHERE id = $1::bigint)"};

staff_attempt attempt_in(const rows& got) {
    if (got.empty() || got.is_null(0, 0)) return {};
    return {.may_try = true,
            .who = {got.number(0, 0)},
            .name = std::string(got.text(0, 1)),
            .stored = got.bytea(0, 2),
            .changes = got.truth(0, 3),
            .has_codes = got.truth(0, 4),
            .last_step = got.number(0, 5)};
}

}  // namespace

task<staff_attempt> staff_accounts::count_password(std::string_view name) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(name);
    co_return attempt_in(co_await pool_.write(staff_count_password, std::move(given)));
}

task<staff_attempt> staff_accounts::count_own_password(staff_id who) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(id_parameter(who));
    co_return attempt_in(co_await pool_.write(staff_count_own_password, std::move(given)));
}

task<staff_attempt> staff_accounts::count_code(staff_id who) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(id_parameter(who));
    co_return attempt_in(co_await pool_.write(staff_count_code, std::move(given)));
}

task<void> staff_accounts::password_right(staff_id who) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    co_await pool_.write(staff_password_right, std::move(given));
}

task<bool> staff_accounts::code_right(staff_id who, std::int64_t step) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(std::to_string(step));
    const rows got = co_await pool_.write(staff_code_right, std::move(given));
    co_return !got.empty();
}

task<bool> staff_accounts::offer_codes(staff_id who, std::string_view sealed) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(bytea_parameter(sealed));
    const rows got = co_await pool_.write(staff_offer_codes, std::move(given));
    co_return got.affected() > 0;
}

task<void> staff_accounts::signed_in(staff_id who, std::string_view by) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(by);
    co_await pool_.write(staff_signed_in, std::move(given));
}

task<void> staff_accounts::signed_out(staff_id who) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    co_await pool_.write(staff_signed_out, std::move(given));
}

task<void> staff_accounts::change_password(staff_id who, std::string_view stored) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(bytea_parameter(stored));
    co_await pool_.write(staff_change_password, std::move(given));
}

task<void> staff_accounts::change_language(staff_id who, std::string_view language) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(language);
    co_await pool_.write(staff_change_language, std::move(given));
}

}  // namespace mlango::registry
