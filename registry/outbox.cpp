#include "registry/outbox.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"

namespace mlango::registry {

notice make_notice(sealer& record, std::string_view e164, std::string_view language, std::string_view text,
                   const std::vector<std::pair<std::string, std::string>>& arguments) {
    boost::json::object named;
    for (const auto& [name, value] : arguments) named[name] = value;
    return {.sealed_to = record.seal(e164, msisdn_context),
            .language = std::string(language),
            .text = std::string(text),
            .sealed_arguments = record.seal(boost::json::serialize(named), notice_context)};
}

outbox::outbox(pg_pool& pool, sealer& record, blinder& blind, const clock& time)
    : pool_(pool), record_(record), blind_(blind), time_(time) {}

namespace {

const registered_statement outbox_put{"outbox_put", R"(
    INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed, priority, expires_at, due_at, asked)
    VALUES ($1::bytea, $2, $3, $4::bytea, $5::smallint,
            timestamptz 'epoch' + $6::bigint * interval '1 microsecond',
            coalesce(timestamptz 'epoch' + $7::bigint * interval '1 microsecond', '-infinity'), $8::boolean))"};

const registered_statement outbox_put_once{"outbox_put_once", R"(
    INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed, priority, expires_at, due_at, asked,
                        hop_key)
    VALUES ($1::bytea, $2, $3, $4::bytea, $5::smallint,
            timestamptz 'epoch' + $6::bigint * interval '1 microsecond',
            coalesce(timestamptz 'epoch' + $7::bigint * interval '1 microsecond', '-infinity'), $8::boolean, $9::bytea)
    ON CONFLICT (hop_key) WHERE hop_key IS NOT NULL DO NOTHING)"};

parameter optional_time(const std::optional<wall_time>& at) {
    if (!at) return std::nullopt;
    return time_parameter(*at);
}

std::vector<parameter> parameters_of(const notice& what, const dispatch& how) {
    std::vector<parameter> given;
    given.emplace_back(bytea_parameter(what.sealed_to));
    given.emplace_back(what.language);
    given.push_back(text_parameter(what.text));
    given.emplace_back(bytea_parameter(what.sealed_arguments));
    given.emplace_back(std::to_string(static_cast<int>(how.priority)));
    given.push_back(optional_time(how.expires_at));
    given.push_back(optional_time(how.due_at));
    given.emplace_back(how.asked ? "true" : "false");
    return given;
}

}  // namespace

task<void> outbox::put(const notice& what, dispatch how) {
    co_await pool_.write(outbox_put, parameters_of(what, how));
}

task<void> outbox::put_once(const notice& what, const blind_key& hop, dispatch how) {
    auto given = parameters_of(what, how);
    given.emplace_back(bytea_parameter(hop));
    co_await pool_.write(outbox_put_once, std::move(given));
}

namespace {

const registered_statement outbox_set_aside{"outbox_set_aside", R"(
    UPDATE outbox o SET state = g.state, reason = g.reason,
           due_at = coalesce(timestamptz 'epoch' + g.due * interval '1 microsecond', o.due_at),
           settled_at = CASE WHEN g.state <> 'pending' THEN timestamptz 'epoch' + $6::bigint * interval '1 microsecond' END
      FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[]) AS g(id, claim, state, reason, due)
     WHERE o.id = g.id AND o.state = 'pending' AND o.due_at = timestamptz 'epoch' + g.claim * interval '1 microsecond')"};

// Only what is still on its way: settled rows are many, and counting them would take ever longer.
const registered_statement outbox_depth_statement{"outbox_depth", R"(
    WITH given AS (SELECT timestamptz 'epoch' + $1::bigint * interval '1 microsecond' AS now)
    SELECT 'pending', priority, count(*),
           coalesce(extract(epoch FROM max(given.now - greatest(created_at, due_at))
                            FILTER (WHERE due_at <= given.now)), 0)::bigint
      FROM outbox, given WHERE state = 'pending' GROUP BY priority
    UNION ALL
    SELECT state, priority, count(*), 0 FROM outbox
     WHERE state IN ('sending', 'unknown') AND reason IS DISTINCT FROM 'no word' GROUP BY state, priority)"};

const registered_statement outbox_tidy{"outbox_tidy", R"(
    DELETE FROM bulk_day
     WHERE day < (timestamptz 'epoch' + $1::bigint * interval '1 microsecond')::date - 1)"};

}  // namespace

task<void> outbox::set_aside(std::span<const aside> these) {
    if (these.empty()) co_return;
    array_parameter ids, claims, states, reasons, due;
    for (const aside& each : these) {
        ids.add(each.id.value);
        claims.add(each.claim);
        states.add(each.state);
        reasons.add_or_null(each.reason);
        if (each.due_at)
            due.add(each.due_at->time_since_epoch().count());
        else
            due.add_null();
    }
    std::vector<parameter> given{ids.take(), claims.take(), states.take(), reasons.take(), due.take()};
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(outbox_set_aside, std::move(given));
}

task<std::vector<outbox_depth>> outbox::depth() {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(outbox_depth_statement, std::move(given));
    std::vector<outbox_depth> all;
    for (int row = 0; row < got.size(); ++row)
        all.push_back({.state = std::string(got.text(row, 0)),
                       .priority = static_cast<message_priority>(got.number(row, 1)),
                       .messages = got.number(row, 2),
                       .oldest_due_seconds = std::max<std::int64_t>(0, got.number(row, 3))});
    co_return all;
}

task<void> outbox::tidy() {
    std::vector<parameter> given;
    given.emplace_back(time_parameter(time_.now()));
    co_await pool_.write(outbox_tidy, std::move(given));
}

}  // namespace mlango::registry
