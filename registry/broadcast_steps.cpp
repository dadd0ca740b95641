// A broadcast's way: counted, released, turned, and written into the outbox step by step.
#include <algorithm>

#include "registry/broadcasts.hpp"
#include "registry/parameters.hpp"

namespace mlango::registry {

namespace {

constexpr int counted_at_once = 5'000;
constexpr int sampled_at_once = 1'000;
constexpr std::size_t most_samples = 3;

const registered_statement broadcasts_count{"broadcasts_count", R"(
    WITH found AS MATERIALIZED (
      SELECT f.* FROM broadcast b, broadcast_numbers(b.id, $2::bytea, $3::integer,
               ((timestamptz 'epoch' + $4::bigint * interval '1 microsecond') AT TIME ZONE b.timezone)::date) f
       WHERE b.id = $1::bigint)
    SELECT outcome, language, coalesce(hers, false), count(*), (SELECT count(*) FROM found),
           (SELECT number_blind FROM found ORDER BY number_blind DESC LIMIT 1)
      FROM found GROUP BY outcome, language, coalesce(hers, false) ORDER BY language)"};

const registered_statement broadcasts_sample{"broadcasts_sample", R"(
    SELECT f.number_sealed FROM broadcast b, broadcast_numbers(b.id, $2::bytea, $3::integer,
             ((timestamptz 'epoch' + $4::bigint * interval '1 microsecond') AT TIME ZONE b.timezone)::date) f
     WHERE b.id = $1::bigint AND f.outcome = 'send' LIMIT 3)"};

const registered_statement broadcasts_counted{"broadcasts_counted", R"(
    UPDATE broadcast SET recipients = $2::bigint,
           counted_at = timestamptz 'epoch' + $3::bigint * interval '1 microsecond'
     WHERE id = $1::bigint AND state = 'draft')"};

std::string masked(std::string_view e164) {
    if (e164.size() < 9) return "•••";
    return std::string(e164.substr(0, 5)) + "•••" + std::string(e164.substr(e164.size() - 3));
}

void add(broadcast_count& to, std::string_view outcome, std::string_view language, bool hers, std::int64_t numbers) {
    if (outcome == "stop") to.said_stop += numbers;
    if (outcome == "asked only") to.only_asked += numbers;
    if (outcome == "trust") to.untrusted += numbers;
    if (outcome != "send") return;
    to.recipients += numbers;
    auto at = std::ranges::find(to.languages, language, &language_count::language);
    if (at == to.languages.end()) at = to.languages.insert(at, {.language = std::string(language)});
    at->recipients += numbers;
    if (!hers) at->others += numbers;
}

}  // namespace

task<std::optional<broadcast_count>> broadcasts::count(broadcast_id id) {
    if (!co_await find(id)) co_return std::nullopt;
    broadcast_count all;
    std::string after;
    const std::string now = time_parameter(time_.now());
    const auto from = [&](int most) {
        std::vector<parameter> given;
        given.push_back(id_parameter(id));
        given.emplace_back(bytea_parameter(after));
        given.emplace_back(std::to_string(most));
        given.emplace_back(now);
        return given;
    };
    for (;;) {
        const rows got = co_await pool_.read(broadcasts_count, from(counted_at_once));
        if (got.empty()) break;
        for (int row = 0; row < got.size(); ++row)
            add(all, got.text(row, 0), got.text(row, 1), got.truth(row, 2), got.number(row, 3));
        if (all.samples.size() < most_samples && all.recipients > 0) {
            const rows some = co_await pool_.read(broadcasts_sample, from(sampled_at_once));
            for (int row = 0; row < some.size() && all.samples.size() < most_samples; ++row)
                if (const auto number = record_.open(some.bytea(row, 0), msisdn_context))
                    all.samples.push_back(masked(*number));
        }
        if (got.number(0, 4) < counted_at_once) break;
        after = got.bytea(0, 5);
    }
    std::ranges::sort(all.languages, {}, &language_count::language);
    std::vector<parameter> kept;
    kept.push_back(id_parameter(id));
    kept.emplace_back(std::to_string(all.recipients));
    kept.emplace_back(now);
    co_await pool_.write(broadcasts_counted, std::move(kept));
    co_return all;
}

namespace {

const registered_statement broadcasts_release{"broadcasts_release", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $4::bigint * interval '1 microsecond' AS now)
    UPDATE broadcast SET state = 'released', released_by = $2, released_at = given.now, expires_at = given.now + lasting
      FROM given
     WHERE id = $1::bigint AND state = 'draft' AND recipients = $3::bigint AND recipients > 0
       AND counted_at > given.now - interval '1 day')"};

const registered_statement broadcasts_why_not{"broadcasts_why_not", R"(
    SELECT state, coalesce(counted_at > timestamptz 'epoch' + $2::bigint * interval '1 microsecond' - interval '1 day',
                           false), coalesce(recipients, 0)
      FROM broadcast WHERE id = $1::bigint)"};

const registered_statement broadcasts_turn{"broadcasts_turn", R"(
    SELECT was, turned, moved FROM turn_broadcast($1::bigint, $2, $3,
      timestamptz 'epoch' + $4::bigint * interval '1 microsecond'))"};

const registered_statement broadcasts_open{"broadcasts_open", R"(
    SELECT id FROM broadcast
     WHERE state IN ('released', 'running', 'paused') OR (state = 'stopped' AND finished_at IS NULL)
     ORDER BY id)"};

const registered_statement broadcasts_advance{"broadcasts_advance", R"(
    SELECT step, moved FROM advance_broadcast($1::bigint,
      timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::integer, $4::integer, $5::bytea))"};

}  // namespace

