// Many messages through outbox, sender and receipts, with a gateway that takes everything at once: that each goes once,
// and what each costs. MLANGO_SMS_LOAD=100000 asks for more of them; figures are printed.
#include <sys/resource.h>

#include <cstdio>
#include <fstream>
#include <unordered_set>

#include "registry/parameters.hpp"
#include "tests/support/played_house.hpp"

namespace mlango::test {
namespace {

using namespace std::chrono_literals;

class fast_gateway final : public gsm::sms_gateway {
public:
    task<std::expected<gsm::sms_accepted, gsm::submit_failure>> submit(const gsm::sms_out& message, deadline) override {
        twice += taken.insert(message.to.value()).second ? 0 : 1;
        co_return gsm::sms_accepted{{std::to_string(message.to.value())}};
    }
    [[nodiscard]] std::size_t window() const override { return 500; }
    [[nodiscard]] std::string_view name() const override { return "fast"; }
    std::unordered_set<std::uint64_t> taken;
    int twice = 0;
};

double own_seconds() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Of the backends that serve this database, but the session that asks.
double postgres_seconds(sql_session& sql) {
    double all = 0;
    for (const auto& row : sql.run("SELECT pid FROM pg_stat_activity WHERE datname = current_database() "
                                   "AND pid <> pg_backend_pid()")) {
        std::ifstream file("/proc/" + *row[0] + "/stat");
        std::string line;
        std::getline(file, line);
        long user = 0, system = 0;
        const char* rest = line.c_str() + line.rfind(')') + 2;
        if (std::sscanf(rest, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system) == 2)
            all += static_cast<double>(user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
    }
    return all;
}

TEST(sms_load, each_of_many_goes_once_and_is_delivered) {
    const char* asked = std::getenv("MLANGO_SMS_LOAD");
    const int many = asked != nullptr ? std::atoi(asked) : 2'000;
    played_world world;
    played_house house(world);
    house.connected();
    sql_session sql(world.registry.conninfo());
    fast_gateway gateway;
    handlers::sms_sender sending{house.rooms, {{.gateway = &gateway, .sender = "384"}}, {}, {.bulk_a_day = 1}};

    const std::string arguments = registry::bytea_parameter(house.record_seal.seal("{}", registry::notice_context));
    for (int first = 0; first < many; first += 1'000) {
        std::string rows;
        for (int i = first; i < std::min(many, first + 1'000); ++i)
            rows += fmt::format("{}('{}', 'en', 'sms.how', '{}', 2)", rows.empty() ? "" : ",",
                                registry::bytea_parameter(
                                    house.record_seal.seal(fmt::format("+25471{:07}", i), registry::msisdn_context)),
                                arguments);
        sql.run("INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed, priority) VALUES " + rows);
    }
    sql.run("ANALYZE outbox");
    const auto figures = [&](const char* what, auto act) {
        const double own = own_seconds(), postgres = postgres_seconds(sql);
        const auto began = std::chrono::steady_clock::now();
        act();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        std::printf("%s: %d messages in %.2f s (%.0f/s), CPU a message: server %.1f us, PostgreSQL %.1f us\n", what,
                    many, took.count(), many / took.count(), (own_seconds() - own) / many * 1e6,
                    (postgres_seconds(sql) - postgres) / many * 1e6);
    };
    figures("sent", [&] {
        house.background.spawn("sender", sending.run());
        house.run_until([&] { return gateway.taken.size() == static_cast<std::size_t>(many); },
                        std::chrono::seconds(60 + many / 500));
        house.wait(sending.close(std::chrono::steady_clock::now() + 10s));
    });
    EXPECT_EQ(gateway.twice, 0);
    EXPECT_EQ(sql.value("SELECT count(*) FROM outbox WHERE state = 'sent'"), std::to_string(many));
    // The newest first, a window of them at once.
    figures("receipts", [&] {
        int next = many, done = 0;
        const auto report = [&]() -> task<void> {
            while (next > 0) {
                const auto to = gsm::msisdn::from_e164(fmt::format("+25471{:07}", --next));
                co_await house.sms.on_receipt({.gateway = "fast",
                                               .provider_id = std::to_string(to->value()),
                                               .to = to,
                                               .state = gsm::receipt_state::delivered,
                                               .reason = {},
                                               .reference = 0});
                ++done;
            }
        };
        for (int i = 0; i < 500; ++i) asio::co_spawn(house.context, report(), [](std::exception_ptr) {});
        house.run_until([&] { return done == many; }, std::chrono::seconds(60 + many / 500));
    });
    EXPECT_EQ(sql.value("SELECT count(*) FROM outbox WHERE state = 'delivered'"), std::to_string(many));
}

}  // namespace
}  // namespace mlango::test
