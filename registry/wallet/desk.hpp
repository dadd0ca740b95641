// What staff do for the wallet: verifiers with their operators and programs, how a person was verified at a counter,
// numbers that governments gave her, who acts for whom, countries that must not learn of her. Each change with its
// audit row. Callers: commands; later the console. Not here: what verifiers and holders do themselves.
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
#include "registry/wallet/shares.hpp"

namespace mlango::registry {

using named_texts = std::vector<std::pair<std::string, std::string>>;  // language → words; English is there

struct new_verifier {
    named_texts name, purpose;
    std::string country;  // ISO 3166-1 alpha-3
    std::vector<std::string> presets;
    std::string contact;
    int retention_days = 90;
    std::chrono::days lasts{365};
};

struct new_agent {
    std::string name;
    std::string password = {};             // stored form; empty: none
    std::string e164 = {}, pin = {};       // of an operator's own phone: number and stored form; empty: none
    std::optional<blind_key> secret = {};  // of a program
    std::string certificate = {};          // SHA-256, 32 bytes; empty: none
};

struct verifier_summary {
    std::string number, name, country, state, reason, expires_on;
    std::vector<std::string> presets;
    int operators = 0, programs = 0, misses = 0;
};

struct new_verification {
    person_id person;
    std::string method;  // document, biometric
    std::string reference;
    std::string seen_by, second_by;
    std::chrono::days lasts{730};
};

enum class verification_outcome { done, same_person, second_missing, nobody };
enum class number_outcome { done, taken, nobody };

class wallet_desk {
public:
    wallet_desk(pg_pool& pool, sealer& record, blinder& blind, const clock& time, random_source& random)
        : pool_(pool), record_(record), blind_(blind), time_(time), random_(random) {}

    // Its number: four random digits and a check digit.
    task<std::string> add_verifier(const new_verifier& what);
    // False: no such verifier, or it has one of that name; an operator that is there gets what is given.
    task<bool> put_operator(std::string_view verifier, const new_agent& what);
    task<bool> add_program(std::string_view verifier, const new_agent& what);
    task<bool> end_agent(std::string_view verifier, std::string_view name);
    // False: it was not in a state for it. Resuming forgets its misses and its agents' waits.
    task<bool> suspend(std::string_view verifier, std::string_view reason);
    task<bool> resume(std::string_view verifier);
    task<bool> end(std::string_view verifier);
    task<std::vector<verifier_summary>> verifiers();
    // nullopt: no such verifier.
    task<std::optional<verifier_summary>> verifier(std::string_view number);

    // By individual number, or the principal by registration number.
    task<std::optional<person_id>> person(std::string_view number);
    task<verification_outcome> verify_person(const new_verification& what);
    // Ends every verification of hers: a mistake, or a document that was withdrawn. How many.
    task<int> end_verifications(person_id person);
    task<number_outcome> put_identity_number(person_id person, std::string_view scheme, std::string_view number,
                                             std::optional<std::chrono::year_month_day> valid_until);
    // A guardian until that day (allowed), or: this person must not act for that child (not allowed).
    task<bool> delegate(person_id who, person_id subject, bool allowed, std::chrono::year_month_day until,
                        std::string_view by);
    // False: no such operation.
    task<bool> refuse_country(std::string_view operation, std::string_view country, bool refused);

    struct broken_chain {
        person_id person;
        std::int64_t row = 0;
    };
    struct chain_verdict {
        std::int64_t rows = 0;
        std::vector<broken_chain> broken;
    };
    // The chains by themselves: what is sealed is not opened.
    task<chain_verdict> check_consents();
    // Consents that were given, after that one, by person and row.
    task<std::vector<kept_consent>> consents(broken_chain after, int limit);
    // The latest with that reference; that staff read it stands in the log and in who looked.
    task<std::optional<kept_consent>> consent(person_id person, std::string_view reference);

private:
    task<bool> turn(const statement& how, std::string_view verifier, parameter reason);

    pg_pool& pool_;
    sealer& record_;
    blinder& blind_;
    const clock& time_;
    random_source& random_;
};

}  // namespace mlango::registry
