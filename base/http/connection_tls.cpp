#include "base/http/connection.hpp"

namespace mlango {

template class connection<tls_stream>;

task<void> serve_tls(std::shared_ptr<server_core> core, plain_socket socket, std::shared_ptr<asio::ssl::context> tls) {
    connection<tls_stream> one(*core, tls_stream(std::move(socket), *tls));
    co_await one.serve();
}

}  // namespace mlango
