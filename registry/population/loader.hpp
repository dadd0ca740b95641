// Fills an empty registry in one transaction: all of it is there afterwards, or nothing. For speed the large tables'
// foreign keys, unique constraints and indexes are taken away first and put back, checked, at the end, as they were; so
// the tables are locked meanwhile. Blocking.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "registry/population/tables.hpp"

struct pg_conn;
struct pg_result;

namespace mlango::registry::population {

class loader {
public:
    // Connects and takes the tables. Throws std::runtime_error for the operator: cannot connect, not migrated, not
    // empty (it names the table).
    explicit loader(const std::string& conninfo);
    ~loader();
    loader(const loader&) = delete;
    loader& operator=(const loader&) = delete;

    void copy(const row_batch& rows);
    // Puts constraints and indexes back, analyses, commits. Without it nothing was done.
    void finish();

private:
    struct free_result {
        void operator()(pg_result* result) const;
    };
    using result = std::unique_ptr<pg_result, free_result>;

    result run(const std::string& sql);
    void copy_table(table which, const copy_text& rows);
    void take_tables();
    void take_constraints_away();
    [[noreturn]] void refuse(const pg_result* result) const;

    pg_conn* connection_;
    std::vector<std::string> put_back_;  // statements, in order
};

}  // namespace mlango::registry::population
