// What is given out, to whom and when: programmes, monthly cycles, payment lists and distributions around a day, and
// the entitlements of a family in them, as plain values. Pure. Callers: the copy writer, demo people.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "registry/population/households.hpp"
#include "registry/population/places.hpp"

namespace mlango::registry::population {

inline constexpr std::int64_t most_entitlements = 16;  // of a family

[[nodiscard]] constexpr std::int64_t entitlement_key(std::int64_t family, std::size_t entitlement) {
    return (family + 1) * most_entitlements + static_cast<std::int64_t>(entitlement);
}

struct programme {
    std::int64_t id;
    std::string_view kind;  // cash, voucher, in_kind
    names_by_language name;
    int every_months;  // a cycle; 1: each month
};
[[nodiscard]] const std::vector<programme>& programmes();

struct item {
    std::string_view code;
    std::string_view unit;  // kg, l, pc, m, kit
    names_by_language name;
};
[[nodiscard]] const std::vector<item>& items();

struct cycle {
    std::int64_t id;
    std::size_t programme;  // index
    std::string title;      // 2026-03
    day first, last;
    std::string_view state;  // draft, active, finished
};

struct payment_list {
    std::int64_t id;
    std::size_t cycle;          // index
    std::size_t operation;      // index
    std::string_view type;      // regular, follow_up
    std::string_view currency;  // empty for in-kind
    std::string_view state;     // in_review, accepted, finished, closed
};

struct distribution {
    std::int64_t id;
    std::size_t list;   // index
    std::size_t point;  // index of collection_points()
    day on;             // and collecting goes on for two days more
};
inline constexpr std::chrono::days collecting{2};

// The calendar of assistance around `today`: the five months before, this month and the next.
class calendar {
public:
    explicit calendar(day today);

    [[nodiscard]] day today() const { return today_; }
    [[nodiscard]] const std::vector<cycle>& cycles() const { return cycles_; }
    [[nodiscard]] const std::vector<payment_list>& lists() const { return lists_; }
    [[nodiscard]] const std::vector<distribution>& distributions() const { return distributions_; }
    // The regular lists of a programme in an operation, newest first: indexes. Of a monthly programme the first is next
    // month's, the second this month's.
    [[nodiscard]] std::span<const std::size_t> lists_of(std::size_t programme, std::size_t operation) const;
    // The list for those who missed this month's food: its distribution began yesterday.
    [[nodiscard]] std::size_t follow_up_of(std::size_t operation) const { return follow_up_.at(operation); }
    // Of a list at a point of its operation; nullopt for cash, which is paid out by a provider.
    [[nodiscard]] std::optional<std::size_t> distribution_at(std::size_t list, std::size_t point) const;

private:
    void add_list(std::size_t cycle, std::size_t operation, std::string_view type, std::string_view state,
                  std::optional<day> first_distribution);

    day today_;
    std::vector<cycle> cycles_;
    std::vector<payment_list> lists_;
    std::vector<distribution> distributions_;
    std::vector<std::vector<std::size_t>> by_programme_;          // programme × operation
    std::vector<std::optional<std::size_t>> first_distribution_;  // of a list
    std::vector<std::size_t> follow_up_;                          // by operation
};

struct entitlement_line {
    std::size_t item;  // index
    int thousandths;   // quantity
};

struct redemption {
    day on;
    int second;                     // of that day
    std::int64_t amount_minor = 0;  // cash and voucher
    std::string_view proof;         // biometric, token, provider
    std::size_t collector = 0;      // member
};

struct receipt {
    std::string_view answer;  // received, not_received, partial, issues
    day on;
};

struct entitlement {
    std::size_t list = 0;  // index of calendar.lists()
    std::string_view state;
    std::string_view fail_code;  // not empty in state error
    std::size_t collector = 0;   // member
    bool alternate = false;
    std::optional<std::int64_t> amount_minor;
    std::string_view currency;
    std::string_view provider;                // empty where there is a distribution
    std::optional<std::size_t> distribution;  // index of calendar.distributions()
    day first, last;                          // of validity
    std::string order_number;                 // nine digits, or empty
    std::vector<entitlement_line> lines;
    std::optional<redemption> redeemed;
    std::optional<receipt> answer;
};

// Three to nine entitlements, five on average, of the programmes this family is in; newest first. At least three are
// not cancelled.
[[nodiscard]] std::vector<entitlement> make_entitlements(std::uint64_t seed, const family& of, const calendar& when);

// One entitlement of a family in a state of the caller's choice, with what belongs to that state.
[[nodiscard]] entitlement make_entitlement(const family& of, std::size_t number, const calendar& when, std::size_t list,
                                           std::string_view state, dice& chance);

}  // namespace mlango::registry::population
