#include "base/http/tls_files.hpp"

#include <openssl/err.h>

#include <array>
#include <boost/asio/ssl/error.hpp>
#include <stdexcept>
#include <system_error>

#include "base/bytes.hpp"
#include "base/log.hpp"

namespace mlango {

namespace {

void require(const boost::system::error_code& error, const char* what) {
    if (error) throw std::system_error(error, what);
}

int choose_http_1_1(SSL*, const unsigned char** out, unsigned char* out_length, const unsigned char* in,
                    unsigned in_length, void*) {
    static constexpr std::array<unsigned char, 9> known = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
    unsigned char* chosen = nullptr;
    if (SSL_select_next_proto(&chosen, out_length, known.data(), known.size(), in, in_length) != OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

}  // namespace

tls_files::tls_files(std::string certificate_file, std::string key_file, bool ask_client)
    : certificate_file_(std::move(certificate_file)),
      key_file_(std::move(key_file)),
      ask_client_(ask_client),
      // Read before the files are: what is written in between shows as a change.
      loaded_(read_stamp()),
      complained_(loaded_),
      looked_(std::chrono::steady_clock::now()) {
    if (certificate_file_.empty() != key_file_.empty())
        throw std::invalid_argument("TLS needs both a certificate file and a key file");
    if (!certificate_file_.empty()) context_ = load();
}

// A file that is not there has a time of its own, so that its coming and going are changes.
tls_files::stamp tls_files::read_stamp() const {
    const auto time_of = [](const std::string& file) {
        std::error_code missing;
        return std::filesystem::last_write_time(file, missing);
    };
    return {time_of(certificate_file_), time_of(key_file_)};
}

std::shared_ptr<asio::ssl::context> tls_files::load() const {
    auto tls = std::make_shared<asio::ssl::context>(asio::ssl::context::tls_server);
    SSL_CTX* const native = tls->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    // An idle connection keeps no record buffers.
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    SSL_CTX_set_alpn_select_cb(native, choose_http_1_1, nullptr);
    // OpenSSL would ask for the key's passphrase at the terminal, and the loop would wait for it.
    tls->set_password_callback([](std::size_t, asio::ssl::context::password_purpose) { return std::string(); });
    if (ask_client_) {
        // The handshake proves that the key is there; whose it is, is told by the fingerprint that was registered, so
        // that no authority has to be trusted.
        SSL_CTX_set_verify(native, SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
        // OpenSSL resumes no session with a certificate without a name for who may.
        static constexpr std::array<unsigned char, 6> ours = {'m', 'l', 'a', 'n', 'g', 'o'};
        SSL_CTX_set_session_id_context(native, ours.data(), ours.size());
    }
    boost::system::error_code error;
    tls->use_certificate_chain_file(certificate_file_, error);
    require(error, "the TLS certificate file cannot be used");
    tls->use_private_key_file(key_file_, asio::ssl::context::pem, error);
    require(error, "the TLS key file cannot be used");
    // A key of another kind than the certificate's (RSA, EC) is taken without a word until here.
    if (SSL_CTX_check_private_key(native) != 1) {
        error.assign(static_cast<int>(ERR_get_error()), asio::error::get_ssl_category());
        require(error, "the TLS key is not the certificate's");
    }
    return tls;
}

void tls_files::look_again(deadline now, std::chrono::milliseconds interval) {
    if (!context_ || now - looked_ < interval) return;
    looked_ = now;
    const stamp current = read_stamp();
    if (current == loaded_) return;
    try {
        context_ = load();
        loaded_ = complained_ = current;
        log_info("tls_certificate_renewed");
    } catch (const std::exception& failure) {
        if (current != complained_) log_error("tls_renewal_failed", {{"reason", failure.what()}});
        complained_ = current;
    }
}

std::string client_certificate_of(SSL* connection) {
    const std::unique_ptr<X509, decltype(&X509_free)> shown(SSL_get1_peer_certificate(connection), X509_free);
    if (!shown || X509_cmp_current_time(X509_get0_notAfter(shown.get())) <= 0) return {};
    std::array<std::byte, EVP_MAX_MD_SIZE> digest{};
    unsigned size = 0;
    if (X509_digest(shown.get(), EVP_sha256(), reinterpret_cast<unsigned char*>(digest.data()), &size) != 1) return {};
    return to_hex(byte_view(digest).first(size));
}

}  // namespace mlango
