// The schema's numbered steps (registry/migrations/NNNN_name.sql, compiled in), forward only, each in a transaction.
// Used by `mlango migrate`, by the demo and by tests; blocking, before anything else runs.
#pragma once

#include <string>
#include <vector>

namespace mlango::registry {

struct migration {
    int number;
    std::string name;
    std::string sql;
};
[[nodiscard]] const std::vector<migration>& migrations();

struct migrated {
    int from = 0;
    int to = 0;
};
// Applies what is missing, under an advisory lock. Throws std::runtime_error with a message for the operator: cannot
// connect, a step failed (its number and PostgreSQL's words), or the schema is newer than this program.
migrated migrate(const std::string& conninfo);
// The schema's number without changing it; 0 for an empty database.
[[nodiscard]] int schema_number(const std::string& conninfo);

}  // namespace mlango::registry
