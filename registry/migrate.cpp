#include "registry/migrate.hpp"

#include <libpq-fe.h>

#include <charconv>
#include <memory>
#include <stdexcept>

#include <fmt/format.h>

namespace mlango::registry {

namespace {

struct free_connection {
    void operator()(PGconn* connection) const { PQfinish(connection); }
};
struct free_result {
    void operator()(PGresult* result) const { PQclear(result); }
};
using connection = std::unique_ptr<PGconn, free_connection>;
using result = std::unique_ptr<PGresult, free_result>;

// Any constant will do that no other program uses on this database.
constexpr std::string_view lock_sql = "SELECT pg_advisory_lock(hashtext('mlango.migrate'))";

connection connect(const std::string& conninfo) {
    connection made(PQconnectdb(conninfo.c_str()));
    if (made == nullptr || PQstatus(made.get()) != CONNECTION_OK)
        throw std::runtime_error(fmt::format("cannot connect to PostgreSQL: {}",
                                             made == nullptr ? "out of memory" : PQerrorMessage(made.get())));
    PQsetNoticeProcessor(made.get(), [](void*, const char*) {}, nullptr);
    return made;
}

result run(PGconn* on, const std::string& sql, std::string_view what) {
    result got(PQexec(on, sql.c_str()));
    const ExecStatusType status = PQresultStatus(got.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        throw std::runtime_error(fmt::format("{}: {}", what, PQerrorMessage(on)));
    return got;
}

int number_in(PGconn* on) {
    const result there = run(on, "SELECT to_regclass('schema_migration') IS NOT NULL", "reading the schema's number");
    if (PQgetvalue(there.get(), 0, 0)[0] != 't') return 0;
    const result got = run(on, "SELECT coalesce(max(number), 0) FROM schema_migration", "reading the schema's number");
    const std::string_view text = PQgetvalue(got.get(), 0, 0);
    int number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

void apply(PGconn* on, const migration& step) {
    const std::string what = fmt::format("migration {}", step.name);
    run(on, "BEGIN", what);
    run(on, step.sql, what);
    run(on, fmt::format("INSERT INTO schema_migration (number, name) VALUES ({}, '{}')", step.number, step.name), what);
    run(on, "COMMIT", what);
}

}  // namespace

migrated migrate(const std::string& conninfo) {
    const connection on = connect(conninfo);
    run(on.get(), std::string(lock_sql), "waiting for another migration");  // until this connection ends
    migrated done;
    done.from = number_in(on.get());
    const int newest = migrations().empty() ? 0 : migrations().back().number;
    if (done.from > newest)
        throw std::runtime_error(
            fmt::format("the schema is newer than this program: {} is there, {} is known", done.from, newest));
    if (done.from == 0)
        run(on.get(),
            "CREATE TABLE IF NOT EXISTS schema_migration (number integer PRIMARY KEY, name text NOT NULL UNIQUE, "
            "applied_at timestamptz NOT NULL DEFAULT now())",
            "creating the list of migrations");
    for (const migration& step : migrations())
        if (step.number > done.from) apply(on.get(), step);
    done.to = newest;
    return done;
}

int schema_number(const std::string& conninfo) {
    return number_in(connect(conninfo).get());
}

}  // namespace mlango::registry
