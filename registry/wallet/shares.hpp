// What she agreed to show: made, listed, stopped. A share is one consent for one verifier, with a code that lives for
// minutes and what was taken with it for hours. Its code, its audit row and the link of her consent chain are one
// statement. Callers: wallet/holder. Not here: what is taken (redemptions.hpp), and which presets there are.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/pool.hpp"
#include "registry/wallet/ids.hpp"

namespace mlango::registry {

inline constexpr int most_waiting_codes = 3;  // of one person

// What decides whether a share may be made, read at once.
struct share_grounds {
    std::string acts_as;  // self, child, guardian, collector; empty: she may not
    int assurance = 0;    // 0 none … 3 high
    bool frozen = false;
    bool verifier_stands = false;
    bool country_refused = false;
    std::vector<std::string> presets;  // the verifier's
    std::string verifier_number, verifier_name, verifier_purpose, verifier_country, verifier_contact;
    int retention_days = 0;
    std::string operation;  // of the subject: code and English name
    std::string operation_name;
    std::int64_t waiting = 0;  // codes of the subject
    std::int64_t crowd = 0;    // codes that this verifier could redeem
};

struct made_share {
    share_id id;
    std::string code_sealed;  // empty: taken, stopped or over, or one that answers an ask
    std::string reference;
    wall_time expires_at;
};

struct new_share {
    person_id about, made_by;
    verifier_id verifier;
    std::string kind, preset;
    std::vector<std::string> facts;
    std::string reference;
    int trust = 0;
    std::optional<ask_id> ask;
    std::optional<blind_key> code, trace;  // none where it answers an ask
    std::string code_sealed;
    std::chrono::seconds code_lives{0};
    std::chrono::seconds lasts{0};  // what is minted of it
    std::string consent_digest;     // SHA-256 of the record
    std::string consent_sealed;
};

struct share_row {
    share_id id;
    std::string reference;
    verifier_id verifier;
    std::string verifier_name, kind, preset;
    wall_time made_at;
    std::string state;  // waiting, seen, over, stopped
    std::optional<wall_time> seen_at, valid_until;
    std::string about;
    bool by_other = false;
};

// The record of a consent, sealed, with what it is to be compared with.
struct kept_consent {
    person_id person;  // whose facts
    std::int64_t row = 0;
    std::string sealed, digest;
    std::string hop;  // of the share, 16 bytes
};

// Which shares a stop means, and why.
struct stop_choice {
    std::string_view why;  // share, verifier, all
    std::optional<share_id> share;
    std::optional<verifier_id> verifier;
};

class shares {
public:
    shares(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

    // nullopt: no such person or verifier.
    task<std::optional<share_grounds>> grounds(person_id actor, person_id about, std::string_view kind,
                                               verifier_id verifier);
    // What this hop made before.
    task<std::optional<made_share>> made_by_hop(person_id actor, const blind_key& hop);
    // nullopt: something of the grounds changed meanwhile, or the hop was here. Throws statement_refused with the
    // constraint wallet_share_code_blind_key when another live code is the same.
    task<std::optional<made_share>> make(const new_share& what, const blind_key& hop);
    task<std::vector<share_row>> of(person_id person, std::string_view language, int limit);

    // How many ended with this hop, now or before. What was taken is revoked; of a verifier's, erasure is asked for;
    // with all, what is in telephones' wallets ends for good, and so do offers of it.
    task<int> stop(person_id person, const stop_choice& which, const blind_key& hop);
    // Everything as above, and cards are suspended. How many ended. `actor`: phone, staff.
    task<int> freeze(person_id person, const blind_key& hop, std::string_view actor = "phone");
    // Suspended cards are valid again. False: it was not frozen, except by this hop.
    task<bool> unfreeze(person_id person, const blind_key& hop);
    task<bool> frozen(person_id person);

    // Of the consent to a share that she gave or that is about her.
    task<std::optional<kept_consent>> consent(person_id person, share_id share);

private:
    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
