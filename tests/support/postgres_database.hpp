// A migrated database of its own for a test suite. MLANGO_TEST_PG names a superuser on a private server; a migrated
// template is made there once for each state of the schema, and cloned. Header-only, so that only executables that
// link registry include it.
#pragma once

#include <libpq-fe.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "registry/migrate.hpp"

namespace mlango::test {

// A blocking connection for a test's own SQL. Throws std::runtime_error with PostgreSQL's words.
class sql_session {
public:
    using table = std::vector<std::vector<std::optional<std::string>>>;

    explicit sql_session(const std::string& conninfo) : raw_(PQconnectdb(conninfo.c_str()), PQfinish) {
        if (PQstatus(raw_.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(raw_.get()));
        PQsetNoticeProcessor(raw_.get(), [](void*, const char*) {}, nullptr);
    }
    table run(const std::string& sql) {
        const std::unique_ptr<PGresult, decltype(&PQclear)> got(PQexec(raw_.get(), sql.c_str()), PQclear);
        const auto status = PQresultStatus(got.get());
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
            throw std::runtime_error(PQerrorMessage(raw_.get()));
        table out;
        for (int row = 0; row < PQntuples(got.get()); ++row) {
            auto& line = out.emplace_back();
            for (int column = 0; column < PQnfields(got.get()); ++column)
                line.push_back(PQgetisnull(got.get(), row, column) != 0
                                   ? std::optional<std::string>{}
                                   : std::optional<std::string>{PQgetvalue(got.get(), row, column)});
        }
        return out;
    }
    // The one value of one row; empty when NULL or nothing.
    std::string value(const std::string& sql) {
        const table got = run(sql);
        return got.empty() || got[0].empty() ? std::string{} : got[0][0].value_or("");
    }
    // SQLSTATE of a refusal, or empty when it was done.
    std::string refusal(const std::string& sql) {
        const std::unique_ptr<PGresult, decltype(&PQclear)> got(PQexec(raw_.get(), sql.c_str()), PQclear);
        const auto status = PQresultStatus(got.get());
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
        const char* state = PQresultErrorField(got.get(), PG_DIAG_SQLSTATE);
        return state == nullptr ? "lost" : state;
    }
    [[nodiscard]] PGconn* raw() const { return raw_.get(); }

private:
    std::unique_ptr<PGconn, decltype(&PQfinish)> raw_;
};

inline std::string test_server() {
    const char* conninfo = std::getenv("MLANGO_TEST_PG");
    if (conninfo == nullptr || *conninfo == '\0')
        throw std::runtime_error("MLANGO_TEST_PG is not set: script/test starts a private PostgreSQL and sets it");
    return conninfo;
}

// conninfo with another database; the last of two keywords counts.
inline std::string with_database(const std::string& conninfo, const std::string& name) {
    return conninfo + " dbname=" + name;
}

// Copied as files: through the log, as PostgreSQL would, a small database takes three times as long.
inline std::string creation_of(std::string_view database, std::string_view from) {
    return fmt::format("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy", database, from);
}

class postgres_database {
public:
    enum class kind { migrated, empty };

    explicit postgres_database(kind what = kind::migrated) : server_(test_server()), name_(fresh_name()) {
        sql_session admin(with_database(server_, "postgres"));
        admin.run("SELECT pg_advisory_lock(hashtext('mlango.test.template'))");
        const std::string source = what == kind::migrated ? migrated_template(admin) : "template0";
        admin.run(creation_of(name_, source));
    }
    ~postgres_database() {
        try {
            sql_session(with_database(server_, "postgres"))
                .run(fmt::format("DROP DATABASE IF EXISTS {} WITH (FORCE)", name_));
        } catch (const std::runtime_error&) {
            // The server is gone, and the database with it.
        }
    }
    postgres_database(const postgres_database&) = delete;
    postgres_database& operator=(const postgres_database&) = delete;

    [[nodiscard]] std::string conninfo() const { return with_database(server_, name_); }

private:
    static std::string fresh_name() {
        static std::atomic<int> last{0};
        return fmt::format("mlango_test_{}_{}", getpid(), ++last);
    }
    std::string migrated_template(sql_session& admin) const {
        std::string all;
        for (const registry::migration& step : registry::migrations()) all += step.sql;
        const std::string name = fmt::format("mlango_template_{:016x}", std::hash<std::string>{}(all));
        if (!admin.value(fmt::format("SELECT 1 FROM pg_database WHERE datname = '{}'", name)).empty()) return name;
        const std::string making = name_ + "_template";
        admin.run(creation_of(making, "template0"));
        registry::migrate(with_database(server_, making));
        admin.run(fmt::format("ALTER DATABASE {} RENAME TO {}", making, name));
        return name;
    }

    std::string server_;
    std::string name_;
};

}  // namespace mlango::test
