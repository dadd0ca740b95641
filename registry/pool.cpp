#include "registry/pool.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>
#include <cstring>
#include <deque>
#include <unordered_map>

#include "base/log.hpp"
#include "base/task_group.hpp"

namespace mlango::registry {

namespace {

constexpr std::chrono::milliseconds check_interval{200};
constexpr std::chrono::seconds patience_of_preparing{20};
constexpr std::size_t most_parameters = 32;
constexpr int refused_retries = 3;  // of a deadlock's victim

using resumption = asio::async_result<asio::use_awaitable_t<executor>, void(std::exception_ptr, rows)>::handler_type;
using steady_time = std::chrono::steady_clock::time_point;

// A statement on its way. `resume` is empty once its caller was answered or has been cancelled; the place in the order
// of results stays taken.
struct request {
    const statement* what;
    std::vector<parameter> parameters;
    bool writes;
    int retries = 0;
    steady_time since{};
    std::optional<resumption> resume;

    void finish(std::exception_ptr failure, rows result) {
        if (!resume) return;
        resumption caller = std::move(*resume);
        resume.reset();
        if (auto slot = asio::get_associated_cancellation_slot(caller); slot.is_connected()) slot.clear();
        std::move(caller)(std::move(failure), std::move(result));
    }
};
using request_ptr = std::shared_ptr<request>;

std::exception_ptr unavailable(const char* why) {
    return std::make_exception_ptr(registry_unavailable(why));
}

std::string_view field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? std::string_view{} : std::string_view(text);
}

// Connection lost, out of resources, operator intervention, system error; read-only.
bool means_unavailable(std::string_view sqlstate) {
    const std::string_view kind = sqlstate.substr(0, 2);
    return sqlstate.empty() || kind == "08" || kind == "53" || kind == "57" || kind == "58" || sqlstate == "25006";
}
// The victim was rolled back whole, so it may simply be sent again.
bool means_again(std::string_view sqlstate) {
    return sqlstate == "40001" || sqlstate == "40P01";
}
// The session is at its end, or a prepared statement is gone or stale: a new connection has it again.
bool means_reconnect(std::string_view sqlstate) {
    return sqlstate == "26000" || sqlstate == "0A000" || sqlstate.starts_with("57P") || sqlstate.starts_with("08");
}

bool holds_nul(const std::vector<parameter>& parameters) {
    return std::ranges::any_of(
        parameters, [](const parameter& p) { return p && std::memchr(p->data(), '\0', p->size()) != nullptr; });
}

struct connection {
    explicit connection(executor where) : socket(where), pause(where) {}

    PGconn* raw = nullptr;
    asio::posix::basic_stream_descriptor<executor> socket;
    coarse_timer pause;
    bool ready = false;
    bool writing = false;    // waits for the socket to take more
    bool doomed = false;     // to be closed by its own coroutine
    steady_time progress{};  // of connecting, then of the latest result
    bool preparing = false;
    std::deque<request_ptr> sent;  // nullptr: a Sync
    std::size_t statements = 0;    // of `sent`, without Syncs

    [[nodiscard]] bool usable() const { return ready && !doomed; }
    // Closes without closing the socket twice: the descriptor lets go before libpq closes it.
    void close() {
        ready = false;
        if (socket.is_open()) socket.release();
        if (raw != nullptr) PQfinish(raw);
        raw = nullptr;
    }
    void doom() {
        doomed = true;
        if (socket.is_open()) socket.cancel();
    }
};

}  // namespace

struct pg_pool::state : std::enable_shared_from_this<pg_pool::state> {
    state(asio::io_context& context, pool_settings chosen, const clock& clock_used, random_source& source,
          metrics& numbers)
        : where(context.get_executor()),
          settings(std::move(chosen)),
          time(clock_used),
          random(source),
          group(where),
          end(where),
          failures(numbers.count("pg_failures_total", "Statements that PostgreSQL refused or did not answer")),
          up(numbers.level("pg_connected", "Connections to PostgreSQL that are up")),
          waiting(numbers.level("pg_waiting", "Statements that wait for PostgreSQL")) {
        for (unsigned i = 0; i < std::max(1U, settings.connections); ++i)
            connections.push_back(std::make_unique<connection>(where));
        for (const statement* each : all_statements())
            times.emplace(each->name.data(),
                          &numbers.time("pg_statement_seconds", "From sending a statement to its result",
                                        {{"statement", each->name}}));
    }
    ~state() {
        for (auto& each : connections) each->close();
    }

