#include "registry/migrate.hpp"

#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

TEST(migrate_test, builds_an_empty_database_and_does_nothing_twice) {
    const postgres_database database(postgres_database::kind::empty);
    EXPECT_EQ(schema_number(database.conninfo()), 0);
    const int newest = migrations().back().number;
    const migrated first = migrate(database.conninfo());
    EXPECT_EQ(first.from, 0);
    EXPECT_EQ(first.to, newest);
    const migrated second = migrate(database.conninfo());
    EXPECT_EQ(second.from, newest);
    EXPECT_EQ(second.to, newest);
    EXPECT_EQ(schema_number(database.conninfo()), newest);
    sql_session sql(database.conninfo());
    EXPECT_EQ(sql.value("SELECT count(*) FROM schema_migration"), std::to_string(migrations().size()));
}

TEST(migrate_test, numbers_have_no_gap) {
    int expected = 1;
    for (const migration& step : migrations()) EXPECT_EQ(step.number, expected++) << step.name;
}

TEST(migrate_test, refuses_a_newer_schema) {
    const postgres_database database;
    sql_session sql(database.conninfo());
    sql.run("INSERT INTO schema_migration (number, name) VALUES (9999, 'from the future')");
    EXPECT_THROW(migrate(database.conninfo()), std::runtime_error);
    EXPECT_EQ(schema_number(database.conninfo()), 9999);
}

TEST(migrate_test, a_failing_step_leaves_nothing_behind_and_is_named) {
    const postgres_database database(postgres_database::kind::empty);
    sql_session sql(database.conninfo());
    sql.run("CREATE TABLE ticket (already_there integer)");
    try {
        migrate(database.conninfo());
        FAIL() << "it went through";
    } catch (const std::runtime_error& fault) {
        EXPECT_NE(std::string(fault.what()).find("migration 3"), std::string::npos) << fault.what();
    }
    EXPECT_EQ(schema_number(database.conninfo()), 2);
    EXPECT_EQ(sql.value("SELECT to_regclass('change_request')"), "");
    sql.run("DROP TABLE ticket");
    EXPECT_EQ(migrate(database.conninfo()).from, 2);
}

TEST(migrate_test, says_when_it_can_not_connect) {
    EXPECT_THROW(migrate("host=/nonexistent dbname=none"), std::runtime_error);
}

}  // namespace
}  // namespace mlango::registry::test
