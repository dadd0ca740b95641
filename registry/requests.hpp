// What she asks to have changed (change requests: staff apply them, never we), and what she tells or asks staff
// (tickets). Each has a short reference, unique among the open ones: 4 of "ACDEFGHJKMNPQRTUVWXY234679", no look-alikes.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/outbox.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

[[nodiscard]] std::string new_reference(random_source& random);

// Before and after as named values, e.g. {"msisdn", "+254…"}. A value whose name is in the sealed set ("msisdn") is
// stored as {"masked": "+2547•••123", "sealed": "…"}.
using recorded_values = std::vector<std::pair<std::string, std::string>>;

struct change_wish {
    std::string kind;  // phone_add, phone_replace, phone_remove, address, link_number
    std::optional<person_id> person;
    std::optional<group_id> group;
    std::optional<phone_id> phone;  // the one that is replaced or removed
    recorded_values before;
    recorded_values after;
    int trust = 0;  // of the phone it was asked from
};

struct my_request {
    std::string reference;
    std::string kind;      // of the change request, or "ticket." and the category
    std::string state;     // pending, validated, applied, rejected, cancelled, conflict; tickets: new … closed
    std::string asked_on;  // ISO 8601 day
};

class requests {
public:
    requests(pg_pool& pool, sealer& record, blinder& blind, random_source& random);

    // Returns the reference; the stored one when hop was stored before. Request, audit row and outbox row are one
    // transaction. The notice's argument "reference" is filled in here.
    task<std::string> ask(const change_wish& wish, const blind_key& hop, std::string_view sms_to,
                          std::string_view language, std::string_view sms_text);

    // Opens a ticket: category call_back, question, complaint, link_number…; the number that asks is kept sealed.
    task<std::string> open_ticket(std::string_view category, std::string_view topic, std::optional<person_id> person,
                                  std::optional<group_id> group, std::string_view e164, std::string_view language,
                                  const blind_key& hop, std::string_view sms_text);

    // Her own and her household's, newest first; of complaints only her own.
    task<std::vector<my_request>> of(person_id person, group_id group, int offset, int limit);

private:
    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
    random_source& random_;
};

}  // namespace mlango::registry
