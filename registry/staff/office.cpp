#include "registry/parameters.hpp"
#include "registry/staff/accounts.hpp"

namespace mlango::registry {

std::string_view name_of(staff_fault fault) {
    switch (fault) {
        case staff_fault::taken:
            return "the name is taken";
        case staff_fault::unknown:
            return "nobody has this name, or she works here no more";
        case staff_fault::no_such_place:
            return "there is no such role, operation, office of it, or programme";
        case staff_fault::bad_until:
            return "at most 366 days";
        case staff_fault::untrained:
            return "the role opens records of people, and her data-protection training is not in date";
        case staff_fault::clash:
            return "nobody may hold it beside a role that she holds";
    }
    return "it can not be done";
}

namespace {

const registered_statement staff_add{"staff_add", R"(
    WITH made AS (
      INSERT INTO staff (name, shown_name, language, password, password_changes, totp_sealed, totp_confirmed, trained_until,
                         made_at)
      SELECT $2, $3, $4, $5::bytea, $6::boolean, $7::bytea, $7 IS NOT NULL, $8::date,
             timestamptz 'epoch' + $1::bigint * interval '1 microsecond'
      ON CONFLICT (name) DO NOTHING RETURNING id),
    noted AS (INSERT INTO audit (kind, actor, record) SELECT 'staff.added', 'command', id FROM made)
    SELECT id FROM made)"};

const registered_statement staff_grant_add{"staff_grant_add", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now)
    SELECT done.outcome
      FROM given, staff s,
           LATERAL staff_give(NULL, s.id, $3, $4, $5::bigint, $6::bigint, given.now + $7::integer * interval '1 day',
                              given.now) AS done
     WHERE s.name = $2)"};

const registered_statement staff_find{"staff_find", "SELECT id FROM staff WHERE name = $1"};

const registered_statement staff_set_password{"staff_set_password", R"(
    WITH done AS (
      UPDATE staff SET password = $2::bytea, password_changes = $3::boolean, failures = 0, locked_until = NULL,
                       reset_by = NULL, reset_at = clock_timestamp()
       WHERE name = $1 AND state <> 'ended' RETURNING id),
    noted AS (INSERT INTO audit (kind, actor, record) SELECT 'staff.password_reset', 'command', id FROM done)
    SELECT id FROM done)"};

const registered_statement staff_forget_codes{"staff_forget_codes", R"(
    WITH done AS (
      UPDATE staff SET totp_sealed = NULL, totp_confirmed = false, totp_step = 0, failures = 0, locked_until = NULL,
                       reset_by = NULL, reset_at = clock_timestamp()
       WHERE name = $1 AND state <> 'ended' RETURNING id),
    noted AS (INSERT INTO audit (kind, actor, record) SELECT 'staff.codes_reset', 'command', id FROM done)
    SELECT id FROM done)"};

const registered_statement staff_set_training{"staff_set_training", R"(
    WITH done AS (UPDATE staff SET trained_until = $2::date WHERE name = $1 AND state <> 'ended' RETURNING id),
    noted AS (INSERT INTO audit (kind, actor, record) SELECT 'staff.trained', 'command', id FROM done)
    SELECT id FROM done)"};

const registered_statement staff_set_state{"staff_set_state", R"(
    WITH done AS (UPDATE staff SET state = $2 WHERE name = $1 AND state <> 'ended' RETURNING id),
    noted AS (INSERT INTO audit (kind, actor, record, detail) SELECT 'staff.state', 'command', id, $2 FROM done)
    SELECT id FROM done)"};

const registered_statement staff_list{"staff_list", R"(
    SELECT s.id, s.name, s.shown_name, s.state, s.trained_until, s.totp_confirmed,
           iso_utc(s.signed_in_at),
           (SELECT string_agg(g.role || '@' || g.operation || coalesce('/office ' || g.office, '') ||
                              coalesce('/programme ' || g.programme, ''), ', ' ORDER BY g.id)
              FROM staff_grant g WHERE g.staff = s.id AND g.ended_at IS NULL
               AND g.until > timestamptz 'epoch' + $1::bigint * interval '1 microsecond')
      FROM staff s ORDER BY s.name)"};

parameter key_or_null(std::int64_t key) {
    return key == 0 ? parameter{} : parameter{std::to_string(key)};
}

staff_fault fault_named(std::string_view outcome) {
    if (outcome == "no_such_place") return staff_fault::no_such_place;
    if (outcome == "bad_until") return staff_fault::bad_until;
    if (outcome == "training_over") return staff_fault::untrained;
    return outcome == "incompatible" ? staff_fault::clash : staff_fault::unknown;
}

}  // namespace

