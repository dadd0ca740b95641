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
};

struct entitlement_item {
    std::string name;      // in the language asked for
    std::string quantity;  // decimal, without trailing zeros
    std::string unit;      // kg, l, pc, m, kit
};

struct entitlement_detail : entitlement_summary {
    std::vector<entitlement_item> items;
    std::string place;         // collection point in the language asked for; may be empty
    std::string hours;         // may be empty
    std::string last_day;      // ISO 8601
    std::string provider;      // bank or mobile money; may be empty
    std::string order_number;  // nine digits; may be empty
    std::string collector;     // given name of the collector
    bool collector_is_alternate = false;
    std::string answer;  // her receipt so far: received, not_received, partial, issues; empty: none
};

enum class receipt_answer { received, not_received, partial, issues };

class entitlements {
public:
    explicit entitlements(pg_pool& pool);

    // Newest first, at most `limit` from `offset`. Cancelled ones are left out.
    task<std::vector<entitlement_summary>> of_group(group_id group, std::string_view language, int offset, int limit);
    // nullopt when there is none of that id in that group.
    task<std::optional<entitlement_detail>> find(entitlement_id id, group_id group, std::string_view language);

    struct answered {
        bool found = false;
        bool changed = false;          // false: she had given this answer before
        std::string reference;         // of the ticket that a problem opened; empty for `received`
        bool reference_taken = false;  // another open one has it: nothing was written, call again with a new one
    };
    // Her word. Anything but `received` opens a ticket with `reference` (a fresh one; the stored one comes back on a
    // repeat). Idempotent by hop. Receipt, ticket, audit and outbox row are one transaction.
    task<answered> answer(entitlement_id id, group_id group, person_id person, receipt_answer what,
                          std::string_view reference, const blind_key& hop, const std::optional<notice>& sms);

private:
    pg_pool& pool_;
};

}  // namespace mlango::registry