    executor where;
    pool_settings settings;
    const clock& time;
    random_source& random;
    std::vector<std::unique_ptr<connection>> connections;
    std::vector<request_ptr> queue;  // to be sent at the end of this loop turn
    std::vector<request_ptr> batch;  // being sent; kept for its memory
    std::unordered_map<const char*, latency*> times;
    std::size_t pending = 0;  // queued or sent
    bool flush_posted = false;
    bool stopping = false;
    task_group group;
    coarse_timer end;
    counter& failures;
    gauge& up;
    gauge& waiting;

    void enqueue(request_ptr what);
    void schedule_flush();
    void flush();
    connection* quietest();
    bool send(connection& on, const request_ptr& what);
    void start_writing(connection& on);
    bool receive_results(connection& on);
    bool settle(connection& on, const request_ptr& what, PGresult* result);
    void drop(connection& on, const char* why);
    void cancel(const request_ptr& what);
    void forget() {
        --pending;
        waiting.add(-1);
    }

    task<void> keep(connection& on);
    task<bool> connect(connection& on, std::string& fault);
    task<bool> prepare(connection& on, std::string& fault);
    task<bool> finish_command(connection& on, std::string& fault);
    task<void> receive(connection& on);
    task<void> watch();
};

void pg_pool::state::enqueue(request_ptr what) {
    const char* refusal = nullptr;
    if (stopping || std::ranges::none_of(connections, [](const auto& each) { return each->usable(); }))
        refusal = "the registry is not connected";
    else if (pending >= settings.waiting_limit)
        refusal = "too many statements wait for the registry";
    const bool unfit = what->parameters.size() > most_parameters || holds_nul(what->parameters);
    if (refusal != nullptr || unfit) {
        failures.add();
        auto failure = refusal != nullptr ? unavailable(refusal)
                                          : std::make_exception_ptr(statement_refused(what->what->name, "22021", ""));
        // Not in here: a caller that repeats at once would deepen the stack each time.
        asio::post(where, [what = std::move(what), failure] { what->finish(failure, {}); });
        return;
    }
    if (auto slot = asio::get_associated_cancellation_slot(*what->resume); slot.is_connected())
        slot.assign([self = weak_from_this(), held = std::weak_ptr(what)](asio::cancellation_type) {
            const auto pool = self.lock();
            const auto cancelled = held.lock();
            if (pool && cancelled) pool->cancel(cancelled);
        });
    ++pending;
    waiting.add(1);
    queue.push_back(std::move(what));
    schedule_flush();
}

void pg_pool::state::cancel(const request_ptr& what) {
    if (!what->resume) return;
    // The caller goes on after this turn; the request without a caller keeps its place among the results.
    auto caller = std::make_shared<request>(
        request{.what = what->what, .parameters = {}, .writes = false, .since = {}, .resume = std::move(what->resume)});
    what->resume.reset();
    asio::post(where, [caller] {
        caller->finish(std::make_exception_ptr(boost::system::system_error(asio::error::operation_aborted)), {});
    });
}

void pg_pool::state::schedule_flush() {
    if (flush_posted) return;
    flush_posted = true;
    asio::post(where, [self = shared_from_this()] { self->flush(); });
}

connection* pg_pool::state::quietest() {
    connection* best = nullptr;
    for (const auto& each : connections)
        if (each->usable() && (best == nullptr || each->statements < best->statements)) best = each.get();
    return best;
}

bool pg_pool::state::send(connection& on, const request_ptr& what) {
    std::array<const char*, most_parameters> values;
    const std::size_t count = what->parameters.size();
    for (std::size_t i = 0; i < count; ++i) values[i] = what->parameters[i] ? what->parameters[i]->c_str() : nullptr;
    if (PQsendQueryPrepared(on.raw, what->what->name.data(), static_cast<int>(count), values.data(), nullptr, nullptr,
                            0) != 1)
        return false;
    on.sent.push_back(what);
    ++on.statements;
    return true;
}

