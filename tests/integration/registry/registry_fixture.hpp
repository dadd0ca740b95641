// A pool on a database of its own, one loop, and a small world: group 1 with Amina (1, PA), Yusuf (2) and Zahra (3),
// group 2 with Baraka (4, PA). Amina answers at `amina`; `shared` is Amina's, Yusuf's and Baraka's.
#pragma once

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <optional>
#include <set>

#include "base/metrics.hpp"
#include "base/random.hpp"
#include "base/seal.hpp"
#include "base/task_group.hpp"
#include "registry/parameters.hpp"
#include "registry/pool.hpp"
#include "tests/support/postgres_database.hpp"
#include "tests/support/test_loop.hpp"

namespace mlango::registry::test {

using mlango::test::postgres_database;
using mlango::test::sql_session;

inline constexpr std::string_view amina = "+254700090001";
inline constexpr std::string_view shared = "+254700090002";
inline constexpr std::string_view nobody = "+254700090009";

inline key_ring test_keys() {
    seeded_random random(7);
    return *parse_key_ring(new_key_ring_text(random));
}

inline blind_key hop(unsigned number) {
    blind_key key{};
    for (int i = 0; i < 4; ++i) key[static_cast<std::size_t>(i)] = static_cast<std::byte>(number >> (8 * i) & 0xff);
    key[15] = std::byte{1};
    return key;
}

inline void fill_world(sql_session& sql, sealer& record, blinder& blind) {
    const auto number = [&](std::string_view e164) {
        return fmt::format("'{}'::bytea, '{}'::bytea", bytea_parameter(blind.blind(msisdn_purpose, e164)),
                           bytea_parameter(record.seal(e164, msisdn_context)));
    };
    sql.run(R"sql(
        INSERT INTO operation VALUES ('KEN', 'KEN', '{"en": "Kenya"}', 'Africa/Nairobi');
        INSERT INTO location VALUES ('KE', 0, NULL, '{"en": "Kenya", "fr": "Kénya"}'),
                                    ('KE023', 1, 'KE', '{"en": "Turkana", "sw": "Turkana ya sw"}');
        INSERT INTO registration_group (id, operation, registration_number, location, address_line, registered_on,
                                        revision) VALUES
          (1, 'KEN', '803-22-00011', 'KE023', 'Zone 3 Block 5', '2022-01-01', 4),
          (2, 'KEN', '803-22-00012', 'KE023', NULL, '2022-01-01', 1);
        INSERT INTO individual (id, operation, individual_number, given_name, family_name, sex, birth_date, language,
                                registered_on) VALUES
          (1, 'KEN', '803-00000001', 'Amina', 'Test', 'F', '1988-03-04', 'sw', '2022-01-01'),
          (2, 'KEN', '803-00000002', 'Yusuf', 'Test', 'M', '1985-01-01', NULL, '2022-01-01'),
          (3, 'KEN', '803-00000003', 'Zahra', 'Test', 'F', '2015-06-01', NULL, '2022-01-01'),
          (4, 'KEN', '803-00000004', 'Baraka', NULL, 'M', '1990-01-01', 'en', '2022-01-01');
        INSERT INTO membership VALUES (1, 1, 'PA', '2022-01-01', NULL), (2, 1, 'HUS', '2022-01-01', NULL),
                                      (3, 1, 'DAU', '2022-01-01', NULL), (4, 2, 'PA', '2022-01-01', NULL);
        INSERT INTO programme (id, name, kind) VALUES
          (1, '{"en": "Cash", "sw": "Pesa"}', 'cash'), (2, '{"en": "Food"}', 'in_kind');
        INSERT INTO cycle (id, programme, title, since, until, state) VALUES
          (1, 1, 'October', '2026-10-01', '2026-11-01', 'active'),
          (2, 2, 'October', '2026-10-01', '2026-11-01', 'active');
        INSERT INTO payment_list (id, cycle, type, currency, state) VALUES
          (1, 1, 'regular', 'KES', 'accepted'), (2, 2, 'regular', NULL, 'accepted'),
          (3, 1, 'top_up', 'KES', 'accepted');
        INSERT INTO collection_point (id, location, name, hours) VALUES
          (1, 'KE023', '{"en": "Hall 2", "sw": "Ukumbi 2"}', '08:00-16:00');
        INSERT INTO distribution (id, payment_list, collection_point, day, opens, closes) VALUES
          (1, 2, 1, '2026-10-20', '09:00', '12:30');
        INSERT INTO item VALUES ('maize', '{"en": "Maize", "sw": "Mahindi"}', 'kg'), ('oil', '{"en": "Oil"}', 'l');
        INSERT INTO entitlement (id, payment_list, registration_group, collector, kind, amount_minor, currency, provider,
                                 distribution, valid_from, valid_to, order_number, state) VALUES
          (1, 1, 1, 1, 'cash', 450000, 'KES', 'M-Pesa', NULL, '2026-10-05', '2026-10-31', '000000001', 'available'),
          (2, 2, 1, 1, 'in_kind', NULL, NULL, NULL, 1, '2026-10-10', '2026-10-31', NULL, 'pending'),
          (3, 3, 1, 1, 'cash', 100, 'KES', NULL, NULL, '2026-10-06', '2026-10-31', NULL, 'cancelled'),
          (4, 1, 2, 4, 'cash', 300000, 'KES', NULL, NULL, '2026-10-05', '2026-10-31', NULL, 'available');
        INSERT INTO entitlement_line VALUES (2, 'maize', 12.500), (2, 'oil', 2);)sql");
    sql.run(fmt::format(R"sql(
        INSERT INTO phone (id, individual, number_blind, number_sealed, answers, trust, nickname, collected_on,
                           verified_at, sim_changed_at, disabled_at) VALUES
          (1, 1, {0}, 'self', 2, 'Ami', '2022-01-01', '2022-01-02', NULL, NULL),
          (2, 1, {1}, 'shared', 1, NULL, '2022-01-01', NULL, NULL, NULL),
          (3, 2, {1}, 'shared', 2, 'Yus', '2022-01-01', '2022-01-02', '2023-01-01', NULL),
          (4, 4, {1}, 'shared', 1, NULL, '2022-01-01', NULL, NULL, NULL),
          (5, 3, {1}, 'shared', 1, NULL, '2022-01-01', NULL, NULL, '2023-01-01'))sql",
                        number(amina), number(shared)));
    sql.run(R"sql(DO $$
        DECLARE name text;
        BEGIN
          FOR name IN SELECT table_name FROM information_schema.columns WHERE is_identity = 'YES'
                      AND column_name = 'id' LOOP
            PERFORM setval(pg_get_serial_sequence(name, 'id'), 1000);
          END LOOP;
        END $$)sql");
}

