#include <openssl/pem.h>

#include <boost/asio/ssl/stream.hpp>
#include <cstdio>
#include <memory>

#include "base/bytes.hpp"
#include "base/http/server.hpp"
#include "base/task_group.hpp"
#include "certificate.hpp"
#include "loop.hpp"

using namespace mlango;
using namespace mlango::test;

namespace {

using certificate_ptr = std::unique_ptr<X509, decltype(&X509_free)>;

certificate_ptr read_certificate(const certificate& of) {
    const std::unique_ptr<FILE, decltype(&std::fclose)> file(std::fopen(of.file().c_str(), "r"), std::fclose);
    return {PEM_read_X509(file.get(), nullptr, nullptr, nullptr), X509_free};
}

std::string fingerprint_of(const certificate& of) {
    std::array<std::byte, 32> digest{};
    unsigned size = 0;
    X509_digest(read_certificate(of).get(), EVP_sha256(), reinterpret_cast<unsigned char*>(digest.data()), &size);
    return to_hex(digest);
}

// The same, of which the time has been over for a minute.
void end(const certificate& of) {
    const certificate_ptr one = read_certificate(of);
    std::unique_ptr<FILE, decltype(&std::fclose)> file(std::fopen(of.key().c_str(), "r"), std::fclose);
    const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key(
        PEM_read_PrivateKey(file.get(), nullptr, nullptr, nullptr), EVP_PKEY_free);
    X509_gmtime_adj(X509_getm_notBefore(one.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(one.get()), -60);
    ASSERT_GT(X509_sign(one.get(), key.get(), EVP_sha256()), 0);
    file.reset(std::fopen(of.file().c_str(), "w"));
    ASSERT_EQ(PEM_write_X509(file.get(), one.get()), 1);
}

// What the handler is told of who asks.
std::string told_of(bool asks, const certificate* shown) {
    const certificate server_pair;
    asio::io_context context(1);
    metrics numbers;
    http_server_settings settings;
    settings.port = 0;
    settings.tls_certificate_file = server_pair.file();
    settings.tls_key_file = server_pair.key();
    settings.ask_client_certificates = asks;
    std::string told = "nobody asked";
    http_server server(context, settings,
                       {{"GET", "/who",
                         [&told](http_request& request) -> task<http_response> {
                             told = request.client_certificate;
                             co_return http_response();
                         }}},
                       numbers);
    run(context, [](asio::io_context& where, http_server& of, const certificate* pair) -> task<void> {
        task_group serving(where.get_executor());
        serving.spawn("server", of.run());
        asio::ssl::context mine(asio::ssl::context::tls_client);
        if (pair != nullptr) {
            mine.use_certificate_file(pair->file(), asio::ssl::context::pem);
            mine.use_private_key_file(pair->key(), asio::ssl::context::pem);
        }
        asio::ssl::stream<tcp_socket> stream(where.get_executor(), mine);
        stream.next_layer().connect({asio::ip::address_v4::loopback(), of.port()});
        co_await stream.async_handshake(asio::ssl::stream_base::client, use_task);
        // Said by who connects; a server that believed it could be lied to.
        co_await asio::async_write(
            stream, asio::buffer(std::string_view("GET /who HTTP/1.1\r\nHost: a\r\nClient-Cert: :AAAA:\r\n\r\n")),
            use_task);
        std::array<char, 1024> buffer;
        co_await stream.async_read_some(asio::buffer(buffer), use_task);
        stream.next_layer().close();
        co_await of.drain(in(1s));
        co_await serving.close(in(0s));
    }(context, server, shown));
    return told;
}

}  // namespace

TEST(client_certificate, is_told_by_its_fingerprint) {
    const certificate mine;
    EXPECT_EQ(told_of(true, &mine), fingerprint_of(mine));
}

TEST(client_certificate, is_nothing_without_one_or_where_none_is_asked_for) {
    const certificate mine;
    EXPECT_EQ(told_of(true, nullptr), "");
    EXPECT_EQ(told_of(false, &mine), "");
}

TEST(client_certificate, that_is_over_is_nothing) {
    const certificate over;
    end(over);
    EXPECT_EQ(told_of(true, &over), "");
}
