#include "registry/pool.hpp"

#include <fmt/format.h>
#include <boost/asio/steady_timer.hpp>

#include "base/within.hpp"
#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

const registered_statement test_number{"test_number", "SELECT $1::bigint * 2"};
const registered_statement test_divide{"test_divide", "SELECT 100 / $1::integer"};
const registered_statement test_sleep{"test_sleep", "SELECT pg_sleep($1::double precision)"};
const registered_statement test_text{"test_text", "SELECT $1::text, $2::bytea, NULL::text, true"};
const registered_statement test_write{
    "test_write", "INSERT INTO operation VALUES ($1, 'KEN', jsonb_build_object('en', $2::text), 'UTC') RETURNING code"};
const registered_statement test_admin{"test_admin", "SELECT pg_terminate_backend(pg_backend_pid())"};

std::vector<parameter> with(std::initializer_list<std::string_view> values) {
    std::vector<parameter> out;
    for (const std::string_view value : values) out.emplace_back(value);
    return out;
}

struct pool_test : registry_fixture {
    std::int64_t failures() { return static_cast<std::int64_t>(numbers.count("pg_failures_total", "").value()); }
    std::int64_t waiting() { return numbers.level("pg_waiting", "").value(); }
};

TEST_F(pool_test, values_come_back_as_they_went) {
    std::string raw;
    for (int i = 0; i < 256; ++i) raw += static_cast<char>(i);
    std::vector<parameter> given = with({"naïve \u0633"});
    given.emplace_back(bytea_parameter(raw));
    const rows got = wait(pool->read(test_text, given));
    ASSERT_EQ(got.size(), 1);
    EXPECT_EQ(got.text(0, 0), "naïve \u0633");
    EXPECT_EQ(got.bytea(0, 1), raw);
    EXPECT_TRUE(got.is_null(0, 2));
    EXPECT_EQ(got.text(0, 2), "");
    EXPECT_EQ(got.number(0, 2), 0);
    EXPECT_TRUE(got.truth(0, 3));
    EXPECT_EQ(rows().size(), 0);
}

task<int> many(pg_pool& pool, int start, int count) {
    int right = 0;
    for (int i = start; i < start + count; ++i) {
        const rows got = co_await pool.read(test_number, with({std::to_string(i)}));
        right += got.number(0, 0) == 2 * i ? 1 : 0;
    }
    co_return right;
}

TEST_F(pool_test, each_of_many_callers_gets_its_own_answer) {
    for (const unsigned connections : {1U, 3U}) {
        settings_with_connections(connections);
        std::vector<task<int>> all;
        for (int i = 0; i < 64; ++i) all.push_back(many(*pool, i * 1000, 50));
        for (const int right : wait_all(std::move(all))) EXPECT_EQ(right, 50);
        EXPECT_EQ(waiting(), 0);
    }
}

task<std::string> divided(pg_pool& pool, int by) {
    try {
        const rows got = co_await pool.read(test_divide, with({std::to_string(by)}));
        co_return std::string(got.text(0, 0));
    } catch (const statement_refused& refused) {
        co_return refused.sqlstate;
    }
}

TEST_F(pool_test, a_failing_read_does_not_fail_those_that_share_its_sync) {
    std::vector<task<std::string>> all;
    for (int i = 0; i < 40; ++i) all.push_back(divided(*pool, i % 7));
    const auto got = wait_all(std::move(all));
    for (int i = 0; i < 40; ++i)
        EXPECT_EQ(got[static_cast<std::size_t>(i)], i % 7 == 0 ? "22012" : std::to_string(100 / (i % 7))) << i;
    EXPECT_EQ(failures(), 6);
    EXPECT_EQ(waiting(), 0);
    EXPECT_TRUE(pool->connected());
}

task<std::string> written(pg_pool& pool, std::string code, std::string name) {
    try {
        const rows got = co_await pool.write(test_write, with({code, name}));
        co_return std::string(got.text(0, 0));
    } catch (const statement_refused& refused) {
        co_return refused.sqlstate + " " + refused.constraint;
    }
}

