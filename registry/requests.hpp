// What she asks to have changed (change requests: applied by their rule, see staff/case_updates.hpp), and what she
// tells or asks staff (tickets). Each has a short reference, unique among the open ones: 4 of
// "ACDEFGHJKMNPQRTUVWXY234679", no look-alikes.
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

// Before and after as named values, e.g. {"msisdn", "+254…"}. A number ("msisdn") and a person's name ("name") are
// stored as {"masked": "+2547•••123", "sealed": "…"}, sealed with the contexts "msisdn" and "name".
using recorded_values = std::vector<std::pair<std::string, std::string>>;

struct change_wish {
    // phone_add, phone_replace, phone_remove, address, link_number; of the household: birth, death, marriage,
    // departure, name, birth_date; about her data: data_delete, data_object, data_copy
    std::string kind;
    std::optional<person_id> person;
    std::optional<group_id> group;
    std::optional<phone_id> phone;  // the one that is replaced or removed
    recorded_values before;
    recorded_values after;
    int trust = 0;                       // of the phone it was asked from
    std::string_view channel = "phone";  // or "sms": nobody gave a PIN
};

struct my_request {
    std::int64_t id = 0;  // of the change request or of the ticket
    bool ticket = false;
    bool may_cancel = false;  // asked by herself, and nobody has begun with it
    std::string reference;
    std::string kind;        // of the change request, or "ticket." and the category
    std::string state;       // pending, validated, applied, rejected, cancelled, conflict; tickets: new … closed
    std::string asked_on;    // ISO 8601 day
    std::string decided_on;  // ISO 8601 day; empty: not yet
    std::string reason;      // why it was rejected, staff's word or code; may be empty
    std::string question;    // what staff ask her about it; empty: nothing
};

class requests {
public:
    // With `blind`, a number that is asked for is kept with its blind index, so that many can be approved without the
    // key.
    requests(pg_pool& pool, sealer& record, random_source& random, blinder* blind = nullptr);

    // Returns the reference; the stored one when hop was stored before. Request, audit row and outbox row are one
    // transaction. The notice's argument "reference" is filled in here.
    task<std::string> ask(const change_wish& wish, const blind_key& hop, std::string_view sms_to,
                          std::string_view language, std::string_view sms_text);

    // Takes back one of her own that is pending; audit row and outbox row are of the same transaction, and of the first
    // delivery only. False when it is not hers, or staff have begun with it.
    task<bool> cancel(change_request_id request, person_id person, std::string_view reference, std::string_view sms_to,
                      std::string_view language, std::string_view sms_text);

    // Her answer to what staff ask about it: "yes" or "no". False: there is no such question (any more).
    task<bool> answer(change_request_id request, person_id person, std::string_view said, std::string_view channel,
                      const blind_key& hop, wall_time now);

    // Her own and her household's, newest first. Of complaints, marriages, departures and what is asked about data only
    // her own: who lives with her need not know.
    task<std::vector<my_request>> of(person_id person, group_id group, int offset, int limit);

private:
    pg_pool& pool_;
    sealer& record_;
    random_source& random_;
    blinder* blind_;
};

}  // namespace mlango::registry
