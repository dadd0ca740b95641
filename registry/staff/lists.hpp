// Lists of assistance as staff see and turn them (migration 0017): made as a draft, filled from a file, locked,
// released by another person, reported on by payers. What is read comes as JSON, in the form in which the API says it;
// what may be done, and whether, the statement decides. Caller: console/lists. Not here: files on their way in
// (list_uploads.hpp), what a person sees of what is hers (registry/entitlements.hpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "registry/pool.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::registry {

using payment_list_id = record_id<struct payment_list_tag>;
using cycle_id = record_id<struct cycle_tag>;
using list_upload_id = record_id<struct list_upload_tag>;

// ok, or why not: not_found, not_allowed, own_request, stale, wrong_state, same_file, empty, not_as_signed.
struct list_verdict {
    std::string word;
    std::int64_t record = 0;  // that was made: list, upload or job
    std::int64_t other = 0;   // of same_file: the list that has these rows
    std::int64_t upload = 0;  // of a list that was made
    [[nodiscard]] bool done() const { return word == "ok"; }
};

// A page of JSON objects; `last` continues it, empty: there is no more.
struct list_page {
    std::vector<std::string> items;
    std::string last;
};

struct new_list {
    std::string operation;
    std::optional<office_id> office;
    cycle_id cycle;
    std::string type;
    std::string currency;  // empty: each row names its own
    bool notifies = false;
};

// What is needed to sign a list or to check it.
struct list_to_sign {
    list_upload_id upload;
    std::int64_t revision = 0, rows = 0, bad = 0;
    int blocks = 0;
    std::string state;
    std::string digest;     // of the rows as the blocks have it, raw; empty: not checked yet
    std::string statement;  // what is signed
    std::string signature;  // raw; empty: not locked
    std::string signed_digest;
};

class staff_lists {
public:
    staff_lists(pg_pool& pool, const clock& time) : pool_(pool), time_(time) {}

    // Operations, programmes, cycles, offices, items and places of hand-out where she may load lists.
    task<std::string> choices(staff_id who);
    struct filter {
        std::string operation, state;
        std::int64_t programme = 0;
    };
    task<list_page> page(staff_id who, const filter& by, std::int64_t after, int limit);
    task<std::optional<std::string>> find(staff_id who, payment_list_id list);
    // What is on an accepted list, with her word; `differs`: only where that is another.
    task<std::optional<list_page>> entitlements(staff_id who, payment_list_id list, std::string_view state,
                                                bool differs, std::int64_t after, int limit);

    task<list_verdict> make(staff_id who, const new_list& what);
    task<std::optional<list_to_sign>> to_sign(staff_id who, payment_list_id list);
    task<list_verdict> lock(staff_id who, payment_list_id list, std::int64_t revision, std::int64_t leaving_out,
                            std::string_view digest, std::string_view signature);
    // `no_words`: sealed arguments of a notice that has none.
    task<list_verdict> release(staff_id who, payment_list_id list, std::int64_t revision, std::string_view no_words);
    task<list_verdict> give_back(staff_id who, payment_list_id list, std::int64_t revision);
    task<list_verdict> abort(staff_id who, payment_list_id list, std::int64_t revision);

    // The digest of a block of rows as they are now, and how many entitlements are not what their rows say.
    struct block_now {
        std::string digest;
        std::int64_t different = 0;
    };
    task<block_now> block(list_upload_id upload, int block);

private:
    task<list_verdict> turn(staff_id who, payment_list_id list, std::int64_t revision, std::string_view into);

    pg_pool& pool_;
    const clock& time_;
};

// The kinds of long work about lists with the statement that makes a step of each, for the runner of jobs.
struct job_step {
    std::string_view kind;
    const statement* step;
};
[[nodiscard]] std::vector<job_step> list_job_steps();
// With the days: what begins becomes available, what is over expires. $1 now in microseconds, $2 rows at most.
[[nodiscard]] const statement& entitlements_turn_step();

}  // namespace mlango::registry
