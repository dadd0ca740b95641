// Many messages through outbox, sender and receipts, with a gateway that takes everything at once: that each goes once,
// and what each costs. MLANGO_SMS_LOAD=100000 asks for more of them; figures are printed.
#include <sys/resource.h>

#include <cstdio>
#include <fstream>
#include <unordered_set>

#include "gsm/smpp/client.hpp"
#include "gsm/smpp/message_id.hpp"
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

// A house by the real clock, with connections of its own.
struct load {
    played_world world;
    played_house played{world};
    sql_session sql{world.registry.conninfo()};
    registry::pg_pool pool{played.context, pool_of(world), played.steady, world.random, world.numbers};
    registry::repositories repositories{pool, played.record_seal, played.blind, played.steady, world.random};
    handlers::house rooms{.time = played.steady,
                          .random = world.random,
                          .numbers = world.numbers,
                          .record = played.record_seal,
                          .blind = played.blind,
                          .hashing = world.hashing,
                          .verifier = world.verifier,
                          .sessions = played.store,
                          .limits = played.limits,
                          .registry = repositories,
                          .editions = played.editions,
                          .operation = world.operation,
                          .background = played.background};
    handlers::sms_desk desk{rooms};
    int many = 2'000;

    load() {
        if (const char* asked = std::getenv("MLANGO_SMS_LOAD")) many = std::atoi(asked);
        played.connected().background.spawn("registry", pool.run());
        played.run_until([&] { return pool.connected(); });
        const std::string arguments =
            registry::bytea_parameter(played.record_seal.seal("{}", registry::notice_context));
        for (int first = 0; first < many; first += 1'000) {
            std::string rows;
            for (int i = first; i < std::min(many, first + 1'000); ++i)
                rows += fmt::format("{}('{}', 'en', 'sms.how', '{}', 2)", rows.empty() ? "" : ",",
                                    registry::bytea_parameter(played.record_seal.seal(fmt::format("+25471{:07}", i),
                                                                                      registry::msisdn_context)),
                                    arguments);
            sql.run("INSERT INTO outbox (number_sealed, language, text_key, arguments_sealed, priority) VALUES " +
                    rows);
        }
        sql.run("ANALYZE outbox");
    }
    ~load() { pool.stop(); }
    static registry::pool_settings pool_of(const played_world& with) {
        registry::pool_settings settings;
        settings.conninfo = with.registry.conninfo();
        if (const char* asked = std::getenv("MLANGO_SMS_CONNECTIONS"))
            settings.connections = static_cast<unsigned>(std::atoi(asked));
        return settings;
    }
    std::chrono::seconds patience() const { return std::chrono::seconds(60 + many / 500); }
    int in_state(std::string_view state) {
        return std::stoi(sql.value(fmt::format("SELECT count(*) FROM outbox WHERE state = '{}'", state)));
    }
    template <class Act>
    void measure(const char* what, Act act) {
        const double own = own_seconds(), postgres = postgres_seconds(sql);
        const auto began = std::chrono::steady_clock::now();
        act();
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
        std::printf(
            "{\"what\":\"%s\",\"messages\":%d,\"seconds\":%.3f,\"rate\":%.0f,\"server_us\":%.1f,\"postgres_us\":%.1f}"
            "\n",
            what, many, took.count(), many / took.count(), (own_seconds() - own) / many * 1e6,
            (postgres_seconds(sql) - postgres) / many * 1e6);
        std::fflush(stdout);
    }
};

TEST(sms_load, each_of_many_goes_once_and_is_delivered) {
    load all;
    fast_gateway gateway;
    handlers::sms_sender sending{all.rooms, {{.gateway = &gateway, .sender = "384"}}, {}, {.bulk_a_day = 1}};
    all.measure("taken at once", [&] {
        all.played.background.spawn("sender", sending.run());
        all.played.run_until([&] { return gateway.taken.size() == static_cast<std::size_t>(all.many); },
                             all.patience());
        all.played.wait(sending.close(std::chrono::steady_clock::now() + 10s));
    });
    EXPECT_EQ(gateway.twice, 0);
    EXPECT_EQ(all.in_state("sent"), all.many);
    // The newest first, a window of them at once.
    all.measure("receipts alone", [&] {
        int next = all.many, done = 0;
        const auto report = [&]() -> task<void> {
            while (next > 0) {
                const auto to = gsm::msisdn::from_e164(fmt::format("+25471{:07}", --next));
                co_await all.desk.on_receipt({.gateway = "fast",
                                              .provider_id = std::to_string(to->value()),
                                              .to = to,
                                              .state = gsm::receipt_state::delivered,
                                              .reason = {},
                                              .reference = 0});
                ++done;
            }
        };
        for (int i = 0; i < 500; ++i) asio::co_spawn(all.played.context, report(), [](std::exception_ptr) {});
        all.played.run_until([&] { return done == all.many; }, all.patience());
    });
    EXPECT_EQ(all.in_state("delivered"), all.many);
}

// Against a message centre (mlango_smsc) at port MLANGO_SMS_CENTRE of this machine, which sends a receipt for each:
// until the last one is recorded. MLANGO_SMS_WINDOW: of the bind.
TEST(sms_load, over_smpp_with_receipts) {
    const char* const centre = std::getenv("MLANGO_SMS_CENTRE");
    if (centre == nullptr) GTEST_SKIP() << "no message centre is given";
    load all;
    gsm::smpp::account_settings account;
    account.name = "centre";
    account.host = "127.0.0.1";
    account.port = static_cast<std::uint16_t>(std::atoi(centre));
    account.system_id = "mlango";
    account.source = "384";
    account.starting_rate = 1e6;
    if (const char* window = std::getenv("MLANGO_SMS_WINDOW"))
        account.window = static_cast<std::size_t>(std::atoi(window));
    gsm::smpp::client client(all.played.context, account, all.desk, all.played.steady, all.world.random,
                             all.world.numbers);
    handlers::sms_sender sending{all.rooms, {{.gateway = &client, .sender = "384"}}, {}, {.bulk_a_day = 1}};
    all.desk.report_to(all.repositories.receipts, [&] { return sending.recorded(); });
    all.played.background.spawn("smpp", client.run());
    all.played.run_until([&] { return client.ready(); }, 20s);
    const auto receipts = [&](std::string_view outcome) {
        return all.world.numbers
            .count("sms_receipts_total", "Delivery reports, by what they did",
                   {{"gateway", "centre"}, {"outcome", outcome}})
            .value();
    };
    all.measure("over smpp with receipts", [&] {
        all.played.background.spawn("sender", sending.run());
        all.played.run_until(
            [&] { return receipts("joined") + receipts("parked") >= static_cast<std::uint64_t>(all.many); },
            all.patience());
        all.played.wait(sending.close(std::chrono::steady_clock::now() + 10s));
    });
    std::printf("parked first: %llu\n", static_cast<unsigned long long>(receipts("parked")));
    EXPECT_EQ(all.in_state("delivered"), all.many);
    all.played.wait(client.close(std::chrono::steady_clock::now() + 5s));
}

}  // namespace
}  // namespace mlango::test