// Reads first, under one Sync; then each write under its own.
void pg_pool::state::flush() {
    flush_posted = false;
    if (queue.empty()) return;
    connection* const on = quietest();
    batch.swap(queue);
    if (on == nullptr) {
        const std::vector<request_ptr> failed = std::exchange(batch, {});
        const auto failure = unavailable("the registry is not connected");
        for (const request_ptr& each : failed) {
            failures.add();
            forget();
            each->finish(failure, {});
        }
        return;
    }
    const steady_time now = time.steady();
    if (on->sent.empty()) on->progress = now;
    bool ok = true;
    const auto sync = [&] {
        ok = ok && PQpipelineSync(on->raw) == 1;
        if (ok) on->sent.emplace_back();
    };
    bool any_read = false;
    for (const bool writes : {false, true}) {
        for (request_ptr& each : batch) {
            if (each == nullptr || each->writes != writes || !ok) continue;
            if (!each->resume) {  // cancelled before it was sent
                forget();
                each.reset();
                continue;
            }
            each->since = now;
            ok = send(*on, each);
            if (!ok) continue;
            each.reset();
            if (writes) sync();
            any_read = any_read || !writes;
        }
        if (!writes && any_read) sync();
    }
    for (request_ptr& each : batch)  // what could not be handed to libpq fails with the connection
        if (each != nullptr) {
            on->sent.push_back(std::move(each));
            ++on->statements;
        }
    batch.clear();
    if (!ok) return on->doom();
    start_writing(*on);
}

void pg_pool::state::start_writing(connection& on) {
    if (on.writing) return;
    const int left = PQflush(on.raw);
    if (left == 0) return;
    if (left < 0) return on.doom();
    on.writing = true;
    on.socket.async_wait(asio::posix::descriptor_base::wait_write,
                         [self = shared_from_this(), &on](const boost::system::error_code& error) {
                             on.writing = false;
                             if (!error && on.ready) self->start_writing(on);
                         });
}

// One result of `what`. False when the connection must go.
bool pg_pool::state::settle(connection& on, const request_ptr& what, PGresult* result) {
    rows got(result);
    const ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK) {
        if (const auto known = times.find(what->what->name.data()); known != times.end())
            known->second->observe(on.progress - what->since);
        forget();
        what->finish(nullptr, std::move(got));
        return true;
    }
    const std::string_view sqlstate = field(result, PG_DIAG_SQLSTATE);
    const bool reconnect = means_reconnect(sqlstate);
    if (reconnect) on.doomed = true;                        // before its caller may ask again
    const bool aborted = status == PGRES_PIPELINE_ABORTED;  // another of its batch was refused
    if (what->resume && (aborted || (means_again(sqlstate) && what->retries++ < refused_retries))) {
        queue.push_back(what);
        schedule_flush();
        return true;
    }
    forget();
    if (!what->resume) return !reconnect;
    failures.add();
    what->finish(reconnect || means_unavailable(sqlstate)
                     ? unavailable("the registry could not work on a statement")
                     : std::make_exception_ptr(statement_refused(what->what->name, std::string(sqlstate),
                                                                 std::string(field(result, PG_DIAG_CONSTRAINT_NAME)))),
                 {});
    return !reconnect;
}

// Takes every result that has come. A statement gives its result and then a NULL, a Sync one result alone; with
// nothing sent PQgetResult gives NULL for ever, so `sent` says when to stop.
bool pg_pool::state::receive_results(connection& on) {
    on.progress = time.steady();
    bool ended = false;  // the statement before
    while (!on.sent.empty()) {
        if (PQisBusy(on.raw) != 0) return PQstatus(on.raw) == CONNECTION_OK;
        PGresult* const result = PQgetResult(on.raw);
        if (result == nullptr) {
            if (std::exchange(ended, true)) return false;  // there is nothing more to come
            continue;
        }
        ended = false;
        const ExecStatusType status = PQresultStatus(result);
        const request_ptr what = std::move(on.sent.front());
        on.sent.pop_front();
        if ((what == nullptr) != (status == PGRES_PIPELINE_SYNC)) {
            // The server ended the session (its last words come as a result), or the order is lost.
            on.sent.push_front(what);
            PQclear(result);
            return false;
        }
        if (what == nullptr) {
            PQclear(result);
            continue;
        }
        --on.statements;
        if (!settle(on, what, result)) return false;
        if (on.doomed) return false;
    }
    return PQstatus(on.raw) == CONNECTION_OK;
}

