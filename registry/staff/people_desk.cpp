#include "registry/staff/people_desk.hpp"

#include <array>
#include <boost/json/parse.hpp>
#include <chrono>
#include <utility>

#include "registry/parameters.hpp"
#include "registry/recovery.hpp"
#include "registry/requests.hpp"
#include "registry/staff/desk_outcomes.hpp"

namespace mlango::registry {

desk_outcome desk_outcome_of(std::string_view word) {
    constexpr std::array<std::pair<std::string_view, desk_outcome>, 11> words = {
        {{"done", desk_outcome::done},
         {"second", desk_outcome::second},
         {"not_found", desk_outcome::not_found},
         {"stale", desk_outcome::stale},
         {"wrong_state", desk_outcome::wrong_state},
         {"check", desk_outcome::check},
         {"phone", desk_outcome::phone},
         {"same", desk_outcome::same},
         {"conflict", desk_outcome::conflict},
         {"own_request", desk_outcome::own_request},
         {"too_many", desk_outcome::too_many}}};
    for (const auto& [name, outcome] : words)
        if (name == word) return outcome;
    throw registry_unavailable("an outcome that nobody knows");
}

namespace {

constexpr int reference_tries = 20;

std::string masked(std::string_view e164) {
    return std::string(e164.substr(0, 5)) + "•••" + std::string(e164.substr(e164.size() - 3));
}

const registered_statement desk_pin_code{"desk_pin_code", R"(
    SELECT give_pin_code($1::bigint, $2::bigint, $3::bigint, $4, $5, $6::bigint, $8::bytea, $9::bytea,
                         timestamptz 'epoch' + $7::bigint * interval '1 microsecond'))"};

const registered_statement desk_release_pin{"desk_release_pin", R"(
    SELECT release_pin($1::bigint, $2::bigint, $3::bigint, $4, $5, $6::bigint,
                       timestamptz 'epoch' + $7::bigint * interval '1 microsecond'))"};

const registered_statement desk_ask_number{"desk_ask_number", R"(
    SELECT outcome, reference, made
      FROM ask_number($1::bigint, $2::bigint, $3::bigint, $4, $5, $7::bytea, $8, $9, $10, $11::bytea,
                      timestamptz 'epoch' + $6::bigint * interval '1 microsecond'))"};

const registered_statement desk_hand_copy{"desk_hand_copy", R"(
    SELECT hand_copy($1::bigint, $2::bigint, $3::bigint, $4, $5,
                     timestamptz 'epoch' + $6::bigint * interval '1 microsecond'))"};

std::vector<parameter> given_of(const person_at_desk& at, const identity_checked& how) {
    std::vector<parameter> given;
    given.push_back(id_parameter(at.who));
    given.push_back(id_parameter(at.person));
    given.emplace_back(std::to_string(at.revision));
    given.emplace_back(how.method);
    given.push_back(text_parameter(how.reference));
    return given;
}

}  // namespace

task<people_desk::given_code> people_desk::give_pin_code(person_at_desk at, const identity_checked& how) {
    given_code made;
    std::string code = new_code(random_);
    std::vector<parameter> given = given_of(at, how);
    given.push_back(id_parameter(std::optional(how.phone)));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(bytea_parameter(code_digest(blind_, at.person, code)));
    given.emplace_back(bytea_parameter(record_.seal("{}", notice_context)));
    const rows got = co_await pool_.write(desk_pin_code, std::move(given));
    made.outcome = desk_outcome_of(got.text(0, 0));
    if (made.outcome == desk_outcome::done) made.code = std::move(code);
    co_return made;
}

task<desk_outcome> people_desk::release_pin(person_at_desk at, const identity_checked& how) {
    std::vector<parameter> given = given_of(at, how);
    given.push_back(id_parameter(std::optional(how.phone)));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(desk_release_pin, std::move(given));
    co_return desk_outcome_of(got.text(0, 0));
}

task<people_desk::asked_number> people_desk::ask_number(person_at_desk at, const identity_checked& how,
                                                        std::string_view e164) {
    const wall_time now = time_.now();
    const auto day = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
    const blind_key once = blind_.blind(
        "staff number", std::to_string(at.person.value) + ":" + std::to_string(day) + ":" + std::string(e164));
    const std::string sealed = to_base64url(as_byte_view(record_.seal(e164, msisdn_context)));
    for (int left = reference_tries;; --left) {
        std::vector<parameter> given = given_of(at, how);
        given.emplace_back(time_parameter(now));
        given.emplace_back(bytea_parameter(once));
        given.emplace_back(new_reference(random_));
        given.emplace_back(masked(e164));
        given.emplace_back(sealed);
        given.emplace_back(bytea_parameter(blind_.blind(msisdn_purpose, e164)));
        try {
            const rows got = co_await pool_.write(desk_ask_number, std::move(given));
            co_return asked_number{.outcome = desk_outcome_of(got.text(0, 0)),
                                   .reference = std::string(got.text(0, 1)),
                                   .request = got.number(0, 2)};
        } catch (const statement_refused& refused) {
            // Another open request has that reference, or the same was asked at the same moment: then it is there now.
            if (left == 1 ||
                (refused.constraint != "open_reference_pkey" && refused.constraint != "change_request_hop_key_key"))
                throw;
        }
    }
}

task<desk_outcome> people_desk::hand_copy(person_at_desk at, const identity_checked& how) {
    std::vector<parameter> given = given_of(at, how);
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(desk_hand_copy, std::move(given));
    co_return desk_outcome_of(got.text(0, 0));
}

namespace {

const registered_statement desk_verify_person{"desk_verify_person", R"(
    SELECT outcome, made FROM verify_person($1::bigint, $2::bigint, $3::bigint, $4, $5,
                                            timestamptz 'epoch' + $6::bigint * interval '1 microsecond'))"};

const registered_statement desk_confirm_verification{"desk_confirm_verification", R"(
    SELECT confirm_verification($1::bigint, $2::bigint, $3,
                                timestamptz 'epoch' + $4::bigint * interval '1 microsecond'))"};

// Without the reference: whoever confirms reads it herself.
const registered_statement desk_waiting_verifications{"desk_waiting_verifications", R"(
    SELECT jsonb_build_object('id', w.id, 'person', w.individual, 'individual_number', i.individual_number,
             'operation', i.operation, 'seen_by', s.shown_name, 'at', iso_utc(w.at), 'own', w.seen_by = $1::bigint)
      FROM verification_wait w
      JOIN individual i ON i.id = w.individual
      JOIN staff s ON s.id = w.seen_by
     WHERE w.decided_at IS NULL
       AND staff_may_person($1::bigint, 'people.attach_number', w.individual,
                            timestamptz 'epoch' + $2::bigint * interval '1 microsecond')
     ORDER BY w.id LIMIT $3::integer)"};

}  // namespace

task<people_desk::noted> people_desk::verify(person_at_desk at, std::string_view method, std::string_view reference) {
    std::vector<parameter> given = given_of(at, {.method = method, .reference = reference, .phone = {}});
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(desk_verify_person, std::move(given));
    co_return noted{.outcome = desk_outcome_of(got.text(0, 0)), .record = got.number(0, 1)};
}

task<desk_outcome> people_desk::confirm_verification(staff_id who, std::int64_t wait, std::string_view reference) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(std::to_string(wait));
    given.push_back(text_parameter(reference));
    given.emplace_back(time_parameter(time_.now()));
    const rows got = co_await pool_.write(desk_confirm_verification, std::move(given));
    co_return desk_outcome_of(got.text(0, 0));
}

task<boost::json::array> people_desk::waiting_verifications(staff_id who, int limit) {
    std::vector<parameter> given;
    given.push_back(id_parameter(who));
    given.emplace_back(time_parameter(time_.now()));
    given.emplace_back(std::to_string(limit));
    const rows got = co_await pool_.read(desk_waiting_verifications, std::move(given));
    boost::json::array waiting;
    for (int row = 0; row < got.size(); ++row) waiting.push_back(boost::json::parse(got.text(row, 0)));
    co_return waiting;
}

}  // namespace mlango::registry
