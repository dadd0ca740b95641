// All that the registry keeps of one family: the household, what is hers, what she asked, and what was chosen on her
// numbers. Pure. The families of the population and the demo people are both made of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "registry/population/assistance.hpp"
#include "registry/population/households.hpp"

namespace mlango::registry::population {

inline constexpr std::int64_t most_requests = 4;  // of a family, of each kind; of appointments as well

[[nodiscard]] constexpr std::int64_t request_key(std::int64_t family, std::size_t request) {
    return (family + 1) * most_requests + static_cast<std::int64_t>(request);
}

struct asked_change {
    std::string reference;
    std::string_view kind;  // address, name, birth_date
    std::size_t member = 0;
    std::string_view field;  // of `before` and `after`
    std::string before, after;
    std::string_view state;   // pending, validated, applied, rejected
    std::string_view reason;  // empty unless rejected
    day asked;
    std::optional<day> decided;
};

struct asked_ticket {
    std::string reference;
    std::string_view category;
    std::string_view topic;                  // may be empty
    std::optional<std::size_t> entitlement;  // index in the dossier
    std::string_view state;                  // new, assigned, in_progress, closed
    day asked;
    std::optional<day> closed;
};

struct appointment {
    std::optional<std::size_t> member;  // none: the whole household
    std::string_view kind;              // documents, interview, assistance, family, other
    day on;
    std::string_view opens, closes;  // HH:MM
};

struct chosen_language {
    std::string e164;
    std::string_view language;
};

struct dossier {
    family who;
    std::vector<entitlement> entitlements;
    std::vector<asked_change> changes;
    std::vector<asked_ticket> tickets;
    std::vector<appointment> appointments;
    std::vector<chosen_language> numbers;
};

[[nodiscard]] dossier make_dossier(std::uint64_t seed, std::int64_t number, const calendar& when);

// The people of demo_people(): their families are numbered from most_families on.
[[nodiscard]] std::vector<dossier> demo_dossiers(const calendar& when);

// Slot n answers at +2547110000nn.
[[nodiscard]] std::string demo_number(int slot);

// The slot-th reference of all those there are (26^4): different slots below that have different references.
inline constexpr std::int64_t all_references = 26 * 26 * 26 * 26;
[[nodiscard]] std::string reference_at(std::int64_t slot);

}  // namespace mlango::registry::population
