#include "registry/blocking.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <stdexcept>

namespace mlango::registry {

blocking_connection::blocking_connection(const std::string& conninfo)
    : connection_(PQconnectdb(conninfo.c_str()), [](void* held) { PQfinish(static_cast<PGconn*>(held)); }) {
    auto* const raw = static_cast<PGconn*>(connection_.get());
    if (PQstatus(raw) != CONNECTION_OK)
        throw std::runtime_error(fmt::format("cannot connect to PostgreSQL: {}", PQerrorMessage(raw)));
    PQsetNoticeProcessor(raw, [](void*, const char*) {}, nullptr);
}

rows blocking_connection::run(const std::string& sql, std::string_view what) {
    auto* const raw = static_cast<PGconn*>(connection_.get());
    PGresult* const result = PQexec(raw, sql.c_str());
    rows got(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
        throw std::runtime_error(fmt::format("{}: {}", what, PQerrorMessage(raw)));
    return got;
}

}  // namespace mlango::registry
