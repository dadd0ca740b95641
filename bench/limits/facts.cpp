// mlango_facts: what each phone of a range must see, asked of the registry and written as the facts file of
// mlango_load. Blind indexes are made here, because the registry knows no number.
#include <fmt/format.h>
#include <libpq-fe.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "base/seal.hpp"

namespace mlango::bench {
namespace {

using connection = std::unique_ptr<PGconn, void (*)(PGconn*)>;
using result = std::unique_ptr<PGresult, void (*)(PGresult*)>;

std::string content_of(const std::string& path) {
    std::ifstream file{path};
    if (!file) throw std::runtime_error(path + ": can not be read");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

result ask(PGconn* registry, const std::string& sql, ExecStatusType wanted) {
    result got{PQexec(registry, sql.c_str()), PQclear};
    if (PQresultStatus(got.get()) != wanted) throw std::runtime_error(PQerrorMessage(registry));
    return got;
}

int run(int argc, char** argv) {
    CLI::App app{"What each phone of a range must see, tab-separated"};
    std::string conninfo, key_file, sql;
    std::int64_t first = 0, numbers = 0;
    app.add_option("--pg", conninfo, "libpq keywords")->required();
    app.add_option("--keys", key_file, "the installation's key file")->required();
    app.add_option("--sql", sql, "bench/sql/facts.sql")->required();
    app.add_option("--first", first, "the first number is +254700000000 + this");
    app.add_option("--numbers", numbers, "how many")->required();
    CLI11_PARSE(app, argc, argv);

    const auto keys = parse_key_ring(content_of(key_file));
    if (!keys) throw std::runtime_error(keys.error().message);
    blinder blind{keys->blind};
    const connection registry{PQconnectdb(conninfo.c_str()), PQfinish};
    if (PQstatus(registry.get()) != CONNECTION_OK) throw std::runtime_error(PQerrorMessage(registry.get()));
    ask(registry.get(), "CREATE TEMPORARY TABLE caller (n bigint, number_blind bytea)", PGRES_COMMAND_OK);
    ask(registry.get(), "COPY caller FROM STDIN", PGRES_COPY_IN);
    for (std::int64_t n = first; n < first + numbers; ++n) {
        const std::string row =
            fmt::format("{}\t\\\\x{}\n", n, to_hex(blind.blind("msisdn", fmt::format("+{}", 254'700'000'000 + n))));
        if (PQputCopyData(registry.get(), row.data(), static_cast<int>(row.size())) != 1)
            throw std::runtime_error(PQerrorMessage(registry.get()));
    }
    PQputCopyEnd(registry.get(), nullptr);
    for (result got{PQgetResult(registry.get()), PQclear}; got; got.reset(PQgetResult(registry.get())))
        if (PQresultStatus(got.get()) != PGRES_COMMAND_OK) throw std::runtime_error(PQerrorMessage(registry.get()));
    ask(registry.get(), "ANALYZE caller", PGRES_COMMAND_OK);
    const result rows = ask(registry.get(), content_of(sql), PGRES_TUPLES_OK);
    const int columns = PQnfields(rows.get());
    for (int column = 0; column < columns; ++column)
        fmt::print("{}{}", PQfname(rows.get(), column), column + 1 == columns ? "\n" : "\t");
    for (int row = 0; row < PQntuples(rows.get()); ++row)
        for (int column = 0; column < columns; ++column)
            fmt::print("{}{}", PQgetvalue(rows.get(), row, column), column + 1 == columns ? "\n" : "\t");
    return 0;
}

}  // namespace
}  // namespace mlango::bench

int main(int argc, char** argv) {
    try {
        return mlango::bench::run(argc, argv);
    } catch (const std::exception& fault) {
        fmt::print(stderr, "mlango_facts: {}\n", fault.what());
        return 1;
    }
}
