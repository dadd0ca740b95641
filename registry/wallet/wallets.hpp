// What is in a person's wallet, who looked into it, who acts for whom. Reads, but for ending a delegation and saying no
// to a verifier's question. Callers: wallet/holder, wallet/issuance.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/pool.hpp"
#include "registry/wallet/agents.hpp"
#include "registry/wallet/ids.hpp"

namespace mlango::registry {

struct wallet_content {
    std::string acts_as;              // of everything; empty: at most the entitlement
    std::string acts_for_assistance;  // of the entitlement alone
    int assurance = 0;
    bool frozen = false;
    std::string registered;  // JSON: claim → value
    std::string today;       // ISO 8601, where she is registered
};

struct wallet_look {
    wall_time at;
    std::string who, what, preset, channel;
};

struct waiting_question {
    ask_id id;
    verifier_entry verifier;
    std::string kind, preset;
    wall_time asked_at, expires_at;
};

struct delegation_row {
    delegation_id id;
    person_id other;
    std::string given_name;
    std::string kind;   // child, guardian, collector
    bool mine = false;  // she acts for the other
    std::string until;  // ISO 8601; the first day on which it is over
};

class wallets {
public:
    wallets(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

    task<std::optional<wallet_content>> content(person_id actor, person_id about);
    task<std::vector<wallet_look>> looks(person_id person, std::string_view language, int limit);
    task<std::vector<waiting_question>> questions(person_id person, std::string_view language);
    task<void> refuse(person_id person, ask_id which);
    task<std::vector<delegation_row>> delegations(person_id person);
    task<bool> end_delegation(person_id person, delegation_id which);

private:
    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
