// The way of a statement: queued, sent with what else came in the same loop turn, settled by its result.
#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/system/system_error.hpp>
#include <cstring>

#include "base/log.hpp"
#include "registry/pool_state.hpp"

namespace mlango::registry {

namespace {

constexpr std::size_t most_parameters = 32;
constexpr int refused_retries = 3;  // of a deadlock's victim

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

}  // namespace

void pg_pool::state::enqueue(pg_request_ptr what) {
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

void pg_pool::state::cancel(const pg_request_ptr& what) {
    if (!what->resume) return;
    // The caller goes on after this turn; the request without a caller keeps its place among the results.
    auto caller = std::make_shared<pg_request>(pg_request{
        .what = what->what, .parameters = {}, .writes = false, .since = {}, .resume = std::move(what->resume)});
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

pg_connection* pg_pool::state::quietest() {
    pg_connection* best = nullptr;
    for (const auto& each : connections)
        if (each->usable() && (best == nullptr || each->statements < best->statements)) best = each.get();
    return best;
}

bool pg_pool::state::send(pg_connection& on, const pg_request_ptr& what) {
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
    pg_connection* const on = quietest();
    batch.swap(queue);
    if (on == nullptr) {
        const std::vector<pg_request_ptr> failed = std::exchange(batch, {});
        const auto failure = unavailable("the registry is not connected");
        for (const pg_request_ptr& each : failed) {
            failures.add();
            forget();
            each->finish(failure, {});
        }
        return;
    }
    const std::chrono::steady_clock::time_point now = time.steady();
    if (on->sent.empty()) on->progress = now;
    bool ok = true;
    const auto sync = [&] {
        ok = ok && PQpipelineSync(on->raw) == 1;
        if (ok) on->sent.emplace_back();
    };
    bool any_read = false;
    for (const bool writes : {false, true}) {
        for (pg_request_ptr& each : batch) {
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
    for (pg_request_ptr& each : batch)  // what could not be handed to libpq fails with the connection
        if (each != nullptr) {
            on->sent.push_back(std::move(each));
            ++on->statements;
        }
    batch.clear();
    if (!ok) return on->doom();
    start_writing(*on);
}

void pg_pool::state::start_writing(pg_connection& on) {
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
bool pg_pool::state::settle(pg_connection& on, const pg_request_ptr& what, PGresult* result) {
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
bool pg_pool::state::receive_results(pg_connection& on) {
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
        const pg_request_ptr what = std::move(on.sent.front());
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

task<void> pg_pool::state::receive(pg_connection& on) {
    while (!stopping && !on.doomed) {
        boost::system::error_code error;
        co_await on.socket.async_wait(asio::posix::descriptor_base::wait_read, asio::redirect_error(use_task, error));
        if (error || on.doomed || PQconsumeInput(on.raw) != 1 || !receive_results(on)) co_return;
    }
}

void pg_pool::state::drop(pg_connection& on, const char* why) {
    if (on.ready) {
        up.add(-1);
        if (!stopping) log_warning("registry_lost", {{"why", why}, {"statements", on.statements}});
    }
    on.close();
    on.doomed = false;
    const std::deque<pg_request_ptr> lost = std::exchange(on.sent, {});
    on.statements = 0;
    const auto failure = unavailable(why);
    for (const pg_request_ptr& each : lost) {
        if (each == nullptr) continue;
        failures.add();
        forget();
        each->finish(failure, {});
    }
}

namespace {

task<rows> submit(auto& state, const statement& what, std::vector<parameter>&& parameters, bool writes) {
    return asio::async_initiate<const asio::use_awaitable_t<executor>, void(std::exception_ptr, rows)>(
        [](auto resume, auto pool, const statement* wanted, std::vector<parameter> given, bool write) {
            auto made = std::make_shared<pg_request>(pg_request{.what = wanted,
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