class registry_fixture : public testing::Test, protected mlango::test::test_loop {
protected:
    registry_fixture() : test_loop(std::chrono::seconds(20)) {}

    void SetUp() override {
        fill_world(sql, record, blind);
        open_pool({});
    }
    void TearDown() override { close_pool(); }

    void open_pool(pool_settings settings) {
        settings.conninfo = database.conninfo();
        pool.emplace(context, settings, time, random, numbers);
        group.emplace(context.get_executor());
        group->spawn("pool", pool->run());
        run_until([&] { return pool->connected(); }, std::chrono::seconds(5));
    }
    void close_pool() {
        if (!pool) return;
        pool->stop();
        run_until([&] { return group->size() == 0; });
        group.reset();
        pool.reset();
    }

    // Several connections, so that statements meet in PostgreSQL too.
    void settings_with_connections(unsigned connections) {
        close_pool();
        open_pool({.connections = connections});
        run_until([&] { return numbers.level("pg_connected", "").value() == connections; });
    }

    // All at once; their values in order. An exception of one is thrown after all have ended.
    template <class T>
    std::vector<T> wait_all(std::vector<task<T>> tasks) {
        std::vector<T> values(tasks.size());
        std::exception_ptr failure;
        std::size_t left = tasks.size();
        for (std::size_t i = 0; i < tasks.size(); ++i)
            asio::co_spawn(context, std::move(tasks[i]), [&, i](std::exception_ptr thrown, T got) {
                if (thrown)
                    failure = thrown;
                else
                    values[i] = std::move(got);
                --left;
            });
        run_until([&] { return left == 0; });
        if (failure) std::rethrow_exception(failure);
        return values;
    }

    std::int64_t count(const std::string& table_and_condition) {
        return std::stoll(sql.value("SELECT count(*) FROM " + table_and_condition));
    }

    postgres_database database;
    sql_session sql{database.conninfo()};
    system_clock time;
    system_random random;
    metrics numbers;
    key_ring keys = test_keys();
    sealer record{keys.record, random};
    blinder blind{keys.blind};
    std::optional<pg_pool> pool;
    std::optional<task_group> group;
};

}  // namespace mlango::registry::test
