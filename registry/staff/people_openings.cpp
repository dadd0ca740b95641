// Records of another office, opened for a reason and looked at afterwards.
#include <boost/json/parse.hpp>

#include "registry/parameters.hpp"
#include "registry/staff/desk_outcomes.hpp"
#include "registry/staff/people_desk.hpp"

namespace mlango::registry {

namespace {

constexpr std::string_view words_context = "glass";

const registered_statement desk_break_glass{"desk_break_glass", R"(
    SELECT outcome, made FROM break_glass($1::bigint, $2::bigint, $3, $4::bytea,
                                          timestamptz 'epoch' + $5::bigint * interval '1 microsecond'))"};

const registered_statement desk_review_glass{"desk_review_glass", R"(
    SELECT review_glass($1::bigint, $2::bigint, $3, timestamptz 'epoch' + $4::bigint * interval '1 microsecond'))"};

const registered_statement desk_openings{"desk_openings", R"(
    SELECT b.words_sealed,
           jsonb_build_object('id', b.id, 'by', s.shown_name, 'own', b.staff = $1::bigint, 'person', b.individual,
             'individual_number', i.individual_number, 'operation', i.operation, 'reason', b.reason,
             'at', iso_utc(b.at), 'until', iso_utc(b.until), 'reviewed_at', iso_utc(b.reviewed_at),
             'reviewed_by', r.shown_name, 'verdict', b.verdict,
             'looks', (SELECT count(*) FROM audit a WHERE a.individual = b.individual AND a.actor = 'staff:' || b.staff
                          AND a.kind = 'glass.viewed' AND a.at >= b.at AND a.at < b.until))
      FROM glass_break b
      JOIN individual i ON i.id = b.individual
      JOIN staff s ON s.id = b.staff
      LEFT JOIN staff r ON r.id = b.reviewed_by
     WHERE (NOT $3::boolean OR b.reviewed_at IS NULL) AND ($4::bigint = 0 OR b.id < $4::bigint)
       AND staff_may_person($1::bigint, 'people.review', b.individual,
                            timestamptz 'epoch' + $2::bigint * interval '1 microsecond')
     ORDER BY b.id DESC LIMIT $5::integer)"};

}  // namespace

task<people_desk::noted> people_desk::break_glass(staff_id who, person_id person, std::string_view reason,
                                                  std::string_view words) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.push_back(id_parameter(person));
    given.emplace_back(reason);
    given.emplace_back(bytea_parameter(record_.seal(words, words_context)));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(desk_break_glass, std::move(given));
    co_return noted{.outcome = desk_outcome_of(got.text(0, 0)), .record = got.number(0, 1)};
}

task<desk_outcome> people_desk::review_glass(staff_id who, std::int64_t opening, std::string_view verdict) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(std::to_string(opening));
    given.emplace_back(verdict);
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(desk_review_glass, std::move(given));
    co_return desk_outcome_of(got.text(0, 0));
}

task<boost::json::array> people_desk::openings(staff_id who, bool waiting_only, std::int64_t after, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(waiting_only ? "true" : "false");
    given.emplace_back(std::to_string(after));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(desk_openings, std::move(given));
    boost::json::array found;
    for (int row = 0; row < got.size(); ++row) {
        boost::json::object one = boost::json::parse(got.text(row, 1)).as_object();
        const auto words = record_.open(got.bytea(row, 0), words_context);
        one["words"] = words ? boost::json::value(*words) : boost::json::value();
        found.push_back(std::move(one));
    }
    co_return found;
}

}  // namespace mlango::registry
