// What is new, by subject, for pages that fetch again when it is: the newest audit row of each kind of work since a
// place in the log. Caller: console.
#pragma once

#include <string>
#include <vector>

#include "registry/pool.hpp"

namespace mlango::registry {

struct news {
    std::string of;           // the kinds' first word: "request", "ticket"
    std::int64_t newest = 0;  // audit row
};

class pulse {
public:
    explicit pulse(pg_pool& pool) : pool_(pool) {}
    // Of the rows after `since`; looking, exporting and signing in are no news. 0: only where the log ends, in an entry
    // without a word.
    task<std::vector<news>> after(std::int64_t since);

private:
    pg_pool& pool_;
};

}  // namespace mlango::registry
