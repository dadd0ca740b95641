// Broadcasts as they are written, found and told about; their steps are in broadcast_steps.cpp.
#include "registry/broadcasts.hpp"

#include <fmt/format.h>

#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"

namespace mlango::registry {

broadcasts::broadcasts(pg_pool& pool, sealer& record, const clock& time) : pool_(pool), record_(record), time_(time) {}

namespace {

// What of the filter is not there; the programmes that it names; the time where it goes to.
const registered_statement broadcasts_named{"broadcasts_named", R"(
    SELECT 'operation', v FROM unnest($1::text[]) v WHERE NOT EXISTS (SELECT FROM operation o WHERE o.code = v)
    UNION ALL
    SELECT 'location', v FROM unnest($2::text[]) v
     WHERE NOT EXISTS (SELECT FROM location l WHERE starts_with(l.code, v))
    UNION ALL
    SELECT CASE WHEN p.id IS NULL THEN 'programme' ELSE 'id' END, coalesce(p.id::text, v)
      FROM unnest($3::text[]) v LEFT JOIN programme p
        ON p.id::text = v OR EXISTS (SELECT FROM jsonb_each_text(p.name) n WHERE lower(n.value) = lower(v))
    UNION ALL
    SELECT DISTINCT 'timezone', o.timezone FROM operation o
     WHERE o.code = ANY ($1::text[]) OR cardinality($1::text[]) = 0)"};

const registered_statement broadcasts_create{"broadcasts_create", R"(
    WITH made AS (
      INSERT INTO broadcast (name, filter, fallback, opens_at, closes_at, timezone, lasting, per_second, created_by,
                             created_at)
      VALUES ($1, $2::jsonb, $3, $4::smallint, $5::smallint, $6, $7::bigint * interval '1 second', $8::integer, $9,
              timestamptz 'epoch' + $10::bigint * interval '1 microsecond')
      RETURNING id),
    words AS (
      INSERT INTO broadcast_text (broadcast, language, text)
      SELECT made.id, t.language, t.text FROM made, unnest($11::text[], $12::text[]) AS t(language, text))
    SELECT id FROM made)"};

parameter array_of(const std::vector<std::string>& values) {
    array_parameter array;
    for (const std::string& value : values) array.add(value);
    return array.take();
}

}  // namespace

task<std::expected<broadcast_id, std::vector<std::string>>> broadcasts::create(broadcast_wish wish) {
    std::vector<parameter> asked;
    asked.push_back(array_of(wish.filter.operations));
    asked.push_back(array_of(wish.filter.locations));
    asked.push_back(array_of(wish.filter.programmes));
    const rows named = co_await pool_.read(broadcasts_named, std::move(asked));
    std::vector<std::string> faults, zones;
    std::vector<std::int64_t> programmes;
    for (int row = 0; row < named.size(); ++row) {
        if (named.text(row, 0) == "id")
            programmes.push_back(named.number(row, 1));
        else if (named.text(row, 0) == "timezone")
            zones.emplace_back(named.text(row, 1));
        else
            faults.push_back(fmt::format("filter: there is no {} {}", named.text(row, 0), named.text(row, 1)));
    }
    if (zones.size() > 1)
        faults.emplace_back("filter: its operations have different times of day; write one broadcast for each");
    if (zones.empty() && faults.empty()) faults.emplace_back("filter: the registry has no operation yet");
    if (!faults.empty()) co_return std::unexpected(std::move(faults));

    array_parameter languages, texts;
    for (const broadcast_text& each : wish.texts) {
        languages.add(each.language);
        texts.add(each.text);
    }
    std::vector<parameter> given;
    given.emplace_back(wish.name);
    given.emplace_back(to_json(wish.filter, programmes));
    given.emplace_back(wish.fallback);
    given.emplace_back(std::to_string(wish.opens_at));
    given.emplace_back(std::to_string(wish.closes_at));
    given.emplace_back(zones.front());
    given.emplace_back(std::to_string(wish.lasting.count()));
    given.push_back(wish.per_second ? parameter{std::to_string(*wish.per_second)} : parameter{});
    given.emplace_back(wish.by);
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(languages.take());
    given.push_back(texts.take());
    const rows got = co_await pool_.write(broadcasts_create, std::move(given));
    co_return broadcast_id{got.number(0, 0)};
}

namespace {

// $1: one of them, or NULL for the newest $2.
const registered_statement broadcasts_find{"broadcasts_find", R"(
    SELECT b.id, b.name, b.state, b.filter::text, b.fallback, b.opens_at, b.closes_at, b.timezone,
           CASE WHEN opening.at > given.now THEN to_char(opening.at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') END,
           b.per_second, b.created_by, to_char(b.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'),
           b.released_by, to_char(b.released_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'),
           to_char(b.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), b.turned_by,
           to_char(b.finished_at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'),
           b.recipients, b.expanded_at IS NOT NULL, b.dealt_with, b.written, b.said_stop, b.only_asked, o.*
      FROM (SELECT timestamptz 'epoch' + $3::bigint * interval '1 microsecond' AS now) given,
           LATERAL (SELECT * FROM broadcast WHERE $1::bigint IS NULL OR id = $1::bigint
                     ORDER BY id DESC LIMIT $2::integer) b,
           LATERAL (SELECT broadcast_opening((SELECT x FROM broadcast x WHERE x.id = b.id), given.now) AS at) opening,
           LATERAL (SELECT count(*) FILTER (WHERE state = 'pending'), count(*) FILTER (WHERE state = 'sending'),
                           count(*) FILTER (WHERE state = 'sent'), count(*) FILTER (WHERE state = 'delivered'),
                           count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'expired'),
                           count(*) FILTER (WHERE state = 'suppressed'), count(*) FILTER (WHERE state = 'unknown')
                      FROM outbox WHERE broadcast = b.id) o
     ORDER BY b.id DESC)"};

broadcast_summary summary_in(const rows& from, int row) {
    broadcast_summary out;
    out.id = broadcast_id{from.number(row, 0)};
    out.opens_at = static_cast<int>(from.number(row, 5));
    out.closes_at = static_cast<int>(from.number(row, 6));
    if (!from.is_null(row, 9)) out.per_second = static_cast<int>(from.number(row, 9));
    if (!from.is_null(row, 17)) out.recipients = from.number(row, 17);
    out.expanded = from.truth(row, 18);
    const auto text = [&](int column, std::string& into) { into = from.text(row, column); };
    const auto number = [&](int column, std::int64_t& into) { into = from.number(row, column); };
    text(1, out.name), text(2, out.state), text(3, out.filter), text(4, out.fallback), text(7, out.timezone);
    text(8, out.closed_until), text(10, out.created_by), text(11, out.created_at), text(12, out.released_by);
    text(13, out.released_at), text(14, out.expires_at), text(15, out.turned_by), text(16, out.finished_at);
    number(19, out.dealt_with), number(20, out.written), number(21, out.said_stop), number(22, out.only_asked);
    broadcast_counts& now = out.messages;
    number(23, now.pending), number(24, now.sending), number(25, now.sent), number(26, now.delivered);
    number(27, now.failed), number(28, now.expired), number(29, now.suppressed), number(30, now.unknown);
    return out;
}

}  // namespace

task<std::optional<broadcast_summary>> broadcasts::find(broadcast_id id) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.emplace_back("1");
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(broadcasts_find, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return summary_in(got, 0);
}

task<std::vector<broadcast_summary>> broadcasts::list(int limit) {
    std::vector<parameter> given(1);
    given.emplace_back(std::to_string(limit));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(broadcasts_find, std::move(given));
    std::vector<broadcast_summary> all;
    for (int row = 0; row < got.size(); ++row) all.push_back(summary_in(got, row));
    co_return all;
}

namespace {

const registered_statement broadcasts_texts{"broadcasts_texts", R"(
    SELECT language, text FROM broadcast_text WHERE broadcast = $1::bigint ORDER BY language)"};

const registered_statement broadcasts_text{"broadcasts_text", R"(
    SELECT text FROM broadcast_text WHERE broadcast = $1::bigint AND language = $2)"};

// A network's own words for a failure are its receipt's.
const registered_statement broadcasts_outcomes{"broadcasts_outcomes", R"(
    SELECT language, state, coalesce(reason, CASE WHEN state = 'failed' THEN receipt END, '') AS why, count(*)
      FROM outbox WHERE broadcast = $1::bigint GROUP BY language, state, why
    UNION ALL
    SELECT '', 'left out', why, numbers
      FROM broadcast b, LATERAL (VALUES ('stop', said_stop), ('not asked for', only_asked)) AS left_out(why, numbers)
     WHERE b.id = $1::bigint AND numbers > 0
     ORDER BY 1, 2, 3)"};

}  // namespace

task<std::vector<broadcast_text>> broadcasts::texts(broadcast_id id) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    const rows got = co_await pool_.read(broadcasts_texts, std::move(given));
    std::vector<broadcast_text> all;
    for (int row = 0; row < got.size(); ++row)
        all.push_back({.language = std::string(got.text(row, 0)), .text = std::string(got.text(row, 1))});
    co_return all;
}

task<std::optional<std::string>> broadcasts::text_of(broadcast_id id, std::string_view language) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    given.emplace_back(language);
    const rows got = co_await pool_.read(broadcasts_text, std::move(given));
    if (got.empty()) co_return std::nullopt;
    co_return std::string(got.text(0, 0));
}

task<std::vector<broadcast_outcome>> broadcasts::outcomes(broadcast_id id) {
    std::vector<parameter> given;
    given.push_back(id_parameter(id));
    const rows got = co_await pool_.read(broadcasts_outcomes, std::move(given));
    std::vector<broadcast_outcome> all;
    for (int row = 0; row < got.size(); ++row)
        all.push_back({.language = std::string(got.text(row, 0)),
                       .outcome = std::string(got.text(row, 1)),
                       .reason = std::string(got.text(row, 2)),
                       .messages = got.number(row, 3)});
    co_return all;
}

}  // namespace mlango::registry
