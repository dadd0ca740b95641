// Keeps the keys by which names are found (migration 0016): whoever changes a name in whatever way, the schema notes
// it, and keep() makes its keys anew. Callers: the first worker, all the time; a search by name, before it looks.
#pragma once

#include "registry/pool.hpp"

namespace mlango::registry {

class name_keys {
public:
    explicit name_keys(pg_pool& pool) : pool_(pool) {}

    // Of at most `most` names; how many were due. A name that changes meanwhile stays due.
    task<int> keep(int most);

private:
    pg_pool& pool_;
};

}  // namespace mlango::registry
