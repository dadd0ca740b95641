#include "registry/population/loader.hpp"

#include <libpq-fe.h>

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

namespace mlango::registry::population {

namespace {

constexpr std::size_t copy_piece = 262'144;

std::string large_tables() {
    std::string out;
    for (auto t = static_cast<std::size_t>(first_large_table); t < table_count; ++t)
        out += fmt::format("{}'{}'", out.empty() ? "" : ", ", form_of(static_cast<table>(t)).name);
    return out;
}

// What keeps rows right: foreign keys from and to the large tables, and their unique and exclusion constraints.
std::string constraints_sql() {
    return fmt::format(
        "SELECT conrelid::regclass, quote_ident(conname), pg_get_constraintdef(oid), contype = 'f' FROM pg_constraint "
        "WHERE (contype IN ('u', 'x') AND conrelid = ANY (ARRAY[{0}]::regclass[])) OR (contype = 'f' AND "
        "(conrelid = ANY (ARRAY[{0}]::regclass[]) OR confrelid = ANY (ARRAY[{0}]::regclass[]))) "
        "ORDER BY contype <> 'f', conname, conrelid",
        large_tables());
}

std::string indexes_sql() {
    return fmt::format(
        "SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index i "
        "WHERE indrelid = ANY (ARRAY[{}]::regclass[]) AND NOT EXISTS (SELECT FROM pg_constraint c "
        "WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x')) ORDER BY indexrelid::regclass::text",
        large_tables());
}

}  // namespace

void loader::free_result::operator()(pg_result* result) const {
    PQclear(result);
}

loader::loader(const std::string& conninfo) : connection_(PQconnectdb(conninfo.c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK) {
        const std::string why = PQerrorMessage(connection_);
        PQfinish(connection_);
        throw std::runtime_error("cannot connect to the registry: " + why);
    }
    try {
        take_tables();
        take_constraints_away();
    } catch (...) {
        PQfinish(connection_);
        throw;
    }
}

// An open transaction is rolled back by the server.
loader::~loader() {
    PQfinish(connection_);
}

// The message without detail and context: those quote rows.
void loader::refuse(const pg_result* result) const {
    const char* const message = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    throw std::runtime_error(fmt::format("PostgreSQL refused the population: {}",
                                         message == nullptr ? PQerrorMessage(connection_) : message));
}

loader::result loader::run(const std::string& sql) {
    result out(PQexec(connection_, sql.c_str()));
    const ExecStatusType status = PQresultStatus(out.get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_COPY_IN) refuse(out.get());
    return out;
}

void loader::take_tables() {
    run("BEGIN");
    run("SET LOCAL client_min_messages = warning; SET LOCAL client_encoding = 'UTF8'; SET LOCAL datestyle = 'ISO, YMD';"
        "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '10s'; SET LOCAL maintenance_work_mem = '256MB'");
    for (std::size_t t = 0; t < table_count; ++t) {
        const std::string_view name = form_of(static_cast<table>(t)).name;
        const result known = run(fmt::format("SELECT to_regclass('{}') IS NOT NULL", name));
        if (*PQgetvalue(known.get(), 0, 0) != 't')
            throw std::runtime_error(fmt::format("the registry has no table '{}': run `mlango migrate` first", name));
        run(fmt::format("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", name));
        const result filled = run(fmt::format("SELECT EXISTS (SELECT FROM {})", name));
        if (*PQgetvalue(filled.get(), 0, 0) != 'f')
            throw std::runtime_error(fmt::format(
                "the registry is not empty (table '{}' has rows): a population is only put into an empty one", name));
    }
}

void loader::take_constraints_away() {
    std::vector<std::string> constraints_back;
    const result constraints = run(constraints_sql());
    for (int row = 0; row < PQntuples(constraints.get()); ++row) {
        const auto value = [&](int column) { return std::string(PQgetvalue(constraints.get(), row, column)); };
        run(fmt::format("ALTER TABLE {} DROP CONSTRAINT {}", value(0), value(1)));
        constraints_back.push_back(fmt::format("ALTER TABLE {} ADD CONSTRAINT {} {}", value(0), value(1), value(2)));
    }
    // Foreign keys were taken first; they need the others, so they come back last.
    std::ranges::reverse(constraints_back);
    const result indexes = run(indexes_sql());
    for (int row = 0; row < PQntuples(indexes.get()); ++row) {
        put_back_.emplace_back(PQgetvalue(indexes.get(), row, 1));
        run(fmt::format("DROP INDEX {}", PQgetvalue(indexes.get(), row, 0)));
    }
    put_back_.insert(put_back_.end(), constraints_back.begin(), constraints_back.end());
    // Compares every row with those before it; a person of the population has one membership.
    run("ALTER TABLE membership DISABLE TRIGGER USER");
    put_back_.emplace_back("ALTER TABLE membership ENABLE TRIGGER USER");
    // Notes each name whose keys are missing; the population brings them.
    run("ALTER TABLE individual DISABLE TRIGGER USER");
    put_back_.emplace_back("ALTER TABLE individual ENABLE TRIGGER USER");
    // COPY … FREEZE wants a table that this transaction has emptied.
    std::string names;
    for (auto t = static_cast<std::size_t>(first_large_table); t < table_count; ++t)
        names += fmt::format("{}{}", names.empty() ? "" : ", ", form_of(static_cast<table>(t)).name);
    run("TRUNCATE " + names);
}

void loader::copy_table(table which, const copy_text& rows) {
    if (rows.rows() == 0) return;
    const table_form& form = form_of(which);
    run(fmt::format("COPY {} ({}) FROM STDIN{}", form.name, form.columns,
                    which >= first_large_table ? " (FREEZE)" : ""));
    for (std::string_view left = rows.data(); !left.empty();) {
        const std::string_view piece = left.substr(0, copy_piece);
        if (PQputCopyData(connection_, piece.data(), static_cast<int>(piece.size())) != 1) refuse(nullptr);
        left.remove_prefix(piece.size());
    }
    if (PQputCopyEnd(connection_, nullptr) != 1) refuse(nullptr);
    const result done(PQgetResult(connection_));
    if (PQresultStatus(done.get()) != PGRES_COMMAND_OK) refuse(done.get());
    while (const result more{PQgetResult(connection_)}) {
    }
}

void loader::copy(const row_batch& rows) {
    for (std::size_t t = 0; t < table_count; ++t) copy_table(static_cast<table>(t), rows[static_cast<table>(t)]);
}

void loader::finish() {
    std::string names = "open_reference";
    for (std::size_t t = 0; t < table_count; ++t) {
        const table_form& form = form_of(static_cast<table>(t));
        names += fmt::format(", {}", form.name);
        if (form.has_identity)
            run(fmt::format(
                "SELECT setval(pg_get_serial_sequence('{0}', 'id'), coalesce(max(id), 0) + 1, false) FROM {0}",
                form.name));
    }
    for (const std::string& statement : put_back_) run(statement);
    run("ANALYZE " + names);
    run("COMMIT");
}

}  // namespace mlango::registry::population
