// One connection to an SMSC: TCP or TLS that we open, or TCP that the SMSC opens (outbind). transport.cpp is the only
// source that instantiates streams for SMPP. Caller: bind.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <memory>
#include <string_view>

#include "base/task.hpp"
#include "base/within.hpp"
#include "gsm/smpp/account.hpp"

namespace mlango::gsm::smpp {

class transport {
public:
    virtual ~transport() = default;
    // Resolves and connects to the first address that answers (IPv6 and IPv4), shakes hands; or waits until a permitted
    // SMSC connects, however long. False when that fails, or is not done by `until`.
    virtual task<bool> open(deadline until) = 0;
    // What is there, at most `size` octets; 0 when the connection has ended, by the peer or by close().
    virtual task<std::size_t> read(char* into, std::size_t size) = 0;
    // As many octets as go out without waiting; 0 over TLS.
    virtual std::size_t write_now(std::string_view octets) = 0;
    // All of them, which must stay until it is done; false when the connection ended first. One at a time.
    virtual task<bool> write(std::string_view octets) = 0;
    virtual void close() = 0;
};

// For tls: the account's authorities, read once. Null without TLS. Throws std::runtime_error, worded for the operator,
// when ca_file can not be used.
[[nodiscard]] std::shared_ptr<asio::ssl::context> authorities_of(const account_settings& settings);

[[nodiscard]] std::shared_ptr<transport> make_transport(executor where, const account_settings& settings,
                                                        const std::shared_ptr<asio::ssl::context>& authorities);

}  // namespace mlango::gsm::smpp