task<std::expected<staff_id, staff_fault>> staff_office::add(new_staff wanted) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::move(wanted.name));
    given.emplace_back(std::move(wanted.shown_name));
    given.emplace_back(std::move(wanted.language));
    given.emplace_back(bytea_parameter(wanted.password));
    given.emplace_back(wanted.password_changes ? "true" : "false");
    given.push_back(wanted.totp_sealed ? parameter{bytea_parameter(*wanted.totp_sealed)} : parameter{});
    given.push_back(text_parameter(wanted.trained_until));
    const rows got = co_await pool_.write(staff_add, std::move(given));
    if (got.empty()) co_return std::unexpected(staff_fault::taken);
    co_return staff_id{got.number(0, 0)};
}

task<std::expected<void, staff_fault>> staff_office::grant(new_staff_grant wanted) {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::move(wanted.name));
    given.emplace_back(std::move(wanted.role));
    given.emplace_back(std::move(wanted.operation));
    given.push_back(key_or_null(wanted.office));
    given.push_back(key_or_null(wanted.programme));
    given.emplace_back(std::to_string(wanted.days));
    const rows got = co_await pool_.write(staff_grant_add, std::move(given));
    const std::string_view outcome = got.empty() ? std::string_view() : got.text(0, 0);
    if (outcome == "given") co_return std::expected<void, staff_fault>();
    co_return std::unexpected(fault_named(outcome));
}

task<std::optional<staff_id>> staff_office::find(std::string_view name) {
    std::vector<parameter> given;
    given.emplace_back(name);
    const rows got = co_await pool_.read(staff_find, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return staff_id{got.number(0, 0)};
}

task<bool> staff_office::set_password(std::string_view name, std::string_view stored, bool changes) {
    std::vector<parameter> given;
    given.emplace_back(name);
    given.emplace_back(bytea_parameter(stored));
    given.emplace_back(changes ? "true" : "false");
    const rows got = co_await pool_.write(staff_set_password, std::move(given));
    co_return !got.empty();
}

task<bool> staff_office::forget_codes(std::string_view name) {
    std::vector<parameter> given;
    given.emplace_back(name);
    const rows got = co_await pool_.write(staff_forget_codes, std::move(given));
    co_return !got.empty();
}

task<bool> staff_office::set_training(std::string_view name, std::string_view until) {
    std::vector<parameter> given;
    given.emplace_back(name);
    given.push_back(text_parameter(until));
    const rows got = co_await pool_.write(staff_set_training, std::move(given));
    co_return !got.empty();
}

task<bool> staff_office::set_state(std::string_view name, std::string_view state) {
    std::vector<parameter> given;
    given.emplace_back(name);
    given.emplace_back(state);
    const rows got = co_await pool_.write(staff_set_state, std::move(given));
    co_return !got.empty();
}

task<std::vector<staff_row>> staff_office::list() {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(staff_list, std::move(given));
    std::vector<staff_row> out;
    for (int i = 0; i < got.size(); ++i)
        out.push_back({.id = {got.number(i, 0)},
                       .name = std::string(got.text(i, 1)),
                       .shown_name = std::string(got.text(i, 2)),
                       .state = std::string(got.text(i, 3)),
                       .trained_until = std::string(got.text(i, 4)),
                       .grants = std::string(got.text(i, 7)),
                       .signed_in_at = std::string(got.text(i, 6)),
                       .has_codes = got.truth(i, 5)});
    co_return out;
}

}  // namespace mlango::registry
