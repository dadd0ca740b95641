// Somebody else who collects for her: named for an entitlement, or for each that is open, in the hands of whoever
// collects it or heads the household. It counts after a day, so that she can take it back when it was not her; it ends
// with the entitlement. Also her wish to be told by SMS that there is something.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/outbox.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

inline constexpr std::chrono::hours collector_cooling{24};

struct adult {
    person_id person;
    std::string given_name;
};

struct alternate {
    bool open = false;      // it is still to be collected
    bool may_name = false;  // this person may name or take back
    bool named = false;     // there is one: the rest is about it
    std::string given_name;
    std::string card;       // end of the number, where she named a card; else empty
    bool begun = false;     // it counts
    std::string begins_on;  // ISO 8601 day
};

// Whom she names: a person of the household, or whoever a card's number belongs to.
struct collector_wish {
    person_id person;
    std::string card;  // a registration number as typed; empty with a person
};

enum class collector_naming { done, already, nobody, not_hers };

class collectors {
public:
    collectors(pg_pool& pool, const clock& time);

    // nullopt when the entitlement is not of that group.
    task<std::optional<alternate>> of(entitlement_id entitlement, group_id group, person_id person);
    // Who else of the group is eighteen or older; by age, at most nine.
    task<std::vector<adult>> adults(group_id group, person_id person);

    // `notice` goes to all numbers of the person and of whoever collects; its number is not looked at. Idempotent by
    // hop. `already`: each of them has somebody; she takes that back first. `nobody`: not an adult of the household, or
    // her own card. A card that nobody has is taken as well: the answer does not tell which numbers there are.
    task<collector_naming> name(entitlement_id entitlement, bool all, group_id group, person_id person,
                                const collector_wish& who, const blind_key& hop, const notice& sms);
    // How many ended; none on a repeat. The notice as above.
    task<int> take_back(entitlement_id entitlement, bool all, group_id group, person_id person, const notice& sms);

    // One SMS that there is something for her, to the notice's number; false when it is not hers or no longer open.
    // Within ten minutes there is one, however often she asks.
    task<bool> remind(entitlement_id entitlement, group_id group, person_id person, const blind_key& hop,
                      const notice& sms);

private:
    pg_pool& pool_;
    const clock& time_;
};

// A card's number as both its written forms are one: letters and digits; nullopt when it is none.
[[nodiscard]] std::optional<std::string> card_key(std::string_view typed);

}  // namespace mlango::registry
