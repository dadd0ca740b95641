// Entitlements as rows of a file, of one list or of all lists that somebody may see, a bounded number at a time, so
// that a million cost no more memory than a thousand. Caller: console/lists.
#pragma once

#include "registry/staff/lists.hpp"

namespace mlango::registry {

struct exported_entitlement {
    std::int64_t id = 0, list = 0;
    std::string operation, programme, cycle, type, registration_number, collector, kind;
    std::optional<std::int64_t> amount_minor;
    std::string currency, items, provider, order_number, valid_from, valid_to, state, fail_code;
    std::string collected_at, reference;
    std::optional<std::int64_t> collected_minor;
    std::string answer, answered_at;
    bool differs = false;
};

class list_exports {
public:
    list_exports(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

    // The lists to be exported, oldest first: one (`list`), or all of an operation; that she did is written down.
    // Empty: none that she may see.
    task<std::vector<payment_list_id>> begin(staff_id who, std::string_view operation,
                                             std::optional<payment_list_id> list);
    task<std::vector<exported_entitlement>> next(payment_list_id list, std::string_view state, std::int64_t after,
                                                 int limit);

private:
    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
