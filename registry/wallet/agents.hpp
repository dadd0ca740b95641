// Verifiers as whoever meets them sees them, and how their operators and programs say who they are. A failure is
// counted before a password or PIN is hashed; waits grow to an hour and end by themselves, so that nobody is locked out
// by a stranger for good. Callers: wallet/holder, wallet/counter. Staff's side is desk.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/pool.hpp"
#include "registry/wallet/ids.hpp"

namespace mlango::registry {

struct verifier_entry {
    verifier_id id;
    std::string number, name, purpose;
    std::string country;       // name in that language where it is an operation's, else the code
    std::string country_code;  // ISO 3166-1 alpha-3
    std::vector<std::string> presets;
    std::string agent_name;  // where an agent was asked for
};

// An attempt that was counted.
struct agent_attempt {
    bool may_try = false;  // false: unknown or waiting; check against an empty stored form all the same
    std::int64_t agent = 0;
    verifier_id verifier;
    bool stands = false;  // the verifier
    std::string stored;
    std::string subject;  // of the stored form
};

struct agent_key {
    verifier_id verifier;
    std::int64_t agent = 0;
};

[[nodiscard]] std::string password_subject(std::string_view verifier_number, std::string_view name);
[[nodiscard]] std::string pin_subject(std::string_view verifier_number, std::string_view name);
// The blind form of a program's secret.
[[nodiscard]] blind_key secret_digest(blinder& blind, std::string_view program, std::string_view secret);

class agents {
public:
    agents(pg_pool& pool, blinder& blind, const clock& time) : pool_(pool), blind_(blind), time_(time) {}

    task<std::optional<verifier_entry>> verifier(std::string_view number, std::string_view language);
    // While both are active and no sign-out came after `since`.
    task<std::optional<verifier_entry>> face(agent_key who, std::string_view language, wall_time since);
    task<std::optional<verifier_entry>> behind(std::string_view e164, std::string_view language);

    task<agent_attempt> count_password(std::string_view verifier_number, std::string_view name);
    task<agent_attempt> count_pin(std::string_view e164, const blind_key& hop);
    task<void> succeeded(std::int64_t agent);
    task<void> sign_out(agent_key who);

    // By its secret and, where one is registered, by its certificate (SHA-256, 32 bytes; empty: none was shown).
    task<std::optional<agent_key>> program(std::string_view name, std::string_view secret,
                                           std::string_view certificate);

private:
    pg_pool& pool_;
    blinder& blind_;
    const clock& time_;
};

}  // namespace mlango::registry
