#include "registry/migrate.hpp"

#include <fmt/format.h>
#include <stdexcept>

#include "registry/blocking.hpp"

namespace mlango::registry {

namespace {

int number_in(blocking_connection& on) {
    constexpr std::string_view what = "reading the schema's number";
    if (!on.run("SELECT to_regclass('schema_migration') IS NOT NULL", what).truth(0, 0)) return 0;
    return static_cast<int>(on.run("SELECT coalesce(max(number), 0) FROM schema_migration", what).number(0, 0));
}

void apply(blocking_connection& on, const migration& step) {
    const std::string what = fmt::format("migration {} ({})", step.number, step.name);
    on.run("BEGIN", what);
    on.run(step.sql, what);
    on.run(fmt::format("INSERT INTO schema_migration (number, name) VALUES ({}, '{}')", step.number, step.name), what);
    on.run("COMMIT", what);
}

}  // namespace

migrated migrate(const std::string& conninfo) {
    blocking_connection on(conninfo);
    // Until this connection ends, which also takes back a step that failed.
    on.run("SELECT pg_advisory_lock(hashtext('mlango.migrate'))", "waiting for another migration");
    migrated done;
    done.from = number_in(on);
    done.to = migrations().back().number;
    if (done.from > done.to)
        throw std::runtime_error(
            fmt::format("the schema is newer than this program: {} is there, {} is known", done.from, done.to));
    if (done.from == 0)
        on.run(
            "CREATE TABLE IF NOT EXISTS schema_migration (number integer PRIMARY KEY, name text NOT NULL UNIQUE, "
            "applied_at timestamptz NOT NULL DEFAULT now())",
            "creating the list of migrations");
    for (const migration& step : migrations())
        if (step.number > done.from) apply(on, step);
    return done;
}

int schema_number(const std::string& conninfo) {
    blocking_connection on(conninfo);
    return number_in(on);
}

}  // namespace mlango::registry
