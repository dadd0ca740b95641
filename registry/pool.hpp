// Connections to PostgreSQL for one thread, in libpq's pipeline mode. Reads of different callers that meet in one loop
// turn share a Sync (one round trip for all); a write has a Sync of its own, because a batch is one implicit
// transaction. A statement is a named constant; its name is the prepared statement's and the metric's.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/task.hpp"

namespace mlango::registry {

struct pool_settings {
    std::string conninfo = "dbname=mlango";  // libpq keywords; the password from a secret file
    unsigned connections = 1;                // a thread
    std::chrono::milliseconds connect_timeout{2'000};
    std::chrono::milliseconds statement_timeout{4'000};  // then the connection is taken for dead
    std::chrono::milliseconds first_backoff{20};
    std::chrono::milliseconds longest_backoff{2'000};
    std::size_t waiting_limit = 10'000;
};

struct statement {
    std::string_view name;
    std::string_view sql;
};

// Every statement registers itself, so that a test can prepare all of them against the migrated schema.
struct registered_statement : statement {
    registered_statement(std::string_view name, std::string_view sql);
};
[[nodiscard]] std::span<const statement* const> all_statements();

// PostgreSQL is away, slow, read-only or full. Caught once per hop: an apology.
struct registry_unavailable : std::runtime_error {
    using std::runtime_error::runtime_error;
};
// PostgreSQL refused a statement: a bug or a violated constraint. `sqlstate` tells which; the text stays here.
struct statement_refused : std::runtime_error {
    statement_refused(std::string_view statement_name, std::string sqlstate, std::string constraint);
    std::string sqlstate;
    std::string constraint;
};

// A text parameter, or NULL.
using parameter = std::optional<std::string>;

// The rows of one result; owns the PGresult.
class rows {
public:
    rows() = default;
    explicit rows(void* pg_result);  // takes ownership of a PGresult*
    [[nodiscard]] int size() const;
    [[nodiscard]] bool empty() const { return size() == 0; }
    [[nodiscard]] std::int64_t affected() const;
    [[nodiscard]] bool is_null(int row, int column) const;
    [[nodiscard]] std::string_view text(int row, int column) const;  // empty when NULL
    [[nodiscard]] std::int64_t number(int row, int column) const;    // 0 when NULL
    [[nodiscard]] bool truth(int row, int column) const;
    [[nodiscard]] std::string bytea(int row, int column) const;  // decoded from the \x form

private:
    std::shared_ptr<void> result_;
};

class pg_pool {
public:
    pg_pool(asio::io_context& context, pool_settings settings, const clock& time, random_source& random,
            metrics& numbers);
    ~pg_pool();

    // Connects and keeps connected until stop(); spawn it on the context. Never throws.
    task<void> run();
    void stop();
    [[nodiscard]] bool connected() const;

    // One statement that only reads. Throws registry_unavailable or statement_refused.
    task<rows> read(const statement& what, std::vector<parameter> parameters);
    // One statement that writes: its own transaction. A change, its audit row and its outbox row go into one statement
    // (WITH … INSERT …), so that they happen together or not at all.
    task<rows> write(const statement& what, std::vector<parameter> parameters);

private:
    struct state;
    std::shared_ptr<state> state_;
};

// The text form of a bytea parameter: \x and hexadecimal digits.
[[nodiscard]] std::string bytea_parameter(std::string_view raw);

}  // namespace mlango::registry
