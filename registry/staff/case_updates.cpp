#include "registry/staff/case_updates.hpp"

#include <charconv>

#include "registry/array_parameter.hpp"
#include "registry/parameters.hpp"
#include "registry/staff/case_values.hpp"

namespace mlango::registry {

namespace json = boost::json;

boost::json::object case_filter::json() const {
    json::object out;
    const auto put = [&](std::string_view name, const std::string& value) {
        if (!value.empty()) out[name] = value;
    };
    put("state", state);
    put("kind", kind);
    put("due", due);
    put("channel", channel);
    put("reference", reference);
    if (office) out["office"] = *office;
    if (trust) out["trust"] = *trust;
    if (older_than) out["older_than"] = *older_than;
    return out;
}

bool case_filter::decided() const {
    return state == "decided" || state == "applied" || state == "rejected" || state == "cancelled";
}

namespace {

const registered_statement cases_open{"cases_open", R"(
    SELECT case_row($1::bigint, c, timestamptz 'epoch' + $3::bigint * interval '1 microsecond'),
           (extract(epoch FROM c.due_at) * 1000000)::bigint, c.id
      FROM cases_of($1::bigint, 'cases.view', $2::jsonb, timestamptz 'epoch' + $3::bigint * interval '1 microsecond') c
     WHERE $4::bigint IS NULL
        OR (c.due_at, c.id) > (timestamptz 'epoch' + $4::bigint * interval '1 microsecond', $5::bigint)
     ORDER BY c.due_at, c.id LIMIT $6::integer)"};

const registered_statement cases_decided{"cases_decided", R"(
    SELECT case_row($1::bigint, c, timestamptz 'epoch' + $3::bigint * interval '1 microsecond'),
           (extract(epoch FROM c.decided_at) * 1000000)::bigint, c.id
      FROM cases_of($1::bigint, 'cases.view', $2::jsonb, timestamptz 'epoch' + $3::bigint * interval '1 microsecond') c
     WHERE $4::bigint IS NULL
        OR (c.decided_at, c.id) < (timestamptz 'epoch' + $4::bigint * interval '1 microsecond', $5::bigint)
     ORDER BY c.decided_at DESC, c.id DESC LIMIT $6::integer)"};

struct cursor {
    std::string at, id;
};

// "<microseconds>.<id>"
std::optional<cursor> read_cursor(std::string_view text) {
    const std::size_t dot = text.find('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto number = [](std::string_view digits) {
        std::int64_t value = 0;
        const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
        return !digits.empty() && fault == std::errc() && end == digits.data() + digits.size();
    };
    if (!number(text.substr(0, dot)) || !number(text.substr(dot + 1))) return std::nullopt;
    return cursor{std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

}  // namespace

task<std::optional<case_page>> case_updates::list(staff_id who, const case_filter& wanted, std::string_view after,
                                                  int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(json::serialize(wanted.json()));
    given.emplace_back(time_parameter(time_.now()));
    if (after.empty()) {
        given.resize(5);
    } else {
        auto from = read_cursor(after);
        if (!from) co_return std::nullopt;
        given.emplace_back(std::move(from->at));
        given.emplace_back(std::move(from->id));
    }
    given.emplace_back(std::to_string(limit + 1));
    const rows got = co_await pool_.read(wanted.decided() ? cases_decided : cases_open, std::move(given));
    case_page page;
    for (int row = 0; row < got.size() && row < limit; ++row) page.items.push_back(json::parse(got.text(row, 0)));
    if (got.size() > limit)
        page.next = std::to_string(got.number(limit - 1, 1)) + "." + std::to_string(got.number(limit - 1, 2));
    co_return page;
}

namespace {

const registered_statement cases_counts{"cases_counts", R"(
    SELECT jsonb_build_object('open', count(*), 'late', count(*) FILTER (WHERE late), 'soon', count(*) FILTER (WHERE soon),
             'first', count(*) FILTER (WHERE state <> 'conflict' AND given = 0),
             'second', count(*) FILTER (WHERE state <> 'conflict' AND given > 0),
             'conflict', count(*) FILTER (WHERE state = 'conflict'), 'asked', count(*) FILTER (WHERE question = 'asked'),
             'answered', count(*) FILTER (WHERE question = 'answered'), 'oldest', iso_utc(min(asked_at)))
      FROM (SELECT c.state, c.asked_at, c.due_at <= at.now AS late,
                   c.due_at > at.now AND c.due_at <= at.now + interval '24 hours' AS soon,
                   (SELECT count(*) FROM approval a
                     WHERE a.change_request = c.id AND a.round = c.round AND a.verdict = 'approved') AS given,
                   (SELECT CASE WHEN q.answered_at IS NULL THEN 'asked' ELSE 'answered' END FROM case_question q
                     WHERE q.change_request = c.id ORDER BY q.id DESC LIMIT 1) AS question
              FROM (SELECT timestamptz 'epoch' + $3::bigint * interval '1 microsecond' AS now) at
              CROSS JOIN LATERAL cases_of($1::bigint, $4, $2::jsonb, at.now) c) open)"};

const registered_statement cases_rules{"cases_rules", R"(
    SELECT jsonb_build_object('operation', w.operation, 'kind', r.kind, 'approvals', r.approvals,
                              'least_trust', r.least_trust, 'evidence', r.evidence, 'due_hours', r.due_hours)
      FROM (SELECT DISTINCT operation FROM staff_reach($1::bigint, 'cases.view',
              timestamptz 'epoch' + $2::bigint * interval '1 microsecond')) w
      CROSS JOIN LATERAL (SELECT DISTINCT ON (kind) * FROM case_rule WHERE operation IN (w.operation, '')
                           ORDER BY kind, operation DESC) r
     ORDER BY w.operation, r.kind)"};

const registered_statement cases_show{"cases_show", R"(
    SELECT show_case($1::bigint, $2::bigint, timestamptz 'epoch' + $3::bigint * interval '1 microsecond'))"};

}  // namespace

task<boost::json::object> case_updates::counts(staff_id who, const case_filter& wanted, counted of) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(json::serialize(wanted.json()));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(of == counted::for_bulk ? "cases.bulk" : "cases.view");
    const rows got = co_await pool_.read(cases_counts, std::move(given));
    co_return json::parse(got.text(0, 0)).as_object();
}

task<boost::json::array> case_updates::rules(staff_id who) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.read(cases_rules, std::move(given));
    json::array all;
    for (int row = 0; row < got.size(); ++row) all.push_back(json::parse(got.text(row, 0)));
    co_return all;
}

namespace {

// How a typed name would be recorded, so that whoever approves sees it before.
void tell_split(json::object& shown) {
    const json::value* const typed =
        shown.at("after").is_object() ? shown.at("after").as_object().if_contains("name") : nullptr;
    if (typed == nullptr || !typed->is_string()) return;
    const json::value& of = shown.at("subject").is_object() ? shown.at("subject") : shown.at("person");
    recorded_name before;
    if (of.is_object() && shown.at("kind") == "name")
        before = {.given = text_of(of.as_object(), "given_name"), .family = text_of(of.as_object(), "family_name")};
    const recorded_name split = split_name(std::string_view(typed->as_string()), before);
    shown["applied_as"] = json::object{{"given_name", split.given}, {"family_name", split.family}};
}

}  // namespace

task<std::optional<boost::json::object>> case_updates::show(staff_id who, change_request_id request) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(request));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(cases_show, std::move(given));
    if (got.empty() || got.is_null(0, 0)) co_return std::nullopt;
    json::value shown = json::parse(got.text(0, 0));
    open_sealed(shown, record_);
    tell_split(shown.as_object());
    compare_fields(shown.as_object());
    co_return std::move(shown.as_object());
}

