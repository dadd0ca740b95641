// The status lists as the registry keeps them, and the rounds that keep the wallet in order: lists that grow full get a
// successor, decoys change, what lapsed is revoked, what is not needed any more is deleted. Callers:
// wallet/status_lists (reads), wallet/rounds (writes). A list is read in pages, so that a million entries never stall a
// thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "registry/pool.hpp"

namespace mlango::registry {

struct status_list_row {
    std::int64_t id = 0;
    std::string name, purpose;
    int bits = 1;
    std::int64_t size = 0;
};

struct status_entry {
    std::int64_t list = 0;
    std::int64_t index = 0;
    int value = 0;
};

class status_rows {
public:
    status_rows(pg_pool& pool, const clock& time, random_source& random) : pool_(pool), time_(time), random_(random) {}

    task<std::vector<status_list_row>> lists();
    // Entries of one list that are not valid, after `after`, at most `limit`, by index.
    task<std::vector<status_entry>> invalid(std::int64_t list, std::int64_t after, int limit);
    // What changed since, in the database's own time (microseconds since 1970); a page begins after (since, list,
    // index) of the last entry. What commits late has an earlier time: look back some seconds each time.
    struct change_page {
        std::vector<status_entry> entries;
        std::int64_t last = 0;  // time of the last entry
        bool more = false;
    };
    task<change_page> changed(std::int64_t since, int limit);
    task<std::int64_t> database_time();

    // Closes lists of which more than half was given, and opens one of each purpose where none is open, with decoys;
    // adds decoys where few are left. How many were opened.
    task<int> provide_lists(std::int64_t size);
    // Changes so many decoys: beside shares they are revoked, beside cards also suspended and made valid again.
    task<void> turn_decoys(int of_shares, int of_bases);
    // Of shares whose verifier ended, whose person's record was closed or whose delegation is over: their status.
    task<int> revoke_lapsed(int limit);
    // Cards and what is in telephones, after the id `after`, at most `limit`: revoked where the registry can not state
    // them any more, suspended while it is on hold. The last id; 0: there are no more.
    task<std::int64_t> follow_registry(std::int64_t after, int limit);
    // Empties codes that are over and what was taken and expired; deletes questions that nobody answered and tries that
    // were nobody's after 30 days, offers after 7. At most `limit` of each; the largest number.
    task<int> forget(int limit);
    // Codes tried within ten minutes that were nobody's.
    task<std::int64_t> recent_misses();
    // Notes in the audit log that the whole house is being guessed at.
    task<void> note_guessing();

private:
    task<void> add_decoys(std::int64_t list, std::int64_t size);

    pg_pool& pool_;
    const clock& time_;
    random_source& random_;
};

}  // namespace mlango::registry
