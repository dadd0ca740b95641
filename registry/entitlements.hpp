// What assistance is hers: entitlements of her registration group, in every state, and her word about having received
// them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/outbox.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

struct entitlement_summary {
    entitlement_id id;
    std::string programme;  // short name in the language asked for
    std::string kind;       // cash, voucher, in_kind
    std::string state;      // pending, sent, available, redeemed, partial, not_collected, error, cancelled, expired
    std::optional<std::int64_t> amount_minor;  // in the currency's minor unit; absent for in-kind
    std::string currency;                      // ISO 4217; empty for in-kind
    std::string first_day;                     // ISO 8601: distribution's day, else first day of validity
    std::string last_day;                      // ISO 8601
    std::string place;  // of the distribution, in the language asked for; may be empty, as in lists of the past
    std::string hours;  // may be empty
};

struct entitlement_item {
    std::string name;      // in the language asked for
    std::string quantity;  // decimal, without trailing zeros
    std::string unit;      // kg, l, pc, m, kit
};

struct entitlement_detail : entitlement_summary {
    std::vector<entitlement_item> items;
    std::string provider;      // bank or mobile money; may be empty
    std::string order_number;  // nine digits; may be empty
    std::string collector;     // given name, or the end of the card's number, of who collects today
    bool collector_is_alternate = false;
    std::string answer;  // her receipt so far: received, not_received, partial, issues; empty: none
};

enum class receipt_answer { received, not_received, partial, issues };

class entitlements {
public:
    entitlements(pg_pool& pool, const clock& time);

    // What is still to come or to be collected or checked, by its first day; at most `limit`.
    task<std::vector<entitlement_summary>> open_of(group_id group, std::string_view language, int limit);
    // What was handed out, missed or is over, newest first; at most `limit`. Cancelled ones are in neither.
    task<std::vector<entitlement_summary>> past_of(group_id group, std::string_view language, int limit);
    // nullopt when there is none of that id in that group.
    task<std::optional<entitlement_detail>> find(entitlement_id id, group_id group, std::string_view language);

    struct answered {
        bool found = false;
        bool changed = false;          // false: she had given this answer before
        std::string reference;         // of the ticket that a problem opened; empty for `received`
        std::string due_on;            // ISO 8601 day by which that is answered
        bool reference_taken = false;  // another open one has it: nothing was written, call again with a new one
    };
    // Her word. Anything but `received` opens a ticket with `reference` (a fresh one; the stored one comes back on a
    // repeat). Idempotent by hop. Receipt, ticket, audit and outbox row are one transaction.
    task<answered> answer(entitlement_id id, group_id group, person_id person, receipt_answer what,
                          std::string_view reference, const blind_key& hop, const std::optional<notice>& sms);

private:
    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