TEST_F(pool_test, a_failing_write_takes_no_other_with_it) {
    std::vector<task<std::string>> all;
    all.push_back(written(*pool, "AAA", "one"));
    all.push_back(written(*pool, "AAA", "twice"));
    all.push_back(written(*pool, "BBB", ""));
    all.push_back(written(*pool, "CCC", "three"));
    all.push_back(divided(*pool, 0));
    all.push_back(divided(*pool, 5));
    const std::vector<std::string> expected = {
        "AAA", "23505 operation_pkey", "23514 operation_name_check", "CCC", "22012", "20"};
    EXPECT_EQ(wait_all(std::move(all)), expected);
    EXPECT_EQ(count("operation WHERE code IN ('AAA', 'CCC')"), 2);
}

TEST_F(pool_test, a_refusal_holds_no_value) {
    try {
        wait(pool->write(test_write, with({"nobody's business", "x"})));
        FAIL() << "it was stored";
    } catch (const statement_refused& refused) {
        EXPECT_EQ(std::string(refused.what()).find("business"), std::string::npos) << refused.what();
    }
}

TEST_F(pool_test, a_nul_is_refused_and_too_many_parameters_too) {
    std::vector<parameter> given;
    given.emplace_back(std::string("1\0002", 3));
    EXPECT_THROW(wait(pool->read(test_number, given)), statement_refused);
    EXPECT_THROW(wait(pool->read(test_number, std::vector<parameter>(40))), statement_refused);
    EXPECT_EQ(wait(pool->read(test_number, with({"4"}))).number(0, 0), 8);
}

task<std::string> cut_short(pg_pool& pool, std::chrono::milliseconds patience) {
    const auto got = co_await within(std::chrono::steady_clock::now() + patience, pool.read(test_sleep, with({"0.2"})));
    co_return got ? "done" : "cut";
}
task<std::string> doubled(pg_pool& pool, int number) {
    const rows got = co_await pool.read(test_number, with({std::to_string(number)}));
    co_return std::string(got.text(0, 0));
}

TEST_F(pool_test, a_cancelled_caller_does_not_shift_the_others_results) {
    std::vector<task<std::string>> all;
    for (int i = 0; i < 5; ++i) {
        all.push_back(doubled(*pool, i));
        all.push_back(cut_short(*pool, std::chrono::milliseconds(i == 0 ? 0 : 30)));
    }
    const auto got = wait_all(std::move(all));
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(got[static_cast<std::size_t>(2 * i)], std::to_string(2 * i));
        EXPECT_EQ(got[static_cast<std::size_t>(2 * i + 1)], "cut");
    }
    for (int i = 0; i < 20; ++i) EXPECT_EQ(wait(doubled(*pool, i)), std::to_string(2 * i));
    EXPECT_EQ(waiting(), 0);
}

TEST_F(pool_test, a_slow_statement_is_ended_and_the_connection_goes_on) {
    close_pool();
    open_pool({.statement_timeout = std::chrono::milliseconds(200)});
    EXPECT_THROW(wait(pool->read(test_sleep, with({"5"}))), registry_unavailable);
    EXPECT_EQ(wait(pool->read(test_number, with({"4"}))).number(0, 0), 8);
}

TEST_F(pool_test, what_waits_beyond_the_limit_fails_at_once) {
    close_pool();
    open_pool({.waiting_limit = 10});
    std::vector<task<std::string>> all;
    const auto outcome = [](pg_pool& asked) -> task<std::string> {
        try {
            co_await asked.read(test_sleep, with({"0.05"}));
            co_return "done";
        } catch (const registry_unavailable&) {
            co_return "refused";
        }
    };
    for (int i = 0; i < 25; ++i) all.push_back(outcome(*pool));
    const auto got = wait_all(std::move(all));
    EXPECT_EQ(std::ranges::count(got, "done"), 10);
    EXPECT_EQ(std::ranges::count(got, "refused"), 15);
}

