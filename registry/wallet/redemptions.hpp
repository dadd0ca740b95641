// Taking what she agreed to show, once. Finding the code, counting a miss, giving a place on the status list, her log,
// her notice and the audit row are one statement, so that parallel tries pass one by one and a lost answer loses
// nothing: the same taker finds its receipt again. Callers: wallet/counter, which signs what was taken afterwards.
#pragma once

#include <cstdint>
#include <expected>
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

// Guessing: a verifier's misses within a day suspend it until a human looked; an agent's within a quarter of an hour
// make it wait for one.
inline constexpr int most_agent_misses = 5;
inline constexpr int most_verifier_misses = 10;

struct taker {
    verifier_id verifier;
    std::int64_t agent = 0;  // operator or program
    std::string channel;     // api, web, ussd
};

// By a code's blind forms, or by the question that she answered.
struct take_key {
    std::optional<blind_key> code, trace;
    std::string ask;
};

struct taken_share {
    share_id id;
    person_id person;
    std::string receipt, kind, preset;
    std::vector<std::string> facts;  // that she agreed to
    wall_time made_at, taken_at, valid_until;
    std::string list;  // of its status: name and place
    std::int64_t index = 0;
    std::string verifier_number;
    std::string presented_sealed;  // empty: nothing was signed yet, and `registered` says what the registry states
    std::string registered;        // JSON: claim → value
};

enum class take_refusal { not_found, wait, suspended };
struct take_failure {
    take_refusal what = take_refusal::not_found;
    std::chrono::seconds wait{0};
};

struct question {
    enum class state { waiting, shared, no_answer };
    state is = state::waiting;
    std::string receipt;  // of what was taken before
};

class redemptions {
public:
    redemptions(pg_pool& pool, sealer& record, blinder& blind, const clock& time, random_source& random)
        : pool_(pool), record_(record), blind_(blind), time_(time), random_(random) {}

    task<std::expected<taken_share, take_failure>> take(const taker& by, const take_key& key);
    // Keeps what was signed; false: something else was kept before, or she stopped it.
    task<bool> keep(share_id share, const std::string& presented_sealed);
    // One of this verifier's that still holds; noted in her log. A number that is none of its receipts is counted as a
    // code that is nobody's.
    task<std::expected<taken_share, take_failure>> receipt(const taker& by, std::string_view number);

    // A verifier asks first. The same for every number; nullopt: it may not. The reference is 22 characters.
    task<std::optional<std::string>> ask(const taker& by, std::string_view e164, std::string_view kind,
                                         std::string_view preset);
    task<std::optional<question>> asked(const taker& by, std::string_view reference);

    struct erasure {
        std::string receipt;
        wall_time asked_at;
    };
    task<std::vector<erasure>> erasures(const taker& by, int limit);

private:
    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
    const clock& time_;
    random_source& random_;
};

}  // namespace mlango::registry
