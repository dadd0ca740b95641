#include <fmt/format.h>

#include "registry/audit.hpp"

#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

struct audit_test : registry_fixture {
    void write(int rows) {
        sql.run(
            fmt::format("INSERT INTO audit (kind, actor, individual, record, detail) SELECT 'a.b', 'staff:7', "
                        "nullif(i % 3, 0), i, CASE WHEN i % 2 = 0 THEN 'x-' || i END FROM generate_series(1, {}) i",
                        rows));
    }
    int seal(int limit) {
        registry::audit log(*pool);
        return wait(log.seal_rows(limit));
    }
    audit_verdict verify() { return verify_audit(database.conninfo()); }
    // As somebody who may do everything in the database, but has not computed the chain anew.
    void tamper(const std::string& change) { sql.run("SET session_replication_role = replica; " + change); }
};

TEST_F(audit_test, an_empty_log_is_whole) {
    EXPECT_EQ(seal(100), 0);
    const auto verdict = verify();
    EXPECT_EQ(verdict.rows, 0);
    EXPECT_EQ(verdict.first_bad, 0);
}

TEST_F(audit_test, rows_are_chained_in_batches_and_verify) {
    write(10);
    EXPECT_EQ(seal(4), 4);
    auto verdict = verify();
    EXPECT_EQ(verdict.rows, 4);
    EXPECT_EQ(verdict.open_rows, 6);
    EXPECT_EQ(verdict.first_bad, 0);
    EXPECT_EQ(seal(100), 6);
    EXPECT_EQ(seal(100), 0);
    verdict = verify();
    EXPECT_EQ(verdict.rows, 10);
    EXPECT_EQ(verdict.open_rows, 0);
    EXPECT_EQ(verdict.first_bad, 0);
}

TEST_F(audit_test, more_than_a_page_verifies) {
    write(12'345);
    while (seal(5000) > 0) {
    }
    const auto verdict = verify();
    EXPECT_EQ(verdict.rows, 12'345);
    EXPECT_EQ(verdict.first_bad, 0);
}

TEST_F(audit_test, many_at_once_chain_each_row_once) {
    write(60);
    settings_with_connections(4);
    registry::audit log(*pool);
    std::vector<task<int>> all;
    for (int i = 0; i < 12; ++i) all.push_back(log.seal_rows(20));
    for (const int chained : wait_all(std::move(all))) EXPECT_LE(chained, 20);
    while (seal(20) > 0) {
    }
    const auto verdict = verify();
    EXPECT_EQ(verdict.rows, 60);
    EXPECT_EQ(verdict.first_bad, 0);
}

struct tampered {
    const char* name;
    const char* sql;
    std::int64_t first_bad;
};

class audit_detects : public audit_test, public testing::WithParamInterface<tampered> {};

TEST_P(audit_detects, it) {
    write(10);
    seal(100);
    tamper(GetParam().sql);
    EXPECT_EQ(verify().first_bad, GetParam().first_bad);
}

constexpr tampered cases[] = {
    {"a_changed_kind", "UPDATE audit SET kind = 'a.c' WHERE seq = 4", 4},
    {"a_changed_person", "UPDATE audit SET individual = 77 WHERE seq = 4", 4},
    {"a_removed_person", "UPDATE audit SET individual = NULL WHERE seq = 4", 4},
    {"a_changed_time", "UPDATE audit SET at = at + interval '1 microsecond' WHERE seq = 7", 7},
    {"a_changed_detail", "UPDATE audit SET detail = 'y' WHERE seq = 2", 2},
    {"a_changed_head", "UPDATE audit SET head = sha256('x') WHERE seq = 5", 5},
    {"a_removed_row", "DELETE FROM audit WHERE seq = 4", 4},
    {"the_first_row_removed", "DELETE FROM audit WHERE seq = 1", 1},
    {"the_last_row_removed", "DELETE FROM audit WHERE seq = 10", 10},
    {"all_removed", "DELETE FROM audit", 1},
    {"two_rows_exchanged",
     "UPDATE audit SET seq = -1 WHERE seq = 3; UPDATE audit SET seq = 3 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE "
     "seq = -1",
     3},
    {"a_row_put_in_its_place",
     "DELETE FROM audit WHERE seq = 6; INSERT INTO audit (kind, actor, seq, head) VALUES ('a.b', 'phone', 6, "
     "sha256('x'))",
     6},
    {"a_row_added_at_the_end", "INSERT INTO audit (kind, actor, seq, head) VALUES ('a.b', 'phone', 11, sha256('x'))",
     11},
    {"a_row_added_to_the_past",
     "INSERT INTO audit (kind, actor, at) VALUES ('a.b', 'phone', now() - interval '2 days'); SELECT seal_audit(10)",
     11},
};
INSTANTIATE_TEST_SUITE_P(all, audit_detects, testing::ValuesIn(cases),
                         [](const auto& info) { return std::string(info.param.name); });

void PrintTo(const tampered& change, std::ostream* out) {
    *out << change.name;
}

}  // namespace
}  // namespace mlango::registry::test
