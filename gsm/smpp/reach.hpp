// Connects to a host of several addresses. Caller: transport.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <vector>

#include "base/task.hpp"
#include "base/within.hpp"

namespace mlango::gsm::smpp {

using plain_socket = asio::basic_stream_socket<asio::ip::tcp, executor>;

// To the first of them that answers, in their order. Each gets its share of the time that is left, so that one that
// answers nothing does not hide those behind it. False when none did by `until`; the socket is closed then.
task<bool> reach(plain_socket& socket, std::vector<asio::ip::tcp::endpoint> addresses, deadline until);

}  // namespace mlango::gsm::smpp
