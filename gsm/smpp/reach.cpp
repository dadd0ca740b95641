#include "gsm/smpp/reach.hpp"

#include <boost/asio/redirect_error.hpp>

namespace mlango::gsm::smpp {

namespace {

task<bool> reach_one(plain_socket& socket, asio::ip::tcp::endpoint to) {
    boost::system::error_code error;
    socket.open(to.protocol(), error);
    if (!error) co_await socket.async_connect(to, asio::redirect_error(use_task, error));
    co_return !error;
}

}  // namespace

task<bool> reach(plain_socket& socket, std::vector<asio::ip::tcp::endpoint> addresses, deadline until) {
    for (std::size_t i = 0; i < addresses.size(); ++i) {
        const auto now = std::chrono::steady_clock::now();
        const auto share = (until - now) / static_cast<int>(addresses.size() - i);
        const auto done = co_await within(now + share, reach_one(socket, addresses[i]));
        if (done && *done) co_return true;
        boost::system::error_code ignored;
        socket.close(ignored);
    }
    co_return false;
}

}  // namespace mlango::gsm::smpp
