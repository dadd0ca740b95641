// What she does with her wallet: see what she has, share a part of it with one verifier by a code that she reads aloud,
// see who looked, stop it, freeze. One object a thread. Person and group are the session's; every write takes the hop's
// key, so that a hop delivered twice acts once and answers the same. Callers: the screens (handlers/wallet*.cpp).
// Not here: whether the PIN was right, words, what verifiers do (counter.hpp).
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/object.hpp>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "base/task.hpp"
#include "registry/wallet/ids.hpp"
#include "wallet/assurance.hpp"

namespace mlango::wallet {

using registry::ask_id;
using registry::delegation_id;
using registry::group_id;
using registry::person_id;
using registry::share_id;
using registry::verifier_id;

struct parts;  // wallet/parts.hpp

// One thing that she can show, by kind (credentials.yaml): registration, household, entitlement, identity.
struct credential_card {
    std::string kind;
    std::chrono::year_month_day valid_until;
    std::string state;  // valid, frozen, ended
    int facts = 0;      // how many the registry can state of it now
};

// By `number`, five digits, the last a check digit. Names in the language asked for.
struct verifier_card {
    verifier_id id;
    std::string number;
    std::string name;
    std::string purpose;
    std::string country;  // name in that language where it is known, else ISO 3166-1 alpha-3
    std::string country_code;
    std::vector<std::string> presets;  // those that it may be shown
};

// Of one credential for one verifier: what may be chosen, and what is missing where it may not.
struct preset_choice {
    std::string preset;
    std::vector<std::string> facts;  // names of claims, in the order of the screen
    std::optional<lacking> lacks;
};

struct share_wish {
    person_id person;  // the session's
    group_id group;
    person_id about;  // whose facts; nobody: her own. For another it needs a delegation.
    std::string kind;
    std::string preset;
    verifier_id verifier;
    std::optional<ask_id> ask;  // it answers a verifier's question: the code need not be read aloud
    // What she read before she said yes, kept word for word with the consent.
    std::string screen_text;
    std::string language;
    std::int64_t edition = 0;  // of the menu; 0: the files
    session_standing standing;
    std::string gateway;
};

enum class share_refusal {
    frozen,
    not_allowed,    // level, phone or preset: choices() says which
    too_many_live,  // three codes wait already
    country,        // the verifier belongs to a country that must not learn of her
    gone,           // no such verifier, credential or delegation (any more)
};

struct share_offer {
    share_id share;
    std::string code;       // digits only; spoken_share_code() groups them. Empty when it answers an ask
    int minutes = 0;        // from now on
    std::string reference;  // four letters or digits, to name this share to staff
};

struct share_view {
    share_id id;
    std::string reference;
    verifier_id verifier;
    std::string verifier_name;
    std::string kind, preset;
    wall_time made_at;
    std::string state;  // waiting (the code lives), seen (taken, still valid), over, stopped
    std::optional<wall_time> seen_at;
    std::optional<wall_time> valid_until;  // of the credential that was taken
    std::string about;                     // given name, where it is somebody else's
    bool by_other = false;                 // somebody who acts for her made it
};

// What a stop or freeze did. A repeated hop finds nothing left and gets the same reference.
struct stopped {
    int shares = 0;
    std::string reference;
};

// Who looked, newest first. Never what was read.
struct look_view {
    wall_time at;
    std::string who;  // verifier's name; empty: staff
    std::string
        what;  // seen, again (a receipt opened once more), tried (refused: used, over or not theirs), asked, staff
    std::string preset;   // or, of staff, what they did: the audit's kind
    std::string channel;  // api, web, ussd, card, phone, staff
};

struct ask_view {
    ask_id id;
    verifier_card verifier;
    std::string kind, preset;
    wall_time asked_at, expires_at;
};

// Whom she acts for, or who acts for her.
struct delegation_view {
    delegation_id id;  // nobody's for a child of the household: that follows from the registry
    person_id other;
    std::string given_name;
    std::string kind;   // child, guardian, collector
    bool mine = false;  // she acts for the other; else the other acts for her
    std::chrono::year_month_day until;
};

class holder {
public:
    explicit holder(const parts& house) : house_(house) {}  // `house` outlives it

    // Of herself, or of somebody she acts for.
    task<std::vector<credential_card>> credentials(person_id person, group_id group, person_id about = {});
    // What a card of that kind states now: claim → value, in the order of credentials.yaml.
    task<boost::json::object> facts(person_id person, group_id group, person_id about, std::string kind);
    // Active ones only.
    task<std::optional<verifier_card>> verifier(std::string number, std::string language);
    // What this verifier may be shown of `kind`. Empty: nothing.
    task<std::vector<preset_choice>> choices(person_id person, group_id group, person_id about, std::string kind,
                                             verifier_id verifier, session_standing standing);
    // Whether the verifier belongs to a country that must not learn of her: then there are no choices.
    task<bool> country_refused(person_id person, person_id about, std::string kind, verifier_id verifier);

    task<std::expected<share_offer, share_refusal>> share(share_wish wish, blind_key hop);
    task<std::vector<share_view>> shares(person_id person, std::string language, int limit = 20);

    // Its code dies; what was taken with it reads as revoked on the status list within seconds.
    task<stopped> stop_share(person_id person, share_id share, blind_key hop);
    // All that this verifier has; it is also asked to erase it.
    task<stopped> stop_verifier(person_id person, verifier_id verifier, blind_key hop);
    task<stopped> stop_all(person_id person, blind_key hop);

    // Everything is stopped as above; what is on paper or in a telephone is suspended; nothing can be shared, asked or
    // issued. May be done without a PIN and from any phone of hers.
    task<stopped> freeze(person_id person, blind_key hop);
    // False while the standing is doubtful or the PIN came back within 72 hours. What was stopped stays stopped.
    task<bool> unfreeze(person_id person, session_standing standing, blind_key hop);
    task<bool> frozen(person_id person);

    // Also tries that failed, and what staff did.
    task<std::vector<look_view>> looks(person_id person, std::string language, int limit);

    // What verifiers asked and she has not answered yet. She answers by share() with `ask`, or so:
    task<std::vector<ask_view>> asked(person_id person, std::string language);
    task<void> refuse_ask(person_id person, ask_id ask, blind_key hop);

    task<std::vector<delegation_view>> delegations(person_id person, group_id group);
    // Either of the two ends it; of a child of the household only staff.
    task<bool> end_delegation(person_id person, delegation_id which, blind_key hop);

    // The consent receipt of a share of hers: ISO/IEC TS 27560 fields as JSON, with the screen she read. nullopt also
    // when it is not what her chain says.
    task<std::optional<std::string>> consent(person_id person, share_id share);

private:
    const parts& house_;
};

}  // namespace mlango::wallet
