// What is counted of conversations and of the work, without anybody in it (migration 0019). Callers: every worker,
// which adds what it counted in memory; the staff's door of figures. Statements that read show only what the caller may
// see: of queues and entitlements, those of her operations, offices and programmes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "registry/pool.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::registry {

struct counted {
    std::string kind;  // session, hop, ended, apology, gateway, language
    std::string name;
    std::uint64_t count = 0;
};
struct counted_screen {
    std::string screen;
    std::uint64_t shown = 0, answered = 0, ended = 0;
};
struct counted_figures {
    std::vector<counted> kinds;
    std::vector<counted_screen> screens;
    [[nodiscard]] bool empty() const { return kinds.empty() && screens.empty(); }
};

// A table as it came: column names and rows of text, NULL empty.
struct figure_table {
    struct column {
        std::string_view name;
        bool number = true;
    };
    std::vector<column> columns;
    rows cells;
};

// Days in UTC, both included.
struct figure_period {
    std::string from, to;  // 2026-11-28
};

class figures {
public:
    figures(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

    // Into the hour and the day that it is now.
    task<void> add(const counted_figures& what);

    task<figure_table> hours(staff_id who, const figure_period& when);
    task<figure_table> screens(staff_id who, const figure_period& when);
    task<figure_table> gateways(staff_id who, const figure_period& when);
    task<figure_table> languages(staff_id who, const figure_period& when);
    // What waits, by kind and age; sensitive tickets are in no figure.
    task<figure_table> queues(staff_id who);
    task<figure_table> deliveries(staff_id who, const figure_period& when);
    // By payment list whose cycle touches the period, with what people said of it; names in `language`, else English.
    task<figure_table> entitlements(staff_id who, const figure_period& when, std::string_view language);

private:
    task<figure_table> of_period(const statement& what, staff_id who, const figure_period& when,
                                 std::vector<figure_table::column> columns);

    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
