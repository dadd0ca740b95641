// What staff do at a person's record, each with how it was made sure that it is she (migration 0016, check_rule): a
// code for a new PIN, a lock released, a number asked for, a verification noted by reference; and opening a record of
// another office, which somebody else looks at afterwards. Callers: console. Not here: approving a number (a case),
// seeing a record (people_record).
#pragma once

#include <boost/json/array.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/pool.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::registry {

struct identity_checked {
    std::string_view method;     // questions, call, document, biometric
    std::string_view reference;  // of document and biometric, in the official system
    phone_id phone;              // that was called
};

struct person_at_desk {
    staff_id who;
    person_id person;
    std::int64_t revision = 0;  // of the record that was looked at
};

enum class desk_outcome {
    done,
    second,       // another person has to confirm it
    not_found,    // nobody there, or not hers to do it to
    stale,        // the record has changed since
    wrong_state,  // not registered any more; nothing is locked; it was decided before; no copy waits
    check,        // made sure of in a way that is not enough for her
    phone,        // a call to that number proves nothing
    same,         // she has that number
    conflict,     // the second person read another reference
    own_request,
    too_many,
};

class people_desk {
public:
    people_desk(pg_pool& pool, sealer& record, blinder& blind, const clock& time, random_source& random)
        : pool_(pool), record_(record), blind_(blind), time_(time), random_(random) {}

    struct given_code {
        desk_outcome outcome = desk_outcome::not_found;
        std::string code;  // said to her, never sent: nine digits, for 72 hours
    };
    task<given_code> give_pin_code(person_at_desk at, const identity_checked& how);
    task<desk_outcome> release_pin(person_at_desk at, const identity_checked& how);

    struct asked_number {
        desk_outcome outcome = desk_outcome::not_found;
        std::string reference;
        std::int64_t request = 0;
    };
    // The same number on the same day is asked for once, while that request is undecided.
    task<asked_number> ask_number(person_at_desk at, const identity_checked& how, std::string_view e164);

    // Whether a copy of what is held of her (people_record::copy) may be given to her now; it is marked as given.
    task<desk_outcome> hand_copy(person_at_desk at, const identity_checked& how);

    struct noted {
        desk_outcome outcome = desk_outcome::not_found;
        std::int64_t record = 0;
    };
    task<noted> verify(person_at_desk at, std::string_view method, std::string_view reference);
    // Empty reference: she refuses it.
    task<desk_outcome> confirm_verification(staff_id who, std::int64_t wait, std::string_view reference);
    task<boost::json::array> waiting_verifications(staff_id who, int limit);

    task<noted> break_glass(staff_id who, person_id person, std::string_view reason, std::string_view words);
    task<desk_outcome> review_glass(staff_id who, std::int64_t opening, std::string_view verdict);
    // Those of persons that she reviews for, newest first; with what was looked at meanwhile.
    task<boost::json::array> openings(staff_id who, bool waiting_only, std::int64_t after, int limit);

private:
    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
    const clock& time_;
    random_source& random_;
};

}  // namespace mlango::registry
