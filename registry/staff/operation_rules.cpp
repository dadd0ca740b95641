#include "registry/staff/operation_rules.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "base/iso_day.hpp"

namespace mlango::registry {

namespace {

constexpr std::size_t most_holidays = 400;
constexpr std::size_t longest_holiday = 60;

// Whoever could have one of these applied at once would have her number, her name or her place in the family by her PIN
// alone.
constexpr std::array<std::string_view, 8> never_at_once{"birth_date",  "data_delete", "death",     "departure",
                                                        "link_number", "name",        "phone_add", "phone_replace"};

// "08:00"; only a closing time may be 24:00.
bool is_hour(std::string_view text, bool closing) {
    if (text.size() != 5 || text[2] != ':') return false;
    for (const std::size_t i : {0U, 1U, 3U, 4U})
        if (text[i] < '0' || text[i] > '9') return false;
    return text[3] < '6' && (text < "24:00" || (closing && text == "24:00"));
}

void check_case(const case_rule& rule, std::vector<std::string>& faults) {
    const auto fault = [&](std::string_view what) { faults.push_back(fmt::format("cases.{}: {}", rule.kind, what)); };
    if (rule.approvals < 0 || rule.approvals > 2) fault("approvals is 0, 1 or 2");
    if (rule.least_trust < 0 || rule.least_trust > 3) fault("least_trust is 0 to 3");
    if (rule.due_hours < 1 || rule.due_hours > 400) fault("due_hours is 1 to 400 hours of work");
    if (rule.approvals != 0) return;
    if (std::ranges::find(never_at_once, rule.kind) != never_at_once.end())
        fault("somebody must approve it: who stole her phone and PIN could ask for it");
    else if (rule.evidence)
        fault("evidence needs somebody who looks at it: approvals is 1 or 2, or evidence is false");
}

const registered_statement operation_rules_of{"operation_rules_of", R"(
    SELECT jsonb_build_object(
             'timezone', o.timezone,
             'opens', to_char(coalesce(k.opens, '08:00'), 'HH24:MI'),
             'closes', CASE WHEN k.closes = '24:00' THEN '24:00' ELSE to_char(coalesce(k.closes, '17:00'), 'HH24:MI') END,
             'weekdays', to_jsonb(coalesce(k.weekdays, '{1,2,3,4,5}')),
             'holidays', (SELECT coalesce(jsonb_agg(jsonb_build_array(h.day, h.name) ORDER BY h.day), '[]')
                            FROM operation_holiday h WHERE h.operation = o.code),
             'cases', (SELECT jsonb_agg(jsonb_build_array(r.kind, r.approvals, r.least_trust, r.evidence, r.due_hours,
                                                          r.operation <> '') ORDER BY r.kind)
                         FROM (SELECT DISTINCT ON (kind) * FROM case_rule WHERE operation IN (o.code, '')
                                ORDER BY kind, operation DESC) r))
      FROM operation o LEFT JOIN operation_calendar k ON k.operation = o.code WHERE o.code = $1)"};

const registered_statement operation_rules_set{"operation_rules_set", R"(
    WITH calendar AS (
      INSERT INTO operation_calendar (operation, opens, closes, weekdays)
      VALUES ($1, $2::time, $3::time, $4::smallint[])
      ON CONFLICT (operation) DO UPDATE SET opens = excluded.opens, closes = excluded.closes, weekdays = excluded.weekdays),
    days AS (SELECT (d->>0)::date AS day, d->1 AS name FROM jsonb_array_elements($5::jsonb) d),
    days_gone AS (DELETE FROM operation_holiday h WHERE h.operation = $1 AND h.day NOT IN (SELECT day FROM days)),
    days_kept AS (
      INSERT INTO operation_holiday (operation, day, name) SELECT $1, day, name FROM days
      ON CONFLICT (operation, day) DO UPDATE SET name = excluded.name),
    rules AS (SELECT c->>0 AS kind, (c->>1)::smallint AS approvals, (c->>2)::smallint AS least_trust,
                     (c->>3)::boolean AS evidence, (c->>4)::smallint AS due_hours
                FROM jsonb_array_elements($6::jsonb) c),
    rules_gone AS (DELETE FROM case_rule r WHERE r.operation = $1 AND r.kind NOT IN (SELECT kind FROM rules)),
    rules_kept AS (
      INSERT INTO case_rule (operation, kind, approvals, least_trust, evidence, due_hours)
      SELECT $1, kind, approvals, least_trust, evidence, due_hours FROM rules
      ON CONFLICT (operation, kind) DO UPDATE SET approvals = excluded.approvals, least_trust = excluded.least_trust,
                                                  evidence = excluded.evidence, due_hours = excluded.due_hours)
    INSERT INTO audit (kind, actor, detail) VALUES ('operation.rules_set', 'command', $1))"};

int small(const boost::json::value& from) {
    return static_cast<int>(from.as_int64());
}

office_rules rules_in(const boost::json::object& from) {
    office_rules out;
    out.timezone = from.at("timezone").as_string();
    out.opens = from.at("opens").as_string();
    out.closes = from.at("closes").as_string();
    out.weekdays.clear();
    for (const auto& day : from.at("weekdays").as_array()) out.weekdays.push_back(small(day));
    std::ranges::sort(out.weekdays);
    for (const auto& day : from.at("holidays").as_array())
        for (const auto& [language, name] : day.at(1).as_object())
            out.holidays[std::string(day.at(0).as_string())].emplace(language, name.as_string());
    for (const auto& rule : from.at("cases").as_array())
        out.cases.push_back({.kind = std::string(rule.at(0).as_string()),
                             .approvals = small(rule.at(1)),
                             .least_trust = small(rule.at(2)),
                             .evidence = rule.at(3).as_bool(),
                             .due_hours = small(rule.at(4)),
                             .own = rule.at(5).as_bool()});
    return out;
}

}  // namespace

std::vector<std::string> faults_of(const office_rules& wanted, const office_rules& known) {
    std::vector<std::string> faults;
    if (!is_hour(wanted.opens, false) || !is_hour(wanted.closes, true) || wanted.opens >= wanted.closes)
        faults.emplace_back("calendar: opens and closes are times such as 08:00 and 17:00, the later one last");
    if (wanted.weekdays.empty()) faults.emplace_back("calendar: weekdays should name a day on which somebody works");
    if (wanted.holidays.size() > most_holidays)
        faults.push_back(fmt::format("holidays: at most {} days", most_holidays));
    for (const auto& [day, names] : wanted.holidays) {
        if (!read_iso_day(day)) faults.push_back(fmt::format("holidays: {} is no day such as 2027-12-25", day));
        if (!names.contains("en")) faults.push_back(fmt::format("holidays: {} needs its name in English (en)", day));
        for (const auto& [language, name] : names)
            if (name.empty() || name.size() > longest_holiday)
                faults.push_back(fmt::format("holidays: the name of {} has 1 to {} bytes", day, longest_holiday));
    }
    for (const case_rule& rule : wanted.cases) {
        if (std::ranges::find(known.cases, rule.kind, &case_rule::kind) == known.cases.end())
            faults.push_back(fmt::format("cases: there is no kind of change named {}", rule.kind));
        else
            check_case(rule, faults);
    }
    return faults;
}

task<std::optional<office_rules>> operation_rules::of(std::string_view operation) {
    const auto found = co_await pool_.read(operation_rules_of, {std::string(operation)});
    if (found.empty()) co_return std::nullopt;
    co_return rules_in(boost::json::parse(found.text(0, 0)).as_object());
}

task<void> operation_rules::set(std::string_view operation, const office_rules& wanted) {
    boost::json::array holidays;
    for (const auto& [day, names] : wanted.holidays) {
        boost::json::object name;
        for (const auto& [language, text] : names) name.emplace(language, text);
        holidays.push_back(boost::json::array{day, std::move(name)});
    }
    boost::json::array cases;
    for (const case_rule& rule : wanted.cases)
        if (rule.own)
            cases.push_back(
                boost::json::array{rule.kind, rule.approvals, rule.least_trust, rule.evidence, rule.due_hours});
    co_await pool_.write(operation_rules_set, {std::string(operation), wanted.opens, wanted.closes,
                                               fmt::format("{{{}}}", fmt::join(wanted.weekdays, ",")),
                                               boost::json::serialize(holidays), boost::json::serialize(cases)});
}

}  // namespace mlango::registry
