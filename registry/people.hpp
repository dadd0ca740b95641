// Who may be behind a phone number, and what is recorded of a person and her household.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

// One person who may be holding the phone.
struct caller {
    person_id person;
    group_id group;
    phone_id phone;
    std::string nickname;  // chosen for the picker; may be empty
    std::string language;  // ISO 639; empty: not chosen yet
    bool has_pin = false;
    std::optional<wall_time> locked_until;  // still in the future when read, or absent
    int trust = 0;                          // of this number for this person, 0 to 3
    bool sim_changed = false;               // a SIM change was reported after the number was verified
    std::string operation;                  // code of the operation that registered her
};

struct callers {
    std::vector<caller> people;   // at most 9, ordered by phone id
    std::string number_language;  // chosen earlier on this number; may be empty
};

struct person_record {
    std::string given_name;
    std::string family_name;          // may be empty
    std::string registration_number;  // the group's, as issued
    std::string individual_number;
    std::string birth_date;     // ISO 8601
    std::string sex;            // F, M, O or U
    std::string location;       // name in the language asked for
    std::string address_line;   // may be empty
    std::int64_t revision = 0;  // of the group
    int household_size = 0;
};

struct household_member {
    person_id person;
    std::string given_name;
    std::string relationship;  // proGres code: PA, WIF, HUS, SON, DAU, …
    int birth_year = 0;
};

struct phone_record {
    phone_id phone;
    std::string e164;
    std::string answers;  // self, household, neighbour, shared, unknown
    int trust = 0;
};

class people {
public:
    // Phone numbers are sealed with `record` keys (context "msisdn") and found by the blind index of `blind` (blinder
    // purpose "msisdn", value the E.164 form with '+').
    people(pg_pool& pool, sealer& record, blinder& blind);

    // One round trip.
    task<callers> behind(std::string_view e164);
    // The language of the person and of the number; either may be absent (nobody: only the number's).
    task<void> choose_language(std::string_view e164, std::optional<person_id> person, std::string_view language);

    task<std::optional<person_record>> record_of(person_id person, std::string_view language);
    task<std::vector<household_member>> household_of(group_id group);
    task<std::vector<phone_record>> phones_of(person_id person);

private:
    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
};

}  // namespace mlango::registry
