// Messages to many as staff write, release and watch them: the broadcasts of registry/broadcasts.hpp, each within one
// operation and within the reach of who deals with it. Each statement finds out itself whether this person may; a
// notice that she may not see is not there. Callers: console/notices. Not for: counting and sending (broadcasts).
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "registry/broadcasts.hpp"
#include "registry/pool.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::registry {

struct notice_draft {
    std::string name;
    broadcast_filter filter;  // exactly one operation; programmes by their ids
    std::vector<broadcast_text> texts;
    std::string fallback;
    int opens_at = 8, closes_at = 18;
    std::chrono::seconds lasting{24 * 60 * 60};
    std::optional<int> per_second;
};

enum class notice_fault { no_such, not_allowed };  // what the filter names is not there; or not hers to write to

struct notice_page {
    boost::json::array items;
    std::string next;  // empty: that was the last one
};

struct turned_notice {
    std::string outcome;  // done, unknown, not_allowed, wrong_state
    std::string was;
    std::int64_t moved = 0;
};

class staff_notices {
public:
    staff_notices(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

    task<notice_page> list(staff_id who, std::string_view state, std::int64_t before, int limit);
    // With its texts.
    task<std::optional<boost::json::object>> find(staff_id who, broadcast_id notice);
    task<bool> may(staff_id who, std::string_view permission, broadcast_id notice);
    task<std::expected<broadcast_id, notice_fault>> write(staff_id who, const notice_draft& draft);
    // `recipients` as the preview told them. nullopt: she may not release it.
    task<std::optional<release_outcome>> release(staff_id who, broadcast_id notice, std::int64_t recipients);
    // paused, running or stopped. A draft is stopped by who writes such ones; what is released by both.
    task<turned_notice> turn(staff_id who, broadcast_id notice, std::string_view becomes);
    // Operations, places, programmes and offices that she may write to.
    task<boost::json::object> choices(staff_id who);

private:
    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
