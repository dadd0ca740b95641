#include "registry/staff/jobs.hpp"

#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

const registered_statement staff_jobs_open{"staff_jobs_open", R"(
    SELECT id, kind FROM staff_job WHERE state = 'running' ORDER BY id LIMIT 100)"};

const registered_statement staff_job_fail{"staff_job_fail", R"(
    UPDATE staff_job SET state = 'failed', problem = $2, moved_at = given.now, finished_at = given.now
      FROM (SELECT timestamptz 'epoch' + $3::bigint * interval '1 microsecond' AS now) AS given
     WHERE id = $1::bigint AND state = 'running')"};

#define MLANGO_JOB_COLUMNS                                                                         \
    "id, kind, state, coalesce(problem, ''), coalesce(record, 0), total, done, refused, made_by, " \
    "iso_utc(begun_at), "                                                                          \
    "iso_utc(moved_at), "                                                                          \
    "iso_utc(finished_at)"

const registered_statement staff_jobs_of{
    "staff_jobs_of",
    "SELECT " MLANGO_JOB_COLUMNS " FROM staff_job WHERE made_by = $1::bigint ORDER BY id DESC LIMIT $2::integer"};
const registered_statement staff_job_find{
    "staff_job_find", "SELECT " MLANGO_JOB_COLUMNS " FROM staff_job WHERE made_by = $1::bigint AND id = $2::bigint"};
const registered_statement staff_jobs_lively{
    "staff_jobs_lively",
    "SELECT " MLANGO_JOB_COLUMNS
    " FROM staff_job WHERE made_by = ANY ($1::bigint[])"
    " AND (state = 'running' OR finished_at > timestamptz 'epoch' + $2::bigint * interval '1 microsecond' -"
    " interval '1 minute') ORDER BY id DESC LIMIT 500"};

#undef MLANGO_JOB_COLUMNS

const registered_statement staff_job_stop{"staff_job_stop", R"(
    WITH done AS (
      UPDATE staff_job SET state = 'stopped', moved_at = given.now, finished_at = given.now
        FROM (SELECT timestamptz 'epoch' + $3::bigint * interval '1 microsecond' AS now) AS given
       WHERE made_by = $1::bigint AND id = $2::bigint AND state = 'running' RETURNING id, made_by),
    noted AS (INSERT INTO audit (kind, actor, record) SELECT 'job.stopped', 'staff:' || made_by, id FROM done)
    SELECT id FROM done)"};

staff_job job_in(const rows& got, int row) {
    return {.id = {got.number(row, 0)},
            .kind = std::string(got.text(row, 1)),
            .state = std::string(got.text(row, 2)),
            .problem = std::string(got.text(row, 3)),
            .record = got.number(row, 4),
            .total = got.number(row, 5),
            .done = got.number(row, 6),
            .refused = got.number(row, 7),
            .made_by = {got.number(row, 8)},
            .begun_at = std::string(got.text(row, 9)),
            .moved_at = std::string(got.text(row, 10)),
            .finished_at = std::string(got.text(row, 11))};
}

std::vector<staff_job> jobs_in(const rows& got) {
    std::vector<staff_job> out;
    for (int i = 0; i < got.size(); ++i) out.push_back(job_in(got, i));
    return out;
}

}  // namespace

task<std::vector<staff_jobs::open_job>> staff_jobs::open() {
    const rows got = co_await pool_.read(staff_jobs_open, {});
    std::vector<open_job> out;
    for (int i = 0; i < got.size(); ++i) out.push_back({{got.number(i, 0)}, std::string(got.text(i, 1))});
    co_return out;
}

task<std::int64_t> staff_jobs::step(const statement& step, staff_job_id job, int most) {
    std::vector<parameter> given;
    given.push_back(id_parameter(job));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(most));
    const rows got = co_await pool_.write(step, std::move(given));
    co_return got.empty() ? 0 : got.number(0, 0);
}

task<void> staff_jobs::fail(staff_job_id job, std::string_view problem) {
    std::vector<parameter> given;
    given.push_back(id_parameter(job));
    given.emplace_back(problem);
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(staff_job_fail, std::move(given));
}

task<std::vector<staff_job>> staff_jobs::of(staff_id who, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(std::to_string(limit));
    co_return jobs_in(co_await pool_.read(staff_jobs_of, std::move(given)));
}

task<std::optional<staff_job>> staff_jobs::find(staff_id who, staff_job_id job) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(job));
    const rows got = co_await pool_.read(staff_job_find, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return job_in(got, 0);
}

task<std::vector<staff_job>> staff_jobs::lively(std::span<const staff_id> of) {
    array_parameter keys;
    for (const staff_id each : of) keys.add(each.value);
    std::vector<parameter> given;
    given.push_back(keys.take());
    given.emplace_back(time_parameter(time_.now()));
    co_return jobs_in(co_await pool_.read(staff_jobs_lively, std::move(given)));
}

task<bool> staff_jobs::stop(staff_id who, staff_job_id job) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(job));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(staff_job_stop, std::move(given));
    co_return !got.empty();
}

}  // namespace mlango::registry
