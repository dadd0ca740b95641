#include "console/job_runner.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/task_group.hpp"
#include "tests/support/postgres_database.hpp"
#include "tests/support/test_loop.hpp"

namespace mlango::console {
namespace {

using namespace std::chrono_literals;

// Works through rows of a table of the test's, so that each row's times are counted.
const registry::registered_statement test_step{"test_job_step", R"(
    WITH job AS (SELECT id, cursor, total FROM staff_job WHERE id = $1::bigint AND state = 'running'
                    FOR UPDATE SKIP LOCKED),
    piece AS (SELECT id, cursor AS after, least(cursor + $3::integer, total) AS upto, total FROM job),
    worked AS (
      INSERT INTO test_worked (job, row)
      SELECT piece.id, row FROM piece, generate_series(piece.after + 1, piece.upto) AS row RETURNING 1),
    moved AS (
      UPDATE staff_job j
         SET cursor = piece.upto, done = piece.upto, moved_at = timestamptz 'epoch' + $2::bigint * interval '1 microsecond',
             state = CASE WHEN piece.upto = piece.total THEN 'done' ELSE 'running' END,
             finished_at = CASE WHEN piece.upto = piece.total THEN clock_timestamp() END
        FROM piece WHERE j.id = piece.id)
    SELECT count(*), pg_sleep(0.002) FROM worked)"};
const registry::registered_statement test_broken_step{
    "test_broken_job_step", "SELECT 1 / ($3::integer - $3::integer) WHERE $1::bigint > 0 AND $2::bigint > 0"};
const registry::registered_statement test_round{
    "test_round",
    "WITH made AS (INSERT INTO test_worked (job, row) SELECT 0, 0 WHERE $1::bigint > 0 AND $2::integer > 0) SELECT 0"};

sessions::redis_settings nowhere() {
    sessions::redis_settings out;
    out.url = "unix:/nowhere";
    return out;
}

struct job_runner_test : ::testing::Test, mlango::test::test_loop {
    // One server's runner, with a connection of its own.
    struct server {
        server(job_runner_test& t, std::vector<round> rounds)
            : pool(t.context, registry::pool_settings{.conninfo = t.database.conninfo()}, t.time, t.random, t.numbers),
              redis(t.context, nowhere(), t.time, t.random, t.numbers),
              web(t.context, {}),
              house{.options = t.options,
                    .pool = pool,
                    .redis = redis,
                    .record = t.seal,
                    .session = t.seal,
                    .blind = t.blind,
                    .hashing = t.hashing,
                    .web = web,
                    .secrets = t.secrets,
                    .house = t.house_ports,
                    .time = t.time,
                    .random = t.random,
                    .numbers = t.numbers},
              runner(house,
                     {by_statement("test_work", test_step, 10), by_statement("test_broken", test_broken_step, 1)},
                     std::move(rounds)) {
            t.group.spawn("pool", pool.run());
            t.group.spawn("runner", runner.run());
        }
        registry::pg_pool pool;
        sessions::redis_client redis;
        http_client web;
        parts house;
        job_runner runner;
    };

    job_runner_test() : test_loop(30s) {
        sql.run("CREATE TABLE test_worked (job bigint, row bigint)");
        sql.run("INSERT INTO staff (id, name, shown_name, made_at) VALUES (1, 'tester', 'Tester', now())");
    }
    ~job_runner_test() override {
        for (const auto& one : servers) one->pool.stop();
        wait(group.close(time.steady()));
    }
    void serve(std::vector<round> rounds = {}) {
        servers.push_back(std::make_unique<server>(*this, std::move(rounds)));
    }
    std::string begin(const std::string& kind, int total) {
        return sql.value(
            fmt::format("INSERT INTO staff_job (kind, made_by, total, begun_at, moved_at) VALUES ('{}', 1, {}, "
                        "now(), now()) RETURNING id",
                        kind, total));
    }
    std::string state(const std::string& job) { return sql.value("SELECT state FROM staff_job WHERE id = " + job); }
    void until_state(const std::string& job, const std::string& wanted) {
        run_until([&] { return state(job) == wanted; });
    }

