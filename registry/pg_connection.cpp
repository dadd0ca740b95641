#include "registry/pg_connection.hpp"

#include <fmt/format.h>

#include <boost/asio/redirect_error.hpp>

namespace mlango::registry {

task<bool> pg_connection::open(const pool_settings& settings, const clock& time, std::string& fault) {
    progress = time.steady();
    const char* const keys[] = {"dbname", "application_name", nullptr};
    const char* const values[] = {settings.conninfo.c_str(), "mlango", nullptr};
    raw = PQconnectStartParams(keys, values, 1);
    if (raw == nullptr) co_return false;
    PQsetNoticeProcessor(raw, [](void*, const char*) {}, nullptr);
    PostgresPollingStatusType status = PQstatus(raw) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
        boost::system::error_code error;
        socket.assign(PQsocket(raw), error);
        if (error) co_return false;
        co_await socket.async_wait(status == PGRES_POLLING_READING ? asio::posix::descriptor_base::wait_read
                                                                   : asio::posix::descriptor_base::wait_write,
                                   asio::redirect_error(use_task, error));
        // libpq may go on with another socket of the same number.
        if (socket.is_open()) socket.release();
        if (error || doomed) co_return false;
        status = PQconnectPoll(raw);
    }
    if (status != PGRES_POLLING_OK) {
        fault = PQerrorMessage(raw);
        co_return false;
    }
    PQsetnonblocking(raw, 1);
    boost::system::error_code error;
    socket.assign(PQsocket(raw), error);
    if (error) co_return false;
    co_return co_await prepare(settings, time, fault);
}

// Waits until everything sent is answered. False, with PostgreSQL's words, when some of it was refused.
task<bool> pg_connection::finish_command(std::string& fault) {
    bool ok = true;
    bool synced = PQpipelineStatus(raw) == PQ_PIPELINE_OFF;
    boost::system::error_code error;
    for (;;) {
        while (PQflush(raw) == 1) {
            co_await socket.async_wait(asio::posix::descriptor_base::wait_write, asio::redirect_error(use_task, error));
            if (error || PQconsumeInput(raw) != 1) co_return false;
        }
        while (PQisBusy(raw) == 0) {
            PGresult* const result = PQgetResult(raw);
            const ExecStatusType status = result == nullptr ? PGRES_EMPTY_QUERY : PQresultStatus(result);
            if (status == PGRES_FATAL_ERROR && ok) {
                ok = false;
                fault = PQresultErrorMessage(result);
            }
            PQclear(result);
            if (status == PGRES_PIPELINE_SYNC) co_return ok;
            if (result == nullptr && synced) co_return ok;
        }
        co_await socket.async_wait(asio::posix::descriptor_base::wait_read, asio::redirect_error(use_task, error));
        if (error || doomed || PQconsumeInput(raw) != 1) co_return false;
    }
}

task<bool> pg_connection::prepare(const pool_settings& settings, const clock& time, std::string& fault) {
    // Plans do not depend on the values, and no statement is long enough for compiling to pay.
    constexpr const char* session =
        "SET jit = off; SET plan_cache_mode = force_generic_plan; SET client_encoding = 'UTF8'; SET DateStyle = 'ISO'; "
        "SET TimeZone = 'UTC'; SET bytea_output = 'hex'; SET statement_timeout = 0";
    progress = time.steady();
    preparing = true;
    if (PQsendQuery(raw, session) != 1) co_return false;
    if (!co_await finish_command(fault)) co_return false;
    if (PQenterPipelineMode(raw) != 1) co_return false;
    for (const statement* each : all_statements())
        if (PQsendPrepare(raw, each->name.data(), each->sql.data(), 0, nullptr) != 1) co_return false;
    // Last: the time-out would count for all that is prepared together, which takes seconds on a busy machine.
    const std::string bound = fmt::format("SET statement_timeout = {}", settings.statement_timeout.count());
    if (PQsendQueryParams(raw, bound.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) != 1) co_return false;
    if (PQpipelineSync(raw) != 1) co_return false;
    co_return co_await finish_command(fault);
}

}  // namespace mlango::registry
