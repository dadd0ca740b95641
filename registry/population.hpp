// A deterministic, believable, synthetic population of any size, for the demo, tests and benchmarks. Nobody in it is
// taken from life. Family i (from 0) answers at +254700000000 + i; its principal's PIN is 4826.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"

namespace mlango::registry {

struct population_settings {
    std::int64_t families = 2000;  // at most nine millions
    std::uint64_t seed = 1;
    bool demo_people = true;  // the people of demo_people(), beside the families
    wall_time today{};        // dates of distributions are laid around it
};

struct population_counts {
    std::int64_t groups = 0, individuals = 0, phones = 0, entitlements = 0;
};

// Fills an empty, migrated registry by COPY, in one transaction: all of it or nothing. Its tables are locked meanwhile.
// Everything but the nonces and salts of what is sealed follows from `settings`; a family depends on seed, number and
// day alone. `progress` is told families done, now and then; it may be empty. Throws std::runtime_error with a message
// for the operator: not migrated, not empty, too many families, or PostgreSQL's words.
population_counts seed_population(const std::string& conninfo, const key_ring& keys,
                                  const population_settings& settings,
                                  const std::function<void(std::int64_t)>& progress);

struct demo_person {
    std::string msisdn;
    std::string pin;  // empty: none yet, or not told
    std::string language;
    std::string situation;  // in English, for the tester
};
// Who is worth dialling as: one of each language, a shared phone, a locked PIN, no PIN yet, a changed SIM, each
// entitlement state, an unknown number. Numbers from +254711000001 on.
[[nodiscard]] const std::vector<demo_person>& demo_people();

}  // namespace mlango::registry