    mlango::test::postgres_database database;
    mlango::test::sql_session sql{database.conninfo()};
    system_clock time;
    system_random random;
    metrics numbers;
    settings options;
    key_set keys{.keys = {{1, key_bytes{}}}};
    sealer seal{keys, random};
    blinder blind{keys};
    worker_pool hashing{"hash", 1, 8};
    registry::secret_verifier secrets{keys, {}, random};
    ports house_ports;
    task_group group{context.get_executor()};
    std::vector<std::unique_ptr<server>> servers;
};

TEST_F(job_runner_test, works_through_every_row_once_by_steps) {
    serve();
    const std::string job = begin("test_work", 47);
    until_state(job, "done");
    EXPECT_EQ(sql.value("SELECT count(*) || ' ' || count(DISTINCT row) || ' ' || max(row) FROM test_worked"),
              "47 47 47");
    EXPECT_EQ(sql.value("SELECT done FROM staff_job"), "47");
}

TEST_F(job_runner_test, gives_each_job_its_turn) {
    serve();
    const std::string large = begin("test_work", 2'000), small = begin("test_work", 10);
    until_state(small, "done");
    EXPECT_EQ(state(large), "running");
}

TEST_F(job_runner_test, two_servers_do_not_do_the_same) {
    serve();
    serve();
    const std::string first = begin("test_work", 500), second = begin("test_work", 500);
    until_state(first, "done");
    until_state(second, "done");
    EXPECT_EQ(sql.value("SELECT count(*) || ' ' || count(DISTINCT (job, row)) FROM test_worked"), "1000 1000");
}

TEST_F(job_runner_test, goes_on_where_it_was_when_its_connection_is_cut) {
    serve();
    const std::string job = begin("test_work", 1'000);
    for (int i = 0; i < 5; ++i) {
        const auto before = std::stoi(sql.value("SELECT done FROM staff_job"));
        run_until([&] { return std::stoi(sql.value("SELECT done FROM staff_job")) > before; });
        sql.run(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()");
    }
    until_state(job, "done");
    EXPECT_EQ(sql.value("SELECT count(*) || ' ' || count(DISTINCT row) FROM test_worked"), "1000 1000");
}

TEST_F(job_runner_test, fails_what_the_registry_refuses_and_goes_on_with_the_others) {
    serve();
    const std::string broken = begin("test_broken", 10), good = begin("test_work", 30),
                      foreign = begin("of_tomorrow", 5);
    until_state(broken, "failed");
    until_state(good, "done");
    EXPECT_EQ(sql.value("SELECT problem FROM staff_job WHERE id = " + broken), "refused");
    EXPECT_EQ(state(foreign), "running");
    EXPECT_EQ(numbers.count("console_jobs_failed_total", "").value(), 1U);
}

TEST_F(job_runner_test, leaves_alone_what_was_stopped) {
    serve();
    const std::string job = begin("test_work", 5'000);
    run_until([&] { return sql.value("SELECT done > 0 FROM staff_job") == "t"; });
    registry::staff_jobs jobs(servers[0]->pool, time);
    EXPECT_TRUE(wait(jobs.stop({1}, {std::stoll(job)})));
    EXPECT_FALSE(wait(jobs.stop({1}, {std::stoll(job)})));
    const std::string rows = sql.value("SELECT count(*) FROM test_worked");
    const auto later = time.steady() + 400ms;
    run_until([&] { return time.steady() > later; });
    EXPECT_EQ(sql.value("SELECT count(*) FROM test_worked"), rows);
    EXPECT_EQ(state(job), "stopped");
}

TEST_F(job_runner_test, makes_rounds_at_their_time_and_a_broken_one_does_not_stop_them) {
    serve({round_by_statement("test", 50ms, test_round, 5), {"broken", 10ms, [](const parts&) -> task<std::int64_t> {
                                                                 throw std::logic_error("broken");
                                                                 co_return 0;
                                                             }}});
    run_until([&] { return std::stoi(sql.value("SELECT count(*) FROM test_worked")) >= 4; });
}

}  // namespace
}  // namespace mlango::console