// Whatever was sent has an unknown fate: its callers are told, and a hop's key makes their repetition harmless.
void pg_pool::state::drop(connection& on, const char* why) {
    if (on.ready) {
        up.add(-1);
        if (!stopping) log_warning("registry_lost", {{"why", why}, {"statements", on.statements}});
    }
    on.close();
    on.doomed = false;
    const std::deque<request_ptr> lost = std::exchange(on.sent, {});
    on.statements = 0;
    const auto failure = unavailable(why);
    for (const request_ptr& each : lost) {
        if (each == nullptr) continue;
        failures.add();
        forget();
        each->finish(failure, {});
    }
}

task<bool> pg_pool::state::connect(connection& on, std::string& fault) {
    on.progress = time.steady();
    const char* const keys[] = {"dbname", "application_name", nullptr};
    const char* const values[] = {settings.conninfo.c_str(), "mlango", nullptr};
    on.raw = PQconnectStartParams(keys, values, 1);
    if (on.raw == nullptr) co_return false;
    PQsetNoticeProcessor(on.raw, [](void*, const char*) {}, nullptr);
    PostgresPollingStatusType status =
        PQstatus(on.raw) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
    while (status == PGRES_POLLING_READING || status == PGRES_POLLING_WRITING) {
        boost::system::error_code error;
        on.socket.assign(PQsocket(on.raw), error);
        if (error) co_return false;
        co_await on.socket.async_wait(status == PGRES_POLLING_READING ? asio::posix::descriptor_base::wait_read
                                                                      : asio::posix::descriptor_base::wait_write,
                                      asio::redirect_error(use_task, error));
        // libpq may go on with another socket of the same number.
        if (on.socket.is_open()) on.socket.release();
        if (error || on.doomed || stopping) co_return false;
        status = PQconnectPoll(on.raw);
    }
    if (status != PGRES_POLLING_OK) {
        fault = PQerrorMessage(on.raw);
        co_return false;
    }
    PQsetnonblocking(on.raw, 1);
    boost::system::error_code error;
    on.socket.assign(PQsocket(on.raw), error);
    if (error) co_return false;
    co_return co_await prepare(on, fault);
}

// Waits until everything sent is answered. False, with PostgreSQL's words, when some of it was refused.
task<bool> pg_pool::state::finish_command(connection& on, std::string& fault) {
    bool ok = true;
    bool synced = PQpipelineStatus(on.raw) == PQ_PIPELINE_OFF;
    boost::system::error_code error;
    for (;;) {
        while (PQflush(on.raw) == 1) {
            co_await on.socket.async_wait(asio::posix::descriptor_base::wait_write,
                                          asio::redirect_error(use_task, error));
            if (error || PQconsumeInput(on.raw) != 1) co_return false;
        }
        while (PQisBusy(on.raw) == 0) {
            PGresult* const result = PQgetResult(on.raw);
            const ExecStatusType status = result == nullptr ? PGRES_EMPTY_QUERY : PQresultStatus(result);
            if (status == PGRES_FATAL_ERROR && ok) {
                ok = false;
                fault = PQresultErrorMessage(result);
            }
            PQclear(result);
            if (status == PGRES_PIPELINE_SYNC) co_return ok;
            if (result == nullptr && synced) co_return ok;
        }
        co_await on.socket.async_wait(asio::posix::descriptor_base::wait_read, asio::redirect_error(use_task, error));
        if (error || on.doomed || stopping || PQconsumeInput(on.raw) != 1) co_return false;
    }
}

task<bool> pg_pool::state::prepare(connection& on, std::string& fault) {
    // Plans do not depend on the values, and no statement is long enough for compiling to pay.
    constexpr const char* session =
        "SET jit = off; SET plan_cache_mode = force_generic_plan; SET client_encoding = 'UTF8'; SET DateStyle = 'ISO'; "
        "SET TimeZone = 'UTC'; SET bytea_output = 'hex'; SET statement_timeout = 0";
    on.progress = time.steady();
    on.preparing = true;
    if (PQsendQuery(on.raw, session) != 1) co_return false;
    if (!co_await finish_command(on, fault)) co_return false;
    if (PQenterPipelineMode(on.raw) != 1) co_return false;
    for (const statement* each : all_statements())
        if (PQsendPrepare(on.raw, each->name.data(), each->sql.data(), 0, nullptr) != 1) co_return false;
    // Last: the time-out would count for all that is prepared together, which takes seconds on a busy machine.
    const std::string bound = fmt::format("SET statement_timeout = {}", settings.statement_timeout.count());
    if (PQsendQueryParams(on.raw, bound.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0) != 1) co_return false;
    if (PQpipelineSync(on.raw) != 1) co_return false;
    co_return co_await finish_command(on, fault);
}

