// TCP and TLS: databases, names, certificates.
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "tests/integration/sessions/loop.hpp"

namespace mlango::sessions {
namespace {

std::string free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(fd, reinterpret_cast<const sockaddr*>(&address), size);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(fd);
    return std::to_string(ntohs(address.sin_port));
}

std::string answer_from(const redis_settings& settings, bool connects) {
    loop here(settings);
    std::string result;
    here.run_unconnected([&]() -> task<void> {
        EXPECT_EQ(co_await eventually(connects ? 5'000ms : 300ms, [&] { return here.redis.connected(); }), connects);
        result = shown(co_await here.redis.command({"ECHO", std::string(300'000, 'x')}));
        if (result.size() > 300'000) result = "echoed";
    });
    return result;
}

TEST(redis_tcp, connects_by_address_and_by_name) {
    const auto port = free_port();
    tests::private_redis server({"--port", port, "--bind", "127.0.0.1"});
    EXPECT_EQ(answer_from(settings_for("redis://127.0.0.1:" + port), true), "echoed");
    EXPECT_EQ(answer_from(settings_for("redis://localhost:" + port + "/3"), true), "echoed");
    EXPECT_EQ(answer_from(settings_for("redis://127.0.0.1:" + free_port()), false), "unavailable");
    EXPECT_EQ(answer_from(settings_for("redis://127.0.0.1:" + port + "/99"), false), "unavailable")
        << "no such database";
}

TEST(redis_tcp, uses_the_database_of_the_url) {
    const auto port = free_port();
    tests::private_redis server({"--port", port, "--bind", "127.0.0.1"});
    for (const std::string database : {"2", "3"}) {
        loop here(settings_for("redis://127.0.0.1:" + port + "/" + database));
        here.run([&]() -> task<void> {
            EXPECT_EQ(shown(co_await here.redis.command({"GET", "k"})), "nil");
            EXPECT_EQ(shown(co_await here.redis.command({"SET", "k", "v"})), "string OK");
        });
    }
}

// An authority, and certificates of it for a server called localhost and for a client.
class authority {
public:
    authority() {
        run("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=test-authority "
            "-keyout ca.key -out ca.pem");
        issue("server", "subjectAltName=DNS:localhost");
        issue("client", "subjectAltName=DNS:client");
    }
    [[nodiscard]] std::string file(const std::string& name) const { return folder_.path() + "/" + name; }
    [[nodiscard]] std::vector<std::string> server_options(const std::string& port, const std::string& clients) const {
        return {"--tls-port",
                port,
                "--bind",
                "127.0.0.1",
                "--tls-cert-file",
                file("server.pem"),
                "--tls-key-file",
                file("server.key"),
                "--tls-ca-cert-file",
                file("ca.pem"),
                "--tls-auth-clients",
                clients};
    }

private:
    void issue(const std::string& name, const std::string& extension) {
        run("openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=" + name + " -keyout " + name +
            ".key -out " + name + ".csr");
        run("printf '" + extension + "' > " + name + ".ext && openssl x509 -req -in " + name +
            ".csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile " + name + ".ext -out " + name + ".pem");
    }
    void run(const std::string& command) {
        const auto line = "cd '" + folder_.path() + "' && { " + command + "; } >> openssl.log 2>&1";
        if (std::system(line.c_str()) != 0) throw std::runtime_error("openssl failed: " + command);
    }
    tests::temporary_folder folder_;
};

TEST(redis_tls, trusts_the_authority_and_the_name_only) {
    const authority ours;
    const authority strangers;
    const auto port = free_port();
    tests::private_redis server(ours.server_options(port, "no"));
    auto settings = settings_for("rediss://localhost:" + port);
    settings.authorities_file = ours.file("ca.pem");
    EXPECT_EQ(answer_from(settings, true), "echoed");

    auto wrong_authority = settings;
    wrong_authority.authorities_file = strangers.file("ca.pem");
    EXPECT_EQ(answer_from(wrong_authority, false), "unavailable");

    auto systems_authorities = settings;
    systems_authorities.authorities_file.clear();
    EXPECT_EQ(answer_from(systems_authorities, false), "unavailable");

    auto wrong_name = settings;
    wrong_name.url = "rediss://127.0.0.1:" + port;
    EXPECT_EQ(answer_from(wrong_name, false), "unavailable");

    auto without_tls = settings_for("redis://localhost:" + port);
    EXPECT_EQ(answer_from(without_tls, false), "unavailable");
}

TEST(redis_tls, shows_its_own_certificate_when_it_has_one) {
    const authority ours;
    const auto port = free_port();
    tests::private_redis server(ours.server_options(port, "yes"));
    auto settings = settings_for("rediss://localhost:" + port + "/1");
    settings.authorities_file = ours.file("ca.pem");
    EXPECT_EQ(answer_from(settings, false), "unavailable");
    settings.certificate_file = ours.file("client.pem");
    settings.key_file = ours.file("client.key");
    EXPECT_EQ(answer_from(settings, true), "echoed");
}

TEST(redis_tls, pipelines_and_comes_back_after_a_kill) {
    const authority ours;
    const auto port = free_port();
    tests::private_redis server(ours.server_options(port, "no"));
    auto settings = settings_for("rediss://localhost:" + port);
    settings.authorities_file = ours.file("ca.pem");
    loop here(settings);
    here.run([&]() -> task<void> {
        for (int round = 0; round < 2; ++round) {
            std::size_t right = 0;
            co_await here.at_once(300, [&](std::size_t i) -> task<void> {
                for (int turn = 0; turn < 5; ++turn) {
                    const auto word = fmt::format("{}/{}", i, turn);
                    right += shown(co_await here.redis.command({"ECHO", word})) == "string " + word;
                }
            });
            EXPECT_EQ(right, 1'500u);
            if (round == 1) break;
            server.kill();
            EXPECT_TRUE(co_await eventually(1s, [&] { return !here.redis.connected(); }));
            server.start();
            EXPECT_TRUE(co_await eventually(1s, [&] { return here.redis.connected(); }));
        }
    });
}

TEST(redis_tls, names_an_unusable_file_at_the_start) {
    auto settings = settings_for("rediss://localhost:1");
    settings.authorities_file = "/nowhere/ca.pem";
    EXPECT_THROW(loop{settings}, std::invalid_argument);
}

}  // namespace
}  // namespace mlango::sessions
