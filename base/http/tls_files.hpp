// The server's certificate and key files as a TLS context, and the look whether they have been renewed.
// Caller: server.cpp, from its coarse sweep. Not thread-safe: each server has its own.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <filesystem>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/task.hpp"

namespace mlango {

class tls_files {
public:
    // Both names empty: no TLS. Throws std::invalid_argument when one is, std::system_error when the pair cannot be
    // used.
    // `ask_client`: who connects is asked for a certificate, and let in without one, too.
    tls_files(std::string certificate_file, std::string key_file, bool ask_client = false);

    // For the next connection; null without TLS. Who has taken one keeps it over a renewal.
    [[nodiscard]] const std::shared_ptr<asio::ssl::context>& context() const { return context_; }

    // Loads the pair again when a file has changed, at most once an `interval`. A pair that cannot be used is logged
    // once, tried again at each look, and the old one stays.
    void look_again(deadline now, std::chrono::milliseconds interval);

private:
    struct stamp {
        std::filesystem::file_time_type certificate;
        std::filesystem::file_time_type key;
        bool operator==(const stamp&) const = default;
    };
    [[nodiscard]] stamp read_stamp() const;
    [[nodiscard]] std::shared_ptr<asio::ssl::context> load() const;

    std::string certificate_file_;
    std::string key_file_;
    bool ask_client_;
    stamp loaded_;
    stamp complained_;
    deadline looked_;
    std::shared_ptr<asio::ssl::context> context_;
};

// SHA-256, in hexadecimal, of the other side's certificate; empty: it showed none, or one that is over.
[[nodiscard]] std::string client_certificate_of(SSL* connection);

}  // namespace mlango