namespace {

const registered_statement cases_begin_bulk{"cases_begin_bulk", R"(
    SELECT job, total FROM begin_case_job($1::bigint, $2::jsonb, $3::text[], $4::bytea, $5::integer, $7::bigint,
                                          timestamptz 'epoch' + $6::bigint * interval '1 microsecond'))"};

const registered_statement cases_outcomes{"cases_outcomes", R"(
    SELECT c.id, c.reference, c.kind, i.outcome
      FROM staff_job j
      JOIN case_job_item i ON i.job = j.id AND i.change_request > $3::bigint
      JOIN change_request c ON c.id = i.change_request
     WHERE j.id = $2::bigint AND j.made_by = $1::bigint AND j.kind = 'case_approval'
     ORDER BY i.change_request LIMIT $4::integer)"};

const registered_statement cases_is_bulk{"cases_is_bulk", R"(
    SELECT FROM staff_job WHERE id = $2::bigint AND made_by = $1::bigint AND kind = 'case_approval')"};

const registered_statement cases_bulk_step{"cases_bulk_step", R"(
    SELECT step_case_job($1::bigint, timestamptz 'epoch' + $2::bigint * interval '1 microsecond', $3::integer))"};

}  // namespace

const statement& case_updates::bulk_step() {
    return cases_bulk_step;
}