task<release_outcome> broadcasts::release(broadcast_id id, std::string_view by, std::int64_t recipients) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.emplace_back(by);
    given.emplace_back(std::to_string(recipients));
    given.emplace_back(time_parameter(time_.now()));
    try {
        const rows done = co_await pool_.write(broadcasts_release, std::move(given));
        if (done.affected() == 1) co_return release_outcome::released;
    } catch (const statement_refused& refused) {
        if (refused.constraint != "broadcast_second_person") throw;
        co_return release_outcome::same_person;
    }
    std::vector<parameter> asked;
    asked.push_back(id_parameter(id));
    asked.emplace_back(time_parameter(time_.now()));
    const rows found = co_await pool_.read(broadcasts_why_not, std::move(asked));
    if (found.empty()) co_return release_outcome::unknown;
    if (found.text(0, 0) != "draft") co_return release_outcome::not_draft;
    if (!found.truth(0, 1)) co_return release_outcome::not_counted;
    co_return found.number(0, 2) == 0 ? release_outcome::nobody : release_outcome::another_number;
}

task<broadcast_turn> broadcasts::turn(broadcast_id id, std::string_view becomes, std::string_view by) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.emplace_back(becomes);
    given.emplace_back(by);
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(broadcasts_turn, std::move(given));
    broadcast_turn done;
    done.known = !got.is_null(0, 0);
    done.was = got.text(0, 0);
    done.turned = got.truth(0, 1);
    done.moved = got.number(0, 2);
    // Rows that a sender was writing down at that moment.
    if (done.turned && becomes != "running") done.moved += (co_await advance(id, {})).moved;
    co_return done;
}

task<broadcast_turn> broadcasts::pause(broadcast_id id, std::string_view by) {
    return turn(id, "paused", by);
}
task<broadcast_turn> broadcasts::resume(broadcast_id id, std::string_view by) {
    return turn(id, "running", by);
}
task<broadcast_turn> broadcasts::stop(broadcast_id id, std::string_view by) {
    return turn(id, "stopped", by);
}

task<std::vector<broadcast_id>> broadcasts::open() {
    const rows got = co_await pool_.read(broadcasts_open, {});
    std::vector<broadcast_id> all;
    for (int row = 0; row < got.size(); ++row) all.push_back(broadcast_id{got.number(row, 0)});
    co_return all;
}

task<broadcast_step> broadcasts::advance(broadcast_id id, broadcast_pace pace) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(pace.numbers));
    given.emplace_back(std::to_string(pace.most_ahead));
    given.emplace_back(bytea_parameter(record_.seal("{}", notice_context)));
    const rows got = co_await pool_.write(broadcasts_advance, std::move(given));
    co_return broadcast_step{.what = std::string(got.text(0, 0)), .moved = got.number(0, 1)};
}

}  // namespace mlango::registry
