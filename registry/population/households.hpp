// One registered family as plain values: who lives in it, how they are related, where they came from and live, and
// which phones they answer. A pure function of (seed, family number, today's date). Callers: assistance, the copy
// writer.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/population/dice.hpp"
#include "registry/population/names.hpp"

namespace mlango::registry::population {

using day = std::chrono::sys_days;

// Families are numbered from 0. Their phone numbers and the seven digits of a registration number end before ten
// millions; the demo people stand in between.
inline constexpr std::int64_t most_families = 9'000'000;
inline constexpr std::int64_t most_members = 16;
inline constexpr std::int64_t most_phones = 8;
inline constexpr std::string_view issued_pin = "4826";
inline constexpr std::string_view operator_pin = "573914", operator_password = "sauti ya mlima";

enum class pin_state : std::uint8_t { none, issued, locked };

struct member {
    std::string_view given_name;
    std::string_view family_name;
    std::string_view relationship;  // proGres code: PA, WIF, HUS, SON, DAU, GCF, GCM, …
    char sex = 'F';                 // F or M
    day born;
    char precision = 'D';       // D: the day is known, M: the month, Y: the year only
    day registered;             // and joined the group
    std::optional<day> left;    // the group: its first day without her
    std::string_view language;  // ISO 639-1; empty: not chosen yet
    pin_state pin = pin_state::none;
};

struct phone {
    std::size_t member = 0;  // index in the family
    std::string e164;
    std::string_view answers;  // self, household, neighbour, shared, unknown
    int trust = 0;
    std::string_view nickname;  // for the picker of a shared phone; may be empty
    day collected;
    bool verified = false;
    std::optional<day> sim_changed;
    bool disabled = false;
};

struct family {
    std::int64_t number = 0;
    std::string_view origin;
    std::size_t operation = 0;  // index of operations()
    std::size_t zone = 0;       // index of places()
    std::string address_line;
    std::string group_number;  // as issued
    day registered;
    std::int64_t revision = 1;
    std::vector<member> members;  // the principal applicant first
    std::vector<phone> phones;    // the principal's first

    // Still in the group.
    [[nodiscard]] int size() const;
};

// The keys are laid out by family, so that a family does not depend on those before it.
[[nodiscard]] constexpr std::int64_t group_key(std::int64_t family) {
    return family + 1;
}
[[nodiscard]] constexpr std::int64_t person_key(std::int64_t family, std::size_t member) {
    return (family + 1) * most_members + static_cast<std::int64_t>(member);
}
[[nodiscard]] constexpr std::int64_t phone_key(std::int64_t family, std::size_t phone) {
    return (family + 1) * most_phones + static_cast<std::int64_t>(phone);
}

// 0 ≤ number < most_families.
[[nodiscard]] family make_family(std::uint64_t seed, std::int64_t number, day today);

// Block 7, shelter 214.
[[nodiscard]] std::string address_line(dice& chance);
// ISO 8601.
[[nodiscard]] std::string date_text(day when);
// KEN-23-1009229; for low numbers KEN-23-00929, and KEN-15C00929 before 2021.
[[nodiscard]] std::string group_number(std::int64_t number, std::size_t operation, day registered);
// KEN-100016547: unique for a person key below 899,999,999.
[[nodiscard]] std::string individual_number(std::size_t operation, std::int64_t person);
// +254700000000 + number.
[[nodiscard]] std::string principal_phone(std::int64_t number);

}  // namespace mlango::registry::population
