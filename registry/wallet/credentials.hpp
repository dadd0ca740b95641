// Credentials that outlive a share, and her offers of one to a telephone's wallet. Each has a place on the two-bit
// status list. Callers: wallet/issuance, which signs. Not here: OpenID4VCI's messages.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "registry/pool.hpp"
#include "registry/wallet/ids.hpp"

namespace mlango::registry {

inline constexpr std::chrono::minutes offer_lives{15};
inline constexpr std::chrono::minutes grant_lives{10};

struct new_credential {
    std::string kind;
    std::string medium;              // card, phone
    std::vector<std::string> facts;  // that it may hold
    std::chrono::seconds lasts{0};   // at most: it ends with what it is about
    int needs = 0;                   // how sure we must be of her, as long as it lasts: 0 none … 3 high
};

struct credential_place {
    base_credential_id id;
    person_id person;
    std::string list;
    std::int64_t index = 0;
    wall_time issued_at, valid_until;
    std::string registered;  // JSON: claim → value
};

struct new_offer {
    person_id person;
    std::string kind;
    blind_key number{}, code{}, tx{};
    int trust = 0;
};

class credentials {
public:
    credentials(pg_pool& pool, sealer& record, const clock& time, random_source& random)
        : pool_(pool), record_(record), time_(time), random_(random) {}

    // To a card: the card before it of that kind ends. nullopt: frozen, or nobody.
    task<std::optional<credential_place>> place(person_id person, const new_credential& what);
    // To whoever holds a grant that was not used: takes it, and tells each of her numbers. `what.kind` must be the
    // offer's. An offer from before her PIN came back is none.
    task<std::optional<credential_place>> place_for_grant(const blind_key& grant, const new_credential& what);
    // The kind of a grant that can be used; empty: none.
    task<std::string> kind_of_grant(const blind_key& grant);

    // True also when this hop made it before. False: frozen, or ten within a day.
    task<bool> offer(const new_offer& what, const blind_key& hop);
    // The kind of a live offer; empty: none.
    task<std::string> offered(const blind_key& number);
    // Counts the try, then compares: five end the offer. True: it is exchanged for the grant, now and never again.
    task<bool> exchange(const blind_key& code, const blind_key& tx, const blind_key& grant);

private:
    task<std::optional<credential_place>> place_one(std::optional<person_id> person,
                                                    const std::optional<blind_key>& grant, const new_credential& what);

    pg_pool& pool_;
    sealer& record_;
    const clock& time_;
    random_source& random_;
};

}  // namespace mlango::registry
