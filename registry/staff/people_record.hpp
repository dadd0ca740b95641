// One person's record as staff see it: who she is, with whom she lives and lived, numbers with how far they are
// trusted, what is hers, what she asked, told and agreed to, what she did by phone (choices, never what was typed), who
// looked. Opening is written down in the statement that allows it; each part checks again. Of what is sensitive nothing
// is here: no ticket that is marked so, no alarm of hers. What has names has them in each language. Callers: console.
// Not here: changing anything (people_desk).
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/seal.hpp"
#include "registry/ids.hpp"
#include "registry/pool.hpp"
#include "registry/staff/ids.hpp"

namespace mlango::registry {

// Parts that are lists, newest first unless said otherwise.
enum class record_part {
    household,      // whole, the principal first
    phones,         // whole, those in use first; numbers in use in full
    entitlements,   // of her group
    requests,       // what was asked to be changed; sealed values masked
    tickets,        // not the sensitive ones, nor one about whoever looks
    consents,       // what she agreed to show, took back, froze
    shown,          // who outside looked, or tried
    looks,          // what staff looked at and changed
    conversations,  // what she did by phone
    checks,         // how it was made sure who she is
    count
};
[[nodiscard]] std::string_view name_of(record_part part);
[[nodiscard]] std::optional<record_part> record_part_of(std::string_view name);

struct looker {
    staff_id who;
    person_id person;
};

// Why she may see it.
enum class opened_by { nothing, scope, glass };

class people_record {
public:
    people_record(pg_pool& pool, sealer& record, const clock& time) : pool_(pool), record_(record), time_(time) {}

    // Writes down that she looked at `what` (record, or a part's name).
    task<opened_by> open(looker by, std::string_view what);
    // The record without its lists; nullopt: not hers to see.
    task<std::optional<boost::json::object>> record(looker by);

    struct page {
        boost::json::array items;
        std::int64_t next = 0;  // what to go on after; 0: this was all
    };
    // Rows older than `after` (0: from the newest). Empty where it is not hers to see.
    task<page> part(looker by, record_part which, std::int64_t after, int limit);

    // All that is held of her and may be seen here, lists whole, for a copy on paper; nullopt: not hers to see. Nothing
    // is written down: people_desk::hand_copy does that.
    task<std::optional<boost::json::object>> copy(looker by);

    // The revision of the person's row that changes are asked against; nullopt: not hers to see.
    task<std::optional<std::int64_t>> revision(looker by);

private:
    pg_pool& pool_;
    sealer& record_;
    const clock& time_;
};

}  // namespace mlango::registry
