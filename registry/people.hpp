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
    std::optional<wall_time> linked_at;     // the number came to be hers by a change that no code confirmed
    std::optional<wall_time> last_seen;     // the day of a right PIN on this number
    std::optional<wall_time> recovered_at;  // her PIN was last set without the one before it
};

struct callers {
    std::vector<caller> people;   // at most 60, ordered by phone id
    std::string number_language;  // chosen earlier on this number; may be empty
    bool latin_letters = false;   // chosen on this number: its handset shows no others
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
    std::string family_name;   // may be empty
    std::string relationship;  // proGres code: PA, WIF, HUS, SON, DAU, …
    std::string birth_date;    // ISO 8601
    int birth_year = 0;
};

struct phone_record {
    phone_id phone;
    std::string e164;
    std::string answers;   // self, household, neighbour, shared, unknown
    std::string nickname;  // hers at this number, for the picker; may be empty
    int trust = 0;
    std::optional<wall_time> verified_at = std::nullopt;  // when staff or a code of hers last settled that it is hers
};

enum class nickname_outcome { kept, taken, gone };

// What is held about her, in numbers.
struct holdings {
    std::string responsible;  // the operation that registered her, in the language asked for
    int household = 0;        // persons
    int phones = 0;           // numbers in use
    int entitlements = 0;     // of her group, in every state
    int requests = 0;         // changes and tickets, open or not
    int log_rows = 0;         // of what was done, and looked at, under her name
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

    // Her own word about her own number; applied at once. Nobody is told: the others at that number would be, too.
    // False when the number is not hers any more.
    task<bool> set_answers(phone_id phone, person_id person, std::string_view answers);
    // Empty takes it away. Refused as taken while somebody else at that number goes by it, in any case of letters.
    task<nickname_outcome> set_nickname(phone_id phone, person_id person, std::string_view nickname);

    // The day it is now in the operation that registered her, ISO 8601; empty when she is nobody.
    task<std::string> today_of(person_id person, wall_time now);
    // How far clocks there are ahead of UTC; 0 when she is nobody.
    task<std::chrono::seconds> utc_offset_of(person_id person, wall_time at);
    task<std::optional<holdings>> held_about(person_id person, std::string_view language);

private:
    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
};

}  // namespace mlango::registry
