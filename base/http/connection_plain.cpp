#include "base/http/connection.hpp"

namespace mlango {

template class connection<plain_socket>;

task<void> serve_plain(std::shared_ptr<server_core> core, plain_socket socket) {
    connection<plain_socket> one(*core, std::move(socket));
    co_await one.serve();
}

}  // namespace mlango
