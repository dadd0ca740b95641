// The load generator against a server that misbehaves on purpose: what it reports must be what happened.
#include "bench/load/engine.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <thread>

namespace mlango::bench {
namespace {

using namespace std::chrono_literals;

std::string value_of(std::string_view body, std::string_view name) {
    const std::size_t at = body.find(std::string{name} + "=");
    if (at == std::string_view::npos) return {};
    const std::string_view rest = body.substr(at + name.size() + 1);
    return std::string{rest.substr(0, rest.find('&'))};
}

// Answers each POST by `respond`: the body in, the whole response out; empty: no answer; nullopt: hangs up.
class misbehaving_server {
public:
    using responder = std::function<std::optional<std::string>(std::string_view body)>;

    explicit misbehaving_server(responder respond) : respond_(std::move(respond)) {
        door_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(bind(door_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        EXPECT_EQ(listen(door_, 256), 0);
        socklen_t length = sizeof address;
        getsockname(door_, reinterpret_cast<sockaddr*>(&address), &length);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread{[this] { serve(); }};
    }
    ~misbehaving_server() {
        ending_ = true;
        thread_.join();
        for (const auto& [peer, text] : peers_) ::close(peer);
        ::close(door_);
    }
    misbehaving_server(const misbehaving_server&) = delete;
    misbehaving_server& operator=(const misbehaving_server&) = delete;

    [[nodiscard]] target to() const { return *parse_target(fmt::format("http://127.0.0.1:{}/ussd", port_)); }

private:
    void serve() {
        while (!ending_) {
            std::vector<pollfd> waiting{{door_, POLLIN, 0}};
            for (const auto& [peer, text] : peers_) waiting.push_back({peer, POLLIN, 0});
            poll(waiting.data(), waiting.size(), 10);
            for (std::size_t at = 1; at < waiting.size(); ++at)
                if (waiting[at].revents != 0) read(waiting[at].fd);
            if (waiting[0].revents != 0) peers_.emplace(accept(door_, nullptr, nullptr), "");
        }
    }
    void read(int peer) {
        char buffer[4096];
        const ssize_t got = recv(peer, buffer, sizeof buffer, 0);
        std::string& text = peers_[peer];
        if (got > 0) text.append(buffer, static_cast<std::size_t>(got));
        const std::size_t head = text.find("\r\n\r\n");
        const bool whole = head != std::string::npos && text.find("&text=", head) != std::string::npos;
        std::optional<std::string> response{std::in_place};
        if (got > 0 && whole) {
            response = respond_(std::string_view{text}.substr(head + 4));
            text.clear();
        }
        if (got <= 0 || !response) {
            ::close(peer);
            peers_.erase(peer);
        } else if (!response->empty()) {
            EXPECT_EQ(send(peer, response->data(), response->size(), MSG_NOSIGNAL), std::ssize(*response));
        }
    }

    responder respond_;
    int door_ = -1;
    std::uint16_t port_ = 0;
    std::atomic<bool> ending_ = false;
    std::map<int, std::string> peers_;
    std::thread thread_;
};

std::string ok(std::string_view body) {
    return fmt::format("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{}", body.size(), body);
}

// "CON number|transcript".
std::string echo(std::string_view body) {
    return ok(fmt::format("CON {}|{}", value_of(body, "phoneNumber"), value_of(body, "text")));
}

const facts& known() {
    static const facts all = facts::of_range(0, 30);
    return all;
}
const std::vector<step>& script() {
    static const auto steps = *parse_script("dial\t{last:12}|\n1\t{last:12}|1\n5\t{last:12}|1*5\tCON\n", known());
    return steps;
}

load_settings settings_for(const misbehaving_server& server) {
    load_settings made;
    made.to = server.to();
    made.phones = made.connections = 10;
    made.warm_up = 0ns;
    made.sessions_each = 3;
    made.timeout = 5s;
    return made;
}

TEST(engine, every_session_is_played_and_right) {
    misbehaving_server server{echo};
    const load_result got = play(settings_for(server), script(), known());
    EXPECT_EQ(got.right, 90U);
    EXPECT_EQ(got.wrong + got.failed, 0U);
    EXPECT_EQ(got.sessions, 30U);
    EXPECT_EQ(got.most_live, 10U);
    EXPECT_EQ(got.steps[2].right, 30U);
    EXPECT_EQ(got.latency.count(), 90U);
}

TEST(engine, more_phones_than_connections_are_live_together) {
    misbehaving_server server{echo};
    load_settings settings = settings_for(server);
    settings.phones = 30;
    settings.connections = 3;
    settings.sessions_each = 1;
    const load_result got = play(settings, script(), known());
    EXPECT_EQ(got.right, 90U);
    EXPECT_EQ(got.most_live, 30U);
}

TEST(engine, another_callers_screen_is_wrong) {
    misbehaving_server server{[](std::string_view body) {
        if (value_of(body, "phoneNumber").ends_with("7") && value_of(body, "text") == "1")
            return std::optional{ok("CON %2B254700000008|1")};
        return std::optional{echo(body)};
    }};
    const load_result got = play(settings_for(server), script(), known());
    // Numbers 7, 17 and 27 play one session each and stop at its second step.
    EXPECT_EQ(got.wrong, 3U);
    EXPECT_EQ(got.steps[1].wrong, 3U);
    EXPECT_EQ(got.failed, 0U);
    EXPECT_EQ(got.sessions, 27U);
    EXPECT_EQ(got.right, 90U - 6U);
    ASSERT_EQ(got.samples.size(), 3U);
    EXPECT_EQ(got.samples[0], "wrong at step 2 of +254700000007: CON %2B254700000008|1");
}

TEST(engine, refusals_hang_ups_silence_and_nonsense_are_failures) {
    const std::map<std::string, std::optional<std::string>> answers{
        {"closed", std::nullopt},
        {"no answer", ""},
        {"status 500", "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"},
        {"neither CON nor END", ok("hello")},
        {"malformed response", "nonsense\r\n\r\n"},
    };
    for (const auto& [why, answer] : answers) {
        misbehaving_server server{[&](std::string_view body) {
            if (value_of(body, "phoneNumber").ends_with("4") && value_of(body, "text") == "1*5") return answer;
            return std::optional{echo(body)};
        }};
        load_settings settings = settings_for(server);
        settings.timeout = 1s;
        const load_result got = play(settings, script(), known());
        EXPECT_EQ(got.failed, 3U) << why;
        EXPECT_EQ(got.right, 87U) << why;
        EXPECT_EQ(got.wrong, 0U) << why;
        ASSERT_FALSE(got.samples.empty());
        EXPECT_EQ(got.samples[0], fmt::format("{} at step 3 of +254700000004: ", why));
    }
}

TEST(engine, nobody_at_the_door_is_failure) {
    load_settings settings;
    {
        const misbehaving_server gone{echo};
        settings = settings_for(gone);
    }
    const load_result got = play(settings, script(), known());
    EXPECT_EQ(got.right, 0U);
    EXPECT_EQ(got.failed, 30U);
}

TEST(engine, a_number_is_never_in_two_live_sessions) {
    std::map<std::string, std::string> live;
    std::set<std::string> numbers;
    int clashes = 0;
    misbehaving_server server{[&](std::string_view body) {
        const std::string number = value_of(body, "phoneNumber");
        const std::string session = value_of(body, "sessionId");
        if (value_of(body, "text").empty()) live[number] = session;
        clashes += live[number] == session ? 0 : 1;
        numbers.insert(number);
        return std::optional{echo(body)};
    }};
    load_settings settings = settings_for(server);
    settings.phones = 7;  // does not divide 30
    settings.sessions_each = 11;
    const load_result got = play(settings, script(), known());
    EXPECT_EQ(got.right, 7U * 11U * 3U);
    EXPECT_EQ(clashes, 0);
    EXPECT_EQ(numbers.size(), 30U);
}

TEST(engine, open_loop_counts_from_the_intended_time) {
    // The server stalls once for 300 ms: everybody who was due meanwhile has waited, though few were under way.
    int answered = 0;
    misbehaving_server server{[&](std::string_view body) {
        if (++answered == 100) std::this_thread::sleep_for(300ms);
        return std::optional{echo(body)};
    }};
    load_settings settings = settings_for(server);
    settings.sessions_each = 0;
    settings.rate = 500;
    settings.poisson = false;
    settings.window = 1s;
    settings.timeout = 5s;
    const load_result got = play(settings, script(), known());
    EXPECT_NEAR(static_cast<double>(got.right), 500, 2);
    EXPECT_EQ(got.failed, 0U);
    // 150 of 500 hops were due during the stall, their waits spread over 0 to 300 ms.
    EXPECT_GE(got.latency.quantile(0.9), 150ms);
    EXPECT_LT(got.latency.quantile(0.1), 150ms);
    EXPECT_GE(got.latency.max(), 290ms);
}

TEST(engine, open_loop_that_can_not_keep_up_fails_what_was_never_sent) {
    misbehaving_server server{[](std::string_view) { return std::optional<std::string>{""}; }};
    load_settings settings = settings_for(server);
    settings.sessions_each = 0;
    settings.rate = 200;
    settings.poisson = false;
    settings.window = 500ms;
    settings.timeout = 300ms;
    const load_result got = play(settings, script(), known());
    EXPECT_EQ(got.right, 0U);
    EXPECT_NEAR(static_cast<double>(got.failed), 100, 2);
}

TEST(engine, closed_loop_stops_with_its_window) {
    misbehaving_server server{echo};
    load_settings settings = settings_for(server);
    settings.sessions_each = 0;
    settings.window = 200ms;
    settings.warm_up = 50ms;
    const load_result got = play(settings, script(), known());
    EXPECT_GT(got.right, 0U);
    EXPECT_GE(got.window, 200ms);
    EXPECT_LT(got.window, 2s);
    EXPECT_EQ(got.wrong + got.failed, 0U);
}

TEST(engine, watches_what_a_process_spends) {
    misbehaving_server server{echo};
    load_settings settings = settings_for(server);
    settings.sessions_each = 0;
    settings.window = 500ms;
    settings.watch = {{"self", getpid(), ""}};
    const load_result got = play(settings, script(), known());
    ASSERT_EQ(got.watched.size(), 1U);
    EXPECT_EQ(got.watched[0].name, "self");
    EXPECT_GT(got.watched[0].spent.cpu(), 0ms);
    EXPECT_GT(got.watched[0].spent.resident_mib, 1);
}

}  // namespace
}  // namespace mlango::bench
