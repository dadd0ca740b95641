#include "registry/appointments.hpp"

#include "registry/parameters.hpp"

namespace mlango::registry {

appointments::appointments(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

namespace {

const registered_statement appointments_of{"appointments_of", R"(
    SELECT a.id, a.kind, coalesce(f.name->>$3, f.name->>'en'), a.day, to_char(a.opens, 'HH24:MI'),
           to_char(a.closes, 'HH24:MI'), a.state
      FROM appointment a
      JOIN office f ON f.id = a.office
      JOIN registration_group g ON g.id = a.registration_group
      JOIN operation o ON o.code = g.operation
     WHERE a.registration_group = $2::bigint AND (a.individual IS NULL OR a.individual = $1::bigint)
       AND a.state IN ('planned', 'confirmed', 'cannot_come')
       AND a.day >= ((timestamptz 'epoch' + $4::bigint * interval '1 microsecond') AT TIME ZONE o.timezone)::date
       AND ($5::bigint IS NULL OR a.id = $5::bigint)
     ORDER BY a.day, a.opens, a.id LIMIT $6::integer)"};

// The update reads the row's latest version, so of parallel answers only one is new.
const registered_statement appointments_answer{"appointments_answer", R"(
    WITH mine AS (
      SELECT a.id FROM appointment a
        JOIN registration_group g ON g.id = a.registration_group
        JOIN operation o ON o.code = g.operation
       WHERE a.id = $1::bigint AND a.registration_group = $3::bigint
         AND (a.individual IS NULL OR a.individual = $2::bigint) AND a.state IN ('planned', 'confirmed', 'cannot_come')
         AND a.day >= ((timestamptz 'epoch' + $6::bigint * interval '1 microsecond') AT TIME ZONE o.timezone)::date),
    given AS (
      UPDATE appointment a SET state = $4, answered_by = $2::bigint,
             answered_at = timestamptz 'epoch' + $6::bigint * interval '1 microsecond',
             hops = $5::bytea || a.hops[1:7]
        FROM mine
       WHERE a.id = mine.id AND a.state IN ('planned', 'confirmed', 'cannot_come') AND a.state <> $4
         AND NOT $5::bytea = ANY (a.hops)
      RETURNING a.id),
    noted AS (
      INSERT INTO audit (kind, actor, individual, registration_group, record, detail)
      SELECT 'appointment.answered', 'phone', $2::bigint, $3::bigint, id, $4 FROM given),
    told AS (
      INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed)
      SELECT $7::bytea, $8, $9, $10::bytea FROM given)
    SELECT id FROM mine)"};

std::vector<parameter> asked(person_id person, group_id group, std::string_view language, wall_time now,
                             appointment_id one, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(person));
    given.push_back(id_parameter(group));
    given.emplace_back(language);
    given.emplace_back(time_parameter(now));
    given.push_back(one ? id_parameter(one) : parameter{});
    given.emplace_back(std::to_string(limit));
    return given;
}

appointment in(const rows& got, int row) {
    return {.id = {got.number(row, 0)},
            .kind = std::string(got.text(row, 1)),
            .place = std::string(got.text(row, 2)),
            .day = std::string(got.text(row, 3)),
            .opens = std::string(got.text(row, 4)),
            .closes = std::string(got.text(row, 5)),
            .state = std::string(got.text(row, 6))};
}

}  // namespace

task<std::vector<appointment>> appointments::of(person_id person, group_id group, std::string_view language,
                                                int limit) {
    const rows got = co_await pool_.read(appointments_of, asked(person, group, language, time_.now(), {}, limit));
    std::vector<appointment> found;
    found.reserve(static_cast<std::size_t>(got.size()));
    for (int row = 0; row < got.size(); ++row) found.push_back(in(got, row));
    co_return found;
}

task<std::optional<appointment>> appointments::find(appointment_id id, person_id person, group_id group,
                                                    std::string_view language) {
    if (!id) co_return std::nullopt;
    const rows got = co_await pool_.read(appointments_of, asked(person, group, language, time_.now(), id, 1));
    if (got.empty()) co_return std::nullopt;
    co_return in(got, 0);
}

task<bool> appointments::answer(appointment_id id, person_id person, group_id group, coming what, const blind_key& hop,
                                const notice& sms) {
    std::vector<parameter> given;
    given.reserve(10);
    given.push_back(id_parameter(id));
    given.push_back(id_parameter(person));
    given.push_back(id_parameter(group));
    given.emplace_back(what == coming::confirmed ? "confirmed" : "cannot_come");
    given.emplace_back(bytea_parameter(hop));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(bytea_parameter(sms.sealed_to));
    given.emplace_back(sms.language);
    given.emplace_back(sms.text);
    given.emplace_back(bytea_parameter(sms.sealed_arguments));
    const rows got = co_await pool_.write(appointments_answer, std::move(given));
    co_return !got.empty();
}

}  // namespace mlango::registry
