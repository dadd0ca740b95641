// PostgreSQL dies in the middle and comes back. A server of its own, because it is killed.
#include <fmt/format.h>
#include <pwd.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "registry/requests.hpp"
#include "registry_fixture.hpp"

namespace mlango::registry::test {
namespace {

std::string run_command(const std::string& command) {
    std::string out;
    FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
    char block[4096];
    for (std::size_t got = 0; (got = fread(block, 1, sizeof block, pipe)) > 0;) out.append(block, got);
    if (pclose(pipe) != 0) throw std::runtime_error(command + ": " + out);
    return out;
}

// initdb refuses root, so for root it all runs as the user postgres.
class private_postgres {
public:
    private_postgres() {
        char name[] = "/tmp/mlango-pg-XXXXXX";
        folder_ = mkdtemp(name);
        if (geteuid() == 0) {
            const passwd* const user = getpwnam("postgres");
            if (user == nullptr || chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0)
                throw std::runtime_error("there is no user postgres to run a server as");
            as_ = "setpriv --reuid=postgres --regid=postgres --clear-groups ";
        }
        const std::string given = run_command("pg_config --bindir");
        binaries_ = given.substr(0, given.find('\n'));
        if (access((binaries_ + "/postgres").c_str(), X_OK) != 0) find_binaries();
        run_command("cd " + folder_ + " && " + as_ + binaries_ + "/initdb -D " + folder_ +
                    "/data -A trust -E UTF8 --locale=C.UTF-8 -U postgres");
        start();
    }
    ~private_postgres() {
        kill_it();
        std::filesystem::remove_all(folder_);
    }
    void start() {
        std::filesystem::remove(folder_ + "/data/postmaster.pid");
        run_command("cd " + folder_ + " && " + as_ + binaries_ + "/pg_ctl -D " + folder_ + "/data -w -l " + folder_ +
                    "/log -o \"-c listen_addresses='' -c unix_socket_directories=" + folder_ + "\" start");
        std::ifstream file(folder_ + "/data/postmaster.pid");
        file >> pid_;
    }
    // The postmaster and every process of its own, as a power cut would.
    void kill_it() {
        if (pid_ <= 1) return;
        std::vector<pid_t> children;
        for (const auto& each : std::filesystem::directory_iterator("/proc")) {
            const std::string name = each.path().filename();
            if (name.find_first_not_of("0123456789") != std::string::npos) continue;
            std::ifstream stat(each.path() / "stat");
            std::string line;
            std::getline(stat, line);
            const std::size_t end = line.rfind(')');
            if (end == std::string::npos) continue;
            char state = 0;
            long parent = 0;
            if (sscanf(line.c_str() + end + 1, " %c %ld", &state, &parent) == 2 && parent == pid_)
                children.push_back(std::stoi(name));
        }
        kill(pid_, SIGKILL);
        for (const pid_t child : children) kill(child, SIGKILL);
        for (int i = 0; i < 100 && kill(pid_, 0) == 0; ++i) usleep(20'000);
        pid_ = 0;
    }
    [[nodiscard]] std::string conninfo() const { return "host=" + folder_ + " user=postgres dbname=postgres"; }

private:
    void find_binaries() {
        for (const auto& each : std::filesystem::directory_iterator("/usr/lib/postgresql"))
            if (access((each.path() / "bin/postgres").c_str(), X_OK) == 0) binaries_ = each.path() / "bin";
    }

    std::string folder_, as_, binaries_;
    pid_t pid_ = 0;
};

struct told {
    int ok = 0;
    int unavailable = 0;
    std::vector<std::pair<unsigned, std::string>> references;  // of those that were answered
};

task<void> ask_again_and_again(pg_pool& pool, sealer& record, blinder& blind, random_source& random, unsigned first,
                               const std::function<bool()>& ended, told& result) {
    requests repository(pool, record, random);
    const change_wish wish{.kind = "address",
                           .person = person_id{1},
                           .group = group_id{1},
                           .phone = {},
                           .before = {},
                           .after = {{"address", "Zone 4"}},
                           .trust = 1};
    for (unsigned number = first; !ended(); ++number) {
        const blind_key key = hop(number);
        bool down = false;
        try {
            result.references.emplace_back(number, co_await repository.ask(wish, key, amina, "sw", "sms.a"));
            ++result.ok;
        } catch (const registry_unavailable&) {
            ++result.unavailable;
            down = true;
        }
        if (!down) continue;
        coarse_timer pause(co_await asio::this_coro::executor, std::chrono::milliseconds(20));
        co_await pause.async_wait(use_task);
    }
}

TEST(restart_test, killed_in_the_middle_nothing_told_is_lost_and_it_serves_again) {
    private_postgres server;
    migrate(server.conninfo());
    const key_ring keys = test_keys();
    system_random random;
    system_clock time;
    metrics numbers;
    sealer record(keys.record, random);
    blinder blind(keys.blind);
    {
        sql_session sql(server.conninfo());
        fill_world(sql, record, blind);
    }
    asio::io_context context{1};
    pg_pool pool(context, {.conninfo = server.conninfo(), .connections = 2}, time, random, numbers);
    task_group tasks(context.get_executor());
    tasks.spawn("pool", pool.run());
    const auto run_until = [&](auto done, std::chrono::seconds patience) {
        const auto until = std::chrono::steady_clock::now() + patience;
        while (!done() && std::chrono::steady_clock::now() < until) context.run_one_for(std::chrono::milliseconds(20));
        return done();
    };
    ASSERT_TRUE(run_until([&] { return pool.connected(); }, std::chrono::seconds(5)));

    bool ended = false;
    const std::function<bool()> has_ended = [&] { return ended; };
    std::vector<told> all(8);
    for (unsigned i = 0; i < all.size(); ++i)
        tasks.spawn("caller", ask_again_and_again(pool, record, blind, random, (i + 1) << 20, has_ended, all[i]));
    const auto total = [&] {
        int sum = 0;
        for (const told& each : all) sum += each.ok;
        return sum;
    };
    ASSERT_TRUE(run_until([&] { return total() > 200; }, std::chrono::seconds(30)));
    server.kill_it();
    const int before = total();
    ASSERT_TRUE(run_until([&] { return !pool.connected(); }, std::chrono::seconds(5)));
    context.run_for(std::chrono::milliseconds(300));
    server.start();
    EXPECT_TRUE(run_until([&] { return total() > before + 100; }, std::chrono::seconds(5)));
    ended = true;
    ASSERT_TRUE(run_until([&] { return tasks.size() == 1; }, std::chrono::seconds(5)));

    sql_session sql(server.conninfo());
    int unavailable = 0;
    for (const told& each : all) {
        unavailable += each.unavailable;
        for (const auto& [number, reference] : each.references)
            ASSERT_EQ(sql.value(fmt::format("SELECT reference FROM change_request WHERE hop_key = '{}'",
                                            bytea_parameter(hop(number)))),
                      reference);
    }
    EXPECT_GT(unavailable, 0);
    // Change, audit row and message stand or fall together.
    const std::string stored = sql.value("SELECT count(*) FROM change_request");
    EXPECT_EQ(sql.value("SELECT count(*) FROM outbox"), stored);
    EXPECT_EQ(sql.value("SELECT count(*) FROM audit WHERE kind = 'change.asked'"), stored);
    pool.stop();
    EXPECT_TRUE(run_until([&] { return tasks.size() == 0; }, std::chrono::seconds(5)));
}

}  // namespace
}  // namespace mlango::registry::test
