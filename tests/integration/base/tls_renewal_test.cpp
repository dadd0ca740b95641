#include <openssl/x509.h>

#include <boost/asio/ssl/stream.hpp>
#include <filesystem>
#include <fstream>

#include "base/http/tls_files.hpp"
#include "base/task_group.hpp"
#include "certificate.hpp"
#include "loop.hpp"

using namespace mlango;
using namespace mlango::test;

namespace {

// A pair of files that is changed under a server's eyes. Each change makes them a minute younger, so that a test need
// not wait for the file system's clock.
class renewed_pair {
public:
    explicit renewed_pair(const certificate& first) { take(first); }

    void take(const certificate& from) { take(from, from); }
    void take(const certificate& of_certificate, const certificate& of_key) {
        write(file(), content(of_certificate.file()));
        write(key(), content(of_key.key()));
    }
    void write(const std::string& to, std::string_view text) {
        std::ofstream(to, std::ios::trunc | std::ios::binary) << text;
        std::filesystem::last_write_time(to, time_ += 1min);
    }
    [[nodiscard]] static std::string content(const std::string& of) {
        std::ifstream in(of, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    [[nodiscard]] std::string file() const { return place_.file(); }
    [[nodiscard]] std::string key() const { return place_.key(); }

private:
    certificate place_;
    std::filesystem::file_time_type time_ = std::filesystem::file_time_type::clock::now();
};

std::string pem_of(X509* shown) {
    BIO* const out = BIO_new(BIO_s_mem());
    PEM_write_bio_X509(out, shown);
    char* text = nullptr;
    const auto length = BIO_get_mem_data(out, &text);
    std::string pem(text, static_cast<std::size_t>(length));
    BIO_free(out);
    return pem;
}

class tls_peer {
public:
    tls_peer(executor where, std::uint16_t port) : trust_(asio::ssl::context::tls_client), stream_(where, trust_) {
        stream_.next_layer().connect({asio::ip::address_v4::loopback(), port});
    }
    // The certificate that the server shows.
    task<std::string> shake_hands() {
        co_await stream_.async_handshake(asio::ssl::stream_base::client, use_task);
        X509* const shown = SSL_get1_peer_certificate(stream_.native_handle());
        std::string pem = pem_of(shown);
        X509_free(shown);
        co_return pem;
    }
    task<std::string> ask() {
        constexpr std::string_view request = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
        co_await asio::async_write(stream_, asio::buffer(request), use_task);
        std::string answer;
        while (!answer.ends_with("hello")) {
            std::array<char, 1024> buffer;
            answer.append(buffer.data(), co_await stream_.async_read_some(asio::buffer(buffer), use_task));
        }
        co_return answer;
    }

private:
    asio::ssl::context trust_;
    asio::ssl::stream<tcp_socket> stream_;
};

std::string logged(const std::function<void()>& during) {
    testing::internal::CaptureStderr();
    during();
    return testing::internal::GetCapturedStderr();
}

}  // namespace

TEST(tls_renewal, a_changed_pair_is_loaded_and_not_before_the_interval_is_over) {
    const certificate first;
    const certificate second;
    renewed_pair pair(first);
    tls_files files(pair.file(), pair.key());
    const auto old = files.context();
    const auto start = std::chrono::steady_clock::now();

    EXPECT_EQ(logged([&] { files.look_again(start + 1min, 30s); }), "");
    EXPECT_EQ(files.context(), old);
    pair.take(second);
    files.look_again(start + 1min + 29s, 30s);
    EXPECT_EQ(files.context(), old);
    const std::string told = logged([&] { files.look_again(start + 1min + 30s, 30s); });
    EXPECT_NE(told.find(" info tls_certificate_renewed\n"), std::string::npos) << told;
    EXPECT_NE(files.context(), old);
    EXPECT_EQ(pem_of(SSL_CTX_get0_certificate(files.context()->native_handle())), renewed_pair::content(second.file()));
}

TEST(tls_renewal, a_broken_pair_is_told_once_and_the_old_one_stays) {
    const certificate first;
    const certificate second;
    const certificate other_kind("rsa:2048");
    const std::vector<std::pair<std::string, std::function<void(renewed_pair&)>>> table = {
        {"the key of another", [&](renewed_pair& pair) { pair.take(first, second); }},
        {"a key of another kind", [&](renewed_pair& pair) { pair.take(first, other_kind); }},
        {"half a certificate",
         [&](renewed_pair& pair) { pair.write(pair.file(), renewed_pair::content(second.file()).substr(0, 200)); }},
        {"a key with a passphrase",
         [&](renewed_pair& pair) {
             const std::string command =
                 "openssl pkcs8 -topk8 -passout pass:secret -in '" + first.key() + "' -out '" + pair.key() + "'";
             EXPECT_EQ(std::system(command.c_str()), 0);
             pair.write(pair.key(), renewed_pair::content(pair.key()));
         }},
        {"an empty key", [&](renewed_pair& pair) { pair.write(pair.key(), ""); }},
        {"no certificate", [&](renewed_pair& pair) { std::filesystem::remove(pair.file()); }},
        {"no key", [&](renewed_pair& pair) { std::filesystem::remove(pair.key()); }},
    };
    for (const auto& [what, damage] : table) {
        renewed_pair pair(first);
        tls_files files(pair.file(), pair.key());
        const auto old = files.context();
        auto now = std::chrono::steady_clock::now();
        damage(pair);
        const std::string told = logged([&] {
            for (int i = 0; i < 3; ++i) files.look_again(now += 1min, 30s);
        });
        EXPECT_EQ(count(told, " error tls_renewal_failed reason="), 1U) << what << ": " << told;
        EXPECT_EQ(count(told, "\n"), 1U) << what << ": " << told;
        EXPECT_EQ(told.find(pair.file().substr(0, 12)), std::string::npos) << told;
        EXPECT_EQ(files.context(), old) << what;

        pair.take(second);
        logged([&] { files.look_again(now += 1min, 30s); });
        EXPECT_NE(files.context(), old) << what;
    }
}

TEST(tls_renewal, a_server_does_not_start_with_a_broken_pair) {
    const certificate first;
    const certificate other_kind("rsa:2048");
    EXPECT_THROW(tls_files(first.file(), other_kind.key()), std::system_error);
    EXPECT_THROW(tls_files(first.key(), first.key()), std::system_error);
    EXPECT_EQ(tls_files("", "").context(), nullptr);
}

TEST(tls_renewal, new_connections_see_the_new_certificate_and_old_ones_go_on) {
    const certificate first;
    const certificate second;
    renewed_pair pair(first);
    http_server_settings settings;
    settings.port = 0;
    settings.tls_certificate_file = pair.file();
    settings.tls_key_file = pair.key();
    settings.header_timeout = 1s;  // four sweeps a second
    settings.tls_check_interval = 1ms;
    auto hello = [](http_request&) -> task<http_response> {
        http_response response;
        response.body = "hello";
        co_return response;
    };

    asio::io_context context(1);
    metrics numbers;
    http_server server(context, settings, {{"GET", "/hello", hello}}, numbers);
    testing::internal::CaptureStderr();
    run(context,
        [](http_server& one, renewed_pair& files, std::string before, std::string after, const certificate& renewal,
           executor where) -> task<void> {
            task_group group(where);
            group.spawn("server", one.run());
            tls_peer old(where, one.port());
            EXPECT_EQ(co_await old.shake_hands(), before);
            EXPECT_TRUE((co_await old.ask()).starts_with("HTTP/1.1 200 OK\r\n"));

            files.take(renewal);
            std::string shown = before;
            for (int i = 0; i < 200 && shown == before; ++i) {
                co_await sleep(50ms);
                tls_peer fresh(where, one.port());
                shown = co_await fresh.shake_hands();
                EXPECT_TRUE((co_await fresh.ask()).starts_with("HTTP/1.1 200 OK\r\n"));
            }
            EXPECT_EQ(shown, after);
            EXPECT_TRUE((co_await old.ask()).starts_with("HTTP/1.1 200 OK\r\n"));
            co_await one.drain(in(1s));
            co_await group.close(in(1s));
        }(server, pair, renewed_pair::content(first.file()), renewed_pair::content(second.file()), second,
                           context.get_executor()));
    const std::string told = testing::internal::GetCapturedStderr();
    EXPECT_EQ(count(told, "tls_certificate_renewed"), 1U) << told;
    EXPECT_EQ(count(told, "\n"), 1U) << told;
}