TEST_F(pool_test, a_lost_connection_fails_its_callers_and_comes_back) {
    for (int i = 0; i < 3; ++i) {
        EXPECT_THROW(wait(pool->read(test_admin, {})), registry_unavailable);
        run_until([&] { return pool->connected(); }, std::chrono::seconds(5));
        EXPECT_EQ(wait(pool->read(test_number, with({"4"}))).number(0, 0), 8);
    }
    EXPECT_EQ(numbers.level("pg_connected", "").value(), 1);
    EXPECT_EQ(waiting(), 0);
}

TEST_F(pool_test, a_read_only_registry_reads_and_refuses_writes_as_unavailable) {
    sql.run(fmt::format("ALTER DATABASE {} SET default_transaction_read_only = on",
                        sql.value("SELECT current_database()")));
    close_pool();
    open_pool({});
    EXPECT_EQ(wait(pool->read(test_number, with({"4"}))).number(0, 0), 8);
    EXPECT_THROW(wait(pool->write(test_write, with({"AAA", "one"}))), registry_unavailable);
    EXPECT_EQ(wait(pool->read(test_number, with({"5"}))).number(0, 0), 10);
}

TEST_F(pool_test, fails_fast_when_nothing_is_there) {
    asio::io_context elsewhere{1};
    pg_pool absent(elsewhere, {.conninfo = "host=/nonexistent"}, time, random, numbers);
    task_group tasks(elsewhere.get_executor());
    tasks.spawn("pool", absent.run());
    std::string outcome;
    const auto started = std::chrono::steady_clock::now();
    asio::co_spawn(
        elsewhere,
        [&]() -> task<void> {
            try {
                co_await absent.read(test_number, with({"1"}));
                outcome = "answered";
            } catch (const registry_unavailable&) {
                outcome = "unavailable";
            }
            absent.stop();
        },
        [](std::exception_ptr) {});
    elsewhere.run_for(std::chrono::seconds(5));
    EXPECT_EQ(outcome, "unavailable");
    EXPECT_EQ(tasks.size(), 0U);
    EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(2));
}

TEST_F(pool_test, cancelling_run_ends_it) {
    asio::io_context elsewhere{1};
    pg_pool other(elsewhere, {.conninfo = database.conninfo()}, time, random, numbers);
    task_group tasks(elsewhere.get_executor());
    tasks.spawn("pool", other.run());
    elsewhere.run_for(std::chrono::milliseconds(300));
    bool closed = false;
    asio::co_spawn(elsewhere, tasks.close(std::chrono::steady_clock::now()),
                   [&](std::exception_ptr) { closed = true; });
    elsewhere.restart();
    elsewhere.run_for(std::chrono::seconds(5));
    EXPECT_TRUE(closed);
    EXPECT_FALSE(other.connected());
}

TEST_F(pool_test, a_loop_that_ends_with_callers_waiting_leaves_nothing_behind) {
    auto elsewhere = std::make_unique<asio::io_context>(1);
    auto other =
        std::make_unique<pg_pool>(*elsewhere, pool_settings{.conninfo = database.conninfo()}, time, random, numbers);
    asio::co_spawn(*elsewhere, other->run(), [](std::exception_ptr) {});
    while (!other->connected()) elsewhere->run_one_for(std::chrono::milliseconds(50));
    asio::co_spawn(*elsewhere, other->read(test_sleep, with({"3"})), [](std::exception_ptr, const rows&) {});
    elsewhere->run_for(std::chrono::milliseconds(50));
    other.reset();
    elsewhere.reset();  // the address sanitizer sees what would be left
}

TEST_F(pool_test, statement_times_are_kept_by_name) {
    wait(pool->read(test_number, with({"4"})));
    EXPECT_NE(numbers.text().find("pg_statement_seconds_count{statement=\"test_number\"} 1"), std::string::npos);
}

}  // namespace
}  // namespace mlango::registry::test
