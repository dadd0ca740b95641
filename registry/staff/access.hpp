// Who works here and what they may do, as colleagues manage it: accounts, grants, reviews. What may be done is decided
// by functions of the schema (migration 0014), in the statement that does it, so that two at once can not get past a
// rule. Answers that pages show as they are come as JSON text. Callers: console/access. Not here: signing in
// (accounts.hpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "registry/pool.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::registry {

// How a change went: the schema's word for it ("given", "done", "stale", "own", …) and what is there now.
struct access_outcome {
    std::string what;
    std::int64_t id = 0;     // of what was made
    std::string in_the_way;  // the role that is not held together with the one asked for
    int revision = 0;        // now
};

struct grant_wish {
    staff_id to;
    std::string role, operation;
    std::optional<office_id> office;
    std::optional<programme_id> programme;
    std::string until;  // ISO 8601 with Z
};

struct account_wish {
    std::string name, shown_name, language;
    std::string password;         // as stored; empty: none
    std::string issuer, subject;  // of an identity provider; empty: none
    std::string trained_until;    // a day; empty: was not
};

struct account_change {
    std::string_view what;      // describe, suspend, resume, end, password, codes, unlink
    std::string shown_name;     // describe; empty: as it is
    std::string trained_until;  // describe; empty: as it is
    std::string password;       // as stored
};

// Which colleagues, or which reviews.
struct access_page {
    std::string state;      // active, suspended, ended; empty: all
    std::string role;       // empty: any
    std::string operation;  // empty: any
    bool due = false;       // reviews: those that are due alone
    std::string after;      // as the page before said
    int limit = 50;
};

// A row of the list of reviews as it leaves the house.
struct review_row {
    std::string cursor;
    std::vector<std::string> fields;  // in the order of review_columns
};
[[nodiscard]] std::vector<std::string> review_columns();

class staff_access {
public:
    staff_access(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

    // {"roles": […with what she has to give], "operations": […with offices], "programmes": […]}
    task<std::string> roles_json(staff_id by);
    task<std::string> list_json(staff_id by, const access_page& page);
    // Whose name begins or shown name holds `text`; at most 50.
    task<std::string> search_json(staff_id by, std::string_view text);
    task<std::optional<std::string>> find_json(staff_id by, staff_id of);
    // The name typed at sign-in, of an account that `by` keeps: a stored password is bound to it.
    task<std::optional<std::string>> kept_name(staff_id by, staff_id of);

    task<access_outcome> give(staff_id by, grant_wish wish);
    // Says that it is right (`keep`) or ends it.
    task<access_outcome> decide(staff_id by, staff_grant_id grant, int seen, bool keep);
    task<access_outcome> make(staff_id by, account_wish wish);
    task<access_outcome> keep(staff_id by, staff_id of, int seen, account_change change);

    task<std::string> reviews_json(staff_id by, const access_page& page);
    // The same rows for a file; a log row tells of it when `begins`.
    task<std::vector<review_row>> review_rows(staff_id by, const access_page& page, bool begins);
    // Whether she may look at reviews at all, now: asked between the rows of a file.
    task<bool> may_review(staff_id by);

    // Whose account an identity provider's name is, if she may come in now.
    task<std::optional<staff_id>> behind(std::string_view issuer, std::string_view subject);
    task<access_outcome> link(staff_id who, std::string_view issuer, std::string_view subject);
    // Her own: not when nothing else is left to sign in by.
    task<access_outcome> unlink_own(staff_id who);
    task<bool> is_linked(staff_id who);

private:
    pg_pool& pool_;
    const clock& time_;
};

}  // namespace mlango::registry
