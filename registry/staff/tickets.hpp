// What she told or asked staff, as staff see it and deal with it (migration 0018). Each statement finds out itself
// whether this person may; a ticket that she may not open is not there. Whole records are documents as the console
// hands them on, with sealed words opened. Callers: console/tickets. Not for: her own side (registry/tickets.hpp).
#pragma once

#include <boost/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/pool.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::registry {

struct ticket_filter {
    std::string queue;                       // open, mine, free, overdue, escalated, sensitive, calls, closed
    std::string category, topic, operation;  // empty: every one
    std::optional<office_id> office;         // at its place or below
    std::string after;                       // of the page before: its `next`
    int limit = 50;
};

struct ticket_page {
    boost::json::array items;
    std::string next;  // empty: that was the last one
};

// What to do with a ticket; turn_ticket of migration 0018 says what `wanted` holds.
struct ticket_turn {
    std::string_view what;
    boost::json::object wanted;
    std::optional<std::int64_t> seen;  // the revision that she looked at
    std::string words;                 // of a note or an answer
    std::string language;              // of the words
    std::string_view sms;              // key of the text that goes by SMS, if one does
    std::string sms_text;              // of an answer, worded and checked
};

struct turned_ticket {
    std::string outcome;  // as turn_ticket says; "done" alone is one
    std::int64_t revision = 0;
};

// One that staff open for her, because she came or called.
struct told_ticket {
    std::string category, topic, words;
    std::optional<person_id> person;
    std::string operation;  // where there is no person
    std::string language;
    bool sensitive = false;  // also where the topic is not
};

struct taken_down {
    std::int64_t id = 0;  // 0: she may not there, or there is no such person
    std::string reference;
    bool sensitive = false;
    bool may_open = false;  // by whoever took it down
};

class staff_tickets {
public:
    staff_tickets(pg_pool& pool, sealer& record, const clock& time, random_source& random)
        : pool_(pool), record_(record), time_(time), random_(random) {}

    // nullopt: `after` is none of ours.
    task<std::optional<ticket_page>> queue(staff_id who, const ticket_filter& wanted);
    // How many are in each queue, how old the oldest is, and what she is told of.
    task<boost::json::object> summary(staff_id who);
    // Those with this reference, the open one first.
    task<boost::json::array> with_reference(staff_id who, std::string_view reference);
    // Opening it is an audit row. nullopt: not there for her.
    task<std::optional<boost::json::object>> open(staff_id who, std::int64_t ticket);
    task<std::optional<boost::json::object>> line(staff_id who, std::int64_t ticket);
    // Who may be given it, the least busy first. Empty also where it is not there.
    task<boost::json::array> colleagues(staff_id who, std::int64_t ticket);
    // Operations and offices that she may filter by or name.
    task<boost::json::object> choices(staff_id who);

    // `otherwise`: the language of an SMS to who has none.
    task<turned_ticket> turn(staff_id who, std::int64_t ticket, ticket_turn how, std::string_view otherwise);
    // Her whole number; each look is an audit row. Empty: see turned_ticket's outcome.
    task<std::pair<turned_ticket, std::string>> number(staff_id who, std::int64_t ticket);
    // What is sensitive, by its topic or because she says so, is taken down by everybody who takes down, and read by
    // those who guard such ones.
    task<taken_down> take_down(staff_id who, const told_ticket& told);

private:
    [[nodiscard]] std::string words_in(const boost::json::value& sealed, std::string_view context) const;

    pg_pool& pool_;
    sealer& record_;
    const clock& time_;
    random_source& random_;
};

// What was not answered in time becomes more urgent and is told: $1 now in microseconds, $2 tickets at most; how many.
[[nodiscard]] const statement& ticket_escalation();

}  // namespace mlango::registry