task<std::expected<case_updates::bulk, std::int64_t>> case_updates::begin_bulk(staff_id who, const case_filter& wanted,
                                                                               const std::vector<std::string>& evidence,
                                                                               int most,
                                                                               std::optional<std::int64_t> expected) {
    array_parameter checked;
    for (const std::string& one : evidence) checked.add(std::string_view(one));
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(json::serialize(wanted.json()));
    given.push_back(checked.take());
    given.emplace_back(bytea_parameter(sealed_words({})));
    given.emplace_back(std::to_string(most));
    given.emplace_back(time_parameter(time_.now()));
    given.push_back(expected ? parameter(std::to_string(*expected)) : std::nullopt);
    const rows got = co_await pool_.write(cases_begin_bulk, std::move(given));
    if (got.is_null(0, 0)) co_return std::unexpected(got.number(0, 1));
    co_return bulk{.job = {got.number(0, 0)}, .total = got.number(0, 1)};
}

task<std::vector<case_updates::bulk_outcome>> case_updates::outcomes(staff_id who, staff_job_id job,
                                                                     change_request_id after, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(job));
    given.push_back(id_parameter(after));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(cases_outcomes, std::move(given));
    std::vector<bulk_outcome> found;
    for (int row = 0; row < got.size(); ++row)
        found.push_back({.request = {got.number(row, 0)},
                         .reference = std::string(got.text(row, 1)),
                         .kind = std::string(got.text(row, 2)),
                         .outcome = std::string(got.text(row, 3))});
    co_return found;
}

task<bool> case_updates::is_bulk_of(staff_id who, staff_job_id job) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(job));
    const rows got = co_await pool_.read(cases_is_bulk, std::move(given));
    co_return !got.empty();
}

namespace {

const registered_statement cases_by_rule{"cases_by_rule", R"(
    SELECT id FROM change_request WHERE needs = 0 AND state = 'pending' ORDER BY id LIMIT $1::integer)"};

const registered_statement cases_settle_by_rule{"cases_settle_by_rule", R"(
    SELECT settle_by_rule($1::bigint, NULL, NULL, $2::bytea, timestamptz 'epoch' + $3::bigint * interval '1 microsecond'))"};

// What the schema refuses would be refused again and again: staff look at it.
const registered_statement cases_set_aside{"cases_set_aside", R"(
    UPDATE change_request SET needs = 1 WHERE id = $1::bigint AND needs = 0)"};

}  // namespace

task<int> case_updates::apply_by_rule(int most) {
    std::vector<parameter> limit;
    limit.emplace_back(std::to_string(most));
    const rows waiting = co_await pool_.read(cases_by_rule, std::move(limit));
    for (int row = 0; row < waiting.size(); ++row) {
        const change_request_id request{waiting.number(row, 0)};
        bool refused = false;
        try {
            std::vector<parameter> given;
            given.push_back(id_parameter(request));
            given.emplace_back(bytea_parameter(sealed_words({})));
            given.emplace_back(time_parameter(time_.now()));
            co_await pool_.write(cases_settle_by_rule, std::move(given));
        } catch (const statement_refused&) {
            refused = true;
        }
        if (!refused) continue;
        std::vector<parameter> given;
        given.push_back(id_parameter(request));
        co_await pool_.write(cases_set_aside, std::move(given));
    }
    co_return waiting.size();
}

}  // namespace mlango::registry
