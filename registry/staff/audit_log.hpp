// The log as auditors read it: who looked at and changed what, within her reach, newest first; and walking its chain in
// stretches. Each look is itself a row. Callers: console/audit_door. Not here: sealing and the command's whole walk
// (registry/audit.hpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "registry/ids.hpp"
#include "registry/pool.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::registry {

struct audit_filter {
    std::optional<person_id> person;  // 0: somebody who is not there; nothing is found, the look is noted
    std::optional<staff_id> staff;    // who did it; with `person` both must fit
    std::string kind;                 // whole, or its beginning up to a point; empty: any
    std::string from, to;             // days in UTC, `to` included; empty: without end
    std::string after;                // as the page before said
    int limit = 50;
};

struct audit_row {
    std::int64_t id = 0;
    std::string at;  // ISO 8601 with microseconds
    std::string kind, actor, actor_name;
    std::int64_t person = 0, group = 0, record = 0;  // 0: none
    std::string detail;
    std::int64_t seq = 0;  // 0: not chained yet
};

struct audit_page {
    std::vector<audit_row> items;
    std::string next;  // empty: these were the last
};

class audit_log {
public:
    audit_log(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

    enum class purpose { look, export_begins, export_goes_on };
    // Empty when she may not (any more). A look and the beginning of an export are noted.
    task<audit_page> page(staff_id by, const audit_filter& wanted, purpose why);
    // Whose number this is, as issued (KEN-00012345); nullopt: nobody's. Not told further: page() decides what she
    // sees.
    task<std::optional<person_id>> person_of(std::string_view individual_number);
    // Whether she still may: an export ends when that ends.
    task<bool> may(staff_id by, std::string_view permission);

private:
    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