task<void> pg_pool::state::receive(connection& on) {
    while (!stopping && !on.doomed) {
        boost::system::error_code error;
        co_await on.socket.async_wait(asio::posix::descriptor_base::wait_read, asio::redirect_error(use_task, error));
        if (error || on.doomed || PQconsumeInput(on.raw) != 1 || !receive_results(on)) co_return;
    }
}

task<void> pg_pool::state::keep(connection& on) {
    auto backoff = settings.first_backoff;
    bool told = false;
    while (!stopping) {
        std::string fault;
        on.preparing = false;
        if (co_await connect(on, fault)) {
            on.ready = true;
            on.progress = time.steady();
            up.add(1);
            log_info("registry_connected");
            backoff = settings.first_backoff;
            told = false;
            co_await receive(on);
            drop(on, "the connection to the registry was lost");
        } else {
            if (!told && !stopping) log_warning("registry_unreachable", {{"why", std::string_view(fault)}});
            told = true;
            drop(on, "the registry is not connected");
        }
        if (stopping) break;
        // Half of it at random, so that many servers do not come back at one instant.
        const auto half = static_cast<std::uint64_t>(backoff.count()) / 2 + 1;
        on.pause.expires_after(std::chrono::milliseconds(half + random.below(half)));
        boost::system::error_code error;
        co_await on.pause.async_wait(asio::redirect_error(use_task, error));
        backoff = std::min(backoff * 2, settings.longest_backoff);
    }
}

// PostgreSQL ends a statement at the time-out itself; a connection without any progress for longer is dead.
task<void> pg_pool::state::watch() {
    const auto patience = settings.statement_timeout + settings.statement_timeout / 4;
    while (!stopping) {
        end.expires_after(check_interval);
        boost::system::error_code error;
        co_await end.async_wait(asio::redirect_error(use_task, error));
        if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none) co_return;
        const steady_time now = time.steady();
        for (const auto& each : connections) {
            const auto connecting = each->preparing ? patience_of_preparing : settings.connect_timeout;
            const bool stuck = each->ready ? !each->sent.empty() && now - each->progress > patience
                                           : each->raw != nullptr && now - each->progress > connecting;
            if (stuck) each->doom();
        }
    }
}

pg_pool::pg_pool(asio::io_context& context, pool_settings settings, const clock& time, random_source& random,
                 metrics& numbers)
    : state_(std::make_shared<state>(context, std::move(settings), time, random, numbers)) {}

pg_pool::~pg_pool() {
    stop();
}

task<void> pg_pool::run() {
    const std::shared_ptr<state> pool = state_;
    co_await asio::this_coro::throw_if_cancelled(false);
    for (const auto& each : pool->connections) pool->group.spawn("registry connection", pool->keep(*each));
    co_await pool->watch();
    pool->stopping = true;
    for (const auto& each : pool->connections) {
        each->doom();
        each->pause.cancel();
    }
    co_await pool->group.close(std::chrono::steady_clock::now() + std::chrono::seconds(1));
}

void pg_pool::stop() {
    state_->stopping = true;
    state_->end.cancel();
    for (const auto& each : state_->connections) {
        each->doom();
        each->pause.cancel();
    }
}

bool pg_pool::connected() const {
    return std::ranges::any_of(state_->connections, [](const auto& each) { return each->usable(); });
}

namespace {

task<rows> submit(auto& state, const statement& what, std::vector<parameter>&& parameters, bool writes) {
    return asio::async_initiate<const asio::use_awaitable_t<executor>, void(std::exception_ptr, rows)>(
        [](auto resume, auto pool, const statement* wanted, std::vector<parameter> given, bool write) {
            auto made = std::make_shared<request>(request{.what = wanted,
                                                          .parameters = std::move(given),
                                                          .writes = write,
                                                          .since = {},
                                                          .resume = std::move(resume)});
            pool->enqueue(std::move(made));
        },
        use_task, state, &what, std::move(parameters), writes);
}

}  // namespace

task<rows> pg_pool::read(const statement& what, std::vector<parameter> parameters) {
    return submit(state_, what, std::move(parameters), false);
}

task<rows> pg_pool::write(const statement& what, std::vector<parameter> parameters) {
    return submit(state_, what, std::move(parameters), true);
}

}  // namespace mlango::registry
